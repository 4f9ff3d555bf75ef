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
	// asks is set once there is something to ask the platform for.
	asks bool
	// grown are the shoppers of whom this event told more: a further name, or evidence of whose a name is.
	grown map[string]bool
	// met are the names this event met, as they are kept; unborn those of them that nobody knew and
	// that are not stored yet, born the ids of those that this event stored.
	met    map[event.Key]shopper.Name
	unborn []event.Key
	born   map[string]bool
}

// fold takes one stored event into its shopper, cart and order.
func (f *folding) fold(ctx context.Context, s *Stored) (err error) {
	f.grown, f.met, f.unborn, f.born = map[string]bool{}, map[event.Key]shopper.Name{}, nil, map[string]bool{}
	ofCart := s.Order == nil && cart.Touches(s.Kind) && len(s.Links) > 0
	names, err := f.named(ctx, s, ofCart)
	if err != nil {
		return err
	}
	if s.NameID != "" || len(s.Links) > 0 {
		s.Status = "folded"
	}
	switch {
	case s.Order != nil:
		s.CartID, err = f.order(ctx, s.Event)
	case ofCart:
		err = f.cart(ctx, s)
	}
	if err != nil {
		return err
	}
	if err := f.saidOf(ctx, s.Event, names); err != nil {
		return err
	}
	if err := f.consents(ctx, s); err != nil {
		return err
	}
	if err := f.visitors(ctx, s); err != nil {
		return err
	}
	return f.meetAgain(ctx)
}

// named finds the person an event is about, by the names it gives, strongest
// first. What the event of a cart says of who is who, its cart tells.
func (f *folding) named(ctx context.Context, s *Stored, ofCart bool) ([]shopper.Name, error) {
	var said []shopper.Named
	for _, k := range s.Person.Keys {
		said = append(said, shopper.Named{Key: k, At: cart.When(s.Event).UnixMilli()})
	}
	learn := func() ([]shopper.Name, error) { return f.learn(ctx, said, s.ID) }
	if ofCart {
		learn = func() ([]shopper.Name, error) { return f.knownAs(ctx, said) }
	}
	names, err := learn()
	if err != nil || len(names) == 0 {
		return nil, err
	}
	s.NameID, s.ShopperID = names[0].ID, names[0].ShopperID
	return names, nil
}

// saidOf keeps what an event says of its person, whose the name is by now; one that its cart did not take up is stored too.
func (f *folding) saidOf(ctx context.Context, ev event.Event, names []shopper.Name) error {
	if err := f.bear(ctx); err != nil || len(names) == 0 {
		return err
	}
	n := names[0]
	if now, met := f.met[n.Key]; met {
		n = now
	}
	return f.told(ctx, ev, n)
}

// consents keep the answers of an event: by the shopper, and by every address
// that it names for the channel. An answer on a cart of nobody yet is the cart's.
func (f *folding) consents(ctx context.Context, s *Stored) error {
	for _, c := range s.Consents {
		if c.At.IsZero() {
			c.At = cart.When(s.Event)
		}
		l := consent.Entry{Consent: c, ShopperID: s.ShopperID, NameID: s.NameID, Evidence: first(s.Evidence, "event "+s.ID)}
		if len(s.Person.Keys) == 0 {
			l.ShopperID, l.NameID, l.CartID = "", "", s.CartID
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
// and meets the orders that came first. Who is named on one cart is one person,
// also when no single event says so.
func (f *folding) cart(ctx context.Context, s *Stored) error {
	c, isNew, err := f.joined(ctx, s.Event)
	if err != nil {
		return err
	}
	before, had := c.State, c.ShopperID
	c.Facts.Fold(s.Event)
	names, err := f.learn(ctx, c.Facts.Names(), s.ID)
	if err != nil {
		return err
	}
	if k, ok := c.Facts.Anchor(); ok {
		n := names[slices.IndexFunc(names, func(n shopper.Name) bool { return n.Key == k })]
		c.NameID, c.ShopperID = n.ID, n.ShopperID
	}
	s.CartID = c.ID
	if i := slices.IndexFunc(names, func(n shopper.Name) bool { return n.ID == s.NameID }); i >= 0 {
		s.ShopperID = names[i].ShopperID // the cart may have told whose the name is
	} else {
		s.NameID, s.ShopperID = c.NameID, c.ShopperID
	}
	if err := f.settle(ctx, &c); err != nil {
		return err
	}
	idle := f.idleAt(c)
	if (isNew || before != cart.Open) && !idle.IsZero() {
		f.wake = append(f.wake, idle)
	}
	if err := f.tx.SaveCart(ctx, c, idle); err != nil || isNew || had == c.ShopperID {
		return err
	}
	return f.tx.MoveCart(ctx, c.ShopID, c.ID, c.ShopperID)
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
// event told more: an order may have come under a name that was not known to be
// theirs, and be a better one than the order a cart was given then.
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
func (f *folding) settle(ctx context.Context, c *cart.Cart) error {
	who, err := f.whose(ctx, *c)
	if err != nil {
		return err
	}
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

// whose gives a cart's shopper; a zero one while nobody is named.
func (f *folding) whose(ctx context.Context, c cart.Cart) (shopper.Shopper, error) {
	if c.ShopperID == "" {
		return shopper.Shopper{}, nil
	}
	return f.tx.Shopper(ctx, c.ShopID, c.ShopperID)
}

// idleAt is when the cart may be abandoned; zero when it cannot. One that only
// the script on the shop's pages told of is nobody's, and whoever posts could
// else fill the merchant's numbers: it expires.
func (f *folding) idleAt(c cart.Cart) time.Time {
	if c.State != cart.Open || c.Platform == event.PixelPlatform {
		return time.Time{}
	}
	return c.IdleAt(f.shop.Settings.AbandonAfter)
}

// ring sets the alarms of new carts, after the commit.
func (f *folding) ring(ctx context.Context) {
	for _, t := range f.wake {
		f.arm(ctx, AlarmIdle, shardOf(f.shop.ID), t)
	}
	if f.asks {
		f.arm(ctx, AlarmAsk, shardOf(f.shop.ID), f.Now())
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
