package messenger

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// into adds what one event says to the batch.
func (x happening) into(b *delivery.Batch, page string, raw []byte, now time.Time) {
	at := x.at(now)
	switch {
	case x.Message != nil && x.Message.Echo:
		x.echo(b, at)
	case x.Delivery != nil:
		x.Delivery.reports(b, delivery.Delivery, "delivery:", string(x.Sender.ID), at)
	case x.Read != nil:
		x.Read.reports(b, delivery.Open, "read:", string(x.Sender.ID), at)
	case x.Message != nil, x.Postback != nil, x.Referral != nil, x.Optin != nil:
		in := delivery.Inbound{Channel: event.Messenger, From: string(x.Sender.ID), To: page, At: at, Dedupe: hash(raw)}
		x.said(&in)
		// Without a sender (a plugin's user_ref) there is nobody to answer; our own page is no shopper.
		if in.From != "" && in.From != page {
			b.Inbounds = append(b.Inbounds, in)
		}
	}
}

// echo is our page's own message coming back. With metadata it is one of ours,
// and proof that Meta has it; without, somebody typed in the page's inbox.
func (x happening) echo(b *delivery.Batch, at time.Time) {
	m := x.Message
	if m.Metadata == "" || m.MID == "" {
		return
	}
	b.Reports = append(b.Reports, delivery.Report{
		Dedupe:     "echo:" + string(m.MID),
		MessageID:  string(m.Metadata),
		ProviderID: string(m.MID),
		Status:     delivery.Processed,
		At:         at,
		Address:    string(x.Recipient.ID),
	})
}

func (r receipt) reports(b *delivery.Batch, s delivery.Status, prefix, person string, at time.Time) {
	mids := r.MIDs
	if len(mids) == 0 && r.MID != "" {
		mids = []id{r.MID}
	}
	for _, mid := range mids {
		if mid == "" {
			continue
		}
		b.Reports = append(b.Reports, delivery.Report{
			Dedupe: prefix + string(mid), ProviderID: string(mid), Status: s, At: at, Address: person,
		})
	}
}

// said fills in what the person wrote, tapped or came by.
func (x happening) said(in *delivery.Inbound) {
	var ref *referral
	switch {
	case x.Message != nil:
		in.Text, ref = event.Clean(x.Message.Text, 2000), x.Message.Referral
		x.Message.wrote(in)
		in.Dedupe = dedupe(x.Message.MID, in.Dedupe)
	case x.Postback != nil:
		in.Text, ref = event.Clean(x.Postback.Title, 2000), x.Postback.Referral
		tapped(in, x.Postback.Payload)
		x.Postback.began(in)
		in.Dedupe = dedupe(x.Postback.MID, in.Dedupe)
	case x.Referral != nil:
		ref = x.Referral
	default:
		ref = x.Optin
		x.Optin.declined(in)
	}
	if ref != nil {
		in.Ref = event.Clean(ref.Ref, 500)
	}
}

// at reads Meta's milliseconds, or takes our clock where they are missing or absurd.
func (x happening) at(now time.Time) time.Time {
	if x.Timestamp <= 0 || x.Timestamp > 9_999_999_999_999 {
		return now
	}
	return time.UnixMilli(x.Timestamp).UTC()
}

// dedupe prefers Meta's own message id to a hash.
func dedupe(mid id, other string) string {
	if mid == "" {
		return other
	}
	return string(mid)
}

func hash(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "hash:" + hex.EncodeToString(sum[:16])
}
