package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/labstack/echo/v4"
)

// pageSize is how many rows a list page shows.
const pageSize = 50

// listView is a page of rows of one kind.
type listView[T any] struct {
	frame
	// Path is the list's own, State the chosen one of States.
	Path   string
	State  string
	States []string
	Items  []T
	// Narrowed is what else narrows the list; only messages have it.
	Narrowed narrowed
	// Lens is what narrows any list, by days, persona, sequence and so on.
	Lens lens
	// Next is the next page's address, "" on the last; Partial is true where the list was only looked through so far.
	Next    string
	Partial bool
	// cartOf or shopperOf say whose a row is, where the list names its shoppers; called are their names.
	cartOf, shopperOf func(T) string
	called            map[string]string
}

// listPage asks for one page and shows it.
func listPage[T any](d *Dashboard, c echo.Context, m member, v listView[T], page string,
	read func(q journey.Query) (journey.Page[T], error)) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	live := v.Live
	v.frame = d.frame(m, v.Title, v.Section, sandbox)
	v.Live = live
	if v.spoken, err = d.spoken(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.State = c.QueryParam("state")
	if v.Lens, err = lensOf(c, v.frame); err != nil {
		return err
	}
	rows, err := read(journey.Query{Limit: pageSize, Cursor: c.QueryParam("cursor"), State: v.State, Narrow: v.Lens.Narrow})
	if err != nil {
		return err
	}
	v.Items, v.Partial = rows.Items, rows.Partial
	if err := v.named(c.Request().Context(), d, m.shop.ID); err != nil {
		return err
	}
	if rows.Next != "" {
		v.Next = v.Link(v.Path, append(v.query(), "state", v.State, "cursor", rows.Next)...)
	}
	return d.show(c, http.StatusOK, page, v)
}

// query writes what narrows the list besides its state.
func (v listView[T]) query() []string { return append(v.Narrowed.query(), v.Lens.query()...) }

// sandbox finds the channels that leave nowhere: every page says so.
func (d *Dashboard) sandbox(c echo.Context, m member) ([]event.Channel, error) {
	return d.Reader.SandboxChannels(c.Request().Context(), m.shop.ID)
}

// Carts is GET /carts.
func (d *Dashboard) Carts(c echo.Context, m member) error {
	v := listView[journey.CartRow]{
		frame: frame{Title: "Carts", Section: "carts"}, Path: "/carts",
		States: names(cart.Open, cart.Abandoned, recovered, cart.Ordered, cart.Emptied, cart.Expired),
	}
	return listPage(d, c, m, v, "carts.html", func(q journey.Query) (journey.Page[journey.CartRow], error) {
		return d.Reader.Carts(c.Request().Context(), m.shop.ID, q)
	})
}

// Messages is GET /messages, narrowed by state, channel, time and lateness.
func (d *Dashboard) Messages(c echo.Context, m member) error {
	n, err := narrowedBy(c)
	if err != nil {
		return err
	}
	v := listView[message.Message]{
		frame: frame{Title: "Outbox", Section: "messages"}, Path: "/messages", Narrowed: n,
		cartOf: func(m message.Message) string { return m.CartID },
		States: names(left, delivery.Reserved, delivery.Sending, delivery.Accepted, delivery.Delivered, delivery.Bounced,
			delivery.Failed, delivery.Unknown, delivery.Rejected, delivery.Cancelled, delivery.Complained),
	}
	return listPage(d, c, m, v, "messages.html", func(q journey.Query) (journey.Page[message.Message], error) {
		q.Channel, q.Since, q.LateBy = n.Channel, n.Since, n.LateBy
		return d.Reader.Messages(c.Request().Context(), m.shop.ID, q)
	})
}

// Decisions is GET /decisions.
func (d *Dashboard) Decisions(c echo.Context, m member) error {
	v := listView[journey.Decision]{
		frame: frame{Title: "Decisions", Section: "decisions"}, Path: "/decisions",
		cartOf: func(d journey.Decision) string { return d.CartID },
		States: names(journey.Sent, journey.Deferred, journey.Skipped, journey.Failed, journey.Routed, journey.NotEnrolled),
	}
	return listPage(d, c, m, v, "decisions.html", func(q journey.Query) (journey.Page[journey.Decision], error) {
		return d.Reader.Decisions(c.Request().Context(), m.shop.ID, q)
	})
}

// Orders is GET /orders.
func (d *Dashboard) Orders(c echo.Context, m member) error {
	v := listView[cart.Purchase]{frame: frame{Title: "Orders", Section: "orders"}, Path: "/orders", shopperOf: func(p cart.Purchase) string { return p.ShopperID }}
	return listPage(d, c, m, v, "orders.html", func(q journey.Query) (journey.Page[cart.Purchase], error) {
		return d.Reader.Orders(c.Request().Context(), m.shop.ID, q)
	})
}

// names turns a kind of string into strings.
func names[S ~string](values ...S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
