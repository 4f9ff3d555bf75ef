package commercetools

import (
	"encoding/base64"
	"encoding/json"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// envelopeBody is any of the shapes in which a notification arrives: bare, as a
// CloudEvent, pushed by Pub/Sub, by SNS, or as an EventBridge event. Names that
// differ in case only are different fields here.
type envelopeBody struct {
	// Notification is set on the notification itself.
	Notification wire.Text `json:"notificationType"`
	// SpecVersion, Type, ID and Data are a CloudEvent's.
	SpecVersion wire.Text       `json:"specversion"`
	CloudType   wire.Text       `json:"type"`
	CloudID     wire.Text       `json:"id"`
	Data        json.RawMessage `json:"data"`
	// PubSub is a push of Google Cloud Pub/Sub.
	PubSub wire.Object[pushBody] `json:"message"`
	// SNSType and SNSMessage are Amazon SNS's.
	SNSType    wire.Text `json:"Type"`
	SNSMessage wire.Text `json:"Message"`
	// DetailType and Detail are Amazon EventBridge's.
	DetailType wire.Text       `json:"detail-type"`
	Detail     json.RawMessage `json:"detail"`
}

// pushBody is the message of a push; its data is base64.
type pushBody struct {
	Data wire.Text `json:"data"`
}

// maxDepth is how many envelopes may lie in each other: a CloudEvent that SNS
// hands over is two.
const maxDepth = 4

// envelope takes the notification out of what the bridge put around it.
func (r *reader) envelope(raw []byte, depth int) error {
	var b envelopeBody
	if err := wire.Decode(raw, &b); err != nil {
		return inner(err, depth)
	}
	switch {
	case depth == maxDepth:
		return fault.New(fault.Unprocessable, "the notification is wrapped too often").
			Try("have the bridge hand over what commercetools sent")
	case wire.First(b.Notification) != "":
		return r.notification(raw)
	case wire.First(b.SpecVersion) != "":
		return r.cloudEvent(b, depth)
	case wire.First(b.DetailType) != "" && len(b.Detail) > 0:
		return r.envelope(b.Detail, depth+1)
	case b.PubSub.Set && wire.First(b.PubSub.V.Data) != "":
		return r.pushed(b.PubSub.V, depth)
	case wire.First(b.SNSType) == "Notification":
		return r.envelope([]byte(b.SNSMessage), depth+1)
	case wire.First(b.SNSType) != "":
		r.e.Topic = event.Clean("sns."+string(b.SNSType), 100)
		r.notes.Add("Amazon SNS asks whether this address wants the topic: confirm the subscription in AWS, no address that a body names is opened from here")
		return nil
	}
	r.notes.Add("the delivery holds no notification of commercetools")
	return nil
}

// cloudEvent reads the notification inside; an event without one is kept as unknown.
func (r *reader) cloudEvent(b envelopeBody, depth int) error {
	r.e.Topic = event.Clean(string(b.CloudType), 100)
	if len(b.Data) == 0 || b.Data[0] != '{' {
		if id := wire.First(b.CloudID); id != "" {
			r.e.DedupeKey = key("event", id)
		}
		return nil
	}
	return r.envelope(b.Data, depth+1)
}

func (r *reader) pushed(b pushBody, depth int) error {
	text, err := base64.StdEncoding.DecodeString(string(b.Data))
	if err != nil {
		return fault.Wrap(fault.Unprocessable, err, "the pushed message is not base64").In("message.data").
			Try("let Pub/Sub push its messages unchanged")
	}
	return r.envelope(text, depth+1)
}

// inner tells an envelope that could not be read from one whose content cannot:
// the latter was readable as far as the sender is concerned.
func inner(err error, depth int) error {
	if depth > 0 && fault.Is(err, fault.Invalid) {
		return fault.Wrap(fault.Unprocessable, err, "the notification inside the envelope is not JSON")
	}
	return err
}
