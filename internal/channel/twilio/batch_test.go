package twilio_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// TestUnknownFieldsChangeNothing: Twilio adds fields without notice.
func TestUnknownFieldsChangeNothing(t *testing.T) {
	t.Parallel()
	want, err := provider().Callback(keyed(token), signed(statusURL, token, delivered()))
	if err != nil {
		t.Fatal(err)
	}
	f := delivered()
	for i := range 500 {
		f.Set(fmt.Sprintf("ChannelField%d", i), "☎")
	}
	r := signed(statusURL, token, f)
	r.Header["Content-Type"] = []string{"text/plain"}
	got, err := provider().Callback(keyed(token), r)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("batch (-want +got):\n%s", diff)
	}
}

// TestStatusesAnyWayRound: each status has a key of its own, the same whenever it comes.
func TestStatusesAnyWayRound(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, status := range []string{"queued", "sent", "delivered", "sent", "delivered", "queued"} {
		f := delivered()
		f.Set("MessageStatus", status)
		b, err := provider().Callback(keyed(token), signed(statusURL, token, f))
		if err != nil || len(b.Reports) != 1 {
			t.Fatalf("%s: %+v, %v", status, b, err)
		}
		if had, seen := keys[status]; seen && had != b.Reports[0].Dedupe {
			t.Errorf("%s has the keys %q and %q", status, had, b.Reports[0].Dedupe)
		}
		keys[status] = b.Reports[0].Dedupe
	}
	if keys["queued"] == keys["sent"] || keys["sent"] == keys["delivered"] {
		t.Errorf("statuses share a key: %q", keys)
	}
}

// TestHalfAForm fails closed: what is missing was signed.
func TestHalfAForm(t *testing.T) {
	t.Parallel()
	for cut := 1; cut < len(delivered().Encode()); cut++ {
		r := signed(statusURL, token, delivered())
		r.Body = r.Body[:len(r.Body)-cut]
		b, err := provider().Callback(keyed(token), r)
		if !fault.Is(err, fault.Unauthorized) && !fault.Is(err, fault.Invalid) || len(b.Reports) != 0 {
			t.Fatalf("without its last %d bytes: %+v, %v", cut, b, err)
		}
	}
	r := signed(statusURL, token, url.Values{})
	r.Body = []byte(`{"MessageSid":"SM1","MessageStatus":"delivered"}`)
	if b, err := provider().Callback(keyed(token), r); !fault.Is(err, fault.Unauthorized) || len(b.Reports) != 0 {
		t.Errorf("JSON under a form's signature: %+v, %v", b, err)
	}
}
