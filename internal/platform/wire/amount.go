package wire

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Amount is a price in major units, kept as the digits that were sent: as a
// JSON string ("12.50") or number (12.5). It never passes through a float.
type Amount string

// UnmarshalJSON keeps the value's digits; null is no amount.
func (a *Amount) UnmarshalJSON(b []byte) error {
	*a = Amount(strings.TrimSpace(scalar(b)))
	return nil
}

// Set reports whether an amount was sent.
func (a Amount) Set() bool { return a != "" }

// Money reads the amount in a currency; field names it in the error. Digits
// beyond the currency's decimals are rounded and noted.
func (a Amount) Money(currency, field string, notes *Notes) (money.Money, error) {
	text, ok := plain(string(a))
	if !ok {
		text = string(a)
	}
	m, exact, err := money.Parse(text, currency)
	if err != nil {
		return money.Money{}, In(err, field)
	}
	if m.Minor > most || m.Minor < -most {
		return money.Money{}, fault.New(fault.Unprocessable, "the amount is too large").In(field)
	}
	if !exact {
		notes.Add("%s has more decimals than %s and was rounded", field, currency)
	}
	return m, nil
}

// Positive is Money for amounts that cannot be negative.
func (a Amount) Positive(currency, field string, notes *Notes) (money.Money, error) {
	m, err := a.Money(currency, field, notes)
	if err == nil && m.Minor < 0 {
		return money.Money{}, fault.New(fault.Unprocessable, "the amount is negative").
			In(field).Try("send an amount of 0 or more")
	}
	return m, err
}

// most bounds amounts, as money does before it rounds: sums of many stay far
// from overflowing.
const most = math.MaxInt64 / 4

// In names the field of an error that has none yet; any other error passes.
func In(err error, field string) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Field == "" {
		return f.In(field)
	}
	return err
}

// plain writes a JSON number with an exponent ("1.5e2", PHP's "1.0e+25")
// without one. Exponents beyond ±30 are no amount of anything.
func plain(s string) (string, bool) {
	at := strings.IndexAny(s, "eE")
	if at < 0 {
		return s, true
	}
	exp, err := strconv.Atoi(s[at+1:])
	if err != nil || exp < -30 || exp > 30 {
		return s, false
	}
	sign, digits := "", s[:at]
	if rest, neg := strings.CutPrefix(digits, "-"); neg {
		sign, digits = "-", rest
	}
	whole, frac, _ := strings.Cut(digits, ".")
	if exp >= 0 {
		frac += strings.Repeat("0", max(0, exp-len(frac)))
		whole, frac = whole+frac[:exp], frac[exp:]
	} else {
		whole = strings.Repeat("0", max(0, -exp-len(whole))) + whole
		whole, frac = whole[:len(whole)+exp], whole[len(whole)+exp:]+frac
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	return strings.TrimSuffix(sign+whole+"."+frac, "."), true
}

// Count is a number of pieces: 2, "2" or 2.0.
type Count string

// UnmarshalJSON keeps the value as text; null is no count.
func (c *Count) UnmarshalJSON(b []byte) error {
	*c = Count(strings.TrimSpace(scalar(b)))
	return nil
}

// maxCount is more pieces than any cart holds; above it a number is a mistake.
const maxCount = 1_000_000

// Pieces reads the count, 1 where none was sent. A part of a piece (shops that
// sell cloth by the metre) is rounded up and noted; less than one, or no
// number, is fault.Unprocessable.
func (c Count) Pieces(field string, notes *Notes) (int, error) {
	if c == "" {
		return 1, nil
	}
	text, _ := plain(string(c))
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(f) || f > maxCount:
		return 0, fault.New(fault.Unprocessable, "the quantity is not a number of pieces").
			In(field).Try("send a whole number from 1 to 1000000")
	case f <= 0:
		return 0, fault.New(fault.Unprocessable, "the quantity must be at least 1").
			In(field).Try("leave out lines that are no longer in the cart")
	case f != math.Ceil(f):
		notes.Add("%s is not a whole number and was rounded up", field)
	}
	return int(math.Ceil(f)), nil
}

// Stock reads a count of pieces left, nil where none (or nonsense) was sent.
func (c Count) Stock() *int {
	text, _ := plain(string(c))
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > maxCount {
		return nil
	}
	n := max(0, int(f))
	return &n
}
