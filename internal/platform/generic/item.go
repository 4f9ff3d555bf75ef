package generic

import (
	"bytes"
	"encoding/json"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// Item is one object of a delivery and what it was read as.
type Item struct {
	// Index is its place in the delivery, from 0.
	Index int
	// Raw are its bytes as they came.
	Raw []byte
	// Event is what it says. With Err set it holds only shop, topic, times and dedupe key.
	Event event.Event
	// Err is why it makes no sense (fault.Unprocessable), nil if it does.
	Err error
}

// envelope is a body that is an object: a batch, a GA4 Measurement Protocol
// envelope, or (with neither list) one event itself.
type envelope struct {
	Batch    json.RawMessage `json:"batch"`
	Events   json.RawMessage `json:"events"`
	ClientID wire.Text       `json:"client_id"`
	UserID   wire.Text       `json:"user_id"`
	Micros   wire.Time       `json:"timestamp_micros"`
}

// ParseItems reads a delivery object by object, for callers that answer for
// each. The error is for a body that cannot be taken apart at all.
func (*Adapter) ParseItems(d event.Delivery) ([]Item, error) {
	body, err := wire.Check(d.Body)
	if err != nil {
		return nil, err
	}
	env, raws, err := split(body)
	if err != nil {
		return nil, err
	}
	items := make([]Item, 0, len(raws))
	for i, raw := range raws {
		e, err := read(d, env, raw)
		items = append(items, Item{Index: i, Raw: raw, Event: e, Err: err})
	}
	return items, nil
}

// split takes a body apart into its objects.
func split(body []byte) (env envelope, raws []json.RawMessage, err error) {
	switch body[0] {
	case '[':
		err = json.Unmarshal(body, &raws)
		return env, raws, err
	case '{':
	default:
		return env, nil, fault.New(fault.Unprocessable, "the body is JSON but neither an object nor a list").
			Try("send one event, a list of events, or {\"batch\": [ … ]}")
	}
	if err = json.Unmarshal(body, &env); err != nil {
		return env, nil, fault.Wrap(fault.Unprocessable, err, "the envelope cannot be read")
	}
	name, list := "batch", env.Batch
	if list == nil {
		name, list = "events", env.Events
	}
	if list == nil {
		return envelope{}, []json.RawMessage{body}, nil
	}
	if json.Unmarshal(list, &raws) != nil {
		return env, nil, fault.New(fault.Unprocessable, "%s is not a list", name).In(name).
			Try("send the events as a JSON list")
	}
	return env, raws, nil
}

// key gives the key under which repeats of an item meet: its messageId, else
// the hash of its content with what the envelope says about it. The time of
// sending is not content: a retry has another one. The event_id of a server tag
// is content and no key, since containers may give it to a whole page.
func key(env envelope, t track, raw []byte) string {
	if id := wire.ID(wire.First(t.MessageID, t.MessageID2)); id != "" {
		return Name + ":message:" + id
	}
	return Name + ":sha256:" + wire.Sum(canonical(raw), []byte(env.ClientID), []byte(env.UserID),
		[]byte(env.Micros.Format("2006-01-02T15:04:05.999999999")))
}

// canonical writes an object with sorted keys and no blanks.
func canonical(raw []byte) []byte {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var m map[string]any
	if dec.Decode(&m) != nil {
		return raw
	}
	delete(m, "sentAt")
	delete(m, "sent_at")
	b, err := json.Marshal(m)
	if err != nil {
		return raw
	}
	return b
}
