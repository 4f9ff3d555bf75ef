package sandbox

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// fields are an event's fields beside the ones every event has.
type fields = map[string]any

type mailEvent struct {
	kind string
	more fields
}

// mailEvents posts events about one email as SendGrid's event webhook does.
func (s *Server) mailEvents(ctx context.Context, m Sent, events ...mailEvent) error {
	list := make([]fields, 0, len(events))
	for _, e := range events {
		list = append(list, s.mailFields(m, e))
	}
	body, err := json.Marshal(list)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the events could not be encoded")
	}
	// SendGrid ends its posts with a line break, which the signature covers.
	body = append(body, '\r', '\n')
	stamp := strconv.FormatInt(s.opts.Now().Unix(), 10)
	digest := sha256.Sum256(append([]byte(stamp), body...))
	sig, err := ecdsa.SignASN1(rand.Reader, signingKey(s.opts.Secret, m.ShopID), digest[:])
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the events could not be signed")
	}
	return s.post(ctx, s.opts.Callback(m.ShopID, event.Email), http.Header{
		"Content-Type":                           {"application/json"},
		"User-Agent":                             {"SendGrid Event API"},
		"X-Twilio-Email-Event-Webhook-Signature": {base64.StdEncoding.EncodeToString(sig)},
		"X-Twilio-Email-Event-Webhook-Timestamp": {stamp},
	}, body)
}

// mailFields gives one event. Its id depends on what happened only, so that
// posting it again is recognised as a repetition.
func (s *Server) mailFields(m Sent, e mailEvent) fields {
	link, _ := e.more["url"].(string)
	machine, _ := e.more["sg_machine_open"].(bool)
	id := mac(s.opts.Secret, "event\x00"+m.ProviderID+"\x00"+e.kind+"\x00"+link+strconv.FormatBool(machine))
	f := fields{
		"email": m.To, "timestamp": s.opts.Now().Unix(), "event": e.kind,
		"smtp-id":       "<" + m.ProviderID + "@geopod-ismtpd-0>",
		"sg_event_id":   base64.RawURLEncoding.EncodeToString(id[:16]),
		"sg_message_id": m.ProviderID + ".recvd-sandbox-1-00000000-0.0",
	}
	// Custom arguments lie beside the fields, as SendGrid flattens them.
	if m.MessageID != "" {
		f["message_id"] = m.MessageID
	}
	for k, v := range e.more {
		f[k] = v
	}
	return f
}
