package money

import (
	"math"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		minor                  int64
		currency, locale, want string
	}{
		{1250, "EUR", "en", "€12.50"},
		{1250, "EUR", "", "€12.50"},
		{1250, "EUR", "xx", "€12.50"},
		{-1250, "EUR", "en-GB", "-€12.50"},
		{5, "USD", "en-US", "$0.05"},
		{123456789, "USD", "en-US", "$1,234,567.89"},
		{1250, "EUR", "fr", "12,50 €"},
		{123450, "EUR", "fr-FR", "1 234,50 €"},
		{123450, "EUR", "fr_BE", "1 234,50 €"},
		{123450, "EUR", "de", "1.234,50 €"},
		{-123450, "EUR", "de-DE", "-1.234,50 €"},
		{123450, "EUR", "de-AT", "€ 1.234,50"},
		{123450, "CHF", "de-CH", "CHF 1’234.50"},
		{123450, "EUR", "es", "1234,50 €"},
		{1234500, "EUR", "es-ES", "12.345,00 €"},
		{123450, "MXN", "es-MX", "$1,234.50"},
		{123450, "EUR", "it", "1.234,50 €"},
		{123450, "EUR", "nl", "€ 1.234,50"},
		{123450, "BRL", "pt-BR", "R$ 1.234,50"},
		{123450, "EUR", "pt-PT", "1234,50 €"},
		{123450, "SEK", "sv", "1 234,50 kr"},
		{123450, "SEK", "en", "SEK 1,234.50"},
		{123450, "DKK", "da", "1.234,50 kr."},
		{123450, "NOK", "nb-NO", "1 234,50 kr"},
		{123450, "EUR", "fi", "1 234,50 €"},
		{123450, "PLN", "pl", "1234,50 zł"},
		{1234, "JPY", "ja", "¥1,234"},
		{1234, "JPY", "fr", "1 234 ¥"},
		{12345, "BHD", "en", "BHD 12.345"},
		{1250, "CAD", "en", "CA$12.50"},
		{1250, "CAD", "en-CA", "$12.50"},
		{1250, "USD", "en-CA", "US$12.50"},
		{1250, "AUD", "en-AU", "$12.50"},
		{12345678, "INR", "en-IN", "₹1,23,456.78"},
		{12900, "ILS", "he", "129.00 ₪"},
		{1250, "HKD", "zh-Hant-HK", "$12.50"},
		{1250, "XXX", "en", "XXX 12.50"},
		{1250, "", "en", "12.50"},
		{0, "EUR", "de", "0,00 €"},
	}
	for _, tt := range tests {
		got := Format(Money{Minor: tt.minor, Currency: tt.currency}, tt.locale)
		// The table writes spaces where the amounts have no-break spaces.
		if strings.ContainsRune(got, ' ') {
			t.Errorf("%q can break over lines", got)
		}
		if got = strings.ReplaceAll(got, nbsp, " "); got != tt.want {
			t.Errorf("%d %s in %q gives %q, want %q", tt.minor, tt.currency, tt.locale, got, tt.want)
		}
	}
}

func TestFormatKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return r
			}
			return -1
		}, s)
	}
	for _, locale := range []string{"en", "fr", "de", "es", "en-IN", "de-CH", "ja", "pl"} {
		for _, n := range []int64{0, 1, 99, 100, 99_999, 100_000, 1_234_567_890, math.MaxInt64 / 4} {
			m := Money{Minor: n, Currency: "EUR"}
			if got := Format(m, locale); digits(got) != digits(m.Decimal()) {
				t.Errorf("%s in %s gives %q", m.Decimal(), locale, got)
			}
		}
	}
}
