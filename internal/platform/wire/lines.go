package wire

import (
	"errors"
	"fmt"
	"math"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// maxLines is how many lines of a cart are kept. No message shows more, and a
// runaway integration must not fill the database.
const maxLines = 1000

// Line is one line as a platform says it, before any check.
type Line struct {
	// Item holds what needs no check; texts and addresses are cleaned by Add.
	Item event.Item
	// Quantity is 1 where it is blank.
	Quantity Count
	// Price is of one piece, Total of the line. Either may be blank and follows
	// from the other then.
	Price, Total Amount
}

// Lines checks and collects the lines of one cart.
type Lines struct {
	// Field is the list's name in the body, for errors ("line_items"); empty for
	// a line that is no member of a list.
	Field string
	// Currency is the one currency of all lines.
	Currency string
	// Lenient leaves lines out that make no sense, with a note, instead of
	// failing. For orders: a purchase must stop messages even if one of its
	// lines is odd.
	Lenient bool
	// Notes hears what was rounded or left out.
	Notes *Notes
	// Items are the lines, at most 1,000; Sum is that of all of them.
	Items []event.Item
	Sum   money.Money
	seen  int
}

// At is the path of a line's fields in the body ("line_items[3].").
func (l *Lines) At(i int) string {
	if l.Field == "" {
		return ""
	}
	return fmt.Sprintf("%s[%d].", l.Field, i)
}

// Add checks one line and takes it in.
func (l *Lines) Add(n Line) error {
	at := l.At(l.seen)
	l.seen++
	item, err := l.item(at, n)
	if err != nil {
		if l.Lenient {
			l.Notes.Add("a line was left out: %s", Reason(err))
			return nil
		}
		return err
	}
	sum, err := Plus(l.Sum, item.LineTotal)
	if err != nil {
		return In(err, l.Field)
	}
	l.Sum = sum
	if len(l.Items) == maxLines {
		l.Notes.Add("%s has more than %d lines; the first %d were kept", l.Field, maxLines, maxLines)
		return nil
	}
	l.Items = append(l.Items, item)
	return nil
}

func (l *Lines) item(at string, n Line) (event.Item, error) {
	it := clean(n.Item)
	var err error
	if it.Quantity, err = n.Quantity.Pieces(at+"quantity", l.Notes); err != nil {
		return it, err
	}
	it.Price = money.Money{Currency: l.Currency}
	if n.Price.Set() {
		if it.Price, err = n.Price.Positive(l.Currency, at+"price", l.Notes); err != nil {
			return it, err
		}
	}
	it.LineTotal = it.Price.Times(it.Quantity)
	if n.Total.Set() {
		if it.LineTotal, err = n.Total.Positive(l.Currency, at+"total", l.Notes); err != nil {
			return it, err
		}
		if !n.Price.Set() {
			it.Price.Minor = (it.LineTotal.Minor + int64(it.Quantity)/2) / int64(it.Quantity)
		}
	}
	return it, nil
}

// clean makes an item's texts safe to store and show.
func clean(it event.Item) event.Item {
	for _, id := range []*string{&it.ProductID, &it.VariantID, &it.SKU} {
		if *id = ID(*id); *id == "0" {
			*id = ""
		}
	}
	for _, text := range []*string{&it.Title, &it.Variant, &it.Category} {
		*text = event.Clean(*text, 300)
	}
	it.URL, it.ImageURL = URL(it.URL), URL(it.ImageURL)
	return it
}

// Plus adds two amounts of one currency. A blank one counts as zero; a sum
// beyond what money can hold is fault.Unprocessable.
func Plus(a, b money.Money) (money.Money, error) {
	if a.Currency == "" {
		a.Currency = b.Currency
	}
	if a.Minor > math.MaxInt64/4-b.Minor {
		return money.Money{}, fault.New(fault.Unprocessable, "the sum is too large")
	}
	a.Minor += b.Minor
	return a, nil
}

// Currency gives the first code that was sent, upper-case and checked: an
// unknown one is fault.Unprocessable naming the field.
func Currency(field string, codes ...Text) (string, error) {
	code := money.Code(First(codes...))
	if _, err := money.Exponent(code); err != nil {
		return "", In(err, field)
	}
	return code, nil
}

// Reason gives an error's field and message for a note, without its cause.
func Reason(err error) string {
	var f *fault.Error
	switch {
	case !errors.As(err, &f):
		return "it cannot be read"
	case f.Field != "":
		return f.Field + ": " + f.Message
	}
	return f.Message
}
