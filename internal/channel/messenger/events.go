package messenger

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// hook is a webhook body. Only object "page" is ours; others are left alone.
type hook struct {
	Object string `json:"object"`
	// Entry stays raw: an entry of an unknown form must not hide the others.
	Entry []json.RawMessage `json:"entry"`
}

// entries gives those that can be read.
func (h hook) entries() []entry {
	var all []entry
	for _, raw := range h.Entry {
		var e entry
		if json.Unmarshal(raw, &e) == nil {
			all = append(all, e)
		}
	}
	return all
}

type entry struct {
	// ID is the page.
	ID id `json:"id"`
	// Messaging stays raw: one event of an unknown form must not hide the others.
	Messaging []json.RawMessage `json:"messaging"`
	// Standby holds what people write while another app, such as the page's
	// inbox, leads the conversation (handover protocol): a stop counts there too.
	Standby []json.RawMessage `json:"standby"`
}

// id is an id that may come as text or as a number.
type id string

// UnmarshalJSON implements json.Unmarshaler.
func (i *id) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*i = id(event.Clean(s, 200))
		return nil
	}
	var n json.Number
	err := json.Unmarshal(raw, &n)
	*i = id(n.String())
	return err
}

// happening is one messaging event; exactly one of its pointers is usually set.
type happening struct {
	Sender    party     `json:"sender"`
	Recipient party     `json:"recipient"`
	Timestamp int64     `json:"timestamp"`
	Message   *text     `json:"message"`
	Postback  *postback `json:"postback"`
	Referral  *referral `json:"referral"`
	Optin     *referral `json:"optin"`
	Delivery  *receipt  `json:"delivery"`
	Read      *receipt  `json:"read"`
}

type party struct {
	ID id `json:"id"`
}

type text struct {
	MID      id        `json:"mid"`
	Text     string    `json:"text"`
	Echo     bool      `json:"is_echo"`
	Metadata id        `json:"metadata"`
	Referral *referral `json:"referral"`
	// QuickReply is set when the text is a button's title.
	QuickReply *quickReply `json:"quick_reply"`
}

type quickReply struct {
	Payload string `json:"payload"`
}

type postback struct {
	MID      id        `json:"mid"`
	Title    string    `json:"title"`
	Payload  string    `json:"payload"`
	Referral *referral `json:"referral"`
}

// referral is how a person came: by a link or button (Ref), or, in an optin, by
// the switch Meta shows for a page's notifications.
type referral struct {
	Ref           string `json:"ref"`
	Notifications string `json:"notification_messages_status"`
}

// receipt is a delivery or read event. Its watermark ("all before this time")
// names no message and is not used.
type receipt struct {
	MIDs []id `json:"mids"`
	MID  id   `json:"mid"`
}

// Pages lists the pages a webhook body speaks of, each once, so that a shared
// address can find their shops. The body is not verified yet: use the ids only
// to look up the accounts that Callback then verifies with.
func Pages(body []byte) []string {
	var h hook
	if json.Unmarshal(body, &h) != nil || h.Object != "page" {
		return nil
	}
	var pages []string
	for _, e := range h.entries() {
		if e.ID != "" && !slices.Contains(pages, string(e.ID)) {
			pages = append(pages, string(e.ID))
		}
	}
	return pages
}

// parse reads the entries of one page.
func parse(page string, body []byte, now time.Time) (delivery.Batch, error) {
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return delivery.Batch{}, fault.Wrap(fault.Invalid, err, "Meta's webhook body is no JSON object")
	}
	var b delivery.Batch
	if h.Object != "page" {
		return b, nil
	}
	for _, e := range h.entries() {
		if page != "" && string(e.ID) != page {
			continue
		}
		for _, raw := range slices.Concat(e.Messaging, e.Standby) {
			var x happening
			if json.Unmarshal(raw, &x) == nil {
				x.into(&b, string(e.ID), raw, now)
			}
		}
	}
	return b, nil
}
