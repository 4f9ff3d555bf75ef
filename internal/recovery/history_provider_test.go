package recovery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// call is one call of a provider, as the provider saw it.
type call struct {
	delivery.Outbound
	at   time.Time
	fate fate
	// known is how many events had been acknowledged when the message began.
	known int
	// checked: it was held against the promises.
	checked bool
	// line is how many lines of the script had been played.
	line int
	// lost: the caller was dead already, so that nobody heard what the provider said.
	lost bool
}

// took reports that the provider has the message, whatever it said.
func (c call) took() bool { return c.fate == goesWell || c.fate == reportFirst || c.fate == taken }

// pretender plays a channel's provider without HTTP, which the other tests of
// this package go through: here a million calls are made.
type pretender struct {
	*play
	channel event.Channel
}

// Send implements recovery.Provider.
func (p pretender) Send(_ context.Context, _ delivery.Account, m delivery.Outbound) delivery.Verdict {
	c := p.note(m)
	switch c.fate {
	case reportFirst:
		p.callback(p.channel, delivery.Batch{Reports: []delivery.Report{p.report(c, delivery.Delivery)}})
	case later:
		return delivery.Verdict{Outcome: delivery.Later, After: 10 * time.Minute, Code: "429"}
	case soon:
		return delivery.Verdict{Outcome: delivery.Later, Code: "503"}
	case refused:
		return delivery.Verdict{Outcome: delivery.Refused, Code: "400"}
	case badAddress:
		return delivery.Verdict{Outcome: delivery.Refused, Code: "404", Suppress: "invalid_address"}
	case broken:
		return delivery.Verdict{Outcome: delivery.Broken, Code: "401"}
	case taken, dropped:
		return delivery.Verdict{Outcome: delivery.Unsure, Code: "timeout"}
	}
	return delivery.Verdict{Outcome: delivery.OK, ProviderID: "p-" + m.MessageID}
}

// note keeps a call and gives it its fate.
func (p pretender) note(m delivery.Outbound) call {
	p.witness.mu.Lock()
	known := p.witness.began[m.MessageID]
	p.witness.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, c := range p.calls {
		if c.To == m.To && c.Channel == m.Channel {
			n++
		}
	}
	c := call{Outbound: m, at: p.clock.Now(), fate: goesWell, known: known, line: p.played, lost: p.witness.isDead()}
	if n < len(p.script.fates) && !p.draining {
		c.fate = p.script.fates[n]
	}
	p.calls = append(p.calls, c)
	return c
}

// callbackBody is a pretended callback. It names a page, as Messenger's do.
type callbackBody struct {
	Entry []map[string]string `json:"entry"`
	Batch delivery.Batch
}

// Callback implements recovery.Provider.
func (p pretender) Callback(_ delivery.Account, r delivery.Request) (delivery.Batch, error) {
	var b callbackBody
	err := json.Unmarshal(r.Body, &b)
	return b.Batch, err
}

// report makes a report about a call.
func (p *play) report(c call, status delivery.Status) delivery.Report {
	r := delivery.Report{
		Dedupe: fmt.Sprintf("%s %s", c.MessageID, status), MessageID: c.MessageID, Status: status, At: p.clock.Now(), Address: c.To,
	}
	switch status {
	case delivery.Bounce:
		r.Suppress = "bounced"
	case delivery.Complaint:
		r.Suppress = "complained"
	case delivery.Unsubscribed:
		r.Suppress = "opted_out"
	}
	return r
}

// callback hands a batch to the engine as the provider would.
func (p *play) callback(c event.Channel, b delivery.Batch) {
	body, err := json.Marshal(callbackBody{Entry: []map[string]string{{"id": "page"}}, Batch: b})
	if err == nil {
		_, _, err = p.engine.Callback(context.Background(), providerOf[c], p.shop.ID, delivery.Request{Method: "POST", Body: body})
	}
	if err != nil && !p.witness.isDead() {
		p.fail("a callback was not taken: %v", err)
		return
	}
	if err == nil {
		p.heard(c, b)
	}
}
