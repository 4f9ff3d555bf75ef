package dashboard

import (
	"context"
	"net/http"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/labstack/echo/v4"
)

// ChannelDesk sets a shop's channels up.
type ChannelDesk interface {
	// Channels gives how they are set up; the ends of keys only with hints.
	Channels(ctx context.Context, shopID string, hints bool) ([]journey.ChannelSetup, error)
	// SetCredentials checks, seals and stores what is given; ForgetCredentials removes a channel's own account.
	SetCredentials(ctx context.Context, shopID string, c event.Channel, set map[string]string) error
	ForgetCredentials(ctx context.Context, shopID string, c event.Channel) error
	// CheckChannel asks the provider about the account, and keeps what it says.
	CheckChannel(ctx context.Context, shopID string, c event.Channel) (journey.Check, error)
}

// channelsView is the page of channels.
type channelsView struct {
	frame
	Setups []channelCard
	Did    string
}

// channelCard is one channel with its form.
type channelCard struct {
	journey.ChannelSetup
	Keys []keyField
	// Wrong is true when its form was refused, Owner for who may change it.
	Wrong, Owner bool
}

// keyField is one credential of the form.
type keyField struct {
	shop.Credential
	// Hint is what is stored now, as far as it may be shown.
	Hint, Trouble, Remedy string
}

// Provider names who carries the channel's messages.
func (c channelCard) Provider() string {
	return map[event.Channel]string{event.Email: "SendGrid", event.SMS: "Twilio", event.Messenger: "Meta"}[c.Channel]
}

// State is the channel's in one word.
func (c channelCard) State() string {
	switch {
	case c.Source == journey.NoAccount:
		return "sandbox"
	case c.Health.State == "open" || c.Health.State == "half_open":
		return "paused"
	case !c.Checked.At.IsZero() && !c.Checked.OK:
		return "failed"
	case c.Checked.OK:
		return "checked"
	}
	return "not checked"
}

// ChannelSettings is GET /settings/channels.
func (d *Dashboard) ChannelSettings(c echo.Context, m member) error {
	return d.channels(c, m, "", nil)
}

var channelsDid = map[string]string{
	"saved": "The keys are saved, and sealed. Check the channel now.", "forgotten": "The shop’s own keys are removed.",
	"checked": "The provider was asked; see below what it said.",
}

func (d *Dashboard) channels(c echo.Context, m member, refusedOf event.Channel, refused map[string]*fault.Error) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	setups, err := d.Desk.Channels(c.Request().Context(), m.shop.ID, m.may())
	if err != nil {
		return err
	}
	v := channelsView{frame: d.frame(m, "Channels settings", "settings", sandbox), Did: channelsDid[c.QueryParam("did")]}
	for _, s := range setups {
		v.Setups = append(v.Setups, cardOf(s, m.may(), s.Channel == refusedOf, refused))
	}
	status := http.StatusOK
	if refusedOf != "" {
		status, v.Did = http.StatusUnprocessableEntity, ""
	}
	return d.show(c, status, "settings_channels.html", v)
}

func cardOf(s journey.ChannelSetup, owner, wrong bool, refused map[string]*fault.Error) channelCard {
	card := channelCard{ChannelSetup: s, Wrong: wrong, Owner: owner}
	for _, k := range shop.CredentialCatalogue() {
		if k.Channel != s.Channel {
			continue
		}
		f := keyField{Credential: k, Hint: s.Hints[k.Name]}
		if e := refused[k.Name]; e != nil {
			f.Trouble, f.Remedy = capital(e.Message), capital(e.Remedy)
		}
		card.Keys = append(card.Keys, f)
	}
	return card
}

// channelOf reads a channel out of the address.
func channelOf(c echo.Context) (event.Channel, error) {
	ch := event.Channel(c.Param("channel"))
	if !slices.Contains([]event.Channel{event.Email, event.SMS, event.Messenger}, ch) {
		return "", fault.New(fault.NotFound, "there is no such channel")
	}
	return ch, nil
}

// SaveChannel is POST /settings/channels/:channel. Fields left empty keep what is stored.
func (d *Dashboard) SaveChannel(c echo.Context, m member) error {
	ch, err := channelOf(c)
	if err != nil {
		return err
	}
	form, err := readForm(c)
	if err != nil {
		return err
	}
	set := map[string]string{}
	for _, k := range shop.CredentialCatalogue() {
		if v := form.Get(k.Name); k.Channel == ch && v != "" {
			set[k.Name] = v
		}
	}
	if len(set) == 0 {
		return d.back(c, m, "/settings/channels")
	}
	err = d.Desk.SetCredentials(c.Request().Context(), m.shop.ID, ch, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.channels(c, m, ch, refused)
	}
	if err != nil {
		return err
	}
	return d.back(c, m, "/settings/channels", "did", "saved")
}

// ForgetChannel is POST /settings/channels/:channel/forget.
func (d *Dashboard) ForgetChannel(c echo.Context, m member) error {
	ch, err := channelOf(c)
	if err != nil {
		return err
	}
	if err := d.Desk.ForgetCredentials(c.Request().Context(), m.shop.ID, ch); err != nil {
		return err
	}
	return d.back(c, m, "/settings/channels", "did", "forgotten")
}

// CheckChannel is POST /settings/channels/:channel/check.
func (d *Dashboard) CheckChannel(c echo.Context, m member) error {
	ch, err := channelOf(c)
	if err != nil {
		return err
	}
	if _, err := d.Desk.CheckChannel(c.Request().Context(), m.shop.ID, ch); err != nil {
		return err
	}
	if c.QueryParam("from") == "start" {
		return d.back(c, m, "/start")
	}
	return d.back(c, m, "/settings/channels", "did", "checked")
}
