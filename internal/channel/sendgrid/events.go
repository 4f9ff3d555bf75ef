package sendgrid

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Callback verifies and parses one post of the event webhook.
func (p *Provider) Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error) {
	if err := verify(a, r); err != nil {
		return delivery.Batch{}, err
	}
	reports, err := parse(r.Body, r.ReceivedAt)
	if err != nil {
		return delivery.Batch{}, err
	}
	return delivery.Batch{Reports: reports}, nil
}

// parse reads the array of events. An event that is unreadable by itself is
// left out: it must not hold back the others of its post for ever.
func parse(body []byte, now time.Time) ([]delivery.Report, error) {
	var all []json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the SendGrid events are no JSON array")
	}
	var reports []delivery.Report
	for _, raw := range all {
		var n notice
		if json.Unmarshal(raw, &n) != nil {
			continue
		}
		if r, ok := n.report(now); ok {
			reports = append(reports, r)
		}
	}
	return reports, nil
}

// notice is one event. It stays a map because custom arguments lie beside the
// fields, and because the fields change type (category, attempt, timestamp).
type notice map[string]json.RawMessage

// text gives a string or number field as text, "" for anything else.
func (n notice) text(field string) string {
	raw := n[field]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var f json.Number
	if json.Unmarshal(raw, &f) == nil {
		return f.String()
	}
	return ""
}

func (n notice) flag(field string) bool {
	var b bool
	return json.Unmarshal(n[field], &b) == nil && b
}

// messageID finds our id beside the fields or, as older accounts send it, one level down.
func (n notice) messageID() string {
	if id := n.text(messageArg); id != "" {
		return id
	}
	for _, under := range []string{"unique_args", "custom_args"} {
		var args notice
		if json.Unmarshal(n[under], &args) == nil && args.text(messageArg) != "" {
			return args.text(messageArg)
		}
	}
	return ""
}

// providerID is what X-Message-Id said: sg_message_id without the name of the machine that handled it.
func (n notice) providerID() string {
	id := n.text("sg_message_id")
	for _, suffix := range []string{".recv", ".filter", "."} {
		if i := strings.Index(id, suffix); i > 0 {
			return id[:i]
		}
	}
	return id
}

func (n notice) at(now time.Time) time.Time {
	sec, err := strconv.ParseFloat(n.text("timestamp"), 64)
	if err != nil || sec <= 0 || sec > maxUnix {
		return now
	}
	return time.Unix(int64(sec), 0).UTC()
}

// dedupe is SendGrid's event id, or a hash of what makes the event itself
// where that is missing or strange.
func (n notice) dedupe() string {
	id := n.text("sg_event_id")
	if id != "" && len(id) <= 100 && event.Clean(id, 100) == id {
		return id
	}
	h := sha256.New()
	for _, s := range []string{id, n.text("sg_message_id"), n.messageID(), n.text("event"), n.text("timestamp"), n.text("url"), n.text("email")} {
		h.Write([]byte(strconv.Quote(s)))
	}
	return "hash:" + hex.EncodeToString(h.Sum(nil)[:16])
}
