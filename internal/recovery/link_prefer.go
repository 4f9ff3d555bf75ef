package recovery

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// The sources of answers given behind an unsubscribe link.
const (
	sourceUnsubscribe = "unsubscribe page"
	sourcePreferences = "preference page"
)

// optedOut is the one suppression that a shopper can lift themselves. All
// others are the address's or the provider's word.
const optedOut = "opted_out"

// Unsubscribe makes the no of a message's address final on its channel, or, if
// everything is meant, on all channels of its shopper. Repeating it changes nothing.
func (e *Engine) Unsubscribe(ctx context.Context, token string, everything bool) error {
	return e.onLink(ctx, message.LinkUnsubscribe, token, func(ctx context.Context, tx Tx, b behind) error {
		if err := e.forget(ctx, tx, b.letter, b.letter.Channel, b.letter.To, sourceUnsubscribe); err != nil || !everything {
			return err
		}
		who, err := tx.Shopper(ctx, b.link.ShopID, b.letter.ShopperID)
		if err != nil {
			return err
		}
		for _, c := range everyChannel {
			if err := e.forgetAll(ctx, tx, b.letter, c, who.Keys, sourceUnsubscribe); err != nil {
				return err
			}
		}
		return nil
	})
}

// everyChannel is the order in which channels are listed and stopped.
var everyChannel = []event.Channel{event.Email, event.SMS, event.Messenger}

// Preferences gives the shopper's present answers, channel by channel.
func (e *Engine) Preferences(ctx context.Context, token string) (p journey.Preferences, err error) {
	err = e.onLink(ctx, message.LinkUnsubscribe, token, func(ctx context.Context, tx Tx, b behind) error {
		p = journey.Preferences{}
		if p.LinkPage, err = e.page(ctx, tx, b); err != nil {
			return err
		}
		who, err := tx.Shopper(ctx, b.link.ShopID, b.letter.ShopperID)
		if err != nil {
			return err
		}
		for _, c := range ownFirst(b.letter.Channel) {
			line, err := e.choice(ctx, tx, b, who, c)
			if err != nil {
				return err
			}
			if line.Address != "" {
				p.Choices = append(p.Choices, line)
			}
		}
		return nil
	})
	return p, err
}

func ownFirst(own event.Channel) []event.Channel {
	rest := slices.DeleteFunc(slices.Clone(everyChannel), func(c event.Channel) bool { return c == own })
	return append([]event.Channel{own}, rest...)
}

// choice is one channel's line; without an address there is none.
func (e *Engine) choice(ctx context.Context, tx Tx, b behind, who shopper.Shopper, c event.Channel) (journey.Choice, error) {
	to := addressOn(b.letter, who, c)
	if to == "" {
		return journey.Choice{}, nil
	}
	line := journey.Choice{Channel: c, Address: mask(c, to)}
	why, err := tx.Suppression(ctx, b.link.ShopID, c, HashAddress(b.link.ShopID, c, to))
	if err != nil {
		return line, err
	}
	answer, err := said(ctx, tx, b.link.ShopID, b.letter.ShopperID, b.letter.CartID, c, to)
	if err != nil {
		return line, err
	}
	line.Stopped, line.Answer = why, answer.Answer
	// A link proves that its holder reads what is sent to one address. It proves
	// nothing of the others: whom a mail was forwarded to must not switch on texts.
	line.MayAllow = c == b.letter.Channel && (why == "" || why == optedOut) && (why != "" || answer.Answer != event.Yes)
	return line, nil
}

// addressOn is where a shopper is written to on a channel: on the message's
// own its recipient, else the newest address.
func addressOn(l Letter, who shopper.Shopper, c event.Channel) string {
	if c == l.Channel {
		return l.To
	}
	switch c {
	case event.Email:
		return who.Traits.Email.Value
	case event.SMS:
		return who.Traits.Phone.Value
	}
	return who.Traits.Messenger.Value
}

// Prefer gives a shopper's answer on one channel. A no holds for all of their
// addresses there. A yes holds for the address that the link was sent to, and
// lifts nothing but their own no; wording is what the page had them agree to.
// fault.Conflict: a yes cannot be given here.
func (e *Engine) Prefer(ctx context.Context, token string, c event.Channel, a event.Answer, wording string) error {
	if !slices.Contains(everyChannel, c) || a != event.Yes && a != event.No {
		return fault.New(fault.Invalid, "this is no answer for a channel").In("channel").Try("use the buttons of the page")
	}
	return e.onLink(ctx, message.LinkUnsubscribe, token, func(ctx context.Context, tx Tx, b behind) error {
		who, err := tx.Shopper(ctx, b.link.ShopID, b.letter.ShopperID)
		if err != nil {
			return err
		}
		if a == event.Yes {
			return e.allow(ctx, tx, b, who, c, wording)
		}
		if c == b.letter.Channel {
			if err := e.forget(ctx, tx, b.letter, c, b.letter.To, sourcePreferences); err != nil {
				return err
			}
		}
		return e.forgetAll(ctx, tx, b.letter, c, who.Keys, sourcePreferences)
	})
}

// allow records a yes. The address has confirmed it by the link it was sent.
func (e *Engine) allow(ctx context.Context, tx Tx, b behind, who shopper.Shopper, c event.Channel, wording string) error {
	line, err := e.choice(ctx, tx, b, who, c)
	if err != nil {
		return err
	}
	if line.Answer == event.Yes && line.Stopped == "" && c == b.letter.Channel {
		return nil // said before
	}
	if !line.MayAllow {
		return fault.New(fault.Conflict, "this channel cannot be allowed from this link").
			Try("tell the shop in its own checkout or account")
	}
	hash := HashAddress(b.link.ShopID, c, b.letter.To)
	if err := tx.Unsuppress(ctx, b.link.ShopID, c, hash, optedOut); err != nil {
		return err
	}
	name, err := anchor(ctx, tx, b.link.ShopID, c, b.letter.To, b.letter.ShopperID)
	if err != nil {
		return err
	}
	err = tx.InsertConsent(ctx, b.link.ShopID, e.NewID(), consent.Entry{
		Consent: event.Consent{
			Channel: c, Answer: event.Yes, Source: sourcePreferences, Wording: event.Clean(wording, 500), At: tx.Now(),
			Confirmed: true, Names: []string{namesCarts},
		},
		ShopperID: b.letter.ShopperID, NameID: name, Address: hash, Evidence: "message " + b.letter.ID,
	})
	if err != nil {
		return err
	}
	return e.wakeWaiting(ctx, tx, b.letter)
}

// namesCarts is what our own wordings name, in the words of consent.Pack.ConsentNames.
const namesCarts = "cart_reminders"

func (e *Engine) forgetAll(ctx context.Context, tx Tx, l Letter, c event.Channel, keys []event.Key, source string) error {
	for _, k := range keys {
		if k.Kind != addressKind[c] {
			continue
		}
		if err := e.forget(ctx, tx, l, c, k.Value, source); err != nil {
			return err
		}
	}
	return nil
}

// forget suppresses one address and records the answer, unless both stand
// there: mailbox providers repeat their one-click requests.
func (e *Engine) forget(ctx context.Context, tx Tx, l Letter, c event.Channel, address, source string) error {
	hash := HashAddress(l.ShopID, c, address)
	why, err := tx.Suppression(ctx, l.ShopID, c, hash)
	if err != nil {
		return err
	}
	answer, err := said(ctx, tx, l.ShopID, l.ShopperID, l.CartID, c, address)
	if err != nil || why != "" && answer.Answer == event.No {
		return err
	}
	if err := tx.Suppress(ctx, l.ShopID, c, hash, optedOut); err != nil {
		return err
	}
	name, err := anchor(ctx, tx, l.ShopID, c, address, l.ShopperID)
	if err != nil {
		return err
	}
	return tx.InsertConsent(ctx, l.ShopID, e.NewID(), consent.Entry{
		Consent:   event.Consent{Channel: c, Answer: event.No, Source: source, At: tx.Now()},
		ShopperID: l.ShopperID, NameID: name, Address: hash, Evidence: "message " + l.ID,
	})
}
