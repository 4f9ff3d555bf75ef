package cart

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// maxDeltas bounds the changes kept since the last full state. A platform that
// sends more without ever sending one keeps only the newest: its cart is then
// approximate, which beats growing without end.
const maxDeltas = 500

// Touches reports whether an event of this kind says something about a cart.
func Touches(k event.Kind) bool {
	switch k {
	case event.CartUpdated, event.ItemAdded, event.ItemRemoved, event.CheckoutUpdated,
		event.CheckoutStep, event.PaymentFailed, event.CartDeleted, event.CartViewed:
		return true
	}
	return false
}

// When gives the moment an event counts at: the platform's time, but never
// later than our own receipt (a clock that runs ahead must not hold a cart
// open), and our receipt where the platform says none.
func When(e event.Event) time.Time {
	if e.OccurredAt.IsZero() || e.OccurredAt.After(e.ReceivedAt) {
		return e.ReceivedAt
	}
	return e.OccurredAt
}

// Fold takes an event into the facts.
func (f *Facts) Fold(e event.Event) {
	at := When(e)
	f.Links = unionLinks(f.Links, e.Links)
	f.Keys = shopper.Union(f.Keys, e.Person.Keys)
	f.seen(e.Person.Keys, at.UnixMilli())
	f.address(e.Person.Keys, at)
	f.RestoreURL = f.RestoreURL.Say(e.RestoreURL, at)
	f.reach(stageOf(e.Kind))
	f.fill(e, at)
	switch e.Kind {
	case event.PaymentFailed:
		f.FailedAt = max(f.FailedAt, at.UnixMilli())
	case event.CartDeleted:
		f.DeletedAt = max(f.DeletedAt, at.UnixMilli())
	}
	f.begin(at)
	if !e.StartedAt.IsZero() && e.StartedAt.Before(at) {
		f.begin(e.StartedAt)
	}
	if e.Kind != event.CartDeleted {
		f.LastActivity = max(f.LastActivity, at.UnixMilli())
	}
}

// fill takes in full contents and deltas.
func (f *Facts) fill(e event.Event, at time.Time) {
	if e.Contents != nil {
		f.Contents = f.Contents.with(Snapshot{Contents: *e.Contents, At: at.UnixMilli(), Tie: e.DedupeKey})
	}
	for i, d := range e.Deltas {
		f.Deltas = append(f.Deltas, Change{Delta: d, At: at.UnixMilli(), Tie: e.DedupeKey + "#" + strconv.Itoa(i)})
	}
	f.prune()
}

// with keeps the newer of two full states; equal moments are settled by the tie.
func (s Snapshot) with(o Snapshot) Snapshot {
	if o.At > s.At || (o.At == s.At && o.Tie > s.Tie) {
		return o
	}
	return s
}

// prune drops deltas that the full state already contains, and repetitions.
func (f *Facts) prune() {
	slices.SortFunc(f.Deltas, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.Tie, b.Tie))
	})
	f.Deltas = slices.CompactFunc(f.Deltas, func(a, b Change) bool { return a.At == b.At && a.Tie == b.Tie })
	f.Deltas = slices.DeleteFunc(f.Deltas, func(c Change) bool { return c.At <= f.Contents.At })
	if n := len(f.Deltas); n > maxDeltas {
		f.Deltas = slices.Clone(f.Deltas[n-maxDeltas:])
	} else if n == 0 {
		f.Deltas = nil
	}
}

func (f *Facts) address(keys []event.Key, at time.Time) {
	for _, k := range keys {
		switch k.Kind {
		case event.KeyEmail:
			f.Email = f.Email.Say(k.Value, at)
		case event.KeyPhone:
			f.Phone = f.Phone.Say(k.Value, at)
		case event.KeyMessenger:
			f.Messenger = f.Messenger.Say(k.Value, at)
		}
	}
}

func (f *Facts) begin(at time.Time) {
	if ms := at.UnixMilli(); f.StartedAt == 0 || ms < f.StartedAt {
		f.StartedAt = ms
	}
}

var stages = []Stage{"", StageCart, StageCheckout, StagePayment}

func (f *Facts) reach(s Stage) {
	if slices.Index(stages, s) > slices.Index(stages, f.Stage) {
		f.Stage = s
	}
}

func stageOf(k event.Kind) Stage {
	switch k {
	case event.PaymentFailed:
		return StagePayment
	case event.CheckoutUpdated, event.CheckoutStep:
		return StageCheckout
	}
	return StageCart
}

// Absorb takes over the facts of another cart that turned out to be the same.
func (f *Facts) Absorb(o Facts) {
	f.Links = unionLinks(f.Links, o.Links)
	f.Keys = shopper.Union(f.Keys, o.Keys)
	for _, k := range o.Keys {
		f.seen([]event.Key{k}, o.Seen[nameOf(k)])
	}
	f.Contents = f.Contents.with(o.Contents)
	f.Deltas = append(f.Deltas, o.Deltas...)
	f.prune()
	f.Email, f.Phone, f.Messenger = f.Email.With(o.Email), f.Phone.With(o.Phone), f.Messenger.With(o.Messenger)
	f.RestoreURL = f.RestoreURL.With(o.RestoreURL)
	f.reach(o.Stage)
	f.FailedAt, f.DeletedAt = max(f.FailedAt, o.FailedAt), max(f.DeletedAt, o.DeletedAt)
	f.LastActivity = max(f.LastActivity, o.LastActivity)
	if o.StartedAt != 0 {
		f.begin(time.UnixMilli(o.StartedAt))
	}
}

func unionLinks(a, b []event.Link) []event.Link {
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, func(x, y event.Link) int {
		return cmp.Or(strings.Compare(string(x.Kind), string(y.Kind)), strings.Compare(x.Value, y.Value))
	})
	return slices.Compact(out)
}
