package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Claims notes what was claimed; an answer that makes no sense is refused as the engine does.
func (m *memory) Claims(_ context.Context, shopID string, said []consent.Said) ([]event.Receipt, error) {
	if m.failing != nil {
		return nil, m.failing
	}
	var out []event.Receipt
	for i, s := range said {
		c, err := s.Claim(noon)
		if err != nil {
			fe := err.(*fault.Error)
			out = append(out, event.Receipt{Index: i, Status: event.Rejected, Code: string(fe.Code), Field: fe.Field, Message: fe.Message, Remedy: fe.Remedy})
			continue
		}
		names := ""
		if c.Confirmed {
			names = " confirmed"
		}
		m.note("claim " + shopID + " " + c.Keys[0].Value + " " + string(c.Channel) + " " + string(c.Answer) + names + " " + strings.Join(c.Names, "+"))
		out = append(out, event.Receipt{Index: i, Status: event.Accepted, ID: "e1", Kind: event.ConsentChanged})
	}
	return out, nil
}

// ConsentLedger gives Ada's.
func (m *memory) ConsentLedger(_ context.Context, shopID, id string) (journey.ConsentLedger, error) {
	if !holds(shopID, id) {
		return journey.ConsentLedger{}, gone("shopper")
	}
	yes := event.Consent{Channel: event.Email, Answer: event.Yes, Source: "footer", At: noon.Add(-time.Hour), Confirmed: true, Names: []string{"cart_reminders"}}
	return journey.ConsentLedger{
		ShopperID: id,
		Now: []journey.ConsentStanding{
			{Channel: event.Email, Address: "ada@example.com", Answer: event.Yes, Confirmed: true, Names: yes.Names, Source: "footer", At: yes.At, Suppressed: "bounced"},
			{Channel: event.SMS},
		},
		Lines: []consent.Entry{{Consent: yes, ShopperID: id, Address: "ada@example.com", Evidence: "event e1"}},
	}, nil
}

func TestConsentsAreStatedEachOnItsOwn(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	const good = `{"email":"Ada@Example.com","channel":"email","answer":"yes","confirmed":true,"names":["cart_reminders"],"at":"2026-05-02"}`
	r := s.do("POST", "/api/v1/consents", `{"consents":[`+good+`,{"phone":"+33612345678","channel":"sms","answer":"no"},
		{"email":"ada@example.com","channel":"sms","answer":"yes","confirmed":true},{"email":"a@b.cd","channel":"email","answer":"yes","confirm":true},7]}`, key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"accepted":2,"duplicate":0,"rejected":3`, `"index":2,"status":"rejected"`, `"field":"confirmed"`, `"index":3,"status":"rejected"`, "a field that is not known", `"index":4,"status":"rejected"`)
	s.do("POST", "/api/v1/consents", `[`+good+`]`, key("key-one")...).expect(t, http.StatusOK)
	s.do("POST", "/api/v1/consents", good, key("key-one")...).expect(t, http.StatusOK)
	ada := "claim s1 ada@example.com email yes confirmed cart_reminders"
	if diff := cmp.Diff([]string{ada, "claim s1 +33612345678 sms no ", ada, ada}, s.memory.written()); diff != "" {
		t.Error(diff)
	}
	one := s.do("POST", "/api/v1/consents", `{"channel":"email","answer":"yes"}`, key("key-one")...)
	one.expect(t, http.StatusUnprocessableEntity)
	one.has(t, `"detail":"nobody is named"`, `"results":[{"index":0`)
	for body, status := range map[string]int{
		``: 400, `{"consents":`: 400, `7`: 422, `"yes"`: 422, `{"consents":{}}`: 422, `{"consents":[],"shop":"s2"}`: 422, `[]`: 200,
		`[` + strings.Repeat(good+",", 500) + good + `]`: 413,
	} {
		if got := s.do("POST", "/api/v1/consents", body, key("key-one")...); got.StatusCode != status {
			t.Errorf("%.60s: %d %s", body, got.StatusCode, got.body)
		}
	}
}

func TestConsentsOfAShopper(t *testing.T) {
	t.Parallel()
	s := serve(t, full())
	r := s.do("GET", "/api/v1/shoppers/p-ada/consents", "", key("key-one")...)
	r.expect(t, http.StatusOK)
	r.has(t, `"answer":"yes","confirmed":true,"names":["cart_reminders"]`, `"suppressed":"bounced"`, `{"channel":"sms","answer":"unknown","confirmed":false,"names":[]}`, `"evidence":"event e1"`)
	s.do("GET", "/api/v1/shoppers/p-ada/consents", "", key("key-two")...).expect(t, http.StatusNotFound)
}
