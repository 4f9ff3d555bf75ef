package journey_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shopper"
	"github.com/google/go-cmp/cmp"
)

// noon is the present: 13:00 in Paris.
var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) time.Time { return noon.Add(-d) }

func terms(t *testing.T) journey.Terms {
	t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return journey.Terms{AbandonAfter: 30 * time.Minute, ConsentMode: consent.OptIn, Zone: paris}
}

// story is a cart's record in the making: left two hours ago by a known shopper.
type story struct{ journey.CartDetail }

func left(edit ...func(*story)) journey.CartDetail {
	s := &story{}
	s.Cart = cart.Cart{
		ID: "c", ShopperID: "p", State: cart.Abandoned, AbandonedAt: ago(90 * time.Minute), PersonaKey: "katie",
		Facts: cart.Facts{StartedAt: ago(3 * time.Hour).UnixMilli(), LastActivity: ago(2 * time.Hour).UnixMilli()},
	}
	for _, f := range edit {
		f(s)
	}
	return s.CartDetail
}

func state(of cart.State) func(*story) { return func(s *story) { s.Cart.State = of } }

func active(before time.Duration) func(*story) {
	return func(s *story) { s.Cart.Facts.LastActivity = ago(before).UnixMilli() }
}

// enrolled puts the cart into a sequence with steps one, two, … hours after its last activity.
func enrolled(step int, due time.Time, state, reason string) func(*story) {
	return func(s *story) {
		s.Enrollments = append(s.Enrollments, journey.Enrollment{
			ID: "n", SequenceKey: "seq", SequenceVersion: 3, Persona: "katie", Step: step, DueAt: due, State: state, Reason: reason, CreatedAt: ago(90 * time.Minute), DoneAt: ago(20 * time.Minute),
		})
		s.Plans = []sequence.Sequence{{Key: "seq", Version: 3, Steps: []sequence.Step{{After: time.Hour}, {After: 2 * time.Hour}}}, {Key: "seq", Version: 2, Steps: []sequence.Step{{After: time.Minute}}}}
	}
}

func decided(step int, o journey.Outcome, rule string, in map[string]string) func(*story) {
	return func(s *story) {
		d := journey.Decision{ID: rule, Step: step, Outcome: o, Rule: rule, Inputs: in, At: ago(time.Hour), DueAt: ago(time.Hour), SequenceKey: "seq", SequenceVersion: 3}
		s.Timeline = append(s.Timeline, journey.Entry{At: d.At, Kind: journey.EntryDecision, Decision: &d})
	}
}

func wrote(step int, c event.Channel, st delivery.State, sent time.Duration) func(*story) {
	return func(s *story) {
		m := message.Message{ID: "m", Step: step, Channel: c, State: st, ReservedAt: ago(sent), SentAt: ago(sent), StepDueAt: ago(sent)}
		d := journey.Decision{ID: "d", Step: step, Outcome: journey.Sent, Rule: "consent.yes", Channel: c, MessageID: "m", At: ago(sent)}
		s.Timeline = append(s.Timeline, journey.Entry{Kind: journey.EntryMessage, Message: &m}, journey.Entry{Kind: journey.EntryDecision, Decision: &d})
	}
}

func bought(before time.Duration) func(*story) {
	return func(s *story) {
		s.Cart.State, s.Cart.OrderedAt, s.Cart.OrderedBy, s.Cart.OrderID = cart.Ordered, ago(before), "email", "o"
		p := cart.Purchase{ID: "o", Number: "#7", PlacedAt: ago(before), StoredAt: ago(before), Creditable: true}
		s.Timeline = append(s.Timeline, journey.Entry{Kind: journey.EntryOrder, Order: &p})
	}
}

func refused(c event.Channel, source string) func(*story) {
	return func(s *story) {
		s.Consents = append(s.Consents, event.Consent{Channel: c, Answer: event.No, Source: source, At: ago(48 * time.Hour)})
	}
}

func nobody(s *story) { s.Cart.ShopperID = "" }

type in = map[string]string

func TestExplainAnswersInASentence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cart journey.CartDetail
		fate journey.Fate
		want string
		rule string
	}{
		// Open and never enrolled.
		"still quiet": {left(state(cart.Open), active(12*time.Minute)), "nothing_yet",
			"Nothing yet: the cart has been quiet for 12 min; it counts as abandoned at 13:18, unless the shopper comes back.", "cart.idle"},
		"nobody's, so far": {left(state(cart.Open), active(12*time.Minute), nobody), "nothing_yet",
			"Nothing yet: the cart has been quiet for 12 min; it counts as abandoned at 13:18, unless the shopper comes back. So far no event of this cart named an email, phone or customer, so there is nobody to write to.", "cart.idle"},
		"overdue to be abandoned": {left(state(cart.Open)), "nothing_yet",
			"Nothing yet: the cart has been quiet for 2 h and counts as abandoned since 11:30, but the engine has not come to it yet.", "cart.idle_overdue"},
		"came back to life": {left(state(cart.Open), active(time.Minute), enrolled(1, ago(-time.Hour), "waiting", "")), "nothing_yet",
			"Nothing yet: the cart has been quiet for 1 min; it counts as abandoned at 13:29, unless the shopper comes back. It came back to life within its sequence; message 2 is then due by the new activity.", "cart.idle"},

		// Never enrolled.
		"nobody known": {left(nobody, decided(-1, journey.NotEnrolled, "cart.nobody_known", nil)), "nothing",
			"Nothing was sent: no event of this cart named an email, phone or customer, so there is nobody to write to.", "cart.nobody_known"},
		"no sequence": {left(decided(-1, journey.Routed, "persona.katie", nil), decided(-1, journey.NotEnrolled, "sequence.none", in{"persona": "katie", "stage": "checkout"})), "nothing",
			"Nothing was sent: no live sequence matches the persona katie at the stage checkout.", "sequence.none"},
		"no persona": {left(decided(-1, journey.NotEnrolled, "persona.none", in{"error": "no persona matches"})), "nothing",
			"Nothing was sent: no persona fits this cart, and none is the catch-all (no persona matches).", "persona.none"},
		"before the shop": {left(decided(-1, journey.NotEnrolled, "shop.before_activation", in{"last_activity": "2026-11-01T09:00:00Z"})), "nothing",
			"Nothing was sent: the shopper was last active on 1 November at 10:00, before the shop was switched on, and stale messages are never sent.", "shop.before_activation"},
		"a newer cart": {left(decided(-1, journey.NotEnrolled, "cart.superseded", in{"newer_cart": "c9"})), "nothing",
			"Nothing was sent: a newer cart of the same shopper took this one’s place.", "cart.superseded"},
		"been through": {left(decided(-1, journey.NotEnrolled, "sequence.been_through", nil), enrolled(1, time.Time{}, "done", "completed")), "nothing",
			"Nothing was sent: this cart has been through its sequence before, and nobody is written to twice by one sequence.", "sequence.been_through"},
		"no record": {left(), "nothing", "Nothing was sent: no decision about this cart is recorded.", "cart.no_decision"},

		// Over before anything was sent.
		"ordered in time": {left(enrolled(0, time.Time{}, "done", "ordered"), bought(72*time.Minute)), "nothing",
			"Nothing was sent: the shopper ordered 12 min before the first message was due.", "order.matched.email"},
		"ordered while it waited": {left(enrolled(0, time.Time{}, "done", "ordered"), decided(0, journey.Deferred, "quiet_hours", in{"quiet_hours": "21:00-08:00", "zone": "Europe/Paris"}), bought(30*time.Minute)), "nothing",
			"Nothing was sent: the shopper ordered 30 min after the first message was due, while it still waited: it was within the quiet hours 21:00-08:00 in Europe/Paris; the step waits until they end.", "order.matched.email"},
		"ordered just then": {left(enrolled(0, time.Time{}, "done", "ordered"), bought(59*time.Minute)), "nothing",
			"Nothing was sent: the shopper ordered 1 min after the first message was due, before it could leave.", "order.matched.email"},
		"ordered before all": {left(bought(100 * time.Minute)), "nothing",
			"Nothing was sent: the shopper ordered 20 min after they were last active, before the cart went into a sequence.", "order.matched.email"},
		"ordered at once": {left(bought(2 * time.Hour)), "nothing", "Nothing was sent: the shopper ordered without leaving the cart for long.", "order.matched.email"},
		"ordered all the same": {left(enrolled(1, time.Time{}, "done", "ordered"), decided(0, journey.Skipped, "consent.unknown", in{"channel email": "consent.unknown"}), bought(10*time.Minute)), "nothing",
			"Nothing was sent: nobody asked the shopper about email, and this shop only writes after a yes; the shopper ordered at 12:50 all the same.", "consent.unknown"},
		"not enrolled, ordered": {left(decided(-1, journey.NotEnrolled, "sequence.none", nil), bought(10*time.Minute)), "nothing",
			"Nothing was sent: no live sequence matches this cart’s persona and stage; the shopper ordered at 12:50 all the same.", "sequence.none"},
		"emptied": {left(state(cart.Emptied)), "nothing", "Nothing was sent: this cart was emptied; the shopper was last active at 11:00.", "cart.emptied"},
		"deleted": {left(state(cart.Emptied), func(s *story) { s.Cart.Facts.DeletedAt = ago(24 * time.Hour).UnixMilli() }), "nothing",
			"Nothing was sent: the shop’s platform deleted this cart on 2 November at 13:00.", "cart.deleted"},
		"expired": {left(state(cart.Expired)), "nothing", "Nothing was sent: nothing happened for so long that the cart is not followed up any more.", "cart.expired"},
		"merged":  {left(state(cart.Merged)), "nothing", "Nothing was sent: this cart turned out to be the same as another one, which carries its story on.", "cart.merged"},
		"superseded while waiting": {left(enrolled(0, time.Time{}, "done", "superseded")), "nothing",
			"Nothing was sent: a newer cart of the same shopper took this one’s place before the first message was due.", "cart.superseded"},
		"superseded when due": {left(enrolled(0, time.Time{}, "done", "superseded"), decided(0, journey.Skipped, "cart.superseded", in{"newer_cart": "c9"})), "nothing",
			"Nothing was sent: a newer cart of the same shopper took this one’s place.", "cart.superseded"},

		// Decided against.
		"held out": {left(enrolled(1, time.Time{}, "done", "completed"), decided(0, journey.Skipped, "holdout", nil), decided(1, journey.Skipped, "holdout", nil)), "nothing",
			"Nothing was sent: this shopper is held out: the control group is deliberately not written to.", "holdout"},
		"held out, waiting": {left(enrolled(0, ago(-time.Hour), "waiting", ""), func(s *story) { s.Enrollments[0].Holdout = true }), "nothing",
			"Nothing is sent: this shopper is held out: the control group is deliberately not written to.", "holdout"},
		"consent is no": {left(enrolled(0, time.Time{}, "done", "completed"), refused(event.Email, "unsubscribe page"), decided(0, journey.Skipped, "consent.no", in{"channel email": "consent.no"})), "nothing",
			"Nothing was sent: consent for email is no (said by unsubscribe page on 1 November at 13:00).", "consent.no"},
		"each channel": {left(decided(0, journey.Skipped, "channels.none_allowed", in{"channel messenger": "messenger.window_closed", "channel sms": "address.none", "channel email": "suppressed.bounced"})), "nothing",
			"Nothing was sent: the address for email may not be written to any more: an earlier message bounced; no address for SMS is known; Messenger only allows a reply within a day, and the shopper has not written for longer.", "channels.none_allowed"},
		"quiet too long": {left(decided(0, journey.Skipped, "quiet_hours.expired", in{"quiet_hours": "21:00-08:00"})), "nothing",
			"Nothing was sent: the quiet hours 21:00-08:00 ended after the message was no use any more.", "quiet_hours.expired"},
		"too late": {left(decided(0, journey.Skipped, "step.too_late", in{"late": "5h0m0s", "max_late": "2h0m0s"})), "nothing",
			"Nothing was sent: the message was 5 h late and may be 2 h late at most; stale messages are never sent.", "step.too_late"},
		"no code": {left(decided(0, journey.Skipped, "offer.none_left", in{"offer": "codes:spring"})), "nothing",
			"Nothing was sent: no code was left in the step’s stock, and nothing is promised that cannot be given (the stock spring).", "offer.none_left"},
		"an old offer": {left(decided(0, journey.Skipped, "offer.expired", in{"offer": "code:A", "offer_expires": "2026-11-01T12:00:00Z"})), "nothing",
			"Nothing was sent: what the step offers was promised to this cart before and is over by now; an offer’s end never moves (it ended on 1 November at 13:00).", "offer.expired"},
		"an offer elsewhere": {left(decided(0, journey.Skipped, "offer.recent", in{"offered": "2026-11-01T12:00:00Z"})), "nothing",
			"Nothing was sent: the shopper was made an offer for another cart a short while ago, and carts are not to be left for the sake of codes (the last one was made on 1 November at 13:00).", "offer.recent"},
		"not wanted": {left(decided(0, journey.Skipped, "condition.false", in{"when": "cart.total > 50.0"})), "nothing",
			"Nothing was sent: the step’s condition was not true for this cart (cart.total > 50.0).", "condition.false"},
		"a broken template": {left(decided(0, journey.Skipped, "template.error", in{"channel email": "template.error", "error email": "unknown name cart.discount"})), "nothing",
			"Nothing was sent: the template for email could not be filled in (unknown name cart.discount).", "template.error"},
		"two reasons": {left(decided(0, journey.Skipped, "condition.false", nil), decided(1, journey.Skipped, "address.none", in{"channel sms": "address.none"})), "nothing",
			"Nothing was sent: message 1: the step’s condition was not true for this cart; message 2: no address for SMS is known.", "condition.false"},
		"refused account": {left(decided(0, journey.Deferred, "channel.misconfigured", in{"code": "401", "reason": "bad key"}), decided(0, journey.Failed, "channel.rejected", in{"channel email": "channel.rejected"})), "nothing",
			"Nothing was sent: the provider refused the message by email.", "channel.rejected"},

		// On its way.
		"due later": {left(enrolled(0, ago(-3*time.Hour), "waiting", "")), "nothing_yet", "Nothing yet: message 1 is due at 16:00.", "step.due"},
		"due at night": {left(enrolled(0, ago(-20*time.Hour), "waiting", ""), decided(0, journey.Deferred, "quiet_hours", in{"quiet_hours": "21:00-08:00"})), "nothing_yet",
			"Nothing yet: message 1 is due on 4 November at 09:00; it was within the quiet hours 21:00-08:00; the step waits until they end.", "quiet_hours"},
		"overdue":   {left(enrolled(0, ago(time.Hour), "waiting", "")), "nothing_yet", "Nothing yet: message 1 is due since 12:00, and the engine has not come to it yet.", "step.overdue"},
		"in flight": {left(enrolled(0, time.Time{}, "waiting", "")), "nothing_yet", "Nothing yet: the message is on its way to its provider.", "step.in_flight"},
		"provider waits": {left(enrolled(0, time.Time{}, "waiting", ""), decided(0, journey.Deferred, "provider.later", in{"code": "429", "reason": "too many"})), "nothing_yet",
			"Nothing yet: the message is on its way to its provider; the provider asked us to come back later, and the message waits (429 too many).", "provider.later"},
		"channel paused": {left(enrolled(0, ago(-5*time.Minute), "waiting", ""), decided(0, journey.Deferred, "channel.paused", in{"paused sms": "503"})), "nothing_yet",
			"Nothing yet: message 1 is due at 13:05; the channel is paused: its provider failed again and again and is given time (SMS 503).", "channel.paused"},
		"after an outage": {left(enrolled(0, ago(-5*time.Minute), "waiting", ""), decided(0, journey.Deferred, "catch_up", in{"alarm_late": "1h20m0s", "spread_over": "20m0s"})), "nothing_yet",
			"Nothing yet: message 1 is due at 13:05; many messages had waited for an outage to end, and they are spread over a while instead of leaving all at once (it was 1 h late).", "catch_up"},
		"one skipped, one to come": {left(enrolled(1, ago(-time.Hour), "waiting", ""), decided(0, journey.Skipped, "step.too_late", nil)), "nothing_yet",
			"Nothing yet: message 2 is due at 14:00. Before: the step was later than it may be, and stale messages are never sent.", "step.due"},

		// Sent.
		"one sent": {left(enrolled(1, ago(-time.Hour), "waiting", ""), wrote(0, event.Email, delivery.Delivered, time.Hour)), "sent",
			"One message was sent, by email at 12:00. Message 2 is due at 14:00.", "consent.yes"},
		"sent and over": {left(enrolled(1, time.Time{}, "done", "completed"), wrote(0, event.SMS, delivery.Accepted, 25*time.Hour), wrote(1, event.Email, delivery.Bounced, time.Hour)), "sent",
			"2 messages were sent, the last by email at 12:00; the address refused the message. No more is planned for this cart.", "message.bounced"},
		"sent and bought": {left(wrote(0, event.Email, delivery.Delivered, time.Hour), bought(10*time.Minute)), "sent",
			"One message was sent, by email at 12:00. The shopper ordered at 12:50, and nothing more is sent.", "consent.yes"},
		"perhaps sent": {left(wrote(0, event.Messenger, delivery.Unknown, time.Hour)), "sent",
			"One message was sent, by Messenger at 12:00; it is not known whether the message left; the provider’s own reports settle it. No more is planned for this cart.", "message.unknown"},
		"a cancelled one is none": {left(wrote(0, event.Email, delivery.Cancelled, time.Hour), enrolled(0, time.Time{}, "done", "emptied"), state(cart.Emptied)), "nothing",
			"Nothing was sent: this cart was emptied; the shopper was last active at 11:00.", "cart.emptied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := journey.Explain(noon, c.cart, terms(t))
			if a.Headline != c.want || a.Fate != c.fate || a.Rule != c.rule {
				t.Errorf("%s by %s: %s\nwant %s by %s: %s", a.Fate, a.Rule, a.Headline, c.fate, c.rule, c.want)
			}
			if a.Zone != "Europe/Paris" || a.CartID != "c" {
				t.Errorf("zone %q, cart %q", a.Zone, a.CartID)
			}
			if again := journey.Explain(noon, c.cart, terms(t)); !cmp.Equal(a, again) {
				t.Errorf("another answer the second time: %s", cmp.Diff(a, again))
			}
		})
	}
}

// Each decision stands there once with rule, inputs, sequence, version and time.
func TestFindingsHoldEveryDecisionAndFact(t *testing.T) {
	t.Parallel()
	d := left(enrolled(1, ago(-time.Hour), "waiting", ""), decided(0, journey.Skipped, "address.none", in{"channel sms": "address.none"}), wrote(0, event.Email, delivery.Bounced, time.Minute))
	a := journey.Explain(noon, d, terms(t))
	var rules []string
	for i, f := range a.Findings {
		rules = append(rules, f.Rule)
		if f.Said == "" || i > 0 && f.At.Before(a.Findings[i-1].At) {
			t.Errorf("finding %d: %+v", i, f)
		}
	}
	if diff := cmp.Diff([]string{"cart.abandoned", "sequence.entered", "address.none", "consent.yes", "message.bounced", "step.due"}, rules); diff != "" {
		t.Error(diff)
	}
	want := journey.Finding{
		At: ago(time.Hour), DecisionID: "address.none", Outcome: journey.Skipped, Rule: "address.none", Said: "No address for SMS is known.",
		Remedy: journey.Mean("address.none").Remedy, Inputs: in{"channel sms": "address.none"}, SequenceKey: "seq", SequenceVersion: 3, Step: 0, DueAt: ago(time.Hour),
	}
	if diff := cmp.Diff(want, a.Findings[2]); diff != "" {
		t.Error(diff)
	}
}

// A cart of which nothing is stored but itself still gets an answer.
func TestExplainNeedsNothing(t *testing.T) {
	t.Parallel()
	a := journey.Explain(noon, journey.CartDetail{Shopper: shopper.Shopper{}}, journey.Terms{})
	if a.Headline == "" || a.Zone != "UTC" || a.Findings == nil {
		t.Errorf("%+v", a)
	}
}
