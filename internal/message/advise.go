package message

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	textlanguage "golang.org/x/text/language"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Level is how much an advice matters.
type Level string

// The levels: an error keeps a template from doing its work, a warning costs
// readers or money, a hint is worth a thought.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelHint    Level = "hint"
)

// Advice is one thing about a template that its author may want to change.
type Advice struct {
	// Code names the rule, for tests and for links into the documentation.
	Code  string `json:"code"`
	Level Level  `json:"level"`
	// Field is the template's, as in errors: "subject", "body", "blocks[2].alt".
	Field string `json:"field,omitempty"`
	// Message says what was seen, Remedy what to do about it.
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Advise looks at a template together with one rendering of it. It never stands
// in the way of publishing: what must not be sent is refused by Check.
func Advise(t Template, r Rendered) []Advice {
	a := &adviser{t: t, r: r}
	a.locale()
	switch t.Channel {
	case event.Email:
		a.subject()
		a.preheader()
		a.letter()
		a.links()
		a.size()
	case event.SMS:
		a.segments()
		a.phone()
	case event.Messenger:
		a.card()
	}
	a.tone()
	return a.found
}

// adviser collects what there is to say.
type adviser struct {
	t     Template
	r     Rendered
	found []Advice
}

func (a *adviser) say(code string, level Level, field, remedy, format string, args ...any) {
	a.found = append(a.found, Advice{code, level, field, fmt.Sprintf(format, args...), remedy})
}

// body is the field in which the message is written.
func (a *adviser) body() string {
	if len(a.t.Blocks) > 0 {
		return "blocks"
	}
	return "body"
}

// locale looks at the language. wordsOf has those in which Cartograph itself
// can say "unsubscribe".
func (a *adviser) locale() {
	tag, err := textlanguage.Parse(a.t.Locale)
	switch {
	case a.t.Locale == "":
	case err != nil:
		a.say("locale-unknown", LevelError, "locale", "write a language, with a region if it matters, such as en or fr-CA",
			"%q is no language: nobody will get this text", a.t.Locale)
	case language(a.t.Locale) != "en" && wordsOf(a.t.Locale) == wordsOf("en"):
		a.say("locale-foreign", LevelWarning, "locale", "say in your own words how to unsubscribe, with message.unsubscribe_url",
			"Cartograph’s own words below the message, such as “Unsubscribe”, are in English: it does not speak %q", tag.String())
	}
}

// What phones show of a subject, in characters. iPhone Mail shows about 41 of
// them upright and Gmail on Android about 40; desktop programs 60 to 70
// (Campaign Monitor, "Email subject line length", and Litmus say the same).
const (
	phoneSubject = 40
	deskSubject  = 70
)

func (a *adviser) subject() {
	s := a.r.Subject
	n := utf8.RuneCountInString(s)
	switch {
	case n > deskSubject:
		a.say("subject-long", LevelWarning, "subject", "bring it below 40 characters, or put what matters first", "the subject has %d characters; most programs cut it at %d, phones at %d", n, deskSubject, phoneSubject)
	case n > phoneSubject:
		a.say("subject-long", LevelHint, "subject", "put what matters into the first 40", "the subject has %d characters; phones show about %d", n, phoneSubject)
	}
	// SpamAssassin scores both: SUBJ_ALL_CAPS and PLING_QUERY with their like.
	if shouts(s) {
		a.say("subject-capitals", LevelWarning, "subject", "write it in small letters", "the subject is in capitals, as junk mail often is")
	}
	if marks := strings.Count(s, "!"); marks > 1 {
		a.say("subject-exclamation", LevelWarning, "subject", "one is enough", "the subject has %d exclamation marks, as junk mail often has", marks)
	}
	// 16 CFR 316 and CAN-SPAM §5(a)(2): a subject must not mislead about what it is.
	if replyPrefix.MatchString(s) {
		a.say("subject-reply", LevelWarning, "subject", "take the prefix out", "the subject pretends to answer a mail; that misleads, and in the USA it is forbidden")
	}
}

var anyAddress = regexp.MustCompile(`\S+://\S+`)

var replyPrefix = regexp.MustCompile(`(?i)^\s*(?:re|aw|fw|fwd|wg|tr|rv)\s*:`)

// shouts reports whether nearly all of a text is capitals; a brand or a code
// among other words does not count.
func shouts(s string) bool {
	capitals, small := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r):
			small++
		}
	}
	return capitals >= 8 && capitals > 4*small
}

// A preheader of 40 to 100 characters fills what inboxes show beside the
// subject; without one they show the first words of the body (Litmus, "The
// ultimate guide to preview text").
const longPreheader = 110

func (a *adviser) preheader() {
	plain := strings.Join(strings.Fields(seenText(a.r.HTML)), " ")
	switch n := utf8.RuneCountInString(a.t.Preheader); {
	case strings.TrimSpace(a.t.Preheader) == "":
		a.say("preheader-missing", LevelHint, "preheader", "write one line that goes on where the subject ends",
			"there is no preheader: inboxes show the first words instead, “%s”", short(plain))
	case strings.EqualFold(strings.TrimSpace(a.t.Preheader), strings.TrimSpace(a.t.Subject)):
		a.say("preheader-repeats", LevelHint, "preheader", "use the room for something else", "the preheader says the same as the subject, beside which it is shown")
	case !strings.Contains(a.t.Preheader, "{") && n > longPreheader:
		a.say("preheader-long", LevelHint, "preheader", "put what matters into the first 90 characters", "the preheader has %d characters; inboxes show 40 to 100", n)
	}
	// A page of one's own may hold it where everybody sees it, or a layout's copy.
	if own := strings.Join(strings.Fields(a.t.Preheader), " "); own != "" && !strings.Contains(own, "{") && strings.Count(plain, own) > 0 {
		a.say("preheader-visible", LevelWarning, a.body(), "take it out of the body: it is put in by itself, unseen", "the preheader also stands in the body, for everybody to read twice")
	}
}

// Gmail shows no more than 102 KB of an email's HTML and hides the rest, with
// the unsubscribe link in it, behind "Message clipped".
const (
	clipped     = 102 << 10
	nearClipped = 90 << 10
)

func (a *adviser) size() {
	const remedy = "use fewer blocks or cart lines, and shorter styles; pictures don’t count"
	switch n := len(a.r.HTML); {
	case n > clipped:
		a.say("size-clipped", LevelError, a.body(), remedy, "the email is %d KB; Gmail hides everything after 102 KB, the unsubscribe link with it", (n+1023)>>10)
	case n > nearClipped:
		a.say("size-near", LevelWarning, a.body(), remedy, "the email is %d KB with this cart; Gmail hides everything after 102 KB", (n+1023)>>10)
	}
}

// tone looks at the words of every channel.
func (a *adviser) tone() {
	text := a.r.Text
	if a.t.Channel == event.Email {
		text = seenText(a.r.HTML)
	}
	if marks := strings.Count(text, "!"); marks > 3 {
		a.say("exclamation", LevelHint, a.body(), "keep the one that you mean", "there are %d exclamation marks", marks)
	}
	if a.t.Channel != event.Email && shouts(anyAddress.ReplaceAllString(text, "")) {
		a.say("capitals", LevelHint, a.body(), "write it in small letters", "nearly everything is in capitals")
	}
	for _, p := range temptations(language(a.t.Locale)) {
		field := ""
		switch lower := strings.ToLower; {
		case saysPhrase(lower(a.r.Subject), p.words):
			field = "subject"
		case saysPhrase(lower(a.t.Preheader), p.words):
			field = "preheader"
		case saysPhrase(lower(text), p.words):
			field = a.body()
		}
		if field != "" {
			a.say("spam-words", LevelHint, field, "say it in your own words", "“%s”: %s", p.words, p.why)
		}
	}
}
