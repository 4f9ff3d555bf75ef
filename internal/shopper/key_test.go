package shopper_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

func TestParseKey(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind       event.KeyKind
		text, want string
	}{
		{event.KeyEmail, " Ada@Example.COM ", "ada@example.com"},
		{event.KeyEmail, "ada", ""}, {event.KeyEmail, "@example.com", ""}, {event.KeyEmail, "ada@", ""}, {event.KeyEmail, "a da@example.com", ""},
		{event.KeyPhone, "+33 (6) 12-34.56 78", "+33612345678"},
		{event.KeyPhone, "0612345678", ""}, {event.KeyPhone, "+33 six", ""}, {event.KeyPhone, "+1", ""},
		{event.KeyCustomer, " 7001 ", "7001"}, {event.KeyCustomer, " ", ""},
		{event.KeyMessenger, "7123", "7123"}, {event.KeyAnonymous, "a-1", "a-1"}, {"name", "Ada", ""},
	} {
		k, err := shopper.ParseKey(c.kind, c.text)
		switch {
		case c.want == "" && !fault.Is(err, fault.Unprocessable):
			t.Errorf("%s %q gave %v, %v", c.kind, c.text, k, err)
		case c.want != "" && (err != nil || k != event.Key{Kind: c.kind, Value: c.want}):
			t.Errorf("%s %q gave %v, %v; want %q", c.kind, c.text, k, err, c.want)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	f.Add("email", "Ada@Example.com")
	f.Add("phone", "+33 6 12 34 56 78")
	f.Fuzz(func(t *testing.T, kind, text string) {
		k, err := shopper.ParseKey(event.KeyKind(kind), text)
		if err != nil {
			return
		}
		if again, err := shopper.ParseKey(k.Kind, k.Value); err != nil || again != k {
			t.Fatalf("%v reads back as %v, %v", k, again, err)
		}
	})
}
