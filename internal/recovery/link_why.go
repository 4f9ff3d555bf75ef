package recovery

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Why answers "why did I get this?" from the record of the decision.
func (e *Engine) Why(ctx context.Context, token string) (w journey.Why, err error) {
	err = e.onLink(ctx, message.LinkWhy, token, func(ctx context.Context, tx Tx, b behind) error {
		w, err = e.why(ctx, tx, b)
		return err
	})
	return w, err
}

func (e *Engine) why(ctx context.Context, tx Tx, b behind) (w journey.Why, err error) {
	who, err := tx.Shopper(ctx, b.link.ShopID, b.letter.ShopperID)
	if err != nil {
		return w, err
	}
	line, err := lineOf(ctx, tx, b)
	if err != nil {
		return w, err
	}
	d, err := e.decisionOf(ctx, tx, b)
	if err != nil {
		return w, err
	}
	kind, _, _ := strings.Cut(line.Evidence, " ")
	w = journey.Why{
		SentAt: b.letter.SentAt, Step: b.letter.Step + 1, LastActivity: b.cart.LastActivity(), Permission: b.letter.Rule,
		ConsentSource: line.Source, ConsentAt: line.At, ConsentWording: line.Wording, Evidence: kind,
		Known: known(b, who), Decision: d,
		UnsubscribeToken: e.token(message.LinkUnsubscribe, b.letter.ID),
	}
	w.Law, w.Country = e.lawOver(b, who)
	w.LinkPage, err = e.page(ctx, tx, b)
	return w, err
}

// decisionOf gives the record that the merchant's page reads, too. Until the
// call is settled there is none, and the message itself tells under what it was reserved.
func (e *Engine) decisionOf(ctx context.Context, tx Tx, b behind) (journey.Decision, error) {
	d, err := tx.DecisionOf(ctx, b.link.ShopID, b.letter.CartID, b.letter.ID)
	if fault.Is(err, fault.NotFound) {
		l := b.letter
		return journey.Decision{Rule: l.Rule, Inputs: l.Inputs, Step: l.Step, Channel: l.Channel, MessageID: l.ID}, nil
	}
	return d, err
}

// lineOf gives the line of the ledger that counts for the message's address,
// zero when there is none.
func lineOf(ctx context.Context, tx Tx, b behind) (consent.Entry, error) {
	l := b.letter
	hash := HashAddress(l.ShopID, l.Channel, l.To)
	lines, err := tx.Consents(ctx, l.ShopID, l.Channel, l.ShopperID, l.CartID, hash)
	if err != nil {
		return consent.Entry{}, err
	}
	counts := consent.Newest(lines, l.ShopperID, l.CartID, hash)
	for _, line := range lines {
		if line.Answer == counts.Answer && line.Source == counts.Source && line.At.Equal(counts.At) && line.Wording == counts.Wording {
			return line, nil
		}
	}
	return consent.Entry{Consent: counts}, nil
}

// lawOver gives the policy pack that holds for the message, and where.
func (e *Engine) lawOver(b behind, who shopper.Shopper) (consent.Pack, string) {
	t := who.Traits
	phone := phoneOf(ask{channel: b.letter.Channel, to: b.letter.To, who: who})
	place := consent.Governs(b.letter.Channel, phone, consent.Place{Country: first(t.Country.Value, b.shop.Country), Region: t.Region.Value})
	return e.Packs.For(b.letter.Channel, place.Country).In(place.Region), place.Country
}

// known is what is kept of a shopper, cut short for whoever holds the link.
func known(b behind, who shopper.Shopper) journey.Known {
	t := who.Traits
	k := journey.Known{
		Name: t.FirstName.Value, Country: t.Country.Value, Device: t.Device.Value, Locale: t.Locale.Value,
		Platform: b.cart.Platform, Since: who.FirstSeen,
	}
	if last := []rune(t.LastName.Value); len(last) > 0 {
		k.Name = strings.TrimSpace(k.Name + " " + string(last[:1]) + ".")
	}
	for _, c := range everyChannel {
		if to := addressOn(b.letter, who, c); to != "" {
			k.Addresses = append(k.Addresses, journey.Choice{Channel: c, Address: mask(c, to)})
		}
	}
	return k
}
