package dashboard

import (
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// left narrows a list of messages to those that reached their provider, or may have.
const left = "left"

// narrowed is what narrows a list of messages besides its state.
type narrowed struct {
	Channel event.Channel
	Since   time.Time
	LateBy  time.Duration
}

// narrowedBy reads it from an address.
func narrowedBy(c echo.Context) (n narrowed, err error) {
	n.Channel = event.Channel(c.QueryParam("channel"))
	if n.Channel != "" && !slices.Contains([]event.Channel{event.Email, event.SMS, event.Messenger}, n.Channel) {
		return n, fault.New(fault.Invalid, "there is no such channel").In("channel").Try("the channels are email, sms and messenger")
	}
	if text := c.QueryParam("since"); text != "" {
		if n.Since, err = time.Parse(time.RFC3339, text); err != nil {
			return n, fault.Wrap(fault.Invalid, err, "this is no time").In("since").Try("write it as 2026-11-03T09:30:00Z")
		}
	}
	if text := c.QueryParam("late"); text != "" {
		if n.LateBy, err = time.ParseDuration(text); err != nil || n.LateBy < 0 {
			return n, fault.Wrap(fault.Invalid, err, "this is no lateness").In("late").Try("write it as 1.5s or 20m")
		}
	}
	return n, nil
}

// query writes it for an address; what is not narrowed is empty.
func (n narrowed) query() []string {
	since, late := "", ""
	if !n.Since.IsZero() {
		since = n.Since.UTC().Format(time.RFC3339Nano)
	}
	if n.LateBy > 0 {
		late = n.LateBy.String()
	}
	return []string{"channel", string(n.Channel), "since", since, "late", late}
}

// Any reports whether the list is narrowed.
func (n narrowed) Any() bool { return n != narrowed{} }

// Filter makes a state's address that keeps what else narrows the list.
func (v listView[T]) Filter(state string) string {
	return v.Link(v.Path, append(v.query(), "state", state)...)
}

// Late says how late a message left, "" for one that did not leave.
func (f frame) Late(m message.Message) string {
	if m.SentAt.IsZero() || !m.State.Left() {
		return ""
	}
	return f.Exact(max(m.SentAt.Sub(m.StepDueAt), 0))
}
