package demo

import (
	"math/rand/v2"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// Product is one thing on the demo shop's shelves. It has no picture: showing
// one would make a reader's browser ask somebody else's server for it.
type Product struct {
	// ID, Variant and SKU are what the platform calls it; Option is the variant's name, "" for an only one.
	ID, Variant, SKU string
	Title, Option    string
	Category         string
	// Cents is the price of one piece in euro cents.
	Cents int64
}

// Line is a number of pieces of one product.
type Line struct {
	Product
	Quantity int
	// Price is of one piece, in the shopper's currency.
	Price money.Money
}

// Total is what the line costs.
func (l Line) Total() money.Money { return l.Price.Times(l.Quantity) }

// catalogue is what Atelier Nord sells: enough below 80 for careful spenders,
// enough above 200 for those who compare.
func catalogue() []Product {
	return []Product{
		{"8101", "9101", "AN-MUG-01", "Stoneware mug Hav", "Sea grey", "Table", 1850},
		{"8101", "9102", "AN-MUG-02", "Stoneware mug Hav", "Chalk", "Table", 1850},
		{"8102", "9110", "AN-APR-01", "Linen apron Fjord", "Moss", "Kitchen", 3990},
		{"8103", "9120", "AN-CAN-01", "Beeswax candle", "", "Home", 1450},
		{"8104", "9130", "AN-TOT-01", "Canvas tote Marché", "Natural", "Bags", 2800},
		{"8105", "9140", "AN-EAR-01", "Brass earrings Lune", "", "Jewellery", 3450},
		{"8106", "9150", "AN-POS-01", "Screen print Harbour", "30 × 40", "Paper", 3600},
		{"8107", "9160", "AN-SOA-01", "Oat milk soap", "", "Bath", 950},
		{"8108", "9170", "AN-BEA-01", "Merino beanie", "Ochre", "Clothing", 4200},
		{"8109", "9180", "AN-VAS-01", "Hand-thrown vase", "Tall", "Home", 5800},
		{"8110", "9190", "AN-BOA-01", "Oak serving board", "", "Kitchen", 5400},
		{"8111", "9200", "AN-SCA-01", "Lambswool scarf Brume", "Heather", "Clothing", 6900},
		{"8112", "9210", "AN-TEA-01", "Porcelain teapot", "0.8 l", "Table", 7400},
		{"8113", "9220", "AN-THR-01", "Wool throw Skog", "130 × 180", "Home", 12900},
		{"8114", "9230", "AN-KNI-01", "Carbon steel chef's knife", "20 cm", "Kitchen", 11900},
		{"8115", "9240", "AN-CAR-01", "Alpaca cardigan", "M", "Clothing", 14500},
		{"8116", "9250", "AN-LAM-01", "Brass desk lamp Nuit", "", "Light", 18900},
		{"8117", "9260", "AN-BED-01", "Washed linen bedding", "200 × 200", "Home", 21900},
		{"8118", "9270", "AN-STO-01", "Walnut stool", "", "Furniture", 24500},
		{"8119", "9280", "AN-FLO-01", "Paper floor lamp", "", "Light", 34900},
	}
}

// basketTries bounds how often a basket is put together anew to suit its shopper.
const basketTries = 200

// basket fills a bag as a shopper of the kind would; the shop's persona rules
// look at the same amounts.
func basket(r *rand.Rand, k Kind, currency string) []Line {
	var lines []Line
	for range basketTries {
		lines = grab(r, k, currency)
		if suits(k, lines) {
			break
		}
	}
	return lines
}

// grab takes products off the shelves at random.
func grab(r *rand.Rand, k Kind, currency string) []Line {
	shelf, n := catalogue(), 1+r.IntN(3)
	if k == Comparing {
		n += r.IntN(3)
	}
	var lines []Line
	for _, i := range r.Perm(len(shelf))[:n] {
		l := Line{Product: shelf[i], Quantity: 1, Price: price(shelf[i].Cents, currency)}
		if l.Cents < 2000 && r.IntN(3) == 0 {
			l.Quantity = 2
		}
		lines = append(lines, l)
	}
	return lines
}

// suits tells whether a basket is one that the kind of shopper would fill.
func suits(k Kind, lines []Line) bool {
	total := sum(lines).Minor
	switch k {
	case Thrifty:
		return total < 8000
	case Comparing:
		return total >= 20000 || len(lines) >= 4
	case Newcomer:
		return total >= 8000 && total < 20000 && len(lines) < 4
	}
	return total >= 2500
}

// price gives a euro price in a currency: pounds to the next half.
func price(cents int64, currency string) money.Money {
	if currency == "GBP" {
		cents = (cents*86/100 + 25) / 50 * 50
	}
	return money.Money{Minor: cents, Currency: currency}
}

// sum is what a basket costs.
func sum(lines []Line) money.Money {
	var m money.Money
	for _, l := range lines {
		m.Currency = l.Price.Currency
		m.Minor += l.Total().Minor
	}
	return m
}
