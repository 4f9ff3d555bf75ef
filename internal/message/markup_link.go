package message

import (
	"net/url"
	"slices"
	"strings"
)

// linkVariables are the variables that are whole addresses, checked before a
// template sees them. Any other might begin with "javascript:".
func linkVariables() []string {
	return []string{"cart.restore_url", "message.unsubscribe_url", "message.why_url"}
}

// schemes are what an address of a block may begin with.
func schemes() []string { return []string{"https://", "http://", "mailto:", "tel:"} }

// typedAddress reads the address of a button or picture.
func typedAddress(src string) ([]span, error) {
	ms, err := marks(strings.ReplaceAll(strings.TrimSpace(src), `\`, `\\`))
	if err != nil {
		return nil, err
	}
	return readAddress(ms)
}

// readAddress wants an address that begins with a known scheme or is one of
// the variables that are addresses.
func readAddress(ms []mark) ([]span, error) {
	var spans []span
	for _, m := range ms {
		switch n := len(spans); {
		case m.isVariable():
			spans = append(spans, span{kind: spanVariable, text: m.expr})
		case m.isSpace():
			return nil, refuse(0, "write %20 in place of a space", "an address has a space in it")
		case n > 0 && spans[n-1].kind == spanWords:
			spans[n-1].text += string(m.r)
		default:
			spans = append(spans, span{kind: spanWords, text: string(m.r)})
		}
	}
	if len(spans) == 0 {
		return nil, refuse(0, "write an address that begins with https://", "a link has no address")
	}
	if spans[0].kind == spanVariable {
		if !slices.Contains(linkVariables(), spans[0].text) {
			return nil, refuse(0, "use "+strings.Join(linkVariables(), ", ")+", or begin with https://", "the variable %q is not an address", spans[0].text)
		}
		return spans, nil
	}
	begin := spans[0].text
	at := slices.IndexFunc(schemes(), func(s string) bool {
		return len(begin) >= len(s) && strings.EqualFold(begin[:len(s)], s)
	})
	switch {
	case at < 0:
		return nil, refuse(0, "begin with https://", "%q is not a whole address", short(begin))
	case len(begin) == len(schemes()[at]) && len(spans) == 1:
		return nil, refuse(0, "write the rest of it", "%q is not a whole address", short(begin))
	}
	if _, err := url.Parse(begin); err != nil && len(spans) == 1 {
		return nil, refuse(0, "copy it from your browser's address line", "%q is not an address", short(begin))
	}
	return spans, nil
}

func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// hrefOf writes an address for an attribute.
func hrefOf(address []span) string {
	var b strings.Builder
	for i, s := range address {
		if s.kind == spanVariable {
			b.WriteString(insideAddress(s.text, i))
		} else {
			b.WriteString(escapeHTML(s.text))
		}
	}
	return b.String()
}

// addressText writes an address for plain text.
func addressText(address []span) string {
	var b strings.Builder
	for i, s := range address {
		if s.kind == spanVariable {
			b.WriteString(insideAddress(s.text, i))
		} else {
			b.WriteString(escapeText(s.text))
		}
	}
	return b.String()
}

// insideAddress prints a variable of an address: encoded, unless it is the
// whole beginning, the shop's own (a domain, a mailbox), or says itself how.
func insideAddress(expr string, at int) string {
	if at > 0 && !strings.Contains(expr, "|") && !strings.HasPrefix(expr, "shop.") {
		expr += " | url_encode"
	}
	return "{{ " + expr + " }}"
}
