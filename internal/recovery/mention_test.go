package recovery

import (
	"encoding/json"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// bird is whom these tests look for.
var bird = []event.Key{
	{Kind: event.KeyCustomer, Value: "7001"}, {Kind: event.KeyEmail, Value: "ada@example.com"}, {Kind: event.KeyPhone, Value: "+33612345678"},
	{Kind: event.KeyMessenger, Value: "7123456789012345"}, {Kind: event.KeyAnonymous, Value: "anon-1"},
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		want bool
	}{
		{`{"a":{"b":["x","ADA@Example.com"]}}`, true},
		{`{"mail":"ada\u0040example.com"}`, true},
		{`{"text":"write to ada@example.com, please"}`, true},
		{`{"phone":"06 12 34 56 78"}`, true}, {`{"phone":"+33-6-12-34-56-78"}`, true}, {`{"phone":612345678}`, true},
		{`{"phone":"+44612345678"}`, false}, {`{"order":45678}`, false},
		{`{"customer":{"id":7001}}`, true}, {`{"user_id":"7001"}`, true}, {`{"product":{"id":7001}}`, false},
		{`{"sender":{"id":"7123456789012345"}}`, true}, {`{"anonymousId":"anon-1"}`, true}, {`{"anonymousId":"anon-12"}`, false},
		{`From=%2B33612345678&Body=hello`, true}, {`email=ada%40example.com`, true}, {`nothing here`, false}, {``, false}, {`[]`, false},
	} {
		if got := mentions(bird)([]byte(c.body)); got != c.want {
			t.Errorf("%s: %v", c.body, got)
		}
	}
	if mentions(nil)([]byte(`{"a":"b"}`)) {
		t.Error("nobody is mentioned")
	}
}

// FuzzMasked: whatever a body holds, a masked one is JSON and names nobody else.
func FuzzMasked(f *testing.F) {
	for _, s := range []string{`{"mail":"Ada@example.com","n":12345678901234567890}`, `a=ada@example.com`, "\xff\x00", `{"a":[{"phone":"06 12 34 56 78"}]}`, `"x"`, `{}}`, ``} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		out := masked(body, bird)
		if len(body) == 0 {
			return
		}
		if !json.Valid(out) {
			t.Fatalf("%q became %q", body, out)
		}
		if _, isJSON := decoded(body); isJSON && mentions(bird)(out) {
			t.Fatalf("%q still names somebody: %q", body, out)
		}
		if plain := masked(body, nil); !json.Valid(plain) {
			t.Fatalf("%q became %q when there is nobody else", body, plain)
		}
	})
}
