package shop_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// FuzzSettings: a setting that is taken can be stored, and written as text
// reads the same; one that is refused changes nothing else.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{"30m", "opt_in", "21:00-08:00", "0.1", "1e-9", "-0", "https://shop.example/cart?restore={cart}", "http://", "Blue Shop", ""} {
		for _, name := range shop.SettingNames() {
			f.Add(name, s)
		}
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		s := shop.Defaults()
		if err := s.Set(name, value); err != nil {
			if !fault.Is(err, fault.Unprocessable) {
				t.Fatalf("%s=%q: %v", name, value, err)
			}
			return
		}
		if _, err := json.Marshal(s); err != nil {
			t.Fatalf("%s=%q cannot be stored: %v", name, value, err)
		}
		again := shop.Defaults()
		for n, text := range s.Texts() {
			if err := again.Set(n, text); err != nil {
				t.Fatalf("%s=%q is written %s=%q and refused: %v", name, value, n, text, err)
			}
		}
		if diff := cmp.Diff(s, again); diff != "" {
			t.Fatalf("%s=%q reads back differently:\n%s", name, value, diff)
		}
	})
}
