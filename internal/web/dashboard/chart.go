package dashboard

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/money"
)

// A chart is drawn in a box of 1000 by 200 units, which the page stretches:
// text stands beside it, so that it is as large on a telephone as on a desk.
const (
	chartWidth  = 1000.0
	chartHeight = 200.0
)

// chart is a figure of one value a day.
type chart struct {
	// ID is its anchor, Title and Desc what it shows, in words.
	ID, Title, Desc string
	// Bars has one for each day, in order; Line runs through them instead of bars where it is set.
	Bars []chartBar
	// Line and Was are paths: the days', and dashed those of the days before; "" for none.
	Line, Area, Was string
	// Scale are the words beside the lines, from the top; Grid their heights.
	Scale []string
	Grid  []float64
	// First, Middle and Last are the dates under it.
	First, Middle, Last string
	// Empty is true where every value is 0, before as well.
	Empty bool
}

// chartBar is one day of a chart.
type chartBar struct {
	// X and W place its room, BX and BW the bar in it; Y and H the bar, Y2 and H2 its marked part.
	X, W, BX, BW, Y, H, Y2, H2 string
	// Says tells its value and that of the day before.
	Says string
}

// point is one day's value for a chart.
type point struct {
	date string
	// value is drawn, part a marked part of it; negative values mean that there is none.
	value, part float64
	says        string
}

// draw makes a chart of days or weeks, as each says. was are the values of the days before, nil for none.
// label writes a value beside the chart.
func draw(id, title, each string, days []point, was []float64, asLine bool, label func(float64) string) chart {
	top := 0.0
	for _, p := range days {
		top = max(top, p.value)
	}
	for _, v := range was {
		top = max(top, v)
	}
	c := chart{ID: id, Title: title, Empty: top == 0, Desc: describe(days, each, label)}
	top = niceTop(top)
	y := func(v float64) float64 { return chartHeight - chartHeight*max(v, 0)/top }
	for _, part := range []float64{1, .5, 0} {
		c.Scale, c.Grid = append(c.Scale, label(top*part)), append(c.Grid, y(top*part))
	}
	room := chartWidth / float64(max(len(days), 1))
	gap := min(room*.25, 8)
	for i, p := range days {
		x := room * float64(i)
		c.Bars = append(c.Bars, chartBar{X: units(x), W: units(room), BX: units(x + gap/2), BW: units(room - gap),
			Y: units(y(p.value)), H: units(chartHeight - y(p.value)), Y2: units(y(p.part)), H2: units(chartHeight - y(p.part)), Says: p.says})
	}
	values := make([]float64, len(days))
	for i, p := range days {
		values[i] = p.value
	}
	c.Was = stroke(was, room, y)
	if asLine {
		c.Line = stroke(values, room, y)
		for i := range c.Bars {
			c.Bars[i].H, c.Bars[i].H2 = "0", "0"
		}
	}
	if n := len(days); n > 0 {
		c.First, c.Middle, c.Last = days[0].date, days[n/2].date, days[n-1].date
		if n < 3 {
			c.Middle = ""
		}
		if n == 1 {
			c.Last = ""
		}
	}
	return c
}

// stroke runs through the middle of each day; where there is no value it is broken.
func stroke(values []float64, room float64, y func(float64) float64) string {
	var b strings.Builder
	pen := "M"
	for i, v := range values {
		if v < 0 {
			pen = "M"
			continue
		}
		x := room * (float64(i) + .5)
		if len(values) == 1 || pen == "M" && (i+1 == len(values) || values[i+1] < 0) {
			// A day alone is a stroke as wide as the day.
			fmt.Fprintf(&b, "M%s %sH%s", units(x-room/2), units(y(v)), units(x+room/2))
			continue
		}
		b.WriteString(pen + units(x) + " " + units(y(v)))
		pen = "L"
	}
	return b.String()
}

// niceTop gives a round number that is at least v.
func niceTop(v float64) float64 {
	if v <= 0 {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 4, 5, 10} {
		if v <= m*p {
			return m * p
		}
	}
	return 10 * p
}

func units(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// describe says in a sentence what a chart shows, for who cannot see it.
func describe(days []point, each string, label func(float64) string) string {
	best, n := -1, 0
	for i, p := range days {
		if p.value >= 0 {
			n++
		}
		if p.value > 0 && (best < 0 || p.value > days[best].value) {
			best = i
		}
	}
	if best < 0 {
		return "There is nothing in these days."
	}
	return fmt.Sprintf("%s with a value; the highest is %s on %s. All values are in the table “%s by %s”.", sentenceCount(n, each), label(days[best].value), days[best].date, capital(each), each)
}

// grouped writes a number with its thousands apart.
func grouped(n int) string {
	if n < 0 {
		return "−" + grouped(-n)
	}
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Number writes a number with its thousands apart.
func (f frame) Number(n int) string { return grouped(n) }

// Percent writes a rate; a negative one stands for none.
func (f frame) Percent(p float64) string {
	switch {
	case p < 0:
		return "–"
	case p != 0 && p < 10:
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// cents are what stands after the point of a whole amount.
var cents = regexp.MustCompile(`[.,]0{2,3}(\D*)$`)

// short writes an amount for the side of a chart, without what is after the point.
func (f frame) short(minor float64, currency string) string {
	m := money.Money{Minor: int64(math.Round(minor)), Currency: currency}
	if !strings.Contains(m.Decimal(), ".") {
		return f.Money(m)
	}
	return cents.ReplaceAllString(f.Money(m), "$1")
}
