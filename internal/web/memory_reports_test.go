package web_test

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Report has a little of everything for s1, all of it on the last day, and nothing for others.
func (m *memory) Report(_ context.Context, shopID string, q journey.ReportQuery) (journey.Report, error) {
	if shopID != "s1" {
		return journey.NewReport(q, nil, nil, nil, nil), nil
	}
	all := []journey.Tally{
		{What: journey.TallyStarted, N: 20}, {What: journey.TallyOrdered, N: 5}, {What: journey.TallyAbandoned, Persona: "value-conscious", N: 8},
		{What: journey.TallyEnrolled, Persona: "value-conscious", Sequence: "cart-value-conscious", N: 7},
		{What: journey.TallyMessage, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: "delivered", N: 6},
		{What: journey.TallyMessage, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: "reserved", N: 2},
		{What: journey.TallyDecision, Kind: "skipped consent.unknown", N: 3}, {What: journey.TallyDecision, Kind: "sent consent.yes", N: 6},
		{What: journey.TallyRecovered, Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: "email", Kind: string(attribution.LastClick), Currency: "EUR", N: 1, Amount: 8990, Refunded: 1000},
	}
	for i := range all {
		all[i].Day = q.Days.To
	}
	return journey.NewReport(q, all, all, nil, all), nil
}

// Find knows first names, ids and email addresses, and their beginnings.
func (m *memory) Find(_ context.Context, shopID string, what journey.Sought) (out journey.Found, err error) {
	for _, d := range m.carts[shopID] {
		if t := d.Shopper.Traits; d.Shopper.ID == what.Text || what.Prefix != "" && strings.HasPrefix(t.Email.Value, what.Prefix) {
			out.Shoppers = append(out.Shoppers, journey.ShopperRow{ID: d.Shopper.ID, Name: t.FirstName.Value, Email: t.Email.Value, LastSeen: noon})
		}
		if d.Cart.ID == what.Text {
			out.Carts = append(out.Carts, rowOf(d))
		}
	}
	return out, nil
}

func (m *memory) Shoppers(_ context.Context, shopID string, q journey.Query) (journey.Page[journey.ShopperRow], error) {
	var rows []journey.ShopperRow
	for _, d := range m.carts[shopID] {
		rows = append(rows, journey.ShopperRow{ID: d.Shopper.ID, Name: d.Shopper.Traits.FirstName.Value, FirstSeen: noon, LastSeen: noon})
	}
	return paged(rows, q), nil
}

func (m *memory) ShopperDetail(ctx context.Context, shopID, id string) (d journey.ShopperDetail, err error) {
	if d.Shopper, d.History, err = m.Shopper(ctx, shopID, id); err != nil {
		return d, err
	}
	d.Personas = []string{"value-conscious"}
	d.Ledger.Now = []journey.ConsentStanding{{Channel: event.Email, Address: d.Shopper.Traits.Email.Value, Answer: event.Yes, Source: "checkout box", At: noon.Add(-time.Hour)}}
	return d, nil
}

func (m *memory) ShopperStory(_ context.Context, shopID, id string, q journey.Query) (journey.Page[journey.Entry], error) {
	var all []journey.Entry
	for _, d := range m.carts[shopID] {
		if d.Shopper.ID == id {
			for _, e := range d.Timeline {
				e.CartID = d.Cart.ID
				all = append(all, e)
			}
		}
	}
	return paged(all, q), nil
}

// talks are the conversations of each shop.
func (m *memory) talks(shopID string) []journey.Exchange {
	if shopID != "s1" {
		return []journey.Exchange{{Conversation: journey.Conversation{ID: "other-talk", Channel: event.SMS, From: "+15550000000", Unread: 1, Replies: 1}}}
	}
	r := journey.Reply{ID: "i1", Channel: event.SMS, ShopperID: "p-ada", From: "+33612345678", Text: "Is it wool? " + hostile, At: noon}
	return []journey.Exchange{{Conversation: journey.Conversation{ID: "t1", Channel: event.SMS, From: r.From, Last: r, Replies: 1, Unread: 1},
		Lines: []journey.ExchangeLine{{At: r.At, Reply: &r}}}}
}

func (m *memory) Conversations(_ context.Context, shopID string, q journey.Query) (journey.Page[journey.Conversation], error) {
	var all []journey.Conversation
	if len(m.carts) > 0 {
		for _, x := range m.talks(shopID) {
			all = append(all, x.Conversation)
		}
	}
	return paged(all, q), nil
}

func (m *memory) Exchange(_ context.Context, shopID, id string) (journey.Exchange, error) {
	for _, x := range m.talks(shopID) {
		if x.ID == id {
			return x, nil
		}
	}
	return journey.Exchange{}, gone("conversation")
}

// deed notes an act on something of a shop, if it is there.
func (m *memory) deed(name, shopID, id string, err error) error {
	if err == nil {
		m.note(name + " " + shopID + " " + id)
	}
	return err
}

func (m *memory) StopCart(ctx context.Context, shopID, id string) error {
	_, err := m.Cart(ctx, shopID, id)
	return m.deed("stop cart", shopID, id, err)
}

func (m *memory) StopShopper(ctx context.Context, shopID, id string) error {
	_, _, err := m.Shopper(ctx, shopID, id)
	return m.deed("stop shopper", shopID, id, err)
}

func (m *memory) AllowShopper(ctx context.Context, shopID, id string) error {
	_, _, err := m.Shopper(ctx, shopID, id)
	return m.deed("allow shopper", shopID, id, err)
}

func (m *memory) CancelMessage(ctx context.Context, shopID, id string) error {
	msg, err := m.Message(ctx, shopID, id)
	if err == nil && msg.State != delivery.Reserved && shopID == "s1" {
		return fault.New(fault.Conflict, "this message cannot be cancelled any more")
	}
	return m.deed("cancel", shopID, id, err)
}

func (m *memory) ResendAsTest(ctx context.Context, shopID, id, userID string) error {
	_, err := m.Message(ctx, shopID, id)
	return m.deed("test to "+userID, shopID, id, err)
}

func (m *memory) MarkConversation(ctx context.Context, shopID, id string, finished bool) error {
	_, err := m.Exchange(ctx, shopID, id)
	return m.deed(map[bool]string{true: "done", false: "open"}[finished], shopID, id, err)
}
