package recovery

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// restoreFor is how long a restore link works.
const restoreFor = 30 * 24 * time.Hour

// reserve tries the step's channels in order and reserves a message on the
// first that may be used. nil means that none could: the decision is recorded.
func (e *Engine) reserve(ctx context.Context, tx Tx, w *work) (*Letter, error) {
	refused, err := tx.Refused(ctx, w.en.ShopID, w.en.ID, w.en.Step)
	if err != nil {
		return nil, err
	}
	var reasons []string
	var waits *verdict
	var ask *unconfirmed
	for _, c := range w.step.Channels {
		if slices.Contains(refused, c) {
			reasons = append(reasons, "channel.rejected")
			w.in["channel "+string(c)] = "channel.rejected"
			continue
		}
		l, v, err := e.channel(ctx, tx, w, c)
		if err != nil {
			return nil, err
		}
		if v != nil && v.ask != nil && ask == nil {
			ask = v.ask
		}
		if l != nil {
			return l, e.hold(ctx, tx, w, l)
		}
		switch {
		case v.outcome == journey.Skipped:
			return nil, e.apply(ctx, tx, w, *v) // no channel changes anything about it
		case v.until.IsZero():
			reasons = append(reasons, v.rule)
			w.in["channel "+string(c)] = v.rule
		case v.rule == paused && v.until.Before(w.due.Add(w.step.Lateness())):
			// The next channel may go at once; without one the step waits for this.
			if waits == nil || v.until.Before(waits.until) {
				waits = v
			}
			w.in["channel "+string(c)] = v.rule
		case v.rule == paused:
			reasons = append(reasons, v.rule)
			w.in["channel "+string(c)] = v.rule
		default:
			return nil, e.apply(ctx, tx, w, *v)
		}
	}
	return e.noneFree(ctx, tx, w, waits, ask, reasons)
}

// noneFree decides a step none of whose channels may be used as it is: it waits for
// a paused one; else the first that only lacks the address's word is asked for it.
func (e *Engine) noneFree(ctx context.Context, tx Tx, w *work, waits *verdict, ask *unconfirmed, reasons []string) (*Letter, error) {
	if waits != nil {
		return nil, e.apply(ctx, tx, w, *waits)
	}
	if ask == nil {
		return nil, e.apply(ctx, tx, w, none(reasons))
	}
	l, v, err := e.askToConfirm(ctx, tx, w, *ask)
	switch {
	case err != nil:
		return nil, err
	case l != nil:
		return l, e.hold(ctx, tx, w, l)
	case !v.until.IsZero():
		return nil, e.apply(ctx, tx, w, *v)
	}
	return nil, e.apply(ctx, tx, w, none(reasons))
}

// none is the decision when no channel could be used: the channels' common
// reason, or that they had different ones.
func none(reasons []string) verdict {
	v := verdict{outcome: journey.Skipped, rule: "channels.none_allowed"}
	if slices.Sort(reasons); len(slices.Compact(reasons)) == 1 {
		v.rule = reasons[0]
	}
	if v.rule == "channel.rejected" || v.rule == paused {
		v.outcome = journey.Failed
	}
	return v
}

// channel asks whether one channel may be used now and renders its message.
// The verdict says why not; with a time, the step waits for the channel.
func (e *Engine) channel(ctx context.Context, tx Tx, w *work, c event.Channel) (*Letter, *verdict, error) {
	to := address(w, c)
	if to == "" {
		return nil, &verdict{rule: "address.none"}, nil
	}
	p, err := e.permit(ctx, tx, ask{shop: w.shop, who: w.who, cart: w.cart, channel: c, to: to, customer: w.past.Orders > 0})
	if err != nil {
		return nil, nil, err
	}
	if p.confirm {
		return nil, &verdict{rule: consent.RuleDoubleOptIn, ask: &unconfirmed{channel: c, to: to, permit: p}}, nil
	}
	if v := p.verdict(w, w.due.Add(w.step.Lateness())); v != nil {
		return nil, v, nil
	}
	if v, err := e.pausedUntil(ctx, tx, w, c); v != nil || err != nil {
		return nil, v, err
	}
	templates, err := tx.TemplatesOf(ctx, w.en.ShopID, w.step.Template)
	if err != nil {
		return nil, nil, err
	}
	t, ok := message.Pick(templates, string(c), locale(w))
	if !ok {
		return nil, &verdict{rule: "template.missing"}, nil
	}
	id, v, err := e.promise(ctx, tx, w)
	if v != nil || err != nil {
		return nil, v, err
	}
	r, err := e.Renderer.Render(ctx, t, e.input(w, t, p.carries))
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		w.in["template"], w.in["error "+string(c)] = t.Key, err.Error()
		return nil, &verdict{rule: "template.error"}, e.unpromise(ctx, tx, w)
	}
	l := e.letter(w, t, to, p, r)
	l.ID, l.OfferID = id, w.offer.ID
	l.ExpiresAt = earlier(l.ExpiresAt, w.offer.ExpiresAt)
	return l, nil, nil
}

// verdict is what a permit means for a step: nil when it is granted, else why
// not, and until when the step waits, unless that is after expires.
func (p permit) verdict(w *work, expires time.Time) *verdict {
	maps.Copy(w.in, p.in)
	if !p.deadline.IsZero() && p.deadline.Before(expires) {
		expires = p.deadline
	}
	switch {
	case p.granted:
		return nil
	case p.until.IsZero():
		return &verdict{rule: p.rule}
	case p.until.After(expires):
		w.in["until"], w.in["expires"] = stamp(p.until), stamp(expires)
		return &verdict{rule: p.rule + ".expired"}
	}
	return &verdict{outcome: journey.Deferred, rule: p.rule, until: p.until}
}

// address gives where the shopper is reached on a channel: what this cart said
// first, what else is known of them second.
func address(w *work, c event.Channel) string {
	f, t := w.cart.Facts, w.who.Traits
	switch c {
	case event.Email:
		return first(f.Email.Value, t.Email.Value)
	case event.SMS:
		return first(f.Phone.Value, t.Phone.Value)
	case event.Messenger:
		return first(f.Messenger.Value, t.Messenger.Value)
	}
	return ""
}

func locale(w *work) string { return first(w.who.Traits.Locale.Value, w.shop.Locale) }

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

func (e *Engine) input(w *work, t message.Template, carries consent.Carries) message.Input {
	in := message.Input{
		Shop:    e.shopFacts(w.shop),
		Shopper: w.who, History: w.past, Cart: w.shown, Locale: t.Locale, PublicURL: e.PublicURL, Zone: w.zone, Now: w.now, Carries: carries,
	}
	if t.Key != message.ConfirmKey && w.offer.ID != "" {
		in.Offer, in.ShopZone = shown(w.offer), w.shop.Zone()
	}
	return in
}

func (e *Engine) letter(w *work, t message.Template, to string, p permit, r message.Rendered) *Letter {
	w.in["permission"], w.in["template"], w.in["locale"] = p.rule, t.Key, t.Locale
	return &Letter{
		Message: message.Message{
			ID: e.NewID(), ShopID: w.en.ShopID, EnrollmentID: w.en.ID, CartID: w.cart.ID, ShopperID: w.who.ID,
			Step: w.en.Step, Channel: t.Channel, To: to, Template: t.Key, TemplateVersion: t.Version, Locale: t.Locale,
			Rendered: r, State: delivery.Reserved, ReservedAt: w.now, StepDueAt: w.en.DueAt,
		},
		Rule: p.rule, Inputs: w.in, ExpiresAt: w.due.Add(w.step.Lateness()), DueAt: w.now.Add(e.reservedFor()),
	}
}

// hold stores the reservation. From here the enrollment waits for the message.
func (e *Engine) hold(ctx context.Context, tx Tx, w *work, l *Letter) error {
	err := tx.InsertMessage(ctx, *l, e.links(l.Message, w.now))
	if fault.Is(err, fault.Conflict) {
		return fault.Wrap(fault.Internal, err, "step %d of enrollment %s came due twice", w.en.Step, w.en.ID)
	}
	if err != nil {
		return err
	}
	w.en.DueAt = time.Time{}
	return tx.SaveEnrollment(ctx, w.en)
}

func (e *Engine) links(m message.Message, now time.Time) []Link {
	var out []Link
	for _, p := range linksOf(m) {
		l := Link{Hash: HashToken(e.token(p, m.ID)), ShopID: m.ShopID, Purpose: p, MessageID: m.ID}
		if p == message.LinkRestore || p == message.LinkConfirm {
			l.ExpiresAt = now.Add(restoreFor)
		}
		out = append(out, l)
	}
	return out
}

// linksOf are the links a message may hold. A request to confirm has nothing of the cart's.
func linksOf(m message.Message) []message.Link {
	if m.Step == beforeSteps {
		return []message.Link{message.LinkConfirm, message.LinkUnsubscribe, message.LinkWhy}
	}
	return []message.Link{message.LinkRestore, message.LinkUnsubscribe, message.LinkWhy}
}

// normal writes an address the one way it is compared by.
func normal(c event.Channel, address string) string {
	if c == event.Email {
		return strings.ToLower(strings.TrimSpace(address))
	}
	return strings.TrimSpace(address)
}
