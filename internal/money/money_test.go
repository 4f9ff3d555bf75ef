package money_test

import (
	"math"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in, currency string
		want         int64
		exact        bool
	}{
		{"12.50", "EUR", 1250, true},
		{"12.5", "EUR", 1250, true},
		{"12", "EUR", 1200, true},
		{".5", "EUR", 50, true},
		{"5.", "EUR", 500, true},
		{" 7.00 ", "EUR", 700, true},
		{"0", "EUR", 0, true},
		{"-0.01", "EUR", -1, true},
		{"1000", "JPY", 1000, true},
		{"1000.00", "JPY", 1000, true},
		{"1.234", "KWD", 1234, true},
		{"1.2345", "CLF", 12345, true},
		{"34.0000", "USD", 3400, true},
		{"0.004", "EUR", 0, false},
		{"0.005", "EUR", 1, false},
		{"-0.005", "EUR", -1, false},
		{"9.999", "EUR", 1000, false},
		{"99.5", "JPY", 100, false},
		{"3.3333333333333335", "EUR", 333, false},
		{"0000000000000000000012.50", "EUR", 1250, true},
		{"90071992547409.93", "EUR", 9007199254740993, true}, // 2^53+1 minor units, which no float64 holds
	} {
		t.Run(c.in+" "+c.currency, func(t *testing.T) {
			t.Parallel()
			m, exact, err := money.Parse(c.in, c.currency)
			if err != nil {
				t.Fatal(err)
			}
			if m != (money.Money{Minor: c.want, Currency: c.currency}) || exact != c.exact {
				t.Errorf("got %+v exact=%v, want %d exact=%v", m, exact, c.want, c.exact)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"", "EUR"}, {".", "EUR"}, {"-", "EUR"}, {"--1", "EUR"}, {"+1", "EUR"}, {"1e2", "EUR"}, {"1,50", "EUR"}, {"1 000", "EUR"},
		{"€5", "EUR"}, {"1.2.3", "EUR"}, {"٣", "EUR"}, {"NaN", "EUR"}, {"1-", "EUR"},
		{"99999999999999999999", "EUR"}, {"9223372036854775807", "JPY"}, {strings.Repeat("1", 50), "EUR"},
		{"1", ""}, {"1", "eur"}, {"1", "XXX"}, {"1", "EURO"},
	} {
		if m, _, err := money.Parse(c[0], c[1]); !fault.Is(err, fault.Unprocessable) || m != (money.Money{}) {
			t.Errorf("%q %q: got %+v, %v; want unprocessable", c[0], c[1], m, err)
		}
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		m    money.Money
		want string
	}{
		{money.Money{Minor: 1250, Currency: "EUR"}, "12.50"},
		{money.Money{Minor: 5, Currency: "EUR"}, "0.05"},
		{money.Money{Minor: -5, Currency: "EUR"}, "-0.05"},
		{money.Money{Currency: "EUR"}, "0.00"},
		{money.Money{Minor: 1000, Currency: "JPY"}, "1000"},
		{money.Money{Minor: 1, Currency: "KWD"}, "0.001"},
		{money.Money{Minor: 12345, Currency: "CLF"}, "1.2345"},
		{money.Money{Minor: 1250}, "12.50"},
	} {
		if got := c.m.Decimal(); got != c.want {
			t.Errorf("%+v is %q, want %q", c.m, got, c.want)
		}
	}
}

func TestMajor(t *testing.T) {
	t.Parallel()
	if got := (money.Money{Minor: -1999, Currency: "EUR"}).Major(); got != -19.99 {
		t.Errorf("got %v", got)
	}
	if got := (money.Money{Minor: 1999, Currency: "JPY"}).Major(); got != 1999 {
		t.Errorf("got %v", got)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor int64
		n     int
		want  int64
	}{
		{250, 3, 750}, {250, 0, 0}, {0, 5, 0}, {250, -2, -500},
		{math.MaxInt64 / 4, 1_000_000, math.MaxInt64 / 4}, // saturates
	} {
		m := money.Money{Minor: c.minor, Currency: "EUR"}
		if got := m.Times(c.n); got != (money.Money{Minor: c.want, Currency: "EUR"}) {
			t.Errorf("%d times %d is %+v, want %d", c.minor, c.n, got, c.want)
		}
	}
}

func TestExponent(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{"EUR": 2, "USD": 2, "JPY": 0, "KRW": 0, "ISK": 0, "BHD": 3, "TND": 3, "CLF": 4, "HUF": 2, "TWD": 2} {
		if got, err := money.Exponent(code); err != nil || got != want {
			t.Errorf("%s has %d decimals, %v; want %d", code, got, err, want)
		}
	}
	if _, err := money.Exponent("eur"); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("a code in small letters gave %v", err)
	}
	if got := money.Code(" eur\n"); got != "EUR" {
		t.Errorf("the code is %q", got)
	}
}

// Whatever is read and written again is the same amount.
func FuzzParse(f *testing.F) {
	f.Add("12.50", "EUR")
	f.Add("-0.005", "KWD")
	f.Add("9223372036854775807", "JPY")
	f.Fuzz(func(t *testing.T, text, currency string) {
		m, _, err := money.Parse(text, currency)
		if err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, exact, err := money.Parse(m.Decimal(), currency)
		if err != nil || !exact || again != m {
			t.Fatalf("%q is %+v, written %q, read again %+v (%v, %v)", text, m, m.Decimal(), again, exact, err)
		}
	})
}
