package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// left is a message that left so late, so long ago.
type left struct {
	channel event.Channel
	state   delivery.State
	ago     time.Duration
	late    time.Duration
}

func saveLeft(t testing.TB, s *store.Store, all ...left) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		for i, m := range all {
			l := aLetter(shopA, numbered("m", i), numbered("e", i), 0)
			l.Channel, l.ReservedAt = m.channel, now.Add(-m.ago)
			if err := tx.InsertMessage(ctx, l, nil); err != nil {
				return err
			}
			l.State, l.SentAt = m.state, l.StepDueAt.Add(m.late)
			if err := tx.SaveMessage(ctx, l); err != nil {
				return err
			}
		}
		return tx.InsertMessage(ctx, aLetter(shopA, "never sent", "e", 9), nil)
	})
}

// spread gives n delivered emails, late by 1, 2, … n milliseconds.
func spread(n int) (all []left) {
	for i := range n {
		all = append(all, left{event.Email, delivery.Delivered, time.Duration(i) * time.Second, time.Duration(i+1) * time.Millisecond})
	}
	return all
}

func TestLatenessIsTheNearestRank(t *testing.T) {
	const unit = time.Millisecond
	for _, c := range []struct {
		name     string
		rows     []left
		p50, p99 time.Duration
	}{
		{"one to a hundred", spread(100), 50 * unit, 99 * unit},
		{"one to two hundred and one", spread(201), 101 * unit, 199 * unit},
		{"two", spread(2), unit, 2 * unit},
		{"one alone", spread(1), unit, unit},
		{"early counts as in time", []left{{event.Email, delivery.Accepted, 0, -20 * time.Second}}, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, s *store.Store) {
				saveLeft(t, s, c.rows...)
				got := must[journey.Summary](t)(s.Summary(t.Context(), shopA))
				if got.LatenessP50 != c.p50 || got.LatenessP99 != c.p99 {
					t.Errorf("p50 %v, p99 %v; want %v and %v", got.LatenessP50, got.LatenessP99, c.p50, c.p99)
				}
			})
		})
	}
}

func TestLatenessByWindowAndChannel(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		saveLeft(t, s,
			left{event.Email, delivery.Delivered, time.Hour, time.Second}, left{event.Email, delivery.Unknown, 2 * time.Hour, 3 * time.Second},
			left{event.SMS, delivery.Bounced, 30 * time.Hour, time.Minute},
			left{event.SMS, delivery.Delivered, 8 * 24 * time.Hour, time.Hour}, // too long ago
			left{event.SMS, delivery.Rejected, time.Hour, time.Hour}, left{event.SMS, delivery.Cancelled, time.Hour, time.Hour}, left{event.SMS, delivery.Reserved, time.Hour, time.Hour},
		)
		day, week := now.Add(-24*time.Hour), now.Add(-7*24*time.Hour)
		got := must[[]journey.Lateness](t)(s.Lateness(t.Context(), shopA))
		same(t, "lateness", got, []journey.Lateness{
			{Window: 24 * time.Hour, Since: day, Messages: 2, P50: time.Second, P99: 3 * time.Second},
			{Window: 24 * time.Hour, Since: day, Channel: event.Email, Messages: 2, P50: time.Second, P99: 3 * time.Second},
			{Window: 7 * 24 * time.Hour, Since: week, Messages: 3, P50: 3 * time.Second, P99: time.Minute},
			{Window: 7 * 24 * time.Hour, Since: week, Channel: event.Email, Messages: 2, P50: time.Second, P99: 3 * time.Second},
			{Window: 7 * 24 * time.Hour, Since: week, Channel: event.SMS, Messages: 1, P50: time.Minute, P99: time.Minute},
		})
		// Every number leads to exactly the messages it was made of.
		for _, l := range got {
			p := must[journey.Page[message.Message]](t)(s.Messages(t.Context(), shopA, journey.Query{State: "left", Since: l.Since, Channel: l.Channel}))
			if len(p.Items) != l.Messages {
				t.Errorf("%+v: the list has %d", l, len(p.Items))
			}
			late := must[journey.Page[message.Message]](t)(s.Messages(t.Context(), shopA, journey.Query{State: "left", Since: l.Since, Channel: l.Channel, LateBy: l.P99}))
			if len(late.Items) != 1 {
				t.Errorf("%+v: %d are as late as the p99", l, len(late.Items))
			}
		}
		same(t, "another shop", must[[]journey.Lateness](t)(s.Lateness(t.Context(), shopB)), []journey.Lateness{})
	})
}

// However many messages a shop has, only the newest are read.
func TestLatenessReadsTheNewestOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db storetest.DB) {
		s, raw := db.Open(t), db.Raw(t)
		addShops(t, s)
		// The older they are, the later they were: the oldest 500 would show.
		_, err := raw.ExecContext(t.Context(), fmt.Sprintf(`INSERT INTO messages (shop_id, id, shard, enrollment_id, cart_id, shopper_id, step, channel, recipient, template,
			template_version, locale, rendered, inputs, rule, state, provider_id, code, reason, attempts, sandbox, reserved_at, sent_at, delivered_at,
			step_due_at, expires_at, due_at) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
			SELECT $1, 'id' || i, $2, 'id' || i, '', '', 0, 'email', '', '', 1, 'en', '{}', '{}', '', 'delivered', '', '', '', 1, FALSE,
			CAST($3 AS BIGINT) - i, CAST($3 AS BIGINT) + i, 0, CAST($3 AS BIGINT), 0, NULL FROM n`, journey.MaxLateness+500), shopA, shop.Shard(shopA), now.UnixMilli())
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range must[[]journey.Lateness](t)(s.Lateness(t.Context(), shopA)) {
			if !l.Capped || l.Messages != journey.MaxLateness || l.P50 != journey.MaxLateness/2*time.Millisecond || l.P99 != journey.MaxLateness/100*99*time.Millisecond {
				t.Errorf("%+v", l)
			}
		}
	})
}
