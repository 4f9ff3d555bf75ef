package recovery_test

import (
	"context"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// historyCodes are the codes of the stock "few": fewer than histories have carts.
var historyCodes = []string{"F-1", "F-2"}

// historyOffers are the offers of the two shops that make any, by shop: after the
// step's words in the book. Some end before the sequence does.
var historyOffers = map[string][]string{
	"offers": {
		"messenger, sms, email], template: nudge, max_late: 6h", `offer: {code: BACK, value: "5 %", valid_for: 24h}`,
		"{after: 24h, channels: [email, sms], template: nudge, max_late: 6h", `offer: {code: BACK, value: "5 %", valid_for: 24h}`,
		"sms, email], template: nudge, max_late: 2h", `offer: {codes: few, value: "5 %", valid_for: 2h30m}`,
		"{after: 3h, channels: [email], template: nudge, max_late: 2h", `offer: {codes: few, value: "5 %", valid_for: 2h30m}`,
	},
	"few-offers": {
		"messenger, sms, email], template: nudge, max_late: 6h", `offer: {codes: few, value: "5 %", valid_for: 30h}`,
		"{after: 3h, channels: [email], template: nudge, max_late: 2h", `offer: {code: BACK, value: "5 %", valid_for: 1h}`,
	},
}

// bookOf gives the book of one of the history's shops.
func bookOf(shopID string) playbook.Book {
	text := historyBook
	for parts := historyOffers[shopID]; len(parts) > 0; parts = parts[2:] {
		text = strings.Replace(text, parts[0], parts[0]+", "+parts[1], 1)
	}
	b, err := playbook.Parse([]byte(text), "history.yaml")
	if err != nil {
		panic(err) // the tests' own values
	}
	return b
}

// drawOfferLines draws histories of few people with many carts that are left:
// those in which offers are made, run out, and are asked for again.
var drawOfferLines = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) drawn {
	d := drawn{scriptLine: scriptLine{verb: rapid.SampledFrom([]verb{
		tells, tells, tells, passes, passes, passes, passes, meanwhile, sleeps, dies, restarts,
	}).Draw(t, "verb")}}
	switch d.verb {
	case tells, meanwhile:
		d.saying = saying{
			kind:   rapid.SampledFrom([]event.Kind{event.CartUpdated, event.CartUpdated, event.CartUpdated, event.PaymentFailed}).Draw(t, "kind"),
			person: rapid.SampledFrom([]int{0, 0, 1}).Draw(t, "person"), cart: rapid.IntRange(0, 3).Draw(t, "cart"),
			links: rapid.SampledFrom([]int{1, 1, 1, 3, 2}).Draw(t, "links"), names: rapid.SampledFrom([]int{2, 2, 6, 1}).Draw(t, "names"),
		}
	case passes, sleeps:
		d.span = rapid.SampledFrom([]time.Duration{31 * time.Minute, 61 * time.Minute, 61 * time.Minute, 2 * time.Hour, 25 * time.Hour}).Draw(t, "span")
	case dies:
		d.state = rapid.SampledFrom([]delivery.State{delivery.Reserved, delivery.Sending}).Draw(t, "state")
	}
	return d
}), 4, 18)

// historyOffer gives the offer of a step of a shop, nil for none.
var historyOffer = func() func(shopID, key string, step int) *sequence.Offer {
	books := map[string]playbook.Book{}
	for id := range historyOffers {
		books[id] = bookOf(id)
	}
	return func(shopID, key string, step int) *sequence.Offer {
		for _, s := range books[shopID].Sequences {
			if s.Key == key {
				return s.Steps[step].Offer
			}
		}
		return nil
	}
}()

// offerSeen is what a call's message offered, by its text and by the database.
type offerSeen struct {
	call       call
	enrollment string
	// links and keys are the cart's, by the script when the message was reserved.
	links []event.Link
	keys  []event.Key
	id    string
	code  string
	made  int64
	ends  int64
}

// honestOffer holds what a message offers against the promises: a code that is
// there and good, one code and one end for a cart, no code for two carts, and
// nobody offered something for another cart too soon.
func (p *play) honestOffer(c call, m messageRow) {
	promised := historyOffer(p.shop.ID, m.sequence, m.step)
	o := offerSeen{call: c, enrollment: m.enrollment, links: m.links, code: codeIn(c)}
	if promised == nil {
		if o.code != "" {
			p.fail("a message offers %s, and its step nothing", o.code)
		}
		return
	}
	p.offered++
	if o.code == "" {
		p.fail("step %d of %s to %s at %s offers no code", m.step, m.sequence, c.To, since(c.at))
		return
	}
	err := p.raw.QueryRow(`SELECT o.id, o.made_at, o.expires_at FROM messages m JOIN offers o ON o.shop_id = m.shop_id AND o.id = m.offer_id
		WHERE m.id = $1 AND o.code = $2`, m.id, o.code).Scan(&o.id, &o.made, &o.ends)
	if err != nil {
		p.fail("the offer of %s to %s is not stored: %v", o.code, c.To, err)
		return
	}
	if c.at.UnixMilli() >= o.ends {
		p.fail("a message to %s at %s with an offer that was over at %s", c.To, since(c.at), since(time.UnixMilli(o.ends)))
	}
	if mine, ok := p.cartOf(p.modelAt(p.held[m.id]), m); ok {
		o.links, o.keys = mine.links, mine.keys
	}
	for _, before := range p.offers {
		p.oneOffer(before, o, m)
	}
	p.offers = append(p.offers, o)
}

// oneOffer holds two offers against each other.
func (p *play) oneOffer(before, o offerSeen, m messageRow) {
	if before.id == o.id && (before.ends != o.ends || before.code != o.code || before.made != o.made) {
		p.fail("an offer moved: %s until %d became %s until %d", before.code, before.ends, o.code, o.ends)
	}
	if strings.HasPrefix(o.code, "F-") && before.code == o.code && before.id != o.id {
		p.fail("the code %s was given twice", o.code)
	}
	if before.enrollment == o.enrollment && before.code == o.code && before.ends != o.ends {
		p.fail("the end of %s moved within one sequence", o.code)
	}
	rest := p.shop.Settings.OfferRest()
	left := before.call.took() || before.call.fate == dropped
	if rest == 0 || !left || before.id == o.id || before.made > o.made || o.made-before.made >= rest.Milliseconds() || before.call.at.UnixMilli() > o.made {
		return
	}
	// What is known of who is who when the later one was made, where that is beyond doubt.
	known := p.modelAt(p.held[m.id])
	groups := known.persons()
	if meets(before.links, o.links) || !meets(nameOf(groups, o.keys), before.keys) || !allClear(groups, before.keys, o.keys) || p.spokenOf(groups, before.keys, o.keys) {
		return
	}
	p.fail("%s was offered something for another cart %s before", o.call.To, time.Duration(o.made-before.made)*time.Millisecond)
}

// codeIn is the code that a message shows, "" for none.
func codeIn(c call) string {
	_, rest, _ := strings.Cut(c.HTML+c.Text, "offer:")
	code, _, _ := strings.Cut(rest, ";")
	return strings.TrimSpace(code)
}

type forgetsEnds struct{ recovery.Tx }

func (t forgetsEnds) Offer(ctx context.Context, shopID, id string) (journey.Offer, error) {
	o, err := t.Tx.Offer(ctx, shopID, id)
	o.ExpiresAt = o.ExpiresAt.Add(1000 * time.Hour)
	return o, err
}

func (t forgetsEnds) OfferOf(ctx context.Context, shopID, cartID, enrollmentID, key string) (journey.Offer, error) {
	o, err := t.Tx.OfferOf(ctx, shopID, cartID, enrollmentID, key)
	o.ExpiresAt = o.ExpiresAt.Add(1000 * time.Hour)
	return o, err
}

type forgetsOffers struct{ recovery.Tx }

func (forgetsOffers) OfferedElsewhere(context.Context, string, string, string, time.Time) (time.Time, error) {
	return time.Time{}, nil
}

type losesCodes struct{ recovery.Tx }

func (t losesCodes) TakeCode(ctx context.Context, shopID, stock, messageID string) (string, error) {
	code, err := t.Tx.TakeCode(ctx, shopID, stock, messageID)
	if code != "" {
		code = " "
	}
	return code, err
}
