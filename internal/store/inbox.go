package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

const replyColumns = `id, channel, shopper_id, sender, body, keyword, said_at`

func scanReply(rows *sql.Rows, r *journey.Reply) error {
	var said int64
	err := rows.Scan(&r.ID, &r.Channel, &r.ShopperID, &r.From, &r.Text, &r.Keyword, &said)
	r.At = at(said)
	return err
}

// noteReply counts a stored reply into its conversation. What was understood
// and done needs nobody; everything else waits for somebody to look.
func (t *Tx) noteReply(ctx context.Context, in recovery.Inbound) error {
	if in.From == "" {
		return nil
	}
	unread, handled := 1, int64(0)
	if in.Keyword == delivery.Stop || in.Keyword == delivery.Start || in.Keyword == delivery.Begin {
		unread, handled = 0, ms(t.now)
	}
	_, err := run(ctx, t.q, "conversation", `
		INSERT INTO conversations (shop_id, id, channel, sender, last_at, replies, unread, handled_at) VALUES ($1, $2, $3, $4, $5, 1, $6, $7)
		ON CONFLICT (shop_id, channel, sender) DO UPDATE SET last_at = excluded.last_at, replies = conversations.replies + 1,
			unread = conversations.unread + excluded.unread,
			handled_at = CASE WHEN excluded.unread = 0 THEN conversations.handled_at ELSE 0 END`,
		in.ShopID, in.ID, string(in.Channel), in.From, ms(t.now), unread, handled)
	return err
}

const conversationColumns = `id, channel, sender, last_at, replies, unread, handled_at`

func scanConversation(rows *sql.Rows, c *journey.Conversation) error {
	var last, handled int64
	err := rows.Scan(&c.ID, &c.Channel, &c.From, &last, &c.Replies, &c.Unread, &handled)
	c.Last.At, c.HandledAt = at(last), at(handled)
	return err
}

// Conversations lists conversations by their newest reply. State "open" are
// those that nobody has marked as done since.
func (s *Store) Conversations(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.Conversation], error) {
	l := list[journey.Conversation]{
		what: "conversations", table: "conversations", columns: conversationColumns, time: "last_at", scan: scanConversation,
		place: func(c journey.Conversation) cursor { return cursor{ms(c.Last.At), c.ID} },
	}
	if q.State == "open" {
		l.table = `(SELECT * FROM conversations WHERE handled_at = 0) AS conversations`
	}
	p, err := page(ctx, s.reader(), l, shopID, q)
	for i, c := range p.Items {
		if err == nil {
			p.Items[i].Last, err = s.lastReply(ctx, shopID, c)
		}
	}
	return p, err
}

func (s *Store) lastReply(ctx context.Context, shopID string, c journey.Conversation) (journey.Reply, error) {
	found, err := all(ctx, s.reader(), "replies", scanReply, `SELECT `+replyColumns+` FROM inbounds
		WHERE shop_id = $1 AND channel = $2 AND sender = $3 ORDER BY said_at DESC LIMIT 1`, shopID, string(c.Channel), c.From)
	if err != nil || len(found) == 0 {
		return c.Last, err
	}
	return s.ownedReply(ctx, shopID, found[0])
}

// ownedReply names the shopper of a reply that came before the shop knew its
// address: who is known by it now.
func (s *Store) ownedReply(ctx context.Context, shopID string, r journey.Reply) (journey.Reply, error) {
	kinds := map[event.Channel]event.KeyKind{event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}
	if r.ShopperID != "" || kinds[r.Channel] == "" {
		return r, nil
	}
	found, err := all(ctx, s.reader(), "shopper of an address", scanText,
		`SELECT shopper_id FROM shopper_keys WHERE shop_id = $1 AND kind = $2 AND value = $3`, shopID, string(kinds[r.Channel]), r.From)
	if len(found) > 0 {
		r.ShopperID = found[0]
	}
	return r, err
}

// maxExchange bounds the lines of each side that a conversation shows.
const maxExchange = 100

// Exchange gives a conversation with what was written to the same person on its channel.
func (s *Store) Exchange(ctx context.Context, shopID, id string) (x journey.Exchange, err error) {
	q := s.reader()
	if x.Conversation, err = one(ctx, q, "conversation", scanConversation,
		`SELECT `+conversationColumns+` FROM conversations WHERE shop_id = $1 AND id = $2`, shopID, id); err != nil {
		return x, err
	}
	replies, err := all(ctx, q, "replies", scanReply, `SELECT `+replyColumns+` FROM inbounds
		WHERE shop_id = $1 AND channel = $2 AND sender = $3 ORDER BY said_at DESC, id DESC LIMIT $4`, shopID, string(x.Channel), x.From, maxExchange+1)
	if err != nil {
		return x, err
	}
	if len(replies) > 0 {
		if x.Last, err = s.ownedReply(ctx, shopID, replies[0]); err != nil {
			return x, err
		}
	}
	x.Older = len(replies) > maxExchange
	for i := range replies[:min(len(replies), maxExchange)] {
		x.Lines = append(x.Lines, journey.ExchangeLine{At: replies[i].At, Reply: &replies[i]})
	}
	sent, err := s.writtenTo(ctx, shopID, x.Last.ShopperID, x.Channel)
	if err != nil {
		return x, err
	}
	for i := range sent {
		x.Lines = append(x.Lines, journey.ExchangeLine{At: sent[i].ReservedAt, Message: &sent[i]})
	}
	slices.SortStableFunc(x.Lines, func(a, b journey.ExchangeLine) int { return cmp.Compare(ms(a.At), ms(b.At)) })
	return x, nil
}

// writtenTo gives the newest messages to a shopper on a channel that left.
func (s *Store) writtenTo(ctx context.Context, shopID, shopperID string, ch event.Channel) ([]message.Message, error) {
	if shopperID == "" {
		return nil, nil
	}
	return all(ctx, s.reader(), "messages", scanMessage, `SELECT `+messageColumns+` FROM messages
		WHERE shop_id = $1 AND shopper_id = $2 AND channel = $3 AND `+gone+` ORDER BY reserved_at DESC LIMIT $4`, shopID, shopperID, string(ch), maxExchange)
}

// MarkConversation notes that somebody has looked at a conversation, and that
// it is done or to be seen to again.
func (t *Tx) MarkConversation(ctx context.Context, shopID, id string, done bool) error {
	handled := int64(0)
	if done {
		handled = ms(t.now)
	}
	n, err := run(ctx, t.q, "conversation", `UPDATE conversations SET unread = 0, handled_at = $3 WHERE shop_id = $1 AND id = $2`, shopID, id, handled)
	if err == nil && n == 0 {
		_, err = one(ctx, t.q, "conversation", scanText, `SELECT id FROM conversations WHERE shop_id = $1 AND id = $2`, shopID, id)
	}
	return err
}

// forgetConversation drops a conversation of which no reply is left, or whose sender was erased.
func (t *Tx) forgetConversation(ctx context.Context, shopID, channel, sender string) error {
	if sender == "" {
		return nil
	}
	_, err := run(ctx, t.q, "conversation", `DELETE FROM conversations WHERE shop_id = $1 AND channel = $2 AND sender = $3`, shopID, channel, sender)
	return err
}

// sweepConversations drops conversations whose last reply is older than what is kept.
func (t *Tx) sweepConversations(ctx context.Context, shopID string, before int64) error {
	_, err := run(ctx, t.q, "conversations", `DELETE FROM conversations WHERE shop_id = $1 AND last_at < $2`, shopID, before)
	return err
}
