package message

import (
	"net/url"
	"strings"
	"unicode/utf16"
)

// Messenger's limits, in UTF-16 units.
const (
	maxMessengerText   = 2_000
	maxMessengerTitle  = 80
	maxMessengerButton = 20
)

// messenger renders a text, or a card where the template has a title.
func (p *pass) messenger() (Rendered, error) {
	var out Rendered
	for _, f := range []struct {
		field, src string
		to         *string
		max        int
	}{
		{"body", p.t.Body, &out.Text, maxMessengerText},
		{"title", p.t.Title, &out.Title, maxMessengerTitle},
		{"button", p.t.Button, &out.ButtonTitle, maxMessengerButton},
		{"image", p.t.Image, &out.ImageURL, maxMessengerText},
	} {
		s, err := p.liquid(p.r.text, f.field, f.src)
		if err != nil {
			return Rendered{}, err
		}
		if f.field == "body" {
			*f.to = shorten(tidy(s), f.max)
		} else {
			*f.to = shorten(oneLine(s, f.max), f.max)
		}
	}
	if out.Text == "" {
		return Rendered{}, inField(refuse(0, "write what the message says", "the message is empty"), "body")
	}
	p.disclose(&out)
	if u, err := url.Parse(out.ImageURL); err != nil || u.Scheme != "https" || u.Host == "" {
		out.ImageURL = ""
	}
	if out.ButtonTitle == "" {
		out.ButtonTitle = wordsOf(p.in.Locale).back
	}
	out.ButtonURL = p.in.link(LinkRestore)
	return out, nil
}

// shorten cuts a text to max UTF-16 units at a rune, with … in place of the rest.
func shorten(s string, max int) string {
	if len(utf16.Encode([]rune(s))) <= max {
		return s
	}
	used, end := 0, 0
	for i, r := range s {
		if used += utf16Len(r); used > max-1 {
			end = i
			break
		}
	}
	return strings.TrimSpace(s[:end]) + "…"
}

func utf16Len(r rune) int { return max(1, utf16.RuneLen(r)) }
