package message

import (
	"fmt"
	"math"
)

// Cartograph's own colours.
const (
	defaultBrand = "#1f2937"
	defaultInk   = "#1f2937"
	// paleBack and darkBack are the backgrounds on which words are hardest to read,
	// by day (around the card) and by night (within a coupon); see layout.html.
	paleBack = "#f3f4f6"
	darkBack = "#262d35"
	// readable is the contrast WCAG 2.2 wants of text (1.4.3).
	readable = 4.5
)

type colour [3]float64

// parseColour reads #rrggbb.
func parseColour(s string) (c colour, ok bool) {
	var r, g, b uint8
	if len(s) != 7 {
		return c, false
	}
	for _, d := range []byte(s[1:]) {
		if !isDigit(d) && (d|0x20 < 'a' || d|0x20 > 'f') {
			return c, false
		}
	}
	if _, err := fmt.Sscanf(s, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return c, false
	}
	return colour{float64(r), float64(g), float64(b)}, true
}

// String writes #rrggbb.
func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", uint8(math.Round(c[0])), uint8(math.Round(c[1])), uint8(math.Round(c[2])))
}

// luminance is WCAG's relative luminance.
func (c colour) luminance() float64 {
	l := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		l += weight * v
	}
	return l
}

func contrast(a, b colour) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// towards mixes a colour with black or white in small steps until it can be
// read on a background.
func (c colour) towards(end, back colour) colour {
	mixed := c
	for step := 1; step <= 20 && contrast(mixed, back) < readable; step++ {
		part := float64(step) / 20
		for i := range mixed {
			mixed[i] = c[i] + (end[i]-c[i])*part
		}
		// What is written is rounded; the check must see that.
		mixed, _ = parseColour(mixed.String())
	}
	return mixed
}

// paint is a style worked out: every colour readable on what it stands on.
type paint struct {
	Ink, Link, Brand, OnBrand            string
	DarkInk, DarkLink, DarkBrand, OnDark string
	Font                                 string
	Width, Radius, ButtonRadius          int
}

// paint works a checked style out.
func (s Style) paint() paint {
	black, white := colour{17, 20, 24}, colour{255, 255, 255}
	pale, _ := parseColour(paleBack)
	dark, _ := parseColour(darkBack)
	brand, _ := parseColour(first(s.Brand, defaultBrand))
	ink, _ := parseColour(first(s.Ink, defaultInk))
	// Cartograph's own look is drawn by hand; any other brand is worked out.
	p := paint{Ink: ink.towards(black, pale).String(), Link: brand.towards(black, pale).String(), Brand: brand.String(), OnBrand: inkOn(brand),
		DarkInk: "#e6e8eb", DarkLink: "#9cc2ff", DarkBrand: "#e6e8eb", OnDark: "#111418",
		Font: fontStack(s.Font), Width: 600, Radius: 12, ButtonRadius: 8}
	if s.Brand != "" {
		night := brand.towards(white, dark)
		p.DarkLink, p.DarkBrand, p.OnDark = night.String(), night.String(), inkOn(night)
	}
	if s.Width != 0 {
		p.Width = s.Width
	}
	switch s.Corners {
	case "square":
		p.Radius, p.ButtonRadius = 0, 0
	case "round":
		p.Radius, p.ButtonRadius = 20, 26
	}
	return p
}

// inkOn chooses black or white letters, whichever can be read better.
func inkOn(back colour) string {
	white, black := colour{255, 255, 255}, colour{}
	if contrast(white, back) >= contrast(black, back) {
		return white.String()
	}
	return black.String()
}

// fontStack gives fonts that mail programs have; none can be loaded.
func fontStack(name string) string {
	switch name {
	case "arial":
		return "Arial,Helvetica,sans-serif"
	case "georgia":
		return "Georgia,'Times New Roman',Times,serif"
	case "verdana":
		return "Verdana,Geneva,sans-serif"
	case "trebuchet":
		return "'Trebuchet MS','Lucida Grande','Lucida Sans Unicode',sans-serif"
	}
	return "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
}
