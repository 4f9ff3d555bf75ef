package journey

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// answer is a headline in the making.
type answer struct {
	fate Fate
	// rule decided, text says so; remedy is given where the rule's own would mislead.
	rule, text, remedy string
}

func nothing(rule, clause string) answer {
	return answer{fate: FateNothing, rule: rule, text: "nothing was sent: " + clause}
}

func notYet(rule, clause string) answer {
	return answer{fate: FateWaiting, rule: rule, text: "nothing yet: " + clause}
}

// ending reports whether a rule only says that the cart was over.
func ending(rule string) bool {
	switch rule {
	case "cart.ordered", "cart.emptied", "cart.superseded", "cart.completed", "cart.expired", "cart.erased":
		return true
	}
	return strings.HasPrefix(rule, "order.matched.")
}

// headline finds the one answer: what was sent first, else what kept it.
func (r *reading) headline() answer {
	state := r.Cart.State
	switch {
	case state == cart.Merged:
		return nothing("cart.merged", Mean("cart.merged").Clause)
	case len(r.left()) > 0:
		return r.written()
	case state == cart.Ordered:
		return r.ordered()
	case state == cart.Emptied:
		return r.emptied()
	case state == cart.Expired:
		return nothing("cart.expired", Mean("cart.expired").Clause)
	case state == cart.Open:
		return r.open()
	}
	return r.abandoned()
}

// written tells what was sent, and what becomes of the rest.
func (r *reading) written() answer {
	left := r.left()
	newest := left[len(left)-1]
	text := fmt.Sprintf("one message was sent, by %s %s", channelWord(newest.Channel), r.moment(sentAt(newest)))
	if len(left) > 1 {
		text = fmt.Sprintf("%d messages were sent, the last by %s %s", len(left), channelWord(newest.Channel), r.moment(sentAt(newest)))
	}
	rule := ""
	for _, d := range r.decisions {
		if d.MessageID == newest.ID && d.Outcome == Sent {
			rule = d.Rule
		}
	}
	if said := trouble(newest.State); said != "" {
		rule = said
		text += "; " + Mean(said).Clause
	}
	return answer{fate: FateSent, rule: rule, text: text + r.afterwards(newest)}
}

func sentAt(m message.Message) time.Time {
	if m.SentAt.IsZero() {
		return m.ReservedAt
	}
	return m.SentAt
}

// trouble names the fact of a message that left and did not arrive.
func trouble(s delivery.State) string {
	switch s {
	case delivery.Bounced, delivery.Failed, delivery.Complained, delivery.Unknown:
		return "message." + string(s)
	}
	return ""
}

// afterwards tells what came after the newest message.
func (r *reading) afterwards(newest message.Message) string {
	if r.Cart.State == cart.Ordered {
		return ". The shopper ordered " + r.moment(r.orderedAt()) + ", and nothing more is sent"
	}
	w := r.waiting()
	switch {
	case w == nil && r.Cart.State == cart.Emptied:
		return ". The cart was emptied since, and nothing more is sent"
	case w == nil:
		return ". No more is planned for this cart"
	case w.DueAt.IsZero() || w.Step <= newest.Step:
		return ""
	}
	return fmt.Sprintf(". Message %d is due %s", w.Step+1, r.moment(w.DueAt))
}

// ordered answers for a cart that was bought before anything was sent.
func (r *reading) ordered() answer {
	at, due := r.orderedAt(), r.firstDue()
	rule := "order.matched." + first(r.Cart.OrderedBy, "link")
	if by := r.barred(); len(by) > 0 {
		a := r.because(by)
		a.text += "; the shopper ordered " + r.moment(at) + " all the same"
		return a
	}
	switch d := r.last(Deferred, 0); {
	case len(r.Enrollments) == 0 && r.last(NotEnrolled, -1) != nil:
		a := r.because([]Decision{*r.last(NotEnrolled, -1)})
		a.text += "; the shopper ordered " + r.moment(at) + " all the same"
		return a
	case due.IsZero() && at.After(r.Cart.LastActivity()):
		return nothing(rule, fmt.Sprintf("the shopper ordered %s after they were last active, before the cart went into a sequence", Span(at.Sub(r.Cart.LastActivity()))))
	case due.IsZero():
		return nothing(rule, "the shopper ordered without leaving the cart for long")
	case !at.After(due):
		return nothing(rule, fmt.Sprintf("the shopper ordered %s before the first message was due", Span(due.Sub(at))))
	case d != nil && d.Rule != "cart.active":
		return nothing(rule, fmt.Sprintf("the shopper ordered %s after the first message was due, while it still waited: %s", Span(at.Sub(due)), r.clause(*d)))
	}
	return nothing(rule, fmt.Sprintf("the shopper ordered %s after the first message was due, before it could leave", Span(at.Sub(due))))
}

// orderedAt is when the shopper ordered, by the order itself where it is known.
func (r *reading) orderedAt() time.Time {
	if r.order != nil && !r.order.PlacedAt.IsZero() {
		return r.order.PlacedAt
	}
	return r.Cart.OrderedAt
}

// emptied answers for a cart with nothing in it.
func (r *reading) emptied() answer {
	if at := r.Cart.Facts.DeletedAt; at > 0 {
		return nothing("cart.deleted", Mean("cart.deleted").Clause+" "+r.moment(time.UnixMilli(at)))
	}
	return nothing("cart.emptied", Mean("cart.emptied").Clause+"; the shopper was last active "+r.moment(r.Cart.LastActivity()))
}
