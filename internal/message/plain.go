package message

import (
	"strings"

	"github.com/k3a/html2text"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// plain makes the text part: the template's own, or the HTML's words. It
// always ends with the ways to unsubscribe and to ask why.
func (p *pass) plain(body string) (string, error) {
	out, err := p.liquid(p.r.text, "text", p.t.Text)
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(p.t.Text) == "" {
		out = html2text.HTML2TextWithOptions(simplify(body), html2text.WithUnixLineBreaks(), html2text.WithLinksInnerText())
	}
	out = tidy(out)
	w := wordsOf(p.in.Locale)
	var foot []string
	if address := event.Clean(p.in.Shop.Address, maxField); address != "" && !strings.Contains(out, address) {
		foot = append(foot, event.Clean(p.in.Shop.Name, maxField)+", "+address)
	}
	if !strings.Contains(out, LinkWhy.Placeholder()) {
		foot = append(foot, w.why+" "+p.in.link(LinkWhy))
	}
	if !strings.Contains(out, LinkUnsubscribe.Placeholder()) {
		foot = append(foot, w.unsubscribe+colon(p.in.Locale)+" "+p.in.link(LinkUnsubscribe))
	}
	if len(foot) == 0 {
		return out + "\n", nil
	}
	return out + "\n\n--\n" + strings.Join(foot, "\n") + "\n", nil
}

// tidy trims lines and leaves at most one empty line between two others.
func tidy(s string) string {
	var out []string
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r", ""), "\n") {
		line = strings.TrimSpace(line)
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// simplify prepares HTML for the text converter, which knows few tags and only
// without attributes: comments go, cells and rows become spaces and line
// breaks, and a stray > is escaped (it would cost quadratic time).
func simplify(src string) string {
	var b strings.Builder
	for src != "" {
		i := strings.IndexAny(src, "<>")
		if i < 0 {
			b.WriteString(src)
			break
		}
		b.WriteString(src[:i])
		src = src[i:]
		if src[0] == '>' {
			b.WriteString("&gt;")
			src = src[1:]
			continue
		}
		if strings.HasPrefix(src, "<!--") {
			_, after, found := strings.Cut(src, "-->")
			if !found {
				break
			}
			src = after
			continue
		}
		end := strings.IndexByte(src, '>')
		if end < 0 {
			break
		}
		b.WriteString(plainTag(src[:end+1]))
		src = src[end+1:]
	}
	return b.String()
}

func plainTag(tag string) string {
	name, _, _ := strings.Cut(strings.ToLower(strings.Trim(tag, "<> \t\r\n")), " ")
	switch strings.TrimSuffix(name, "/") {
	case "/td", "/th":
		return " "
	case "/li":
		return ""
	case "br", "/tr", "/div", "hr":
		return "<br>"
	case "p", "table", "/table":
		return "<p>"
	case "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "div", "td", "tr", "th":
		if name == "li" {
			return "<br>- "
		}
		return "<" + name + ">"
	}
	return tag
}
