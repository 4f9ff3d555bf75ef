package message

import (
	"fmt"
	"strings"
)

func (c *compiler) heading(b Block) (piece, error) {
	html, text, err := c.line("text", b.Text)
	if err != nil {
		return piece{}, err
	}
	tag, size, line := "h1", 24, 30
	if b.Emphasis == "quiet" {
		tag, size, line = "h2", 19, 26
	}
	style := fmt.Sprintf("margin:0;font-weight:700;%s", c.letters(size, line, c.Ink))
	return piece{c.row(c.side(b), 16, "", fmt.Sprintf(`<%s class="ink" style="%s">%s</%s>`, tag, style, html, tag)), text}, nil
}

// prose is what the four kinds of running text differ in.
type prose struct {
	size, line, below int
	colour, class     string
}

func (c *compiler) proseOf(b Block) prose {
	switch {
	case b.Kind == BlockNote || b.Emphasis == "quiet":
		return prose{14, 21, 16, "#5b6472", "muted"}
	case b.Kind == BlockLinks:
		return prose{15, 24, 20, c.Ink, "ink"}
	case b.Emphasis == "strong":
		return prose{18, 28, 24, c.Ink, "ink"}
	}
	return prose{16, 25, 24, c.Ink, "ink"}
}

func (c *compiler) prose(b Block) (piece, error) {
	p := c.proseOf(b)
	html, text, err := c.paragraphs("text", b.Text, p)
	return piece{c.row(c.side(b), p.below, c.letters(p.size, p.line, p.colour), html), text}, err
}

// paragraphs reads a field of several lines. Room stands between paragraphs,
// none below the last: the row has its own.
func (c *compiler) paragraphs(field, src string, p prose) (html, text string, err error) {
	all, err := paragraphs(src)
	if err != nil {
		return "", "", c.of(field, err)
	}
	var pages, plain []string
	for i, one := range all {
		below := 14
		if i == len(all)-1 {
			below = 0
		}
		style := fmt.Sprintf("margin:0 0 %dpx;%s", below, c.letters(p.size, p.line, p.colour))
		h, t := c.paragraph(one, p.class, style)
		pages, plain = append(pages, h), append(plain, t)
	}
	return strings.Join(pages, ""), strings.Join(plain, "\n\n"), nil
}

func (c *compiler) paragraph(p paragraph, class, style string) (html, text string) {
	if p.list == nil {
		return `<p class="` + class + `" style="` + style + `">` + htmlOf(p.spans, c.linkStyle()) + "</p>", textOf(p.spans)
	}
	var h, t strings.Builder
	for _, l := range p.list {
		h.WriteString(`<li style="margin:0 0 6px;">` + htmlOf(l, c.linkStyle()) + "</li>")
		t.WriteString("- " + textOf(l) + "\n")
	}
	return `<ul class="` + class + `" style="padding:0 22px;` + style + `">` + h.String() + "</ul>", strings.TrimSuffix(t.String(), "\n")
}

func (c *compiler) quote(b Block) (piece, error) {
	p := prose{17, 27, 0, c.Ink, "ink"}
	html, text, err := c.paragraphs("text", b.Text, p)
	if err != nil {
		return piece{}, err
	}
	by, byText, err := c.line("by", b.By)
	if err != nil {
		return piece{}, err
	}
	text = "“" + text + "”"
	if by != "" {
		html += fmt.Sprintf(`<p class="muted" style="margin:8px 0 0;%s">%s</p>`, c.letters(14, 20, "#5b6472"), by)
		text += "\n" + byText
	}
	align := c.side(b)
	inner := fmt.Sprintf(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr>`+
		`<td class="mark" align="%s" style="padding:4px 18px;text-align:%s;border-%s:4px solid %s;font-style:italic;">%s</td></tr></table>`,
		align, align, c.start, c.Brand, html)
	return piece{c.row(align, 24, "", inner), text}, nil
}

// button is a table's cell with padding around a block of a link: pressed
// anywhere, without VML, and as wide as its words.
func (c *compiler) button(b Block) (piece, error) {
	label, labelText, err := c.line("label", b.Label)
	if err != nil {
		return piece{}, err
	}
	href, hrefText, err := c.address("link", b.Link)
	if err != nil {
		return piece{}, err
	}
	return piece{c.row(c.side(b), 24, "", c.buttonTable(b, label, href)), labelText + ":\n" + hrefText}, nil
}

func (c *compiler) buttonTable(b Block, label, href string) string {
	align, width, class := c.side(b), "", "button"
	back, ink, edge := c.Brand, c.OnBrand, c.Brand
	switch b.Emphasis {
	case "strong":
		width = ` width="100%"`
	case "quiet":
		class, back, ink, edge = "button outline", "transparent", c.Link, c.Link
	}
	fill := ` bgcolor="` + back + `"`
	if back == "transparent" {
		fill = ""
	}
	return fmt.Sprintf(`<table role="presentation"%s align="%s" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate;"><tr>`+
		`<td class="%s" align="center"%s style="border-radius:%dpx;background-color:%s;border:2px solid %s;mso-padding-alt:13px 26px;">`+
		`<a href="%s" style="display:block;padding:13px 26px;font-weight:600;text-align:center;text-decoration:none;border-radius:%dpx;%s">%s</a></td></tr></table>`,
		width, align, class, fill, c.ButtonRadius, back, edge, href, c.ButtonRadius, c.letters(16, 20, ink), label)
}

// image scales down on narrow screens; Outlook needs the width as a number.
func (c *compiler) image(b Block) (piece, error) {
	src, alt, altText, err := c.picture(b)
	if err != nil {
		return piece{}, err
	}
	wide := c.inner()
	switch b.Size {
	case "medium":
		wide /= 2
	case "small":
		wide = 160
	}
	html := c.img(src, alt, wide, c.side(b))
	text := ""
	if altText != "" {
		text = "[" + altText + "]"
	}
	if b.Link != "" {
		href, hrefText, err := c.address("link", b.Link)
		if err != nil {
			return piece{}, err
		}
		html = `<a href="` + href + `" style="text-decoration:none;` + c.letters(16, 25, c.Link) + `">` + html + "</a>"
		text = strings.TrimSpace(text + "\n" + hrefText)
	}
	return piece{c.row(c.side(b), 24, "", html), text}, nil
}

// inner is the room within the card's padding.
func (c *compiler) inner() int { return c.Width - 80 }

func (c *compiler) img(src, alt string, wide int, align string) string {
	margin := "margin:0"
	if align == "center" {
		margin = "margin:0 auto"
	} else if align == "right" {
		margin = "margin:0 0 0 auto"
	}
	return fmt.Sprintf(`<img src="%s" alt="%s" width="%d" style="display:block;width:100%%;max-width:%dpx;height:auto;border:0;border-radius:%dpx;%s;%s">`,
		src, alt, wide, wide, min(c.ButtonRadius, 12), margin, c.letters(15, 22, c.Ink))
}
