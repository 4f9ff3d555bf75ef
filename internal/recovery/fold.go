package recovery

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// folding is the work on the events of one delivery inside its transaction.
type folding struct {
	*Engine
	tx   Tx
	shop shop.Shop
	// wake are the instants at which new carts may be abandoned.
	wake []time.Time
	// grown are the shoppers of whom this event told a further name.
	grown map[string]bool
}

// fold takes one stored event into its shopper, cart and order.
func (f *folding) fold(ctx context.Context, s *Stored) (err error) {
	f.grown = map[string]bool{}
	who, err := f.shopper(ctx, s.Event, s.Person.Keys)
	if err != nil {
		return err
	}
	s.ShopperID = who.ID
	defer func() {
		if err == nil {
			err = f.meetAgain(ctx)
		}
	}()
	if who.ID != "" || len(s.Links) > 0 {
		s.Status = "folded"
	}
	switch {
	case s.Order != nil:
		s.CartID, err = f.order(ctx, s.Event)
	case cart.Touches(s.Kind) && len(s.Links) > 0:
		s.CartID, who, err = f.cart(ctx, s.Event, who)
		s.ShopperID = who.ID
	}
	if err != nil {
		return err
	}
	return f.consents(ctx, s)
}

// shopper finds or makes the person an event is about, by the names given; a
// zero shopper when there are none.
func (f *folding) shopper(ctx context.Context, ev event.Event, keys []event.Key) (shopper.Shopper, error) {
	if len(keys) == 0 {
		return shopper.Shopper{}, nil
	}
	found, err := f.tx.ShoppersByKeys(ctx, f.shop.ID, keys)
	if err != nil {
		return shopper.Shopper{}, err
	}
	into, absorb, claim := shopper.Resolve(found, keys)
	if into != nil && len(absorb)+len(claim) > 0 {
		f.grown[into.ID] = true
	}
	if into == nil {
		into = &shopper.Shopper{ID: f.NewID(), ShopID: f.shop.ID}
	}
	for _, o := range absorb {
		into.Absorb(o)
		if err := f.tx.MergeShopper(ctx, f.shop.ID, o.ID, into.ID); err != nil {
			return shopper.Shopper{}, err
		}
	}
	into.Fold(ev, cart.When(ev))
	return *into, f.tx.SaveShopper(ctx, *into, claim)
}

// consents keep the answers of an event: by the shopper, and by every address
// that it names for the channel. An answer on a cart of nobody yet is the cart's.
func (f *folding) consents(ctx context.Context, s *Stored) error {
	for _, c := range s.Consents {
		if c.At.IsZero() {
			c.At = cart.When(s.Event)
		}
		l := consent.Entry{Consent: c, ShopperID: s.ShopperID, Evidence: first(s.Evidence, "event "+s.ID)}
		if len(s.Person.Keys) == 0 {
			l.ShopperID, l.CartID = "", s.CartID
		}
		if l.ShopperID == "" && l.CartID == "" {
			continue // nobody's; the receipt says so
		}
		for _, hash := range addressesOf(s.Event, c.Channel) {
			l.Address = hash
			if err := f.tx.InsertConsent(ctx, f.shop.ID, f.NewID(), l); err != nil {
				return err
			}
		}
	}
	return nil
}

// addressesOf gives the hashes of the addresses an event names for a channel; one "" where it names none.
func addressesOf(ev event.Event, c event.Channel) []string {
	var out []string
	for _, k := range ev.Person.Keys {
		if k.Kind == addressKind[c] {
			out = append(out, HashAddress(ev.ShopID, c, k.Value))
		}
	}
	if out == nil {
		return []string{""}
	}
	return out
}

// addressKind is the kind of name that is a channel's address.
var addressKind = map[event.Channel]event.KeyKind{event.Email: event.KeyEmail, event.SMS: event.KeyPhone, event.Messenger: event.KeyMessenger}

// cart folds the event into its cart, which may join two carts known before,
// and meets the orders that came first.
func (f *folding) cart(ctx context.Context, ev event.Event, who shopper.Shopper) (string, shopper.Shopper, error) {
	c, isNew, err := f.joined(ctx, ev)
	if err != nil {
		return "", who, err
	}
	before := c.State
	c.Facts.Fold(ev)
	if who, err = f.owner(ctx, ev, c, who); err != nil {
		return "", who, err
	}
	c.ShopperID = who.ID
	if err := f.settle(ctx, &c, who); err != nil {
		return "", who, err
	}
	idle := f.idleAt(c)
	if (isNew || before != cart.Open) && !idle.IsZero() {
		f.wake = append(f.wake, idle)
	}
	return c.ID, who, f.tx.SaveCart(ctx, c, idle)
}

// owner gives the shopper a cart belongs to. Who is named on one cart is one
// person, also when no single event says so, and whoever has the address that
// the cart is written to is its owner, whichever event came last: it is their
// consent that counts.
func (f *folding) owner(ctx context.Context, ev event.Event, c cart.Cart, who shopper.Shopper) (shopper.Shopper, error) {
	names := namesOn(c.Facts, ev.Person.Keys)
	if slices.ContainsFunc(names, func(k event.Key) bool { return !slices.Contains(who.Keys, k) }) {
		known, err := f.shopper(ctx, ev, names)
		if err != nil {
			return who, err
		}
		who = known
	}
	to := event.Key{Kind: event.KeyEmail, Value: c.Facts.Email.Value}
	if to.Value == "" || slices.Contains(who.Keys, to) {
		return who, nil
	}
	found, err := f.tx.ShoppersByKeys(ctx, c.ShopID, []event.Key{to})
	if err != nil || len(found) == 0 {
		return who, err
	}
	return found[0], nil
}

// namesOn adds to what an event calls the shopper what its cart knows of the
// same person. Where the cart knows several addresses, or several customers,
// none of them is taken for this event's.
func namesOn(f cart.Facts, said []event.Key) []event.Key {
	count := map[event.KeyKind]int{}
	for _, k := range f.Keys {
		count[k.Kind]++
	}
	names := slices.Clone(said)
	for _, k := range f.Keys {
		if strong := k.Kind == event.KeyCustomer || k.Kind == event.KeyEmail; !strong || count[k.Kind] == 1 {
			names = append(names, k)
		}
	}
	return shopper.Union(names, nil)
}

// joined gives the one cart of the event's links: new, known, or several
// that this event shows to be one.
func (f *folding) joined(ctx context.Context, ev event.Event) (c cart.Cart, isNew bool, err error) {
	found, err := f.tx.CartsByLinks(ctx, f.shop.ID, ev.Links)
	if err != nil {
		return c, false, err
	}
	if len(found) == 0 {
		return cart.Cart{
			ID: f.NewID(), ShopID: f.shop.ID, Platform: ev.Platform, State: cart.Open, StoredAt: f.tx.Now(),
		}, true, nil
	}
	// The oldest survives, or the one that was ordered: ordered is sticky.
	slices.SortFunc(found, func(a, b cart.Cart) int {
		if (a.State == cart.Ordered) != (b.State == cart.Ordered) {
			if a.State == cart.Ordered {
				return -1
			}
			return 1
		}
		return compareIDs(a.ID, b.ID)
	})
	c = found[0]
	for _, o := range found[1:] {
		if err := f.absorb(ctx, &c, o); err != nil {
			return c, false, err
		}
	}
	return c, false, nil
}

func (f *folding) absorb(ctx context.Context, c *cart.Cart, o cart.Cart) error {
	facts := o.Facts
	o.State, o.Facts.Links, o.Facts.Keys = cart.Merged, nil, nil
	if err := f.tx.SaveCart(ctx, o, time.Time{}); err != nil {
		return err
	}
	c.Facts.Absorb(facts)
	if c.PersonaKey == "" {
		c.PersonaKey, c.AbandonedAt = o.PersonaKey, o.AbandonedAt
	}
	ended, err := f.tx.MergeCart(ctx, f.shop.ID, o.ID, c.ID)
	for _, en := range ended {
		err = errors.Join(err, f.passedOver(ctx, f.tx, en, o.LastActivity(), "superseded"))
	}
	return err
}

// meetAgain looks for orders once more, for the carts of shoppers of whom this
// event told a further name: an order may have come under it before, and be a
// better one than the order a cart was given then.
func (f *folding) meetAgain(ctx context.Context) error {
	for _, id := range slices.Sorted(maps.Keys(f.grown)) {
		who, err := f.tx.Shopper(ctx, f.shop.ID, id)
		if err != nil {
			return err
		}
		carts, err := f.tx.CartsOfShopper(ctx, f.shop.ID, who.ID)
		if err != nil {
			return err
		}
		for _, c := range carts {
			if err := f.meetOne(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle gives the cart the state its facts call for and ends what that ends.
func (f *folding) settle(ctx context.Context, c *cart.Cart, who shopper.Shopper) error {
	if c.State == cart.Ordered {
		_, err := f.reorder(ctx, c, who)
		return err
	}
	o, by, err := f.bought(ctx, f.tx, *c, who)
	if err != nil {
		return err
	}
	if by != "" {
		return f.ordered(ctx, c, o.ID, by)
	}
	before := c.State
	c.State = c.Settle()
	if c.State == cart.Emptied && before != cart.Emptied {
		return f.end(ctx, *c, "emptied")
	}
	return nil
}

// idleAt is when the cart may be abandoned; zero when it cannot.
func (f *folding) idleAt(c cart.Cart) time.Time {
	if c.State != cart.Open {
		return time.Time{}
	}
	return c.IdleAt(f.shop.Settings.AbandonAfter)
}

// ring sets the alarms of new carts, after the commit.
func (f *folding) ring(ctx context.Context) {
	for _, t := range f.wake {
		f.arm(ctx, AlarmIdle, shardOf(f.shop.ID), t)
	}
}

func compareIDs(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func asFault(err error, fe **fault.Error) bool { return errors.As(err, fe) }
