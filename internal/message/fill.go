package message

import (
	"regexp"
	"strings"
)

// Fill puts the secret tokens in place of the placeholders, in every field. It
// is called just before the provider call; its result is never stored or logged.
// A link without a token keeps its placeholder.
func Fill(r Rendered, tokens map[Link]string) Rendered {
	var pairs []string
	for _, l := range []Link{LinkRestore, LinkUnsubscribe, LinkWhy, LinkConfirm} {
		if t := tokens[l]; t != "" {
			pairs = append(pairs, l.Placeholder(), t)
		}
	}
	return r.each(strings.NewReplacer(pairs...).Replace)
}

// ownLink is one of our links in an attribute, with its placeholder.
var ownLink = regexp.MustCompile(`(["'])[^"'<>]*/(?:r|u|why|c)/(?:` +
	LinkRestore.Placeholder() + `|` + LinkConfirm.Placeholder() + `|` + LinkUnsubscribe.Placeholder() + `|` + LinkWhy.Placeholder() + `)[^"'<>]*(["'])`)

// Preview makes a message fit for a page: its links lead nowhere, so that
// looking at it can neither restore a cart nor unsubscribe anyone. In the text
// parts the placeholders stay readable.
func Preview(r Rendered) Rendered {
	r.HTML = ownLink.ReplaceAllString(r.HTML, "${1}#${2}")
	if r.ButtonURL != "" {
		r.ButtonURL = "#"
	}
	return r
}

// each applies a change to every text field.
func (r Rendered) each(change func(string) string) Rendered {
	for _, f := range []*string{&r.Subject, &r.HTML, &r.Text, &r.Title, &r.ImageURL, &r.ButtonTitle, &r.ButtonURL} {
		*f = change(*f)
	}
	return r
}
