package commercetools

import (
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// moneyBody is an amount in the smallest unit of fractionDigits digits. One of
// high precision has its rounded amount in the currency's own unit beside it, and
// its fractionDigits are the precise amount's.
type moneyBody struct {
	Type   wire.Text `json:"type"`
	Cents  wire.Text `json:"centAmount"`
	Digits wire.Text `json:"fractionDigits"`
	Code   wire.Text `json:"currencyCode"`
}

// amount is the amount in major units, digit by digit; "" where there is none. A
// text that is no whole number stays as it is, and fails where it is read.
func (b moneyBody) amount() wire.Amount {
	cents := wire.First(b.Cents)
	if cents == "" {
		return ""
	}
	whole, negative := strings.CutPrefix(cents, "-")
	digits, ok := b.digits()
	if !ok || whole == "" || strings.Trim(whole, "0123456789") != "" {
		return wire.Amount("not whole: " + cents)
	}
	if len(whole) <= digits {
		whole = strings.Repeat("0", digits-len(whole)+1) + whole
	}
	text := whole[:len(whole)-digits] + "." + whole[len(whole)-digits:]
	if negative {
		text = "-" + text
	}
	return wire.Amount(strings.TrimSuffix(text, "."))
}

func (b moneyBody) digits() (int, bool) {
	said := wire.First(b.Digits)
	if said == "" || wire.First(b.Type) == "highPrecision" {
		n, err := money.Exponent(money.Code(wire.First(b.Code)))
		return n, err == nil
	}
	n, err := strconv.Atoi(said)
	return n, err == nil && n >= 0 && n <= 20
}
