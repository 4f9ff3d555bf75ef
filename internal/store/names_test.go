package store_test

import (
	"context"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// Lists name whose rows they are: by a name, else by an address, never by
// another shop's.
func TestListsKnowWhatShoppersAreCalled(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		fill(t, s, shopA)
		ask := func(shop string, look func(context.Context, string, []string) (map[string]string, error), ids ...string) map[string]string {
			return must[map[string]string](t)(look(t.Context(), shop, ids))
		}
		same(t, "carts", ask(shopA, s.CartNames, "cart", "nothing", "", "cart"), map[string]string{"cart": "Ada"})
		same(t, "shoppers", ask(shopA, s.ShopperNames, "ada", "nothing"), map[string]string{"ada": "Ada"})
		same(t, "none", ask(shopA, s.ShopperNames), map[string]string{})
		same(t, "carts of another shop", ask(shopB, s.CartNames, "cart"), map[string]string{})
		same(t, "shoppers of another shop", ask(shopB, s.ShopperNames, "ada"), map[string]string{})

		// Who has no name is called by an address.
		bob := aShopper(shopA, "bob", event.Key{Kind: event.KeyEmail, Value: "bob@example.com"})
		bob.Traits = shopper.Traits{Email: shopper.Said{Value: "bob@example.com", At: now.UnixMilli()}}
		if err := s.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return keepShopper(ctx, tx, bob) }); err != nil {
			t.Fatal(err)
		}
		same(t, "an address", ask(shopA, s.ShopperNames, "bob"), map[string]string{"bob": "bob@example.com"})
	})
}

// Who wrote before the shop knew their number is named once it does, and by
// their own shop alone.
func TestAReplyIsOwnedByWhoeverIsKnownByItsAddress(t *testing.T) {
	eachStore(t, func(t *testing.T, s *store.Store) {
		says(t, s, shopA, 1, "+331", "")
		says(t, s, shopB, 2, "+331", "")
		whose := func(shopID, id string) []string {
			listed := must[journey.Page[journey.Conversation]](t)(s.Conversations(t.Context(), shopID, journey.Query{})).Items[0]
			return []string{listed.Last.ShopperID, must[journey.Exchange](t)(s.Exchange(t.Context(), shopID, id)).Last.ShopperID}
		}
		same(t, "before", whose(shopA, "in-0001"), []string{"", ""})
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return keepShopper(ctx, tx, aShopper(shopA, "zoe", event.Key{Kind: event.KeyPhone, Value: "+331"}))
		})
		same(t, "after", whose(shopA, "in-0001"), []string{"zoe", "zoe"})
		same(t, "of the other shop", whose(shopB, "in-0002"), []string{"", ""})
	})
}
