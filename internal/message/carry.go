package message

import (
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// carry adds to a text message what the law has it hold and its template does
// not: who writes, how to stop, and what it may cost. Templates cannot take it out.
func (p *pass) carry(body string) string {
	c, w := p.in.Carries, wordsOf(p.in.Locale)
	name := tidy(normalize(event.Clean(p.in.Shop.Name, maxField)))
	if c.Sender && name != "" && !strings.Contains(strings.ToLower(body), strings.ToLower(name)) {
		body = name + ": " + body
	}
	var foot []string
	// The template itself must say it: a product may be called STOP.
	if !stopWord.MatchString(body) || !stopWord.MatchString(p.t.Body) {
		foot = append(foot, w.optOut)
	}
	if c.Help && !helpWord.MatchString(p.t.Body) {
		foot = append(foot, w.help)
	}
	if c.Rates && !strings.Contains(strings.ToLower(p.t.Body), "data rates") {
		foot = append(foot, rates)
	}
	if slices.Contains(c.OptOut, consent.OptOutLink) && !strings.Contains(body, LinkUnsubscribe.Placeholder()) {
		foot = append(foot, p.in.link(LinkUnsubscribe))
	}
	if len(foot) == 0 {
		return body
	}
	return body + "\n" + strings.Join(foot, ". ")
}

// rates is said as the carriers of the United States, who alone ask for it, word it.
const rates = "Msg&data rates may apply"

// disclose adds to a Messenger text that a machine writes, and how to stop it. A
// card shows no more than 80 characters of its text, so there the template's
// words make room.
func (p *pass) disclose(out *Rendered) {
	most, between := maxMessengerText, "\n\n"
	if out.Title != "" {
		most, between = maxMessengerTitle, " · "
	}
	c := p.in.Carries
	if !c.Automation && !slices.Contains(c.OptOut, consent.OptOutReply) || stopWord.MatchString(out.Text) && stopWord.MatchString(p.t.Body) {
		return
	}
	end := between + wordsOf(p.in.Locale).automatic
	out.Text = shorten(out.Text, most-len(utf16.Encode([]rune(end)))) + end
}
