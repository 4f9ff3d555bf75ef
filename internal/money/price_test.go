package money_test

import (
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

func TestParsePrice(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		price  money.Price
		twice  string
		failed bool
	}{
		"":                           {},
		"   ":                        {},
		"0.0079 USD":                 {price: money.Price{Micro: 7900, Currency: "USD"}, twice: "0.0158 USD"},
		" 0.075  eur ":               {price: money.Price{Micro: 75000, Currency: "EUR"}, twice: "0.15 EUR"},
		"0 EUR":                      {price: money.Price{Currency: "EUR"}, twice: "0.00 EUR"},
		"7 JPY":                      {price: money.Price{Micro: 7_000_000, Currency: "JPY"}, twice: "14.00 JPY"},
		"0.000001 USD":               {price: money.Price{Micro: 1, Currency: "USD"}, twice: "0.000002 USD"},
		"0.00000100 USD":             {price: money.Price{Micro: 1, Currency: "USD"}, twice: "0.000002 USD"},
		"1000 USD":                   {price: money.Price{Micro: 1_000_000_000, Currency: "USD"}, twice: "2000.00 USD"},
		"0.0000001 USD":              {failed: true},
		"1000.000001 USD":            {failed: true},
		"-0.01 USD":                  {failed: true},
		".01 USD":                    {failed: true},
		"0,0079 USD":                 {failed: true},
		"1e-2 USD":                   {failed: true},
		"0.0079":                     {failed: true},
		"USD 0.0079":                 {failed: true},
		"0.0079 USDD":                {failed: true},
		"0.0079 per USD":             {failed: true},
		"9999999999999999999999 USD": {failed: true},
	} {
		got, err := money.ParsePrice(text)
		if want.failed != (err != nil) || err != nil && !fault.Is(err, fault.Unprocessable) {
			t.Errorf("ParsePrice(%q): %v", text, err)
		}
		if diff := cmp.Diff(want.price, got); diff != "" {
			t.Errorf("ParsePrice(%q) (-want +got):\n%s", text, diff)
		}
		if twice := got.Times(2).String(); twice != want.twice {
			t.Errorf("twice %q is %q, not %q", text, twice, want.twice)
		}
	}
}

// What is written is read as the same, and adding up is exact: as fractions say.
func TestPricesAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := money.Price{Micro: rapid.Int64Range(0, 1_000_000_000).Draw(t, "micro"), Currency: rapid.SampledFrom([]string{"USD", "JPY", "KWD"}).Draw(t, "currency")}
		back, err := money.ParsePrice(p.String())
		if err != nil || back != p {
			t.Fatalf("%q is read as %+v, %v", p.String(), back, err)
		}
		n := rapid.IntRange(0, 20).Draw(t, "segments")
		one, _ := new(big.Rat).SetString(p.Amount())
		all, _ := new(big.Rat).SetString(p.Times(n).Amount())
		if want := one.Mul(one, new(big.Rat).SetInt64(int64(n))); want.Cmp(all) != 0 {
			t.Fatalf("%d times %s is %s", n, p, all)
		}
	})
}
