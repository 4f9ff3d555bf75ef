package demo

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// many is enough shoppers to meet every kind of them.
const many = 600

func TestDrawIsSeeded(t *testing.T) {
	t.Parallel()
	other := 0
	for n := range many {
		a, b := Draw(7, n), Draw(7, n)
		if diff := cmp.Diff(a, b); diff != "" {
			t.Fatalf("shopper %d is not the same twice: %s", n, diff)
		}
		if !cmp.Equal(a, Draw(8, n)) {
			other++
		}
	}
	if other < many/2 {
		t.Errorf("another seed changes only %d of %d shoppers", other, many)
	}
}

// TestEveryoneComes: the mix holds each kind, ending, reply, way and currency,
// in the opening as well as all that is promised to be seen soon.
func TestEveryoneComes(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n := range many {
		p := Draw(1, n)
		for _, what := range []string{string(p.Kind), string(p.End), string(p.Reply), string(p.Reach), p.Currency, p.Device} {
			seen[what]++
		}
		if p.Generic {
			seen["app"]++
		}
		if p.RefundShare > 0 {
			seen["refund"]++
		}
		if p.AnswersTo > 1 {
			seen["second"]++
		}
	}
	for _, what := range []string{
		string(Devoted), string(Returning), string(Comparing), string(Thrifty), string(Newcomer),
		string(Leaves), string(BuysAtOnce), string(Empties), string(PaymentFails),
		string(Returns), string(Remembers), string(Looks), string(Opens), string(Ignores), string(Stops), string(Bounces), string(Complains),
		string(Silent), string(Nameless), string(ByEmail), string(BySMS), string(ByMessenger),
		"EUR", "GBP", "mobile", "desktop", "app", "refund", "second",
	} {
		if seen[what] == 0 {
			t.Errorf("nobody of %d is %q", many, what)
		}
	}
}

// TestPlansMakeSense: baskets suit their shoppers, and addresses are nobody's.
func TestPlansMakeSense(t *testing.T) {
	t.Parallel()
	owners := map[string]int{}
	for n := range many {
		p := Draw(3, n)
		if len(p.Basket) == 0 || !suits(p.Kind, p.Basket) {
			t.Errorf("a %s shopper has a basket of %s", p.Kind, sum(p.Basket).Decimal())
		}
		if host := p.Email[strings.IndexByte(p.Email, '@')+1:]; !strings.HasPrefix(host, "example.") {
			t.Errorf("%s is a real domain", host)
		}
		if email, ok := wire.Email(p.Email); !ok || email != p.Email {
			t.Errorf("%q is no address", p.Email)
		}
		if other, taken := owners[p.Email]; taken {
			t.Errorf("shoppers %d and %d share a mailbox", other, n)
		}
		owners[p.Email] = n
		if phone, ok := wire.Phone(p.Phone); (p.Reach == BySMS) != ok || phone != p.Phone {
			t.Errorf("a shopper reached by %s has the number %q", p.Reach, p.Phone)
		}
		if (p.Reach == ByMessenger) != (p.PSID != "") || p.PSID != "" && !p.Generic {
			t.Errorf("a shopper reached by %s has the page-scoped id %q", p.Reach, p.PSID)
		}
		past := map[Kind]bool{Devoted: len(p.Past) >= 5, Returning: len(p.Past) == 1}
		if ok, regular := past[p.Kind]; regular && !ok || !regular && len(p.Past) > 0 {
			t.Errorf("a %s shopper has %d orders behind them", p.Kind, len(p.Past))
		}
	}
}
