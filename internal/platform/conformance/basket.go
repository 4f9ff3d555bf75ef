package conformance

import (
	"fmt"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// Basket is a cart at one moment of a story.
type Basket struct {
	// Minute is when it came to be so.
	Minute   int
	Lines    []Ware
	Currency string
	// Email and Phone are "" until they are typed; Name is the shopper's first name.
	Email, Phone, Name string
	// Checkout says that the shopper went on to the checkout, Agreed that they
	// ticked the box for messages by email there.
	Checkout, Agreed bool
}

// Ware is one line.
type Ware struct {
	// N tells the lines of a cart apart, from 1 on.
	N                   int
	Title, Variant, SKU string
	Quantity            int
	// Minor is the price of a piece in minor units.
	Minor int64
}

// Fate is what became of an order.
type Fate string

// The fates.
const (
	Paid   Fate = "paid"
	Denied Fate = "denied" // its payment failed
	Void   Fate = "void"   // cancelled after it was paid
	Back   Fate = "back"   // a part of the money was given back
)

// Sale is an order at one moment of a story.
type Sale struct {
	// Basket is what was ordered; its Minute is the order's last change.
	Basket
	// Placed is the minute in which the order was made.
	Placed int
	Fate   Fate
	// Given is what was given back, in minor units.
	Given int64
	// By is who made it: "" for the shopper, else "staff" or "subscription".
	By string
}

// Price is an amount of the basket's currency as decimal text.
func (b Basket) Price(minor int64) string {
	return money.Money{Minor: minor, Currency: b.Currency}.Decimal()
}

// Total is the sum of the lines in minor units.
func (b Basket) Total() (sum int64) {
	for _, l := range b.Lines {
		sum += l.Minor * int64(l.Quantity)
	}
	return sum
}

func mug(quantity int) Ware {
	return Ware{N: 1, Title: "Stoneware Mug", Variant: "Blue", SKU: "MUG-BLUE", Quantity: quantity, Minor: 1250}
}

func poster() Ware {
	return Ware{N: 2, Title: "Poster", SKU: "POSTER", Quantity: 1, Minor: 400}
}

func one(Run) Basket { return Basket{Lines: []Ware{mug(1)}, Currency: "EUR"} }
func two(r Run) Basket {
	return Basket{Minute: 5, Lines: []Ware{mug(2), poster()}, Currency: "EUR", Email: r.Email(), Name: "Kim", Checkout: true}
}

func left(r Run) Basket {
	b := two(r)
	b.Minute, b.Lines = 9, []Ware{mug(3)}
	return b
}

func huge(r Run) Basket {
	b := two(r)
	b.Lines = nil
	for i := range 500 {
		b.Lines = append(b.Lines, Ware{N: i + 1, Title: fmt.Sprintf("Bead No. %03d", i+1), SKU: fmt.Sprintf("BEAD-%03d", i+1), Quantity: i%3 + 1, Minor: int64(100 + i)})
	}
	return b
}

func yen(r Run) Basket {
	b := two(r)
	b.Currency, b.Lines[0].Minor, b.Lines[1].Minor = "JPY", 1980, 500
	return b
}

func dinars(r Run) Basket {
	b := two(r)
	b.Currency, b.Lines[0].Minor, b.Lines[1].Minor = "KWD", 3125, 1005
	return b
}

func scripts(r Run) Basket {
	b := two(r)
	b.Name, b.Lines[0].Title, b.Lines[1].Title = "Zoë \"Ωmega\"", "マグカップ ☕ – <größe & 'co'>", "ملصق\u200f – Плакат"
	b.Lines[0].Variant = "Größe 25 cm"
	return b
}

func nobody(r Run) Basket {
	b := two(r)
	b.Email, b.Name, b.Checkout = "", "", false
	return b
}

func phoneOnly(r Run) Basket {
	b := two(r)
	b.Email, b.Phone = "", r.Phone()
	return b
}

func agreed(r Run) Basket {
	b := two(r)
	b.Agreed = true
	return b
}
