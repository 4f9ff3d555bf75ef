package dashboard

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// A sketch is what a template looks like from afar: where it has a heading,
// text, pictures, buttons and lines of the cart. It is read off the template's
// own words and costs no rendering, so that a list may show hundreds.

// sketch is one to be drawn, in a box of sketchWidth by sketchHeight units.
type sketch struct {
	Channel event.Channel
	// Parts are drawn over each other, in order.
	Parts []sketchPart
}

// sketchPart is all shapes of one colour.
type sketchPart struct {
	// Kind names the colour: "head", "text", "pict", "cta" or "soft".
	Kind string
	// Path draws its rectangles.
	Path string
}

const (
	sketchWidth, sketchHeight = 60, 76
	// sketchEdge is the space left free at the sides.
	sketchEdge = 7
	// sketchLine is how many letters stand for one line.
	sketchLine = 46
)

// pen draws downwards until there is no room.
type pen struct {
	y     int
	by    map[string]*strings.Builder
	order []string
}

// box draws a rectangle of so many units at the pen, and goes below it.
func (p *pen) box(kind string, x, w, h, gap int) {
	if p.y+h > sketchHeight-3 {
		p.y = sketchHeight
		return
	}
	p.at(kind, x, p.y, w, h)
	p.y += h + gap
}

func (p *pen) at(kind string, x, y, w, h int) {
	if p.by == nil {
		p.by = map[string]*strings.Builder{}
	}
	if p.by[kind] == nil {
		p.by[kind] = &strings.Builder{}
		p.order = append(p.order, kind)
	}
	fmt.Fprintf(p.by[kind], "M%d %dh%dv%dh-%dz", x, y, w, h, w)
}

// lines draws a text by its length, the last line as long as what is left.
func (p *pen) lines(kind string, letters, x, w, most int) {
	n := min((letters+sketchLine-1)/sketchLine, most)
	for i := range n {
		width := w
		if i == n-1 && letters < n*sketchLine {
			width = max(w*(letters-i*sketchLine)/sketchLine, w/4)
		}
		p.box(kind, x, width, 2, 2)
	}
	if n > 0 {
		p.y += 2
	}
}

func (p *pen) sketch(c event.Channel) sketch {
	s := sketch{Channel: c}
	for _, kind := range p.order {
		s.Parts = append(s.Parts, sketchPart{kind, p.by[kind].String()})
	}
	return s
}

// letters counts what a reader sees of a text, roughly: a variable is a word.
func letters(text string) int {
	return utf8.RuneCountInString(strings.Join(strings.Fields(printed.ReplaceAllString(markup.ReplaceAllString(text, " "), "variable")), " "))
}

// sketchOf draws a template.
func sketchOf(t message.Template) sketch {
	p := &pen{y: 8}
	switch {
	case t.Channel != event.Email:
		p.phone(t)
	case len(t.Blocks) > 0:
		for _, b := range t.Blocks {
			p.block(b.Kind, letters(b.Text))
		}
	default:
		p.page(t.Body)
	}
	return p.sketch(t.Channel)
}

// phone draws a text in its bubble, or a card with picture and button.
func (p *pen) phone(t message.Template) {
	const x, w = 6, 44
	room := min((letters(t.Body)+27)/28, 9)
	high := room*4 + 8
	if t.Image != "" {
		high += 18
	}
	if t.Title != "" {
		high += 5
	}
	if t.Button != "" {
		high += 9
	}
	high = min(high, sketchHeight-16)
	p.at("soft", x, p.y, w, high)
	end := p.y + high
	p.y += 4
	if t.Image != "" {
		p.box("pict", x+4, w-8, 15, 3)
	}
	if t.Title != "" {
		p.box("head", x+4, w*6/10, 3, 2)
	}
	for i := 0; i < room && p.y+4 < end-map[bool]int{true: 9, false: 0}[t.Button != ""]; i++ {
		width := w - 8
		if i == room-1 {
			width = width * 6 / 10
		}
		p.box("text", x+4, width, 2, 2)
	}
	if t.Button != "" {
		p.at("cta", x+4, end-8, w-8, 5)
	}
}

// block draws one piece of an email.
func (p *pen) block(kind string, letters int) {
	const x, w = sketchEdge, sketchWidth - 2*sketchEdge
	switch kind {
	case message.BlockHeading:
		p.box("head", x, max(min(w*letters/sketchLine*2, w*9/10), w/3), 4, 4)
	case message.BlockText, message.BlockQuote, message.BlockSignature:
		p.lines("text", letters, x, w, 4)
	case message.BlockNote, message.BlockLinks:
		p.lines("soft", max(letters, sketchLine/2), x, w, 2)
	case message.BlockImage:
		p.box("pict", x, w, 16, 4)
	case message.BlockButton:
		p.box("cta", x, w/2, 6, 4)
	case message.BlockItems:
		for range 2 {
			if top := p.y; top+8 <= sketchHeight-3 {
				p.at("text", x+11, top+1, w-24, 2)
				p.at("soft", x+11, top+4, w-30, 2)
			}
			p.box("pict", x, 8, 7, 3)
		}
	case message.BlockTotal:
		p.box("text", x+w/2, w/2, 2, 4)
	case message.BlockCoupon:
		p.box("soft", x, w, 9, 4)
	case message.BlockColumns:
		if p.y+12 <= sketchHeight-3 {
			p.at("pict", x, p.y, w/2-2, 12)
		}
		p.box("soft", x+w/2+2, w/2-2, 12, 4)
	case message.BlockDivider:
		p.box("soft", x, w, 1, 4)
	case message.BlockSpacer:
		p.y += 4
	}
}

// landmark is what an email in HTML is recognized by from afar.
var landmark = regexp.MustCompile(`(?i)<h[1-6]\b|<p\b|<li\b|<blockquote\b|<img\b|<hr\b|<a\b[^>]*background|\{%-?\s*render\s+'[a-z_]+'`)

// page draws an email in HTML by its landmarks.
func (p *pen) page(body string) {
	marks := landmark.FindAllStringIndex(body, 60)
	if len(marks) == 0 {
		p.block(message.BlockText, letters(body))
	}
	for i, m := range marks {
		end := len(body)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		p.block(landmarkKind(strings.ToLower(body[m[0]:m[1]])), letters(body[m[0]:end]))
	}
}

func landmarkKind(mark string) string {
	switch {
	case strings.Contains(mark, "cart_items"):
		return message.BlockItems
	case strings.Contains(mark, "button"), strings.HasPrefix(mark, "<a"):
		return message.BlockButton
	case strings.Contains(mark, "render"):
		return message.BlockLinks
	case strings.HasPrefix(mark, "<h") && mark != "<hr":
		return message.BlockHeading
	case mark == "<hr":
		return message.BlockDivider
	case mark == "<img":
		return message.BlockImage
	}
	return message.BlockText
}
