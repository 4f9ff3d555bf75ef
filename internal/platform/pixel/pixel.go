// Package pixel reads what the script on a shop's pages posts. Nothing in it is
// signed: every field is checked, bounded and cleaned, and whatever makes no
// sense is left out. What the rest means, and what it can never do, is decided
// in package recovery.
package pixel

import (
	"regexp"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// The bounds of one body.
const (
	// maxThings is how many things one body may tell of. The script sends at most fifty.
	maxThings = 100
	// maxAge is how old a thing may be: a page that slept for longer tells it as of then.
	maxAge = 30 * time.Minute
	// maxLines is how many lines of a cart are kept.
	maxLines = 100
	// maxSeq is how many things one view of a page may tell.
	maxSeq = 2000
)

// body is what the script posts; single letters keep it small.
type body struct {
	// Version is 1.
	Version int `json:"v"`
	// Visitor is the browser's id.
	Visitor string `json:"i"`
	// Width and Touch tell the device: the window's width, and the number of fingers it can feel.
	Width wire.Count `json:"w"`
	Touch wire.Count `json:"m"`
	// Things are what happened, oldest first.
	Things wire.List[thing] `json:"e"`
}

// thing is one of them; which fields count depends on Kind.
type thing struct {
	Kind string `json:"k"`
	// Page and Seq tell repeats. Ago is milliseconds before the sending.
	Page string  `json:"p"`
	Seq  float64 `json:"s"`
	Ago  float64 `json:"a"`
	// URL is the page's path.
	URL    string    `json:"u"`
	Name   wire.Text `json:"n"`
	ID     wire.Text `json:"d"`
	Target string    `json:"t"`
	X      float64   `json:"x"`
	Y      float64   `json:"y"`
	// Email and Phone are of an identify.
	Email wire.Text `json:"email"`
	Phone wire.Text `json:"phone"`
	// Cart is the contents of a cart or a change of them.
	Cart *contents `json:"c"`
	// Props are the shop's own, of a track.
	Props map[string]any `json:"o"`
}

var (
	visitorForm = regexp.MustCompile(`^[0-9a-f]{32}$`)
	pageForm    = regexp.MustCompile(`^[0-9a-z]{6,16}$`)
	targetForm  = regexp.MustCompile(`^[A-Za-z0-9#>:_-]{1,200}$`)
	hostForm    = regexp.MustCompile(`^[a-z0-9.-]{1,253}$`)
)

// Parse reads one body. Errors: fault.Invalid for no JSON, fault.Unprocessable
// for one without a visitor or with more than a browser has to tell.
func Parse(d event.Delivery) (event.Sighting, error) {
	var b body
	if err := wire.Decode(d.Body, &b); err != nil {
		return event.Sighting{}, err
	}
	if b.Version != 1 || !visitorForm.MatchString(b.Visitor) {
		return event.Sighting{}, fault.New(fault.Unprocessable, "this is not what pixel.js sends").
			Try("load pixel.js from its own address, and do not post by hand")
	}
	if len(b.Things.V) > maxThings {
		return event.Sighting{}, fault.New(fault.Unprocessable, "%d things are more than one body may tell", len(b.Things.V)).In("e")
	}
	r := reading{d: d, Sighting: event.Sighting{Visitor: b.Visitor, Device: device(b)}, width: clamp(number(b.Width), 0, 20_000)}
	for _, t := range b.Things.V {
		r.take(t)
	}
	return r.Sighting, nil
}

// reading is a body being read.
type reading struct {
	event.Sighting
	d     event.Delivery
	width int
}

// take reads one thing; one that makes no sense is left out.
func (r *reading) take(t thing) {
	if t.Kind == "identify" {
		r.claim(t)
		return
	}
	at, ok := r.place(t)
	if !ok {
		return
	}
	switch kind := event.Did(t.Kind); kind {
	case event.DidPage:
		if host := strings.ToLower(string(t.Name)); hostForm.MatchString(host) {
			at.Name = host
		}
	case event.DidProduct, event.DidStep, event.DidOrder:
		at.Name, at.Detail = text(t.Name, 200), wire.ID(string(t.ID))
	case event.DidScroll:
		at.Y = clamp(t.Y, 1, 4)
	case event.DidClick:
		at.X, at.Y = clamp(t.X, 0, 1000), clamp(t.Y, 0, 1_000_000)
		if targetForm.MatchString(t.Target) {
			at.Target = t.Target
		}
	case event.DidCart, "add", "remove":
		if !r.cart(&at, t) {
			return
		}
	case event.DidOther:
		r.track(&at, t)
		return
	default:
		return
	}
	r.Did = append(r.Did, at)
}

// place reads what all things have in common.
func (r *reading) place(t thing) (event.Behaviour, bool) {
	if !pageForm.MatchString(t.Page) || !(t.Seq >= 0 && t.Seq < maxSeq) {
		return event.Behaviour{}, false
	}
	ago := time.Duration(clamp(t.Ago, 0, int(maxAge.Milliseconds()))) * time.Millisecond
	return event.Behaviour{
		Page: t.Page, Seq: int(t.Seq), At: r.d.ReceivedAt.Add(-ago), Kind: event.Did(t.Kind), Path: Path(t.URL), Width: r.width,
	}, true
}

// claim reads an address that somebody typed. Whose it is, it does not say.
func (r *reading) claim(t thing) {
	if a, ok := wire.Email(string(t.Email)); ok && len(r.Claims) < 4 {
		r.Claims = append(r.Claims, event.Key{Kind: event.KeyEmail, Value: a})
	}
	if n, ok := wire.Phone(string(t.Phone), r.d.Country); ok && len(r.Claims) < 4 {
		r.Claims = append(r.Claims, event.Key{Kind: event.KeyPhone, Value: n})
	}
}

func text(t wire.Text, most int) string { return event.Clean(string(t), most) }

func number(c wire.Count) float64 {
	n, err := c.Pieces("", &wire.Notes{})
	if c == "" || err != nil {
		return 0
	}
	return float64(n)
}

// clamp gives a number between two; what is no number is the lower.
func clamp(f float64, low, high int) int {
	switch {
	case f >= float64(high):
		return high
	case f >= float64(low):
		return int(f)
	}
	return low
}

// device tells a phone from a tablet by the window's width: fingers alone are no
// sign, since many laptops feel them.
func device(b body) string {
	w, touch := number(b.Width), number(b.Touch) > 1
	switch {
	case w == 0:
		return ""
	case touch && w < 600:
		return "mobile"
	case touch && w < 1100:
		return "tablet"
	}
	return "desktop"
}
