package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/store"
)

func seek(t testing.TB, s *store.Store, shopID, text string) string {
	t.Helper()
	what := must[journey.Sought](t)(journey.Seek(text))
	found := must[journey.Found](t)(s.Find(t.Context(), shopID, what))
	out := ""
	for _, p := range found.Shoppers {
		out += "shopper " + p.ID + " "
	}
	for _, c := range found.Carts {
		out += "cart " + c.ID + " "
	}
	return out
}

func TestFindByNamesNumbersAndIDs(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		for text, want := range map[string]string{
			"ada@example.com": "shopper ada ", "  ADA@Example.com ": "shopper ada ", "ada@": "shopper ada ", "ada": "shopper ada ", "da@": "", "#o-1": "shopper ada cart cart ",
			"o-1": "shopper ada cart cart ", "c-1": "cart cart ", "cart": "cart cart ", "nobody@example.com": "", "%": "", "ada%": "", "a": "",
		} {
			same(t, "found by "+text, seek(t, s, shopA, text), want)
			same(t, "another shop's by "+text, seek(t, s, shopB, text), "")
		}
		if _, err := journey.Seek(" \n "); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing: %v", err)
		}
	})
}

func TestShoppersArePagedNewestFirst(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range 5 {
				if err := keepShopper(ctx, tx, aShopper(shopA, numbered("s", i), email(numbered("s", i)+"@example.com"))); err != nil {
					return err
				}
			}
			return nil
		})
		var got []string
		q := journey.Query{Limit: 2}
		for {
			p := must[journey.Page[journey.ShopperRow]](t)(s.Shoppers(t.Context(), shopA, q))
			for _, r := range p.Items {
				got = append(got, r.ID)
			}
			if q.Cursor = p.Next; q.Cursor == "" {
				break
			}
		}
		same(t, "shoppers", got, []string{"s-0004", "s-0003", "s-0002", "s-0001", "s-0000"})
	})
}

// Pages of a shopper's story, put together, are the whole of it, each entry
// once, the newest first; entries of the same moment too.
func TestShopperStoryIsPagedWithoutGaps(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range 7 {
				k := aTouch(shopA, numbered("t", i))
				k.At = now.Add(-time.Duration(i/3) * time.Hour)
				if err := tx.InsertTouch(ctx, k); err != nil {
					return err
				}
			}
			return nil
		})
		whole := must[journey.Page[journey.Entry]](t)(s.ShopperStory(t.Context(), shopA, "ada", journey.Query{Limit: 200}))
		kinds := map[journey.EntryKind]int{}
		for _, e := range whole.Items {
			kinds[e.Kind]++
		}
		same(t, "kinds", kinds, map[journey.EntryKind]int{"event": 1, "enrolled": 1, "decision": 1, "message": 1, "touch": 8, "order": 1, "recovery": 1, "reply": 1})
		for _, size := range []int{1, 2, 3, 5} {
			var got []journey.Entry
			q := journey.Query{Limit: size}
			for range 40 {
				p := must[journey.Page[journey.Entry]](t)(s.ShopperStory(t.Context(), shopA, "ada", q))
				got = append(got, p.Items...)
				if q.Cursor = p.Next; q.Cursor == "" {
					break
				}
			}
			same(t, fmt.Sprintf("story in pages of %d", size), got, whole.Items)
		}
		other := must[journey.Page[journey.Entry]](t)(s.ShopperStory(t.Context(), shopB, "ada", journey.Query{}))
		same(t, "another shop's", len(other.Items), 0)
		d := must[journey.ShopperDetail](t)(s.ShopperDetail(t.Context(), shopA, "ada"))
		if d.Waiting != 1 || len(d.Carts) != 1 || d.Personas[0] != "everyone" || len(d.Ledger.Lines) != 1 {
			t.Errorf("detail %+v", d)
		}
	})
}

func says(t testing.TB, s *store.Store, shopID string, n int, from, keyword string) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		in := delivery.Inbound{Dedupe: fmt.Sprint("said-", n), Channel: event.SMS, From: from, Text: "hello", Keyword: keyword, At: now.Add(time.Duration(n) * time.Minute)}
		_, err := tx.InsertInbound(ctx, recovery.Inbound{Inbound: in, ID: numbered("in", n), ShopID: shopID})
		return err
	})
}

func talks(t testing.TB, s *store.Store, shopID, state string) []string {
	t.Helper()
	var out []string
	for _, c := range must[journey.Page[journey.Conversation]](t)(s.Conversations(t.Context(), shopID, journey.Query{State: state})).Items {
		out = append(out, fmt.Sprintf("%s %s %d/%d %s", c.ID, c.From, c.Unread, c.Replies, c.Last.Text))
	}
	return out
}

func TestRepliesAreConversations(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		says(t, s, shopA, 1, "+331", "")
		says(t, s, shopA, 2, "+331", "help")
		says(t, s, shopA, 3, "+332", "stop")
		says(t, s, shopB, 4, "+331", "")
		says(t, s, shopA, 2, "+331", "help") // the provider says it again
		same(t, "that wait", talks(t, s, shopA, "open"), []string{"in-0001 +331 2/2 hello"})
		same(t, "all", len(talks(t, s, shopA, "")), 2)
		mark := func(shopID, id string, done bool) error {
			return s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.MarkConversation(ctx, shopID, id, done) })
		}
		wantCode(t, "another shop's", mark(shopB, "in-0001", true), fault.NotFound)
		if err := mark(shopA, "in-0001", true); err != nil {
			t.Fatal(err)
		}
		same(t, "that wait after it was marked", talks(t, s, shopA, "open"), []string{})
		says(t, s, shopA, 5, "+331", "stop")
		same(t, "after a stop, which needs nobody", talks(t, s, shopA, "open"), []string{})
		says(t, s, shopA, 6, "+331", "")
		same(t, "after a further reply", talks(t, s, shopA, "open"), []string{"in-0001 +331 1/4 hello"})
		says(t, s, shopA, 7, "+333", "begin")
		says(t, s, shopA, 8, "+333", "stop")
		same(t, "after a conversation was begun and stopped", talks(t, s, shopA, "open"), []string{"in-0001 +331 1/4 hello"})
		same(t, "begun and stopped", talks(t, s, shopA, "")[0], "in-0007 +333 0/2 hello")
		x := must[journey.Exchange](t)(s.Exchange(t.Context(), shopA, "in-0001"))
		same(t, "lines", len(x.Lines), 4)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Purge(ctx, shopA, shop.KeptInbounds, now.Add(time.Hour), 100)
			return err
		})
		same(t, "after what was said is purged", talks(t, s, shopA, ""), []string{})
		same(t, "the other shop's", talks(t, s, shopB, ""), []string{"in-0004 +331 1/1 hello"})
	})
}

// What is looked for among messages is found however far back, page by page.
func TestMessagesAreLookedThrough(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for i := range 9 {
				e := anEnrollment(shopA, numbered("e", i), numbered("c", i))
				e.Persona, e.SequenceKey = []string{"vip", "rest", "rest"}[i%3], []string{"one", "two"}[i%2]
				if _, err := tx.InsertEnrollment(ctx, e); err != nil {
					return err
				}
				l := aLetter(shopA, numbered("m", i), e.ID, i%2)
				l.ReservedAt, l.Template = now.Add(time.Duration(i)*time.Minute), []string{"a", "b", "c"}[i%3]
				if err := tx.InsertMessage(ctx, l, nil); err != nil {
					return err
				}
			}
			return nil
		})
		list := func(q journey.Query) (out []string) {
			for q.Limit = 2; ; {
				p, err := s.Messages(t.Context(), shopA, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range p.Items {
					out = append(out, m.ID)
				}
				if q.Cursor = p.Next; q.Cursor == "" {
					return out
				}
			}
		}
		for name, c := range map[string]struct {
			n    journey.Narrow
			want []string
		}{
			"persona": {journey.Narrow{Persona: "vip"}, []string{"m-0006", "m-0003", "m-0000"}}, "sequence": {journey.Narrow{Sequence: "two"}, []string{"m-0007", "m-0005", "m-0003", "m-0001"}},
			"template and step": {journey.Narrow{Template: "b", Step: 2}, []string{"m-0007", "m-0001"}}, "nothing": {journey.Narrow{Template: "z"}, nil}, "no persona": {journey.Narrow{Persona: "-"}, nil},
			"days": {journey.Narrow{From: now.Add(3 * time.Minute), To: now.Add(5 * time.Minute)}, []string{"m-0004", "m-0003"}},
		} {
			same(t, name, list(journey.Query{Narrow: c.n}), c.want)
		}
		same(t, "of a state", list(journey.Query{State: "reserved", Narrow: journey.Narrow{Persona: "vip"}}), []string{"m-0006", "m-0003", "m-0000"})
		same(t, "of another state", list(journey.Query{State: "bounced", Narrow: journey.Narrow{Persona: "vip"}}), []string(nil))
	})
}
