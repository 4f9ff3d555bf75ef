package persona

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

// said is a trait somebody told at some time.
func said(v string) shopper.Said { return shopper.Said{Value: v, At: 1} }

// katie is a returning shopper with two things in her cart, stopped at the payment.
func katie() (shopper.Shopper, shopper.History, cart.Cart) {
	s := shopper.Shopper{Traits: shopper.Traits{
		FirstName: said("Katie"), LastName: said("Doe"), Email: said("katie@example.com"), Phone: said("+33600000000"),
		Country: said("FR"), Locale: said("fr-FR"), Device: said("mobile"), Tags: said("vip, newsletter,,"),
	}}
	h := shopper.History{Orders: 3, Visits: 5, Spent: []money.Money{eur(12050), {Minor: 9900, Currency: "USD"}, {Minor: 5000, Currency: "JPY"}}}
	two := 2
	c := cart.Cart{Facts: cart.Facts{
		Contents: cart.Snapshot{At: 1, Contents: event.Contents{
			Items: []event.Item{
				{Title: "Ring", Variant: "Gold", SKU: "R1", Category: "jewellery", Quantity: 2, Price: eur(2000), LineTotal: eur(4000), Stock: &two, URL: "https://shop.example/ring"},
				{Title: "Scarf", Category: "clothes", Quantity: 1, Price: eur(1550), LineTotal: eur(1550), ImageURL: "https://shop.example/scarf.png"},
				{Title: "Hat", Category: "clothes", Quantity: 1, Price: eur(1000), LineTotal: eur(1000)},
			},
			Total: eur(6550), Coupons: []string{"WELCOME"},
		}},
		Stage: cart.StagePayment, RestoreURL: said("https://shop.example/restore"),
		LastActivity: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMilli(),
	}}
	return s, h, c
}

func TestNewFacts(t *testing.T) {
	t.Parallel()
	want := Facts{
		Shopper: Shopper{
			FirstName: "Katie", LastName: "Doe", Email: "katie@example.com", Phone: "+33600000000",
			Country: "FR", Locale: "fr-FR", Device: "mobile",
			Orders: 3, Spent: 120.5, Visits: 5, Tags: []string{"vip", "newsletter"},
		},
		Cart: Cart{
			Total: 65.5, Currency: "EUR", Stage: "payment", HasCoupon: true,
			Items: []Item{
				{Title: "Ring", Variant: "Gold", SKU: "R1", Quantity: 2, Price: 20, LineTotal: 40, Stock: 2, URL: "https://shop.example/ring"},
				{Title: "Scarf", Quantity: 1, Price: 15.5, LineTotal: 15.5, Stock: PlentyInStock, ImageURL: "https://shop.example/scarf.png"},
				{Title: "Hat", Quantity: 1, Price: 10, LineTotal: 10, Stock: PlentyInStock},
			},
			Categories: []string{"clothes", "jewellery"}, AbandonReason: LeftAtPayment,
			RestoreURL: "https://shop.example/restore", LastActivity: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Told: []string{},
		},
	}
	if diff := cmp.Diff(want, NewFacts(katie())); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

// TestSpentIsOfOneCurrency: 99 dollars and 5,000 yen never become 5,099 of anything.
func TestSpentIsOfOneCurrency(t *testing.T) {
	t.Parallel()
	s, h, c := katie()
	for currency, want := range map[string]float64{"EUR": 120.5, "USD": 99, "JPY": 5000, "GBP": 0} {
		c.Facts.Contents.Total.Currency = currency
		if got := NewFacts(s, h, c).Shopper.Spent; got != want {
			t.Errorf("spent in %s = %v, want %v", currency, got, want)
		}
	}
}

func TestFactsOfAnUnknownShopperAndAnEmptyCart(t *testing.T) {
	t.Parallel()
	f := NewFacts(shopper.Shopper{}, shopper.History{}, cart.Cart{})
	if f.Shopper.Tags == nil || f.Cart.Items == nil || f.Cart.Categories == nil || f.Cart.Told == nil {
		t.Errorf("a list is nil: %+v", f)
	}
	if f.Cart.Stage != "cart" || f.Cart.AbandonReason != LeftInCart || f.Shopper.Spent != 0 {
		t.Errorf("got stage %q, reason %q, spent %v", f.Cart.Stage, f.Cart.AbandonReason, f.Shopper.Spent)
	}
}

func TestAbandonReason(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		facts cart.Facts
		want  string
	}{
		{cart.Facts{}, LeftInCart},
		{cart.Facts{Stage: cart.StageCart}, LeftInCart},
		{cart.Facts{Stage: cart.StageCheckout}, LeftAtCheckout},
		{cart.Facts{Stage: cart.StagePayment}, LeftAtPayment},
		{cart.Facts{Stage: cart.StageCheckout, FailedAt: 7}, LeftAfterFailedPayment},
	} {
		if got := AbandonReason(cart.Cart{Facts: tc.facts}); got != tc.want {
			t.Errorf("%+v: got %q, want %q", tc.facts, got, tc.want)
		}
	}
}
