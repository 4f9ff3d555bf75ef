package message

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/cartograph-dev/cartograph/internal/event"
)

const maxSubject = 200

// email renders subject, HTML and plain text.
func (p *pass) email() (Rendered, error) {
	subject, err := p.subject()
	if err != nil {
		return Rendered{}, err
	}
	preheader, err := p.liquid(p.r.text, "preheader", p.t.Preheader)
	if err != nil {
		return Rendered{}, err
	}
	body, err := p.liquid(p.r.html, "body", p.t.Body)
	if err != nil {
		return Rendered{}, err
	}
	if strings.TrimSpace(body) == "" {
		return Rendered{}, inField(refuse(0, "write what the message says", "the email is empty"), "body")
	}
	if runsScript(body) {
		return Rendered{}, inField(refuse(0, "use item.url or cart.restore_url for links", "a link or image runs a script"), "body")
	}
	plain, err := p.plain(body)
	if err != nil {
		return Rendered{}, err
	}
	page, err := p.page(body, oneLine(preheader, maxSubject))
	if err != nil {
		return Rendered{}, err
	}
	return Rendered{Subject: subject, HTML: page, Text: plain}, nil
}

// dangerous finds addresses that would run a script: escaping keeps a value
// inside its attribute but does not look at what the attribute is for.
var dangerous = regexp.MustCompile(`(?i)\b(?:href|src|action|formaction|background)\s*=\s*["']?\s*(?:javascript:|vbscript:|data:text)`)

func runsScript(body string) bool {
	// Most bodies hold no such word at all, and the expression is slow.
	lower := strings.ToLower(body)
	return (strings.Contains(lower, "script:") || strings.Contains(lower, "data:")) && dangerous.MatchString(body)
}

func (p *pass) subject() (string, error) {
	s, err := p.liquid(p.r.text, "subject", p.t.Subject)
	if err != nil {
		return "", err
	}
	if s = oneLine(s, maxSubject); s == "" {
		return "", inField(refuse(0, "write a subject, with | default: for values that may be missing", "the subject is empty"), "subject")
	}
	return s, nil
}

// oneLine makes a header-safe line: no control characters, single spaces, at most max runes.
func oneLine(s string, max int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028' || r == '\u2029' || unicode.IsControl(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
	if runes := []rune(s); len(runes) > max {
		s = strings.TrimSpace(string(runes[:max-1])) + "…"
	}
	return s
}

// frame is what the layout sets around a body.
type frame struct {
	Lang, Dir, Subject, Preheader string
	Shop, Address                 string
	// Body is the rendered Liquid, escaped by its own engine.
	Body template.HTML
	// Unsubscribe and Why are our links, with their words.
	Unsubscribe, Why         string
	UnsubscribeText, WhyText string
	// Open and Close are Outlook's fixed-width table. They are values because
	// the layout's engine drops comments.
	Open, Close template.HTML
	// Paint is the look: of the template's blocks, or Cartograph's own.
	Paint paint
	// Font is Paint's, for a style sheet.
	Font template.CSS
}

// page makes the whole HTML page: the layout around a fragment, or the
// merchant's own page with a footer where it has no way to unsubscribe.
func (p *pass) page(body, preheader string) (string, error) {
	w := wordsOf(p.in.Locale)
	look := p.look()
	width := strconv.Itoa(look.Width)
	f := frame{
		Lang: first(language(p.in.Locale), "en"), Dir: direction(p.in.Locale), Preheader: preheader,
		Shop: event.Clean(p.in.Shop.Name, maxField), Address: event.Clean(p.in.Shop.Address, maxField),
		// #nosec G203 -- the body was rendered with every value escaped (sandbox.go), and its frame is this file's
		Body: template.HTML(body), Unsubscribe: p.in.link(LinkUnsubscribe), Why: p.in.link(LinkWhy),
		UnsubscribeText: w.unsubscribe, WhyText: w.why, Paint: look,
		// #nosec G203 -- numbers and names from a fixed list (block_style.go)
		Font: template.CSS(look.Font),
		// #nosec G203 -- a number in a fixed text
		Open:  template.HTML(`<!--[if mso]><table role="presentation" width="` + width + `" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`),
		Close: `<!--[if mso]></td></tr></table><![endif]-->`,
	}
	if !htmlTag.MatchString(body) {
		return p.layout("page", f)
	}
	if preheader != "" {
		hidden, err := p.layout("preheader", f)
		if err != nil {
			return "", err
		}
		if at := bodyTag.FindStringIndex(body); at != nil {
			body = body[:at[1]] + hidden + body[at[1]:]
		}
	}
	if unsubscribeLink.MatchString(body) && (!p.in.Carries.PostalAddress || strings.Contains(body, f.Address)) {
		return body, nil
	}
	footer, err := p.layout("footer", f)
	if err != nil {
		return "", err
	}
	at := len(body)
	if all := bodyEnd.FindAllStringIndex(body, -1); len(all) > 0 {
		at = all[len(all)-1][0]
	}
	return body[:at] + footer + body[at:], nil
}

// look is how the layout is painted. Only blocks have a style of their own.
func (p *pass) look() paint {
	if len(p.t.Blocks) == 0 {
		return Style{}.paint()
	}
	return p.t.Style.paint()
}

var (
	htmlTag = regexp.MustCompile(`(?i)<html[\s>]`)
	bodyTag = regexp.MustCompile(`(?i)<body[^>]*>`)
	// A mention in a comment or in the text is no way out.
	unsubscribeLink = regexp.MustCompile(`(?i)\bhref\s*=\s*["']?[^"'\s<>]*/` + string(LinkUnsubscribe) + `/` + LinkUnsubscribe.Placeholder())
	bodyEnd         = regexp.MustCompile(`(?i)</body\s*>`)
)

func (p *pass) layout(name string, f frame) (string, error) {
	var b strings.Builder
	if err := p.r.layout.ExecuteTemplate(&b, name, f); err != nil {
		return "", inField(err, "body")
	}
	return b.String(), nil
}
