// Package money holds amounts as integer minor units with their ISO 4217
// currency, read from and written to decimal text without floating point.
package money

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Money is an amount of one currency.
type Money struct {
	// Minor is the amount in the currency's smallest unit (cents; whole yen).
	Minor int64 `json:"minor"`
	// Currency is the upper-case ISO 4217 code.
	Currency string `json:"currency"`
}

// Exponent gives the number of decimals of a currency (ISO 4217 table A.1).
// An unknown code is fault.Unprocessable.
func Exponent(currency string) (int, error) {
	if n, ok := exponents[currency]; ok {
		return n, nil
	}
	return 0, fault.New(fault.Unprocessable, "unknown currency %q", clip(currency)).
		Try("send an upper-case ISO 4217 code such as EUR")
}

// Code normalizes a currency code as platforms write it ("eur", " EUR ").
func Code(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// Parse reads decimal text in major units ("12.50", "1e2" is refused) into an
// amount. Trailing zeros beyond the currency's decimals are allowed ("1000.00"
// yen); other excess digits are rounded half away from zero and exact is false.
func Parse(text, currency string) (m Money, exact bool, err error) {
	exp, err := Exponent(currency)
	if err != nil {
		return Money{}, false, err
	}
	digits, neg, ok := split(strings.TrimSpace(text))
	if !ok {
		return Money{}, false, fault.New(fault.Unprocessable, "%q is not an amount", clip(text)).
			Try("send decimal text such as 12.50")
	}
	whole, frac := digits[0], digits[1]
	kept, rest := frac, ""
	if len(frac) > exp {
		kept, rest = frac[:exp], frac[exp:]
	}
	kept += strings.Repeat("0", exp-len(kept))
	minor, err := strconv.ParseInt(whole+kept, 10, 64)
	exact = strings.Trim(rest, "0") == ""
	if err != nil || minor > most {
		return Money{}, false, fault.New(fault.Unprocessable, "the amount %q is too large", clip(text))
	}
	if !exact && rest[0] >= '5' {
		minor++
	}
	if minor > most { // by rounding
		return Money{}, false, fault.New(fault.Unprocessable, "the amount %q is too large", clip(text))
	}
	if neg {
		minor = -minor
	}
	return Money{Minor: minor, Currency: currency}, exact, nil
}

// split cuts "-12.50" into its whole and fractional digits.
func split(text string) (digits [2]string, neg, ok bool) {
	if rest, found := strings.CutPrefix(text, "-"); found {
		text, neg = rest, true
	}
	whole, frac, _ := strings.Cut(text, ".")
	if whole+frac == "" || len(whole)+len(frac) > 40 {
		return digits, neg, false
	}
	for _, r := range whole + frac {
		if r < '0' || r > '9' {
			return digits, neg, false
		}
	}
	if whole == "" {
		whole = "0"
	}
	return [2]string{whole, frac}, neg, true
}

// Decimal writes the amount in major units with the currency's decimals
// ("12.50"). An unknown currency is written with two.
func (m Money) Decimal() string {
	exp, err := Exponent(m.Currency)
	if err != nil {
		exp = 2
	}
	sign := ""
	if m.Minor < 0 {
		sign = "-"
	}
	s := strconv.FormatUint(magnitude(m.Minor), 10)
	if exp == 0 {
		return sign + s
	}
	if len(s) <= exp {
		s = strings.Repeat("0", exp-len(s)+1) + s
	}
	return sign + s[:len(s)-exp] + "." + s[len(s)-exp:]
}

// Major gives the amount in major units as a float, for rule expressions and
// charts only; never for arithmetic that is stored.
func (m Money) Major() float64 {
	f, _ := strconv.ParseFloat(m.Decimal(), 64)
	return f
}

// most bounds amounts, so that sums of many stay far from overflowing.
const most = math.MaxInt64 / 4

// Times multiplies by a count, stopping at the bound instead of overflowing.
func (m Money) Times(n int) Money {
	hi, lo := bits.Mul64(magnitude(m.Minor), magnitude(int64(n)))
	product := int64(most)
	if hi == 0 && lo <= most {
		product = int64(lo)
	}
	if (m.Minor < 0) != (n < 0) {
		product = -product
	}
	return Money{Minor: product, Currency: m.Currency}
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n) // #nosec G115 -- two's complement is what is wanted: it holds for the smallest number too
	}
	return uint64(n)
}

func clip(s string) string {
	if len(s) > 24 {
		return strings.ToValidUTF8(s[:24], "") + "…"
	}
	return s
}
