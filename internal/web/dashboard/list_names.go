package dashboard

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// named looks up what the shoppers of a list's rows are called, all at once.
func (v *listView[T]) named(ctx context.Context, d *Dashboard, shopID string) (err error) {
	look, of := d.Reader.CartNames, v.cartOf
	if v.shopperOf != nil {
		look, of = d.Reader.ShopperNames, v.shopperOf
	}
	if of == nil {
		return nil
	}
	ids := make([]string, len(v.Items))
	for i, item := range v.Items {
		ids[i] = of(item)
	}
	v.called, err = look(ctx, shopID, ids)
	return err
}

// Whose is what the shopper of a row is called: id is the cart's or the
// shopper's, as the list names them.
func (v listView[T]) Whose(id string) string { return orNone(v.called[id], "Unknown shopper") }

// By is Whose, or an address that no shopper of the shop is known by.
func (v listView[T]) By(id, address string) string {
	return orNone(orNone(v.called[id], address), "Erased")
}

// Address is an address beside a name: "" where it stands in place of one, and
// for Messenger, whose ids tell a person nothing.
func (v listView[T]) Address(id, address string, ch event.Channel) string {
	if name := v.called[id]; name == "" || name == address || ch == event.Messenger {
		return ""
	}
	return address
}
