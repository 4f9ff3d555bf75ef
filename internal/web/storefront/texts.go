package storefront

import (
	"strings"

	"golang.org/x/text/language"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// perChannel is one sentence in the form it takes for each channel: languages
// do not build it the same way for all.
type perChannel map[event.Channel]string

// texts are the pages' words in one language. Words in braces are filled in
// ({shop}, {address}, {date}, …); every language uses the same ones in the same
// text, and names the shop only where its grammar leaves the name untouched.
type texts struct {
	// Dir is the direction of the script, "ltr" or "rtl".
	Dir string
	// SomeShop stands where the shop's name is not known, HelpLead before its address.
	SomeShop, HelpLead string
	// VisitShop is the way to the shop's own front page.
	VisitShop string

	// The restore page, and what became of its cart meanwhile.
	CartTitle, CartLead, CartButton, CartGoing, CartTotal, CartKept string
	OrderedTitle, OrderedLead                                       string
	EmptyTitle, EmptyLead                                           string
	GoneTitle, GoneLead                                             string
	ExpiredTitle, ExpiredLead                                       string

	// A token that opens nothing, a failure of ours, and what a page cannot do.
	UnknownTitle, UnknownLead string
	TroubleTitle, TroubleLead string
	RefusedTitle, RefusedLead string

	// The unsubscribe page with the answers channel by channel, and what is said after its buttons.
	StopTitle, StopButton, StopAll, StopAllNote, StoppedLead                string
	DoneTitle, DoneAll, DoneNote, DoneBack                                  string
	ChoicesTitle, ChoiceYes, ChoiceNo, ChoiceUnknown                        string
	ChoiceStop, ChoiceAllow, ChoiceAllowTitle, ChoiceElsewhere, ChoiceStart string

	// The page that says why: the message, the permission, the law, what is known, how to stop it.
	WhyTitle, WhyMessage, WhyCart, WhyLook                                           string
	WhyPermission, WhySays, WhyGiven, WhyGivenBy, WhyOn, WhyWording, Quoted, WhyRule string
	WhyLaw, WhyPlace, WhyNowhere, WhySource                                          string
	LawExpress, LawSoft, LawDouble, LawNamed, LawAlways, LawHours, LawHolidays       string
	LawPerCart, LawPerDay, LawWithin, LawWindow                                      string
	WhyKnown, WhyFrom, WhyTold                                                       string
	KnownName, KnownCountry, KnownDevice, KnownLanguage, KnownSince, KnownCart       string
	WhyStopTitle, WhyStop                                                            string

	// The page that confirms an address.
	ConfirmTitle, ConfirmButton, ConfirmIgnore, ConfirmAsks string
	ConfirmedTitle, ConfirmedNote                           string

	// Channels name the channels as headings of their lines.
	Channels perChannel
	// StopLead says what will end, DoneChannel what has ended, DoneAllowed what is
	// allowed again, WhyStep when the message was sent, WhyAsked when one that asks
	// to confirm was, LawOf whose rules apply.
	StopLead, DoneChannel, DoneAllowed, WhyStep, WhyAsked, LawOf perChannel
	// Agree is what a shopper agrees to by allowing a channel again; it is recorded word by word.
	Agree perChannel
	// ConfirmLead asks to confirm an address, ConfirmedLead says that it is done.
	ConfirmLead, ConfirmedLead perChannel

	// Permissions say for each consent rule why a shop may write, as the end of WhySays.
	Permissions map[string]string
	// Sources say where an answer was given, by the words it is recorded under;
	// Evidence what shows it, by its kind.
	Sources, Evidence map[string]string
	// Blocked say why an address is stopped by more than the shopper's own no; "" for any other reason.
	Blocked map[string]string
	// Devices name the kinds of device.
	Devices map[string]string

	// Moment and Day are how a date is written, with and without the time;
	// Months are the months' names and Days the days', from Monday, as in lists.
	Moment, Day, Months, Days string
	// First is how the first day of a month is written, "" for as any other.
	First string
	// Hour is a time of day, Span two of them, DaySpan the first and last of days in a row.
	// Apart stands between days with other hours. BareHours writes 8, not 08.
	Hour, Span, DaySpan, Apart string
	BareHours                  bool
}

// wordingVersion is recorded with every yes that is given by the words of Agree.
// It changes whenever they do.
const wordingVersion = "preference page 2026-11.2"

// languages are the languages the pages are written in; the first serves all others.
var languages = []struct {
	tag   language.Tag
	words texts
}{
	{language.English, english}, {language.French, french}, {language.German, german}, {language.Spanish, spanish},
}

// matcher finds the nearest of our languages.
var matcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range languages {
		tags = append(tags, l.tag)
	}
	return language.NewMatcher(tags)
}()

// textsFor finds the texts by the message's locale, or else by what the browser
// asks for (Accept-Language), or else English. The locale that is given back is
// for amounts: the message's own where the page is in its language.
func textsFor(locale, accept string) (t texts, lang, amounts string) {
	if tag, err := language.Parse(strings.ReplaceAll(locale, "_", "-")); err == nil {
		if i, ok := ours(tag); ok {
			return languages[i].words, languages[i].tag.String(), tag.String()
		}
	}
	// A header that is no list of languages gives none.
	asked, _, _ := language.ParseAcceptLanguage(accept)
	for _, tag := range asked {
		if i, ok := ours(tag); ok {
			return languages[i].words, languages[i].tag.String(), tag.String()
		}
	}
	return languages[0].words, languages[0].tag.String(), languages[0].tag.String()
}

// ours finds a language among ours: the very language, never a neighbour that
// its readers might understand.
func ours(tag language.Tag) (int, bool) {
	_, i, sure := matcher.Match(tag)
	base, certain := tag.Base()
	mine, _ := languages[i].tag.Base()
	return i, sure != language.No && certain != language.No && base == mine
}

// said gives a text by its key, in English where the language has none, and
// else the key itself.
func said(t texts, of func(texts) map[string]string, key string) string {
	if s := of(t)[key]; s != "" {
		return s
	}
	if s := of(english)[key]; s != "" {
		return s
	}
	return key
}

// fill puts values in place of the words in braces; values come in pairs. It
// reads the text once, so that a shop may be called "{address}".
func fill(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
