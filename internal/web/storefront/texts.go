package storefront

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// texts are the pages' words in one language. Those with a %s take the shop's
// name unless said otherwise.
type texts struct {
	CartTitle, CartLead, CartButton, CartGoing, CartTotal, CartKept string
	OrderedTitle, OrderedLead                                       string
	EmptyTitle, EmptyLead                                           string
	ExpiredTitle, ExpiredLead                                       string
	VisitShop                                                       string
	StopTitle, StopLead, StopButton, StopAll, StopAllNote           string
	StoppedLead                                                     string
	DoneTitle, DoneChannel, DoneAll, DoneNote                       string
	WhyTitle, WhyStep, WhyCart, WhyPermission, WhyRule, WhyStop     string
	UnknownTitle, UnknownLead                                       string
	TroubleTitle, TroubleLead                                       string
	HelpLead                                                        string
	// Channels name the channels in a sentence; Permissions explain consent rules, in English by the one source of words for rules.
	Channels    map[event.Channel]string
	Permissions map[string]string
	// Date is a Go time layout.
	Date string
}

// languages holds the texts by primary language tag. A new language is one
// more entry; a page falls back to English where its own is missing.
var languages = map[string]texts{"en": english}

var english = texts{
	CartTitle: "Your cart is still here", CartLead: "%s kept what you picked. Nothing is bought until you say so.",
	CartButton: "Take me to my cart", CartGoing: "Taking you to your cart …", CartTotal: "Total",
	CartKept:     "%s kept your cart. The button takes you straight back to it.",
	OrderedTitle: "You already ordered this", OrderedLead: "Thank you! This cart became an order at %s, so there is nothing left to pick up.",
	EmptyTitle: "This cart is empty", EmptyLead: "The items were taken out since we wrote to you, so there is nothing to bring back.",
	ExpiredTitle: "This link is too old", ExpiredLead: "Links like this one work for a limited time. Your cart may still be waiting at %s itself.",
	VisitShop: "Go to %s",
	StopTitle: "Stop these messages?", StopLead: "%[1]s will not send %[2]s to %[3]s about carts any more.",
	StopButton: "Unsubscribe", StopAll: "Stop all messages from this shop",
	StopAllNote: "By email, text message and Messenger. News about an order you placed is not affected.",
	StoppedLead: "You have already stopped these. You can still stop everything else from %s.",
	DoneTitle:   "Done", DoneChannel: "%[1]s will not send you %[2]s about carts any more.",
	DoneAll:       "%s will not send you any messages about carts any more.",
	DoneNote:      "It counts from now on. A message that was already on its way may still arrive.",
	WhyTitle:      "Why did I get this?",
	WhyCart:       "Your last activity in the cart was on %s.",
	WhyStep:       "On %[1]s, %[2]s wrote to you by %[3]s. It was message %[4]d about this cart.",
	WhyPermission: "Why the shop may write to you:", WhyRule: "The recorded rule is",
	WhyStop:      "Stop these messages",
	UnknownTitle: "This link leads nowhere", UnknownLead: "It may have been cut off when it was copied, or the shop has removed it. Try the link in the message again.",
	TroubleTitle: "That did not work", TroubleLead: "Something went wrong on our side and nothing was changed. Please try again in a minute.",
	HelpLead:    "Questions? Write to",
	Channels:    map[event.Channel]string{event.Email: "email", event.SMS: "text message", event.Messenger: "Messenger message"},
	Permissions: journey.ForShoppers(),
	Date:        "2 January 2006 at 15:04 MST",
}

// textsFor finds the texts for a BCP 47 tag and the language they are in.
func textsFor(locale string) (texts, string) {
	lang, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(locale, "_", "-")), "-")
	if t, ok := languages[lang]; ok {
		return t, lang
	}
	return english, "en"
}

// Shop is the shop's name, for sentences.
func (v view) Shop() string {
	if v.ShopName == "" {
		return "The shop"
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

// Say fills the shop's name into a sentence.
func (v view) Say(sentence string) string { return fmt.Sprintf(sentence, v.Shop()) }

// Stop says what will end.
func (v view) Stop() string {
	address := v.Address
	if address == "" {
		address = "you"
	}
	return fmt.Sprintf(v.T.StopLead, v.Shop(), v.plural(), address)
}

// Done says what has ended.
func (v view) Done() string {
	if v.Everything {
		return v.Say(v.T.DoneAll)
	}
	return fmt.Sprintf(v.T.DoneChannel, v.Shop(), v.plural())
}

func (v view) plural() string {
	if name, ok := v.T.Channels[v.Channel]; ok {
		return name + "s"
	}
	return "messages"
}

// Written says when and how the message came; Active what it counted from.
func (v view) Written() string {
	return fmt.Sprintf(v.T.WhyStep, v.date(v.Why.SentAt), v.Shop(), v.T.Channels[v.Channel], v.Why.Step)
}

// Active says when the cart was last touched.
func (v view) Active() string { return fmt.Sprintf(v.T.WhyCart, v.date(v.Why.LastActivity)) }

// Permission explains the consent rule.
func (v view) Permission() string {
	if said, ok := v.T.Permissions[v.Why.Permission]; ok {
		return said
	}
	return v.Why.Permission
}

// Given says where and when the consent was given, as far as it is known.
func (v view) Given() string {
	switch w := v.Why; {
	case w.ConsentSource != "" && !w.ConsentAt.IsZero():
		return fmt.Sprintf("%s, %s", w.ConsentSource, v.date(w.ConsentAt))
	case w.ConsentSource != "":
		return w.ConsentSource
	case !w.ConsentAt.IsZero():
		return v.date(w.ConsentAt)
	}
	return ""
}

// date writes a moment by the clock that the decision recorded as the shopper's.
func (v view) date(t time.Time) string { return t.In(v.zone()).Format(v.T.Date) }

// zone is the recorded clock, UTC where none is recorded; either is named beside the time.
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

// Money writes an amount for people.
func (v view) Money(m money.Money) string { return money.Format(m, v.Locale) }

// Image reports whether an address may be loaded as a picture.
func (v view) Image(raw string) bool { return safeURL(raw) }
