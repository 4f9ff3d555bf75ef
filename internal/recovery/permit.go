package recovery

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// ask is one question: may this shopper be written to at this address, about
// this cart, now? It is asked when a step reserves its message, and again in
// the transaction in which the call begins.
type ask struct {
	shop    shop.Shop
	who     shopper.Shopper
	cart    cart.Cart
	channel event.Channel
	to      string
	// messageID is the message itself once it is reserved: it does not count against any cap.
	messageID string
	// customer is true when the shopper has bought here before.
	customer bool
}

// permit is the answer.
type permit struct {
	// rule is the permission it is granted under, or what holds it back.
	rule string
	// granted: it may leave now. Else until is when to ask again, zero for never.
	granted bool
	until   time.Time
	// confirm tells that all that is missing is the address's own confirmation of the
	// yes. The rest of the answer is then that for asking it.
	confirm bool
	// deadline is the last instant at which the law lets it leave; zero for none.
	// closes is when the hours end in which it may arrive, for channels that keep a
	// message until the recipient's device can be reached.
	deadline, closes time.Time
	// carries is what the message must hold.
	carries consent.Carries
	// in is what was looked at.
	in map[string]string
}

// permit asks, in this order: suppression and consent, whether they are enough
// for the recipient's law, what the law forbids for good, and when one may
// write: the law's hours, the shop's, and how often. Anything that cannot be
// read is an error, and nothing is sent.
func (e *Engine) permit(ctx context.Context, tx Tx, a ask) (permit, error) {
	t := a.who.Traits
	place := consent.Governs(a.channel, phoneOf(a), consent.Place{Country: first(t.Country.Value, a.shop.Country), Region: t.Region.Value})
	pack := e.Packs.For(a.channel, place.Country).In(place.Region)
	p := permit{carries: pack.Carries, in: map[string]string{"law": law(pack, place)}}

	hash := HashAddress(a.shop.ID, a.channel, a.to)
	ruling, line, err := e.may(ctx, tx, a, hash)
	if err != nil {
		return p, err
	}
	pack.DoubleOptIn = pack.DoubleOptIn || a.shop.Settings.DoubleOptIn.Has(a.channel)
	names := append(strings.Split(a.shop.Settings.ConsentNames, ","), line.Names...)
	accepted := pack.Accepts(ruling, consent.Proof{Confirmed: line.Confirmed, Names: names})
	p.rule, p.confirm = accepted.Rule, accepted.Rule == consent.RuleDoubleOptIn
	if !accepted.Allowed && !p.confirm {
		return p, nil
	}
	m, sent, err := e.moment(ctx, tx, a, pack)
	if err != nil {
		return p, err
	}
	if rule := pack.Bars(m); rule != "" {
		p.rule = rule
		return p, nil
	}
	p.deadline, _ = pack.Deadline(m)
	if rule, until, err := e.rested(ctx, tx, a); rule != "" || err != nil {
		p.rule, p.until = rule, until
		return p, err
	}
	return e.when(ctx, tx, a, pack, place, sent, p)
}

// when finds the first instant at which nothing holds the message back any more.
func (e *Engine) when(ctx context.Context, tx Tx, a ask, pack consent.Pack, place consent.Place, sent []consent.Sent, p permit) (permit, error) {
	t, now := a.who.Traits, tx.Now()
	zones, source := consent.Zones(consent.ZoneEvidence{
		Channel: a.channel, Browser: t.TimeZone.Value, Country: t.Country.Value, Region: t.Region.Value, Phone: phoneOf(a), Shop: a.shop.TimeZone,
	})
	p.in["zone"], p.in["zone_source"] = zoneNames(zones), source
	caps := a.shop.Settings.Caps()
	var bought time.Time
	if caps.Rest > 0 {
		var err error
		if bought, err = tx.LastOrder(ctx, a.shop.ID, a.who.ID); err != nil {
			return p, err
		}
	}
	held, at := "", now
	// Each rule moves the instant on, and may move it to where another forbids it again.
	for range 16 {
		moved := false
		for _, next := range []func(time.Time) (time.Time, string){
			func(at time.Time) (time.Time, string) {
				return pack.Next(at, zones, place.Region, a.shop.Settings.QuietHours)
			},
			func(at time.Time) (time.Time, string) { return pack.Room(at, sent, place.Region) },
			func(at time.Time) (time.Time, string) { return caps.Next(at, sent, bought) },
		} {
			n, rule := next(at)
			if rule == "" {
				continue
			}
			held = rule
			if n.IsZero() {
				p.rule = rule
				return p, nil
			}
			at, moved = n, true
		}
		if !moved {
			break
		}
	}
	if held == "" {
		p.granted = true
		if a.channel == event.SMS {
			p.closes = closing(now, func(t time.Time) bool {
				n, _ := pack.Next(t, zones, place.Region, a.shop.Settings.QuietHours)
				return n.Equal(t)
			})
		}
		return p, nil
	}
	p.rule, p.until = held, at
	return p, nil
}

// textKept is how long a text waits for a phone that is off, at most (Twilio's own bound).
const textKept = 10 * time.Hour

// closing gives the last instant, to five minutes, up to which one may go on
// writing: a text that waits for its phone must not ring it at night.
func closing(now time.Time, may func(time.Time) bool) time.Time {
	const step = 5 * time.Minute
	for t := now.Add(step); t.Before(now.Add(textKept)); t = t.Add(step) {
		if !may(t) {
			return t.Add(-step)
		}
	}
	return now.Add(textKept)
}

// moment gathers what the law's final rules look at, and the messages that its
// cap and the shop's count.
func (e *Engine) moment(ctx context.Context, tx Tx, a ask, pack consent.Pack) (m consent.Moment, sent []consent.Sent, err error) {
	m = consent.Moment{Now: tx.Now(), Abandoned: a.cart.AbandonedAt}
	if m.Abandoned.IsZero() {
		m.Abandoned = a.cart.LastActivity()
	}
	if pack.Window > 0 {
		if m.Heard, err = tx.LastInbound(ctx, a.shop.ID, a.channel, a.to); err != nil {
			return m, nil, err
		}
	}
	if pack.MaxPerCart > 0 {
		if m.ForCart, err = tx.SentForCart(ctx, a.shop.ID, a.cart.ID, a.channel, a.messageID); err != nil {
			return m, nil, err
		}
	}
	span := a.shop.Settings.Caps().Per
	if pack.MaxPerDay > 0 {
		span = max(span, 24*time.Hour)
	}
	if span > 0 {
		sent, err = tx.SentTo(ctx, a.shop.ID, a.who.ID, tx.Now().Add(-span), a.messageID)
	}
	return m, sent, err
}

// may rules on an address by suppression and consent, and gives the line of the
// ledger that counts.
func (e *Engine) may(ctx context.Context, tx Tx, a ask, hash string) (consent.Ruling, event.Consent, error) {
	if a.shop.Settings.Paused {
		return consent.Ruling{Rule: shopPaused}, event.Consent{}, nil
	}
	why, err := tx.Suppression(ctx, a.shop.ID, a.channel, hash)
	if err != nil {
		return consent.Ruling{}, event.Consent{}, err
	}
	line, err := said(ctx, tx, a.shop.ID, a.who.ID, a.cart.ID, a.channel, a.to)
	if err != nil {
		return consent.Ruling{}, line, err
	}
	known := consent.Known{Channel: a.channel, Answer: line.Answer, Suppressed: why, Customer: a.customer}
	return consent.May(a.shop.Settings.ConsentMode, known), line, nil
}

// said gives the answer that counts for an address, zero when there is none.
func said(ctx context.Context, tx Tx, shopID, shopperID, cartID string, c event.Channel, to string) (event.Consent, error) {
	hash := HashAddress(shopID, c, to)
	lines, err := tx.Consents(ctx, shopID, c, shopperID, cartID, hash)
	return consent.Newest(lines, shopperID, cartID, hash), err
}

// phoneOf gives the number that tells where the shopper is.
func phoneOf(a ask) string {
	if a.channel == event.SMS {
		return a.to
	}
	return a.who.Traits.Phone.Value
}

// law names the pack that was applied.
func law(p consent.Pack, place consent.Place) string {
	where := place.Country
	if len(p.Countries) == 0 {
		where = strings.TrimSpace("default " + where)
	}
	if place.Region != "" {
		where += "-" + place.Region
	}
	return string(p.Channel) + " " + where + ", reviewed " + p.Reviewed.Format(time.DateOnly)
}

// zoneNames writes the zones for the record: all of a few, else how many.
func zoneNames(zones []*time.Location) string {
	names := make([]string, 0, len(zones))
	for _, z := range zones {
		names = append(names, z.String())
	}
	if len(names) > 6 {
		return strconv.Itoa(len(names)) + " zones, from " + names[0] + " to " + names[len(names)-1]
	}
	return strings.Join(names, " + ")
}
