package message

import (
	"fmt"
	"strconv"
	"strings"
)

// defaultMost is how many lines of a cart are listed when nothing is said.
const defaultMost = 6

// items lists the cart. A cart in which nothing has a picture gets no column
// for pictures.
func (c *compiler) items(b Block) piece {
	most := strconv.Itoa(defaultMost)
	if b.Most != 0 {
		most = strconv.Itoa(b.Most)
	}
	has := "{% assign has_images = false -%}"
	if b.Pictures != "none" {
		has += "{%- for item in cart.items limit: " + most + ` -%}{%- if item.image_url != "" -%}{%- assign has_images = true -%}{%- endif -%}{%- endfor -%}`
	}
	html := has + `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">` +
		"{%- for item in cart.items limit: " + most + " %}<tr>" + c.itemPicture() + c.itemWords() + c.itemPrice() + "</tr>{%- endfor %}" +
		c.itemsMore(most) + "</table>"
	below := 24
	if c.next == BlockTotal {
		below = 0
	}
	return piece{c.row(c.start, below, "", html), c.itemsText(most)}
}

func (c *compiler) cell(align, padding, style string) string {
	return fmt.Sprintf(`<td class="line" valign="top" align="%s" style="padding:%s;text-align:%s;border-top:1px solid #e5e7eb;%s">`, align, padding, align, style)
}

// gap is padding towards the line's end: "12px 16px 12px 0" from left to right.
func (c *compiler) gap(px int) string {
	if c.rtl {
		return fmt.Sprintf("12px 0 12px %dpx", px)
	}
	return fmt.Sprintf("12px %dpx 12px 0", px)
}

func (c *compiler) itemPicture() string {
	return "{%- if has_images %}" + c.cell(c.start, c.gap(16), "width:64px;") + `{%- if item.image_url != "" -%}` +
		fmt.Sprintf(`<img src="{{ item.image_url }}" alt="" width="64" height="64" style="display:block;width:64px;height:64px;border:0;border-radius:%dpx;object-fit:cover;background-color:#f3f4f6;">`, min(c.ButtonRadius, 6)) +
		"{%- endif -%}</td>{%- endif %}"
}

func (c *compiler) itemWords() string {
	muted := `<br><span class="muted" style="color:#5b6472;font-size:14px;">`
	return c.cell(c.start, c.gap(12), c.letters(15, 22, c.Ink)+"word-break:break-word;") +
		`{%- if item.url != "" -%}<a class="title" href="{{ item.url }}" style="color:` + c.Ink + `;text-decoration:none;font-weight:600;">{{ item.title }}</a>` +
		`{%- else -%}<span class="ink" style="font-weight:600;">{{ item.title }}</span>{%- endif -%}` +
		`{%- if item.variant != "" -%}` + muted + "{{ item.variant }}</span>{%- endif -%}" +
		"{%- if item.quantity > 1 -%}" + muted + `{{ item.quantity }} &times;{% if item.price != "" %} {{ item.price }}{% endif %}</span>{%- endif -%}</td>`
}

func (c *compiler) itemPrice() string {
	return c.cell(c.end, "12px 0", c.letters(15, 22, c.Ink)+"white-space:nowrap;") + `<span class="ink">{{ item.line_total }}</span></td>`
}

func (c *compiler) itemsMore(most string) string {
	return "{%- assign item_lines = cart.items | size -%}{%- if item_lines > " + most + ` %}<tr><td class="line muted" colspan="{% if has_images %}3{% else %}2{% endif %}" align="` + c.start +
		`" style="padding:12px 0;text-align:` + c.start + `;border-top:1px solid #e5e7eb;` + c.letters(14, 20, "#5b6472") + `">` + c.words.moreThan(most) + "</td></tr>{%- endif %}"
}

func (c *compiler) itemsText(most string) string {
	return "{% for item in cart.items limit: " + most + " -%}\n" +
		`- {% if item.quantity > 1 %}{{ item.quantity }} x {% endif %}{{ item.title }}{% if item.variant != "" %} ({{ item.variant }}){% endif %}{% if item.line_total != "" %}: {{ item.line_total }}{% endif %}` +
		"\n{% endfor -%}{%- assign item_lines = cart.items | size -%}{%- if item_lines > " + most + " -%}\n- " + c.words.moreThan(most) + "\n{% endif -%}"
}

func (c *compiler) total(b Block) (piece, error) {
	label, text, err := c.line("label", first(b.Label, c.words.total))
	if err != nil {
		return piece{}, err
	}
	size, line := 15, 22
	if b.Emphasis == "strong" {
		size, line = 20, 28
	}
	letters := c.letters(size, line, c.Ink) + "font-weight:600;"
	return piece{c.row(c.start, 24, "", `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>`+
		c.cell(c.start, "14px 0 0", letters)+`<span class="ink">`+label+"</span></td>"+
		c.cell(c.end, "14px 0 0", letters+"white-space:nowrap;")+`<span class="ink">{{ cart.total }}</span></td></tr></table>`),
		text + ": {{ cart.total }}"}, nil
}

// coupon is a frame with the code in large letters that are easy to copy.
func (c *compiler) coupon(b Block) (piece, error) {
	back, ink, edge, class := "#f7f8fa", c.Ink, "2px dashed "+c.Link, "panel"
	if b.Emphasis == "strong" {
		back, ink, edge, class = c.Brand, c.OnBrand, "2px solid "+c.Brand, "panel filled"
	}
	html, text, err := c.paragraphs("text", b.Text, prose{16, 25, 0, ink, ""})
	if err != nil {
		return piece{}, err
	}
	html = strings.ReplaceAll(html, ` class=""`, "")
	code := fmt.Sprintf(`<p style="margin:8px 0 0;font-family:Menlo,Consolas,'Courier New',monospace;font-size:24px;line-height:32px;font-weight:700;letter-spacing:2px;color:%s;">{{ offer.code }}</p>`, ink)
	until := fmt.Sprintf(`{%% if offer.expires != "" %%}<p style="margin:8px 0 0;%s">%s {{ offer.expires }}</p>{%% endif %%}`, c.letters(14, 21, ink), c.words.until)
	inner := fmt.Sprintf(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:separate;"><tr>`+
		`<td class="%s" align="center" bgcolor="%s" style="padding:20px;text-align:center;border:%s;border-radius:%dpx;background-color:%s;">%s</td></tr></table>`,
		class, back, edge, min(c.ButtonRadius, 12), back, html+code+until)
	text = strings.TrimSpace(text + "\n" + c.words.code + `: {{ offer.code }}{% if offer.expires != "" %}` + "\n" + c.words.until + " {{ offer.expires }}{% endif %}")
	return piece{c.row("center", 24, "", inner), text}, nil
}

// columns stand side by side where there is room and below each other where
// there is none, with or without a style sheet; Outlook gets a table.
func (c *compiler) columns(b Block) (piece, error) {
	src, alt, altText, err := c.picture(b)
	if err != nil {
		return piece{}, err
	}
	html, text, err := c.paragraphs("text", b.Text, prose{16, 25, 0, c.Ink, "ink"})
	if err != nil {
		return piece{}, err
	}
	if b.Label != "" {
		h, t, err := c.columnLink(b)
		if err != nil {
			return piece{}, err
		}
		html, text = html+h, text+"\n"+t
	}
	if altText != "" {
		text = "[" + altText + "]\n" + text
	}
	half := c.inner() / 2
	cells := []string{c.img(src, alt, half-8, c.start), html}
	if b.Align == "end" {
		cells[0], cells[1] = cells[1], cells[0]
	}
	return piece{c.row(c.start, 12, "font-size:0;line-height:0;", c.beside(cells, half)), text}, nil
}

func (c *compiler) columnLink(b Block) (html, text string, err error) {
	label, labelText, err := c.line("label", b.Label)
	if err != nil {
		return "", "", err
	}
	href, hrefText, err := c.address("link", b.Link)
	return fmt.Sprintf(`<p class="ink" style="margin:10px 0 0;font-weight:600;%s"><a href="%s" style="%s">%s</a></p>`,
		c.letters(16, 25, c.Ink), href, c.linkStyle(), label), labelText + ": " + hrefText, err
}

func (c *compiler) beside(cells []string, half int) string {
	var b strings.Builder
	width := strconv.Itoa(half)
	b.WriteString(`<!--[if mso]><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>`)
	for i, cell := range cells {
		// Half the gap on the side of the other column.
		padding := "0 8px 12px 0"
		if (i == 0) == c.rtl {
			padding = "0 0 12px 8px"
		}
		b.WriteString(`<td width="` + width + `" valign="top"><![endif]-->` +
			`<div class="column" style="display:inline-block;width:100%;max-width:` + width + `px;vertical-align:top;">` +
			`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>` +
			`<td class="cell" align="` + c.start + `" style="padding:` + padding + `;text-align:` + c.start + `;">` + cell + `</td></tr></table></div><!--[if mso]></td>`)
	}
	b.WriteString(`</tr></table><![endif]-->`)
	return b.String()
}
