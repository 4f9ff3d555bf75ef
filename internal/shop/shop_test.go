package shop_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

const key = "0123456789abcdef0123456789abcdef"

func sealer(t *testing.T, key string) *shop.Sealer {
	t.Helper()
	s, err := shop.NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeal(t *testing.T) {
	t.Parallel()
	s := sealer(t, key)
	a, b := s.Seal("shop-1", "twilio_auth_token", "secret"), s.Seal("shop-1", "twilio_auth_token", "secret")
	if string(a) == string(b) {
		t.Error("two seals of one value are alike")
	}
	if strings.Contains(string(a), "secret") {
		t.Error("the value shows through")
	}
	if got, err := s.Open("shop-1", "twilio_auth_token", a); err != nil || got != "secret" {
		t.Fatalf("opened %q: %v", got, err)
	}
	for name, open := range map[string]func() (string, error){
		"another shop": func() (string, error) { return s.Open("shop-2", "twilio_auth_token", a) },
		"another name": func() (string, error) { return s.Open("shop-1", "webhook", a) },
		"another key":  func() (string, error) { return sealer(t, key+"x").Open("shop-1", "twilio_auth_token", a) },
		"one byte off": func() (string, error) {
			c := append([]byte{}, a...)
			c[9] ^= 1
			return s.Open("shop-1", "twilio_auth_token", c)
		},
		"cut short":      func() (string, error) { return s.Open("shop-1", "twilio_auth_token", a[:5]) },
		"nothing at all": func() (string, error) { return s.Open("shop-1", "twilio_auth_token", nil) },
	} {
		if got, err := open(); err == nil || got != "" {
			t.Errorf("%s: opened %q", name, got)
		}
	}
}

func TestShortKeyIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := shop.NewSealer("short"); !fault.Is(err, fault.Misconfigured) {
		t.Errorf("a short key: %v", err)
	}
}

func TestDeriveDiffersByPurpose(t *testing.T) {
	t.Parallel()
	s := sealer(t, key)
	a, err1 := s.Derive("links")
	b, err2 := s.Derive("sandbox")
	if err1 != nil || err2 != nil || string(a) == string(b) || len(a) != 32 {
		t.Errorf("derived %x and %x (%v, %v)", a, b, err1, err2)
	}
}

func TestSettingsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	s := shop.Defaults()
	for name, value := range map[string]string{
		"abandon_after": "2s", "consent_mode": "soft_opt_in", "quiet_hours": "off", "holdout_share": "0.1", "sender_name": "Ana",
		"support_email": "help@shop.example", "address": "1 Rue A, Paris", "restore_url": "https://shop.example/cart?c={cart}",
	} {
		if err := s.Set(name, value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := s.Texts()[name]; got != value {
			t.Errorf("%s reads back as %q, want %q", name, got, value)
		}
	}
	if s.AbandonAfter != 2*time.Second {
		t.Errorf("abandon_after is %v", s.AbandonAfter)
	}
	if len(s.Texts()) != len(shop.SettingNames()) {
		t.Errorf("%d texts for %d settings", len(s.Texts()), len(shop.SettingNames()))
	}
}

func TestBadSettings(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"abandon_after": "500ms", "consent_mode": "maybe", "quiet_hours": "night", "holdout_share": "0.9",
		"restore_url": "javascript:alert(1)", "colour": "blue",
	} {
		s := shop.Defaults()
		if err := s.Set(name, value); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

func TestValidateTellsEverything(t *testing.T) {
	t.Parallel()
	err := shop.Shop{Platform: "x", Domain: "a b", Currency: "EURO", TimeZone: "Mars", Locale: "?", Country: "France"}.Validate([]string{"shopify"})
	for _, field := range []string{"name", "platform", "domain", "currency", "timezone", "locale", "country"} {
		if err == nil || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s is not complained of: %v", field, err)
		}
	}
	good := shop.Shop{Name: "Ana", Platform: "shopify", Domain: "ana.myshopify.com", Currency: "EUR", TimeZone: "Europe/Paris", Locale: "fr-FR", Country: "FR"}
	if err := good.Validate([]string{"shopify"}); err != nil {
		t.Error(err)
	}
}

func TestParseDomain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://Ana.MyShopify.com/": "ana.myshopify.com", " shop.example ": "shop.example", "http://localhost:3000/x": "localhost:3000",
	} {
		if got := shop.ParseDomain(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}
