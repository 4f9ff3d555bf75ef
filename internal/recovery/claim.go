package recovery

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Claims take answers that a merchant or a program hands in and vouches for.
// Each becomes an event of the generic vocabulary and takes its ordinary way:
// stored raw, folded in any order, found by erasure, replayed if need be.

// Claims takes in answers by the API, each on its own; one receipt for each, in order.
func (e *Engine) Claims(ctx context.Context, shopID string, said []consent.Said) ([]event.Receipt, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return nil, err
	}
	out := make([]event.Receipt, len(said))
	var in []Stored
	var place []int
	for i, s := range said {
		ev, err := e.claim(sh, s)
		if err != nil {
			out[i] = refusal(err)
			e.Meter.Event("generic", event.Rejected)
			continue
		}
		in, place = append(in, ev), append(place, i)
	}
	receipts, err := e.take(ctx, sh, in)
	if err != nil && e.Store.Hopeless(err) {
		receipts, err = e.takeSingly(ctx, sh, in)
	}
	if err != nil {
		return nil, err
	}
	for j, r := range receipts {
		out[place[j]] = r
	}
	for i := range out {
		out[i].Index = i
	}
	return out, nil
}

// claim makes the event of one answer. Its key is the sender's id, or what the
// answer says; one with neither id nor time is no repeat of any other.
func (e *Engine) claim(sh shop.Shop, s consent.Said) (Stored, error) {
	c, err := s.Claim(e.Now())
	if err != nil {
		return Stored{}, err
	}
	id := "id:" + c.ID
	switch {
	case c.ID == "" && c.Dated():
		id = c.Fingerprint()
	case c.ID == "":
		id = e.NewID()
	}
	return e.statement(sh, c, "consent:"+id)
}

// statement writes an answer down in the generic vocabulary and reads it as
// every event of that vocabulary is read.
func (e *Engine) statement(sh shop.Shop, c consent.Claim, id string) (Stored, error) {
	body, err := json.Marshal(track(c, id))
	if err != nil {
		return Stored{}, err
	}
	items, err := e.Options.Collect(e.delivery(sh, nil, body))
	if err != nil {
		return Stored{}, err
	}
	if len(items) != 1 {
		return Stored{}, fault.New(fault.Internal, "one answer became %d events", len(items))
	}
	ev := items[0].Event
	// A name that the vocabulary leaves out may be the only one; that error would speak of fields that nobody sent here.
	for _, k := range c.Keys {
		if !slices.ContainsFunc(ev.Person.Keys, func(has event.Key) bool { return has.Kind == k.Kind }) {
			return Stored{}, fault.New(fault.Unprocessable, "this is no %s that anybody could have", k.Kind).In(string(k.Kind)).
				Try("correct it, or leave the answer out")
		}
	}
	if items[0].Err != nil {
		return Stored{}, items[0].Err
	}
	ev.Platform = "generic"
	return Stored{Event: ev, Body: body}, nil
}

// track is a claim as a "Consent Updated" event.
func track(c consent.Claim, id string) map[string]any {
	at := map[event.KeyKind]string{
		event.KeyCustomer: "customer_id", event.KeyEmail: "email", event.KeyPhone: "phone", event.KeyMessenger: "messenger_psid",
	}
	props := map[string]any{
		"consent": map[event.Channel]event.Answer{c.Channel: c.Answer}, "consent_source": first(c.Source, "stated by the merchant"),
	}
	out := map[string]any{"event": "Consent Updated", "messageId": id, "timestamp": c.At.Format(time.RFC3339Nano), "properties": props}
	for _, k := range c.Keys {
		if k.Kind == event.KeyAnonymous {
			out["anonymousId"] = k.Value
			continue
		}
		props[at[k.Kind]] = k.Value
	}
	for name, text := range map[string]string{"consent_wording": c.Wording, "consent_evidence": c.Evidence} {
		if text != "" {
			props[name] = text
		}
	}
	if c.Confirmed {
		props["consent_confirmed"] = true
	}
	if len(c.Names) > 0 {
		props["consent_names"] = c.Names
	}
	return out
}
