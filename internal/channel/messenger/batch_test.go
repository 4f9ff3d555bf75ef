package messenger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func receiptOf(mid string) string {
	return `{"sender":{"id":"psid-1"},"timestamp":1795000000000,"delivery":{"mids":["` + mid + `"]}}`
}

func receipts(tb testing.TB, body string) []string {
	tb.Helper()
	var mids []string
	for _, r := range read(tb, body).Reports {
		mids = append(mids, r.ProviderID)
	}
	return mids
}

func TestGoodEventsOfABadBatchCount(t *testing.T) {
	t.Parallel()
	bad := []string{
		`null`, `7`, `"x"`, `[]`, `{}`, `{"delivery":7}`, `{"delivery":{"mids":7}}`, `{"delivery":{"mids":[{}]}}`,
		`{"timestamp":"soon","delivery":{"mids":["m_9"]}}`, `{"sender":7,"message":{"mid":"m_9"}}`, `{"reaction":{"mid":"m_9"}}`,
		strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000),
	}
	for _, b := range bad {
		if got := receipts(t, page(receiptOf("m_1")+","+b+","+receiptOf("m_2"))); !slices.Equal(got, []string{"m_1", "m_2"}) {
			t.Errorf("beside %.60s: %q", b, got)
		}
	}
}

func TestGoodEntriesOfABadBatchCount(t *testing.T) {
	t.Parallel()
	good := func(mid string) string { return `{"id":"1001","messaging":[` + receiptOf(mid) + `]}` }
	for _, bad := range []string{`null`, `7`, `"x"`, `[]`, `{}`, `{"id":{},"messaging":[]}`, `{"id":"1001","messaging":7}`, `{"id":"1001","changes":[{"field":"feed"}]}`} {
		body := `{"object":"page","entry":[` + good("m_1") + "," + bad + "," + good("m_2") + `],"extra":true}`
		if got := receipts(t, body); !slices.Equal(got, []string{"m_1", "m_2"}) {
			t.Errorf("beside %s: %q", bad, got)
		}
		if diff := cmp.Diff([]string{"1001"}, messenger.Pages([]byte(body))); diff != "" {
			t.Errorf("beside %s, pages (-want +got):\n%s", bad, diff)
		}
	}
}

func TestBatchesAnyWayRound(t *testing.T) {
	t.Parallel()
	one, two := receiptOf("m_1"), hello
	forth, back := read(t, page(one+","+two)), read(t, page(two+","+one))
	if diff := cmp.Diff(forth, back); diff != "" || len(forth.Reports) != 1 || len(forth.Inbounds) != 1 {
		t.Errorf("the order changes what is said:\n%s", diff)
	}
	twice := read(t, page(two+","+two)).Inbounds
	if len(twice) != 2 || twice[0].Dedupe != twice[1].Dedupe {
		t.Errorf("a repetition: %+v", twice)
	}
}

func TestAGiantBatch(t *testing.T) {
	t.Parallel()
	const events = 20_000
	var list []string
	for i := range events {
		list = append(list, receiptOf(fmt.Sprint("m_", i)))
	}
	body := page(strings.Join(list, ","))
	if got := receipts(t, body); len(got) != events {
		t.Errorf("%d of %d events were read", len(got), events)
	}
	if _, err := provider().Callback(account(""), signed(body[:len(body)/2])); !fault.Is(err, fault.Invalid) {
		t.Errorf("half of it: %v, want invalid, so that it comes again", err)
	}
}

// TestTheSignatureAloneDecides: not the content type, not further headers.
func TestTheSignatureAloneDecides(t *testing.T) {
	t.Parallel()
	a := delivery.Account{ID: "1001", VerifyKeys: []string{secret}}
	r := signed(page(hello))
	r.Header["Content-Type"], r.Header["X-Unknown"] = []string{"text/plain"}, []string{"x"}
	if b, err := provider().Callback(a, r); err != nil || len(b.Inbounds) != 1 {
		t.Errorf("%d inbounds, %v", len(b.Inbounds), err)
	}
	r.Header[signatureHeader] = nil
	if b, err := provider().Callback(a, r); !fault.Is(err, fault.Unauthorized) || len(b.Inbounds) != 0 {
		t.Errorf("unsigned: %d inbounds, %v", len(b.Inbounds), err)
	}
}
