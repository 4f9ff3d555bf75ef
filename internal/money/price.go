package money

import (
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Price is what one of something costs that costs less than the smallest coin,
// as a part of a text message does.
type Price struct {
	// Micro is millionths of the currency's major unit (0.0079 USD is 7900).
	Micro int64 `json:"micro"`
	// Currency is the upper-case ISO 4217 code; "" where no price is known.
	Currency string `json:"currency"`
}

const (
	// microDigits are the decimals that a price keeps.
	microDigits = 6
	// maxPrice bounds a price, so that a slip of the keyboard is seen: a thousand major units.
	maxPrice = 1_000 * 1_000_000
)

// ParsePrice reads "0.0079 USD". Empty text is no price; more decimals than are
// kept, a sign, or an unknown currency is fault.Unprocessable.
func ParsePrice(text string) (Price, error) {
	parts := strings.Fields(text)
	if len(parts) == 0 {
		return Price{}, nil
	}
	if len(parts) != 2 {
		return Price{}, notAPrice(text)
	}
	p := Price{Currency: Code(parts[1])}
	if _, err := Exponent(p.Currency); err != nil {
		return Price{}, err
	}
	digits, negative, ok := split(parts[0])
	if !ok || negative || strings.HasPrefix(parts[0], ".") {
		return Price{}, notAPrice(text)
	}
	decimals := strings.TrimRight(digits[1], "0")
	if len(decimals) > microDigits {
		return Price{}, fault.New(fault.Unprocessable, "%q has more than %d decimals", clip(text), microDigits).Try("round it")
	}
	micro, err := strconv.ParseInt(digits[0]+decimals+strings.Repeat("0", microDigits-len(decimals)), 10, 64)
	if err != nil || micro > maxPrice {
		return Price{}, fault.New(fault.Unprocessable, "the price %q is too large", clip(text)).Try("write the price of one, up to 1000")
	}
	p.Micro = micro
	return p, nil
}

func notAPrice(text string) error {
	return fault.New(fault.Unprocessable, "%q is not a price", clip(text)).
		Try(`write an amount with a point and a currency, such as "0.0079 USD", or leave it empty`)
}

// Known reports whether there is a price; one of nothing is known too.
func (p Price) Known() bool { return p.Currency != "" }

// Times is the price of several.
func (p Price) Times(n int) Price {
	// A price and a count are both small: no product comes near the bound.
	return Price{Micro: p.Micro * int64(min(max(n, 0), 1_000_000)), Currency: p.Currency}
}

// Amount writes the amount without its currency, with as many decimals as it
// has and at least two ("0.0158", "1.50"), as ParsePrice reads it.
func (p Price) Amount() string {
	text := strconv.FormatInt(p.Micro, 10)
	if len(text) <= microDigits {
		text = strings.Repeat("0", microDigits-len(text)+1) + text
	}
	at := len(text) - microDigits
	decimals := strings.TrimRight(text[at:], "0")
	return text[:at] + "." + decimals + strings.Repeat("0", max(2-len(decimals), 0))
}

// String writes the price as ParsePrice reads it; "" where none is known.
func (p Price) String() string {
	if !p.Known() {
		return ""
	}
	return p.Amount() + " " + p.Currency
}
