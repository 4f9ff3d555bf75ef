package recovery

import (
	"context"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// What the script on a shop's pages posts is signed by nobody: whoever reads the
// page can post anything. Therefore none of it ever reaches the tables that
// decide who is who, what may be sent, to whom, and what was bought. It makes
// visitors, what they did, and carts of nobody. A visitor becomes a known
// person's by what signed events say; then what they did counts as that
// person's visits and device, and nothing else does. docs/pixel.md tells the rules.

// pixelTx is what the script's reports need.
type pixelTx interface {
	// SeeVisitor notes that a visitor was there, and gives what is known of them.
	SeeVisitor(ctx context.Context, shopID, id, device, proof string) (journey.Visitor, error)
	// InsertBehaviours stores what a visitor did; what is stored already is passed over.
	InsertBehaviours(ctx context.Context, shopID, visitorID string, did []event.Behaviour) error
	// Claim notes that an address, by its hash, was typed in a visitor's browser; Claimants
	// gives the visitors in whose browsers it was typed within a span, at most limit.
	Claim(ctx context.Context, shopID, visitorID, address string) error
	Claimants(ctx context.Context, shopID, address string, from, to time.Time, limit int) ([]string, error)
	// VisitorsWith gives the visitors whose browsers know a platform's cart, at most limit.
	VisitorsWith(ctx context.Context, shopID, proof string, limit int) ([]string, error)
	// TieVisitor makes a visitor a known person's, or nobody's for good if another was theirs.
	TieVisitor(ctx context.Context, shopID, visitorID, nameID, shopperID string) error
}

const (
	// pixelName stands before a visitor's id in the anonymous id by which a shop's own server may name them.
	pixelName = "px:"
	// claimSpan is how far a signed event that names an address may lie from when it was typed.
	claimSpan = time.Hour
	// maxClaimants is in how many browsers an address may be typed within that time; of more, nobody's word counts.
	maxClaimants = 3
	// maxHolders bounds the browsers that may know one cart: its link may be passed on.
	maxHolders = 3
)

// PixelMode tells the script on a page of this origin what it has to wait for.
// Errors: fault.NotFound for an unknown shop, fault.Forbidden for a page that is not the shop's.
func (e *Engine) PixelMode(ctx context.Context, shopID, origin string) (shop.PixelConsent, error) {
	sh, err := e.pixelShop(ctx, shopID, origin)
	return sh.Settings.PixelMode(), err
}

func (e *Engine) pixelShop(ctx context.Context, shopID, origin string) (shop.Shop, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return sh, err
	}
	if !sh.TakesFrom(origin) {
		return sh, fault.New(fault.Forbidden, "this page is not one of the shop's").In("Origin").
			Try("name its host under Settings, Storefront pixel, or in pixel_origins")
	}
	return sh, nil
}

// Sight takes in what a browser posted from a page of this origin. It returns
// after the commit. Errors are those of PixelMode, and the reader's.
func (e *Engine) Sight(ctx context.Context, shopID, origin string, body []byte) error {
	sh, err := e.pixelShop(ctx, shopID, origin)
	if err != nil {
		return err
	}
	if sh.Settings.PixelMode() == shop.PixelOff {
		return fault.New(fault.Forbidden, "the storefront pixel of this shop is off").
			Try("switch it on under Settings, Storefront pixel, or take its tag out of the pages")
	}
	s, err := e.Options.Sighting(e.delivery(sh, nil, body))
	if err != nil {
		return err
	}
	var f *folding
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		f = &folding{Engine: e, tx: tx, shop: sh}
		return f.sight(ctx, s)
	})
	if err != nil {
		return err
	}
	e.Meter.Event(event.PixelPlatform, event.Accepted)
	f.ring(ctx)
	return nil
}

func (f *folding) sight(ctx context.Context, s event.Sighting) error {
	proof := f.proof(s.CartToken)
	v, err := f.tx.SeeVisitor(ctx, f.shop.ID, s.Visitor, s.Device, proof)
	if err != nil {
		return err
	}
	if err := f.tx.InsertBehaviours(ctx, f.shop.ID, v.ID, s.Did); err != nil {
		return err
	}
	told, err := f.evidenceOf(ctx, v, s)
	if err != nil || told {
		return err
	}
	for _, ev := range s.Carts {
		if err := f.pixelCart(ctx, v, proof, ev); err != nil {
			return err
		}
	}
	return nil
}

// evidenceOf looks for signed evidence of whose browser it is, and reports whether a
// signed event told of the cart in it already.
func (f *folding) evidenceOf(ctx context.Context, v journey.Visitor, s event.Sighting) (told bool, err error) {
	for _, k := range s.Claims {
		if err := f.claim(ctx, v, k); err != nil {
			return false, err
		}
	}
	names, err := f.tx.Names(ctx, f.shop.ID, []event.Key{{Kind: event.KeyAnonymous, Value: pixelName + v.ID}})
	if err != nil {
		return false, err
	}
	for _, n := range names {
		if err := f.tx.TieVisitor(ctx, f.shop.ID, v.ID, n.ID, n.ShopperID); err != nil {
			return false, err
		}
	}
	if s.CartToken == "" {
		return false, nil
	}
	carts, err := f.tx.CartsByLinks(ctx, f.shop.ID, []event.Link{{Kind: event.LinkCart, Value: s.CartToken}})
	if err != nil || len(carts) == 0 {
		return false, err
	}
	return true, f.tieHolders(ctx, f.proof(s.CartToken), carts[0].NameID, carts[0].ShopperID)
}

// proof is what is kept of a platform's cart id: enough to know it again. Only
// Shopify's ids are secrets that the browser alone has.
func (f *folding) proof(token string) string {
	if token == "" || f.shop.Platform != "shopify" {
		return ""
	}
	return f.keyed(f.shop.ID, "cart", token)
}

// pixelCart folds a cart that only the script tells of. It names nobody, and its
// link is one that no signed event has: so nothing can ever be written about it.
// It is no row among the events, which are what platforms signed; folding the
// same twice changes nothing.
func (f *folding) pixelCart(ctx context.Context, v journey.Visitor, proof string, ev event.Event) error {
	ev.ID, ev.ShopID, ev.Platform, ev.ReceivedAt = f.NewID(), f.shop.ID, event.PixelPlatform, f.tx.Now()
	ev.DedupeKey = "pixel:" + v.ID + ":" + ev.DedupeKey
	ev.Person, ev.Links = event.Person{}, PixelLinks(v.ID, proof)[:1]
	return f.fold(ctx, &Stored{Event: ev})
}

// PixelLinks are the links under which carts of a visitor may be kept, the one
// to use first: that of the platform's cart, where the browser knows it.
func PixelLinks(visitorID, proof string) []event.Link {
	own := event.Link{Kind: event.LinkPixel, Value: visitorID}
	if proof == "" {
		return []event.Link{own}
	}
	return []event.Link{{Kind: event.LinkPixel, Value: "cart:" + proof}, own}
}

// claim notes a typed address, and ties the visitor to whose it is if a signed
// event named it just before.
func (f *folding) claim(ctx context.Context, v journey.Visitor, k event.Key) error {
	address := f.claimHash(k)
	if err := f.tx.Claim(ctx, f.shop.ID, v.ID, address); err != nil {
		return err
	}
	names, err := f.tx.Names(ctx, f.shop.ID, []event.Key{k})
	if err != nil || len(names) == 0 {
		return err
	}
	told, err := f.tx.Told(ctx, f.shop.ID, names[0].ID)
	if err != nil || f.tx.Now().Sub(told.LastSeen).Abs() > claimSpan {
		return err
	}
	return f.tieClaimants(ctx, address, f.tx.Now(), names[0].ID, names[0].ShopperID)
}

func (f *folding) claimHash(k event.Key) string {
	return f.keyed(f.shop.ID, "claim", string(k.Kind)+":"+k.Value)
}

func (f *folding) tieClaimants(ctx context.Context, address string, at time.Time, nameID, shopperID string) error {
	who, err := f.tx.Claimants(ctx, f.shop.ID, address, at.Add(-claimSpan), at.Add(claimSpan), maxClaimants+1)
	if err != nil || len(who) > maxClaimants {
		return err
	}
	return f.tieAll(ctx, who, nameID, shopperID)
}

func (f *folding) tieHolders(ctx context.Context, proof, nameID, shopperID string) error {
	if proof == "" {
		return nil
	}
	who, err := f.tx.VisitorsWith(ctx, f.shop.ID, proof, maxHolders+1)
	if err != nil || len(who) > maxHolders {
		return err
	}
	return f.tieAll(ctx, who, nameID, shopperID)
}

func (f *folding) tieAll(ctx context.Context, visitors []string, nameID, shopperID string) error {
	if shopperID == "" {
		return nil
	}
	for _, v := range visitors {
		if err := f.tx.TieVisitor(ctx, f.shop.ID, v, nameID, shopperID); err != nil {
			return err
		}
	}
	return nil
}

// visitors ties browsers to the person of a signed event: those in which an
// address that it names was typed within the hour, the one that its names say,
// and those that know the platform's id of its cart.
func (f *folding) visitors(ctx context.Context, s *Stored) error {
	if s.Platform == event.PixelPlatform {
		return nil
	}
	for _, k := range s.Person.Keys {
		if err := f.visitorsOf(ctx, k, s); err != nil {
			return err
		}
	}
	if f.shop.Platform != "shopify" {
		return nil
	}
	for _, l := range s.Links {
		if l.Kind != event.LinkCart {
			continue
		}
		if err := f.tieHolders(ctx, f.proof(l.Value), s.NameID, s.ShopperID); err != nil {
			return err
		}
		if err := f.giveWay(ctx, l.Value); err != nil {
			return err
		}
	}
	return nil
}

func (f *folding) visitorsOf(ctx context.Context, k event.Key, s *Stored) error {
	switch k.Kind {
	case event.KeyEmail, event.KeyPhone:
		return f.tieClaimants(ctx, f.claimHash(k), cart.When(s.Event), s.NameID, s.ShopperID)
	case event.KeyAnonymous:
		if id, ours := strings.CutPrefix(k.Value, pixelName); ours {
			return f.tieAll(ctx, []string{id}, s.NameID, s.ShopperID)
		}
	}
	return nil
}

// giveWay ends the cart that the script told of, once the platform tells of it
// itself: what is signed counts, and one cart is not counted twice.
func (f *folding) giveWay(ctx context.Context, token string) error {
	found, err := f.tx.CartsByLinks(ctx, f.shop.ID, PixelLinks("", f.proof(token))[:1])
	if err != nil {
		return err
	}
	for _, c := range found {
		if c.Platform != event.PixelPlatform || c.State == cart.Merged {
			continue
		}
		c.State = cart.Merged
		if err := f.tx.SaveCart(ctx, c, time.Time{}); err != nil {
			return err
		}
	}
	return nil
}
