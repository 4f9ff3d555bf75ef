package dashboard

import (
	"hash/fnv"
	"net/url"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// avatar is a small face drawn from a persona's key: the same key, the same face.
type avatar struct {
	// Ground to Skin choose among the colours of the style sheet, Hair among the shapes of the drawing.
	Ground, Dress, Skin, HairTone, Hair int
	Glasses                             bool
}

// Avatar draws a persona's face.
func (f frame) Avatar(key string) avatar {
	h := fnv.New64a()
	_, _ = h.Write([]byte("face:" + key)) // a hash takes everything
	n := h.Sum64()
	pick := func(of uint64) int {
		v := int(n % of) // #nosec G115 -- less than of, which is small
		n /= of
		return v
	}
	return avatar{Ground: pick(6), Dress: pick(5), Skin: pick(4), HairTone: pick(5), Hair: pick(4), Glasses: pick(3) == 0}
}

// PersonaPath, SequencePath and TemplatePath are the addresses of the pages.
func (f frame) PersonaPath(key string) string { return personaPath(key) }

// SequencePath is a sequence's page.
func (f frame) SequencePath(key string) string { return sequencePath(key) }

// TemplatePath is the page of one template.
func (f frame) TemplatePath(t message.Template) string {
	return "/templates/" + url.PathEscape(t.Key) + "/" + url.PathEscape(string(t.Channel)) + "/" + url.PathEscape(t.Locale)
}

// CountOf writes a number with its word: "1 cart", "12 carts".
func (f frame) CountOf(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return digits(n) + " " + what
}

// Plus adds, for numbers that people count from 1.
func (f frame) Plus(a, b int) int { return a + b }

// Plain writes a number for an address.
func (f frame) Plain(n int) string { return strconv.Itoa(n) }

// ChannelWord names a channel.
func (f frame) ChannelWord(c event.Channel) string { return channelName(c) }

// NameOf gives the name of a persona.
func (v personasView) NameOf(key string) string {
	for _, c := range v.Board.Cards {
		if c.Key == key && c.Name != "" {
			return c.Name
		}
	}
	return key
}

// sampleList is a list of example carts with the page that it stands on.
type sampleList struct {
	F    frame
	List []journey.SampleCart
}

// Samples shows example carts.
func (f frame) Samples(list []journey.SampleCart) sampleList { return sampleList{f, list} }

// channelPick is one choice of a step's channels.
type channelPick struct {
	Name, Label, Chosen string
	Step                int
}

// ChannelPick gives a choice with what is chosen.
func (v draftView) ChannelPick(s stepForm, place int, name, label string, step int) channelPick {
	return channelPick{Name: name, Label: label, Chosen: v.Choice(s, place), Step: step}
}

// Next is the version that publishing would make.
func (v draftView) Next() int {
	if len(v.Board.Versions) == 0 {
		return 1
	}
	return v.Board.Versions[0].Version + 1
}
