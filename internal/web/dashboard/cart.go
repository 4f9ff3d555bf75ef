package dashboard

import (
	"net/http"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/web/terms"
	"github.com/labstack/echo/v4"
)

// cartView is one cart with everything that happened.
type cartView struct {
	frame
	journey.CartDetail
	// Name is the shopper's, or what is known of them.
	Name string
	// Account answers why it got what it got.
	Account accountView
	// Did says what a button just did; Waits is true while something is planned.
	Did   string
	Waits bool
}

// accountView hands an account to its template.
type accountView struct {
	frame
	journey.Account
	// Folded hides the findings until they are asked for.
	Folded bool
}

// Count counts the findings in words.
func (v accountView) Count(thing string) string { return sentenceCount(len(v.Findings), thing) }

// Ahead reports whether a moment is still to come.
func (f frame) Ahead(t time.Time) bool { return t.After(f.Now) }

// Cart is GET /carts/:id: why it got what it got first, then everything that happened.
func (d *Dashboard) Cart(c echo.Context, m member) error { return d.cart(c, m, "cart.html") }

// Why is GET /carts/:id/why: the account alone.
func (d *Dashboard) Why(c echo.Context, m member) error { return d.cart(c, m, "why.html") }

func (d *Dashboard) cart(c echo.Context, m member, page string) error {
	detail, err := d.Reader.Cart(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := cartView{CartDetail: detail, Name: nameOf(detail)}
	v.frame = d.frame(m, "Cart of "+v.Name, "carts", sandbox)
	if v.spoken, err = d.spoken(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.Live, v.Did = true, deeds[c.QueryParam("did")]
	v.Waits = slices.ContainsFunc(detail.Enrollments, func(e journey.Enrollment) bool { return e.State == "waiting" })
	v.Account = accountView{frame: v.frame, Account: journey.Explain(v.Now, detail, terms.Of(m.shop)), Folded: page == "cart.html"}
	return d.show(c, http.StatusOK, page, v)
}

// nameOf finds the best name there is for whose cart it is.
func nameOf(d journey.CartDetail) string {
	t := d.Shopper.Traits
	name := t.FirstName.Value
	if t.LastName.Value != "" {
		if name != "" {
			name += " "
		}
		name += t.LastName.Value
	}
	for _, known := range []string{name, t.Email.Value, t.Phone.Value, d.Cart.Facts.Email.Value, d.Cart.Facts.Phone.Value} {
		if known != "" {
			return known
		}
	}
	return "an unknown shopper"
}

// messageView is one message.
type messageView struct {
	frame
	message.Message
	// Did says what a button just did, "" when the page is only looked at.
	Did string
}

// Unsettled says what an unknown outcome means and what will settle it, "" for a known one.
func (v messageView) Unsettled() string {
	switch {
	case v.Message.State != delivery.Unknown:
		return ""
	case v.Channel == event.Messenger:
		return "The call to the provider ended without an answer: the message may have reached the shopper, or not. It is never sent again blindly. Messenger’s delivery report settles it when the shopper’s device takes the message; without one it stays as it is, and the sequence has gone on."
	}
	return "The call to the provider ended without an answer: the message may have left, or not. It is never sent again blindly. The provider’s own report settles it, mostly within minutes; without one it stays as it is, and the sequence has gone on. You can look it up in the provider’s log by the address and the time."
}

// Message is GET /messages/:id.
func (d *Dashboard) Message(c echo.Context, m member) error {
	msg, err := d.Reader.Message(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := messageView{frame: d.frame(m, channelName(msg.Channel)+" message", "messages", sandbox), Message: msg, Did: deeds[c.QueryParam("did")]}
	return d.show(c, http.StatusOK, "message.html", v)
}

// PreviewPolicy shuts a message's own HTML in: no scripts, no forms, no
// navigation, no origin. A template is the merchant's; what fills it came from
// anybody.
const PreviewPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"

// Preview is GET /messages/:id/preview: an email's HTML alone, for a frame.
func (d *Dashboard) Preview(c echo.Context, m member) error {
	msg, err := d.Reader.Message(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", PreviewPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	if msg.Channel != event.Email || msg.Rendered.HTML == "" {
		return c.Blob(http.StatusOK, echo.MIMETextPlainCharsetUTF8, []byte(msg.Rendered.Text))
	}
	return c.HTML(http.StatusOK, msg.Rendered.HTML)
}
