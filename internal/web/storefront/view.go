package storefront

import (
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// view is what every page can use.
type view struct {
	journey.LinkPage
	// T are the texts in the page's language, Lang its tag; amounts is the locale of amounts.
	T       texts
	Lang    string
	amounts string
	// Token is the link's own, for the forms.
	Token string
	// Why is set on the page that explains.
	Why *journey.Why
	// Choices are the lines of the preference page.
	Choices []journey.Choice
	// Everything says that all messages of the shop were stopped; Allowed that a
	// channel was allowed, and Chosen which one was answered for.
	Everything bool
	Allowed    bool
	Chosen     event.Channel
}

// newView makes a page's view; accept is the request's Accept-Language.
func newView(p journey.LinkPage, token, accept string) view {
	t, lang, amounts := textsFor(p.Locale, accept)
	return view{LinkPage: p, T: t, Lang: lang, amounts: amounts, Token: token, Chosen: p.Channel}
}

// Shop is the shop's name, for sentences.
func (v view) Shop() string {
	if v.ShopName == "" {
		return v.T.SomeShop
	}
	return v.ShopName
}

// ShopURL is the shop's own front page, if its domain is known.
func (v view) ShopURL() string {
	if v.ShopDomain == "" {
		return ""
	}
	return "https://" + v.ShopDomain
}

// Say fills the shop's name and the masked address into a sentence.
func (v view) Say(sentence string) string {
	return fill(sentence, "shop", v.Shop(), "address", v.Address)
}

// On gives a channel's sentence, filled; the email's where the channel is not
// known, which a page that knows nothing else shows only.
func (v view) On(c event.Channel, sentences perChannel) string {
	s, ok := sentences[c]
	if !ok {
		s = sentences[event.Email]
	}
	if v.Address == "" {
		return fill(s, "shop", v.Shop(), "address", "•••")
	}
	return v.Say(s)
}

// Done says what has been changed.
func (v view) Done() string {
	switch {
	case v.Everything:
		return v.Say(v.T.DoneAll)
	case v.Allowed:
		return v.On(v.Chosen, v.T.DoneAllowed)
	}
	return v.On(v.Chosen, v.T.DoneChannel)
}

// Answer says how a channel stands. Any suppression is a stop, whatever was said.
func (v view) Answer(c journey.Choice) string {
	switch {
	case c.Stopped != "" && c.Stopped != "opted_out":
		return v.blocked(c.Stopped)
	case c.Stopped != "" || c.Answer == event.No:
		return v.T.ChoiceNo
	case c.Answer == event.Yes:
		return v.T.ChoiceYes
	}
	return v.T.ChoiceUnknown
}

func (v view) blocked(why string) string {
	if s := v.T.Blocked[why]; s != "" {
		return s
	}
	return v.T.Blocked[""]
}

// Open reports whether there is anything to stop on a channel.
func (v view) Open(c journey.Choice) bool { return c.Stopped == "" && c.Answer != event.No }

// Elsewhere reports whether a channel was stopped by the shopper and can only be
// allowed again at the shop.
func (v view) Elsewhere(c journey.Choice) bool {
	return !v.Open(c) && !c.MayAllow && (c.Stopped == "" || c.Stopped == "opted_out")
}

// Allowable gives the choice that may be allowed again on this page, or nil.
func (v view) Allowable() *journey.Choice {
	for i, c := range v.Choices {
		if c.MayAllow {
			return &v.Choices[i]
		}
	}
	return nil
}

// Money writes an amount for people.
func (v view) Money(m money.Money) string { return money.Format(m, v.amounts) }

// Image reports whether an address may be loaded as a picture.
func (v view) Image(raw string) bool { return safeURL(raw) }

// Country names a country in the page's language.
func (v view) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(v.Lang)).Name(region); name != "" {
		return name
	}
	return code
}

// Language names a language in the page's language.
func (v view) Language(locale string) string {
	tag, err := language.Parse(locale)
	if err != nil {
		return locale
	}
	base, _ := tag.Base()
	if name := display.Languages(language.Make(v.Lang)).Name(base); name != "" {
		return name
	}
	return locale
}

// Device names a kind of device.
func (v view) Device(kind string) string {
	return said(v.T, func(t texts) map[string]string { return t.Devices }, kind)
}

// moment writes an instant by the clock that the decision recorded as the shopper's.
func (v view) moment(t time.Time) string { return v.T.moment(t.In(v.zone())) }

// Date writes a day.
func (v view) Date(t time.Time) string { return v.T.day(t) }

// zone is the recorded clock, UTC where there is none or more than one; either
// is named beside the time.
func (v view) zone() *time.Location {
	if v.Why == nil {
		return time.UTC
	}
	zone, err := time.LoadLocation(v.Why.Decision.Inputs["zone"])
	if err != nil {
		return time.UTC
	}
	return zone
}

func number(n int) string { return strconv.Itoa(n) }
