package sendgrid_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// posted gives the keys of what a signed body reports.
func posted(tb testing.TB, body string) []string {
	tb.Helper()
	var keys []string
	for _, r := range read(tb, body) {
		keys = append(keys, r.Dedupe)
	}
	return keys
}

func happened(id string) string {
	return `{"event":"delivered","sg_event_id":"` + id + `","message_id":"msg-1","timestamp":1795000000}`
}

func TestGoodEventsOfABadBatchCount(t *testing.T) {
	t.Parallel()
	bad := []string{
		`null`, `7`, `"x"`, `[]`, `{}`, `{"event":{}}`, `{"event":"delivered"}`,
		`{"event":"delivered","message_id":{"a":1}}`, `{"event":"teleported","message_id":"m"}`,
		`{"event":"delivered","email":"` + strings.Repeat("x", 1<<16) + `"}`,
		strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000),
	}
	for _, b := range bad {
		if got := posted(t, "["+happened("1")+","+b+","+happened("2")+"]"); !slices.Equal(got, []string{"1", "2"}) {
			t.Errorf("beside %.60s: %q", b, got)
		}
	}
	all := strings.Join(bad, ",")
	if got := posted(t, "["+all+","+happened("1")+","+all+"]"); !slices.Equal(got, []string{"1"}) {
		t.Errorf("among all of them: %q", got)
	}
}

func TestBatchesAnyWayRound(t *testing.T) {
	t.Parallel()
	one, two, three := happened("1"), happened("2"), happened("3")
	forth := read(t, "["+one+","+two+","+three+"]")
	back := read(t, "["+three+","+two+","+one+"]")
	slices.Reverse(back)
	if diff := cmp.Diff(forth, back); diff != "" {
		t.Errorf("the order changes what is said:\n%s", diff)
	}
	if got := posted(t, "["+one+","+one+"]"); !slices.Equal(got, []string{"1", "1"}) {
		t.Errorf("a repetition has the keys %q", got)
	}
}

func TestAGiantBatch(t *testing.T) {
	t.Parallel()
	const events = 20_000
	var list []string
	for i := range events {
		list = append(list, happened(fmt.Sprint(i)))
	}
	body := "[" + strings.Join(list, ",") + "]"
	if got := read(t, body); len(got) != events {
		t.Errorf("%d of %d events were read", len(got), events)
	}
	key, pub := newKey(t)
	if _, err := provider().Callback(delivery.Account{VerifyKeys: []string{pub}}, signed(t, key, clock, body[:len(body)/2])); !fault.Is(err, fault.Invalid) {
		t.Errorf("half of it: %v, want invalid, so that it comes again", err)
	}
}

// TestTheSignatureAloneDecides: not the content type, not further headers.
func TestTheSignatureAloneDecides(t *testing.T) {
	t.Parallel()
	key, pub := newKey(t)
	a := delivery.Account{VerifyKeys: []string{pub}}
	r := signed(t, key, clock, one)
	r.Header["Content-Type"], r.Header["X-Unknown"] = []string{"text/plain"}, []string{"x"}
	r.Method = http.MethodPut
	if b, err := provider().Callback(a, r); err != nil || len(b.Reports) != 1 {
		t.Errorf("%d reports, %v", len(b.Reports), err)
	}
	r.Header[signatureHeader] = nil
	if b, err := provider().Callback(a, r); !fault.Is(err, fault.Unauthorized) || len(b.Reports) != 0 {
		t.Errorf("unsigned: %d reports, %v", len(b.Reports), err)
	}
}
