package message

import (
	"fmt"
	"html"
	"strings"
)

// escapeHTML writes words as HTML in which Liquid sees nothing either.
func escapeHTML(s string) string {
	return strings.ReplaceAll(html.EscapeString(s), "{", "&#123;")
}

// escapeText writes words as plain text in which Liquid sees nothing.
func escapeText(s string) string { return strings.ReplaceAll(s, "{", "{{ '{' }}") }

// htmlOf writes spans as HTML; linkStyle is a link's inline style.
func htmlOf(spans []span, linkStyle string) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.kind {
		case spanWords:
			b.WriteString(escapeHTML(s.text))
		case spanVariable:
			b.WriteString("{{ " + s.text + " }}")
		case spanBreak:
			b.WriteString("<br>")
		case spanBold:
			b.WriteString("<strong>" + htmlOf(s.inner, linkStyle) + "</strong>")
		case spanItalic:
			b.WriteString("<em>" + htmlOf(s.inner, linkStyle) + "</em>")
		case spanLink:
			fmt.Fprintf(&b, `<a href="%s" style="%s">%s</a>`, hrefOf(s.address), linkStyle, htmlOf(s.inner, linkStyle))
		}
	}
	return b.String()
}

// textOf writes spans as plain text, a link's address behind its label.
func textOf(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s.kind {
		case spanWords:
			b.WriteString(escapeText(s.text))
		case spanVariable:
			b.WriteString("{{ " + s.text + " }}")
		case spanBreak:
			b.WriteByte('\n')
		case spanBold, spanItalic:
			b.WriteString(textOf(s.inner))
		case spanLink:
			b.WriteString(textOf(s.inner) + " (" + addressText(s.address) + ")")
		}
	}
	return b.String()
}
