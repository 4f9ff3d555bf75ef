package dashboard

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// Inbox is GET /inbox: what shoppers wrote, by conversation.
func (d *Dashboard) Inbox(c echo.Context, m member) error {
	v := listView[journey.Conversation]{frame: frame{Title: "Inbox", Section: "inbox", Live: true}, Path: "/inbox", States: []string{"open"},
		shopperOf: func(c journey.Conversation) string { return c.Last.ShopperID }}
	return listPage(d, c, m, v, "inbox.html", func(q journey.Query) (journey.Page[journey.Conversation], error) {
		return d.Insight.Conversations(c.Request().Context(), m.shop.ID, q)
	})
}

// exchangeView is one conversation.
type exchangeView struct {
	frame
	journey.Exchange
	// Name is what the shopper is called, "" for who is not known.
	Name, Did string
}

// Conversation is GET /inbox/:id.
func (d *Dashboard) Conversation(c echo.Context, m member) error {
	x, err := d.Insight.Exchange(c.Request().Context(), m.shop.ID, c.Param("id"))
	if err != nil {
		return err
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	names, err := d.Reader.ShopperNames(c.Request().Context(), m.shop.ID, []string{x.Last.ShopperID})
	if err != nil {
		return err
	}
	v := exchangeView{Name: names[x.Last.ShopperID], frame: d.frame(m, "Conversation by "+channelName(x.Channel), "inbox", sandbox), Exchange: x, Did: deeds[c.QueryParam("did")]}
	return d.show(c, http.StatusOK, "conversation.html", v)
}

// Done is POST /inbox/:id/done, Reopen POST /inbox/:id/open.
func (d *Dashboard) Done(c echo.Context, m member) error {
	return d.act(c, m, "/inbox/", "done", d.Acts.MarkConversation(c.Request().Context(), m.shop.ID, c.Param("id"), true))
}

// Reopen marks a conversation as waiting again.
func (d *Dashboard) Reopen(c echo.Context, m member) error {
	return d.act(c, m, "/inbox/", "open", d.Acts.MarkConversation(c.Request().Context(), m.shop.ID, c.Param("id"), false))
}

// Understood says what a reply was taken for, and what was done.
func (f frame) Understood(r journey.Reply) string {
	switch r.Keyword {
	case "stop":
		return "Understood as STOP: nothing is written to this address any more."
	case "start":
		return "Understood as START: the address may be written to again."
	case "begin":
		return "Messenger’s “Get Started”: they opened a conversation and asked for nothing yet."
	case "help":
		return "Understood as a call for help: the channel’s own answer was given where its rules ask for one. Somebody should look."
	}
	return "Not a word Cartograph acts on: it waits for you."
}

// ReplyLink is where an answer is written: by hand, outside of Cartograph.
func (v exchangeView) ReplyLink() string {
	switch v.Channel {
	case event.Email:
		return "mailto:" + v.From
	case event.SMS:
		return "sms:" + v.From
	case event.Messenger:
		return "https://business.facebook.com/latest/inbox/messenger"
	}
	return ""
}
