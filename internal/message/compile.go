package message

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// compiler makes Liquid of blocks. Mail programs are what decides its form:
// every block is a table of its own with its style inline, since Outlook knows
// neither margins of tables nor style sheets, and Gmail drops a style sheet
// that it dislikes. The style sheet of the layout adds only what may be
// missing: the dark, and narrow windows.
type compiler struct {
	paint
	words blockWords
	// start and end are the sides where lines begin and end; rtl is true where that is the right one.
	start, end string
	rtl        bool
	// path names the block at hand, for errors; next is the kind of the one below it.
	path, next string
}

// compile makes body and text of blocks in the words of a locale.
func (s Style) compile(blocks []Block, locale string) (body, text string, err error) {
	if err := errors.Join(s.check(), checkBlocks(blocks)); err != nil {
		return "", "", err
	}
	c := compiler{paint: s.paint(), words: blockWordsOf(locale), start: "left", end: "right"}
	if direction(locale) == "rtl" {
		c.start, c.end, c.rtl = c.end, c.start, true
	}
	var html, plain []string
	for i, b := range blocks {
		c.path, c.next = fmt.Sprintf("blocks[%d]", i), ""
		if i+1 < len(blocks) {
			c.next = blocks[i+1].Kind
		}
		p, err := c.block(b)
		if err != nil {
			return "", "", err
		}
		if test := testOf(b); test != "" {
			p.html = "{% if " + test + " %}" + p.html + "{% endif %}"
			p.text = "{% if " + test + " %}" + p.text + "{% endif %}"
		}
		html, plain = append(html, p.html), append(plain, p.text)
	}
	return strings.Join(html, "\n"), strings.Join(slices.DeleteFunc(plain, func(s string) bool { return s == "" }), "\n\n"), nil
}

// piece is one block compiled.
type piece struct{ html, text string }

// testOf gives the Liquid of the case in which a block is shown, "" for always.
func testOf(b Block) string {
	var tests []string
	switch b.Kind {
	case BlockCoupon:
		tests = append(tests, `offer.code != ""`)
	case BlockTotal:
		tests = append(tests, `cart.total != ""`)
	}
	for _, c := range conditions() {
		if c.value == b.When && !slices.Contains(tests, c.liquid) {
			tests = append(tests, c.liquid)
		}
	}
	return strings.Join(tests, " and ")
}

func (c *compiler) block(b Block) (piece, error) {
	switch b.Kind {
	case BlockHeading:
		return c.heading(b)
	case BlockText, BlockLinks, BlockSignature, BlockNote:
		return c.prose(b)
	case BlockImage:
		return c.image(b)
	case BlockButton:
		return c.button(b)
	case BlockItems:
		return c.items(b), nil
	case BlockTotal:
		return c.total(b)
	case BlockCoupon:
		return c.coupon(b)
	case BlockColumns:
		return c.columns(b)
	case BlockQuote:
		return c.quote(b)
	case BlockDivider:
		return piece{c.row(c.start, 24, "", `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>`+
			`<td class="line" height="1" style="border-top:1px solid #e5e7eb;font-size:0;line-height:0;">&nbsp;</td></tr></table>`), "----------"}, nil
	case BlockSpacer:
		high := strconv.Itoa(map[string]int{"small": 12, "": 24, "large": 48}[b.Size])
		return piece{`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>` +
			`<td height="` + high + `" style="height:` + high + `px;font-size:0;line-height:` + high + `px;">&nbsp;</td></tr></table>`, ""}, nil
	}
	return piece{}, wrongBlock(c.path+".kind", "choose another", "there is no kind of block %q", b.Kind)
}

// row sets something into a table of its own, with room below it. Alignment is
// said twice: Outlook reads the attribute, the others the style.
func (c *compiler) row(align string, below int, style, inner string) string {
	dir := ""
	if c.rtl {
		dir = ` dir="rtl"`
	}
	if c.next == "" {
		below = 0 // the card has room of its own
	}
	return fmt.Sprintf(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"%s><tr>`+
		`<td align="%s" style="padding:0 0 %dpx;text-align:%s;%s">%s</td></tr></table>`, dir, align, below, align, style, inner)
}

// letters is the inline style of words: mail programs hand none down into tables.
func (c *compiler) letters(size, line int, colour string) string {
	return fmt.Sprintf("font-family:%s;font-size:%dpx;line-height:%dpx;color:%s;", c.Font, size, line, colour)
}

// side gives the side a block is aligned to.
func (c *compiler) side(b Block) string {
	switch b.Align {
	case "center":
		return "center"
	case "end":
		return c.end
	}
	return c.start
}

// linkStyle is that of links within words.
func (c *compiler) linkStyle() string { return "color:" + c.Link + ";text-decoration:underline;" }

// of puts the block's field into an error of the text typed there.
func (c *compiler) of(field string, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	named := *f
	return named.In(c.path + "." + field)
}

// line reads a field of one line as HTML and as text.
func (c *compiler) line(field, src string) (html, text string, err error) {
	spans, err := typedLine(src)
	if err != nil {
		return "", "", c.of(field, err)
	}
	return htmlOf(spans, ""), textOf(spans), nil
}

// address reads an address as an attribute's value and as text.
func (c *compiler) address(field, src string) (href, text string, err error) {
	spans, err := typedAddress(src)
	if err != nil {
		return "", "", c.of(field, err)
	}
	return hrefOf(spans), addressText(spans), nil
}

// picture reads a picture's address, which cannot be mail or a phone.
func (c *compiler) picture(b Block) (src, alt, text string, err error) {
	if src, _, err = c.address("image", b.Image); err != nil {
		return "", "", "", err
	}
	if !strings.HasPrefix(strings.ToLower(src), "http") {
		return "", "", "", wrongBlock(c.path+".image", "copy the picture’s address from your shop; it begins with https://", "this is no picture’s address")
	}
	alt, text, err = c.line("alt", b.Alt)
	return src, alt, text, err
}
