package recovery_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// historyStart is when every history begins.
var historyStart = storetest.Start

// drawn is one line before its times are known.
type drawn struct {
	scriptLine
	saying saying
}

var (
	verbs = []verb{tells, tells, tells, tells, tells, tells, passes, passes, passes, repeats, sleeps, reports, writes, leaves, dies, restarts, meanwhile, rules, rules, rules, unrules}

	drawLine = rapid.Custom(func(t *rapid.T) drawn {
		d := drawn{scriptLine: scriptLine{verb: rapid.SampledFrom(verbs).Draw(t, "verb")}}
		switch d.verb {
		case tells, meanwhile:
			d.saying = drawSaying.Draw(t, "saying")
		case repeats:
			d.event = rapid.IntRange(0, 5).Draw(t, "event")
		case passes, sleeps:
			d.span = rapid.SampledFrom(spans).Draw(t, "span")
		case reports:
			d.nth = rapid.IntRange(0, 2).Draw(t, "nth")
			d.status = rapid.SampledFrom(statuses).Draw(t, "status")
			d.twice = rapid.Bool().Draw(t, "twice")
		case writes:
			d.channel = rapid.SampledFrom([]event.Channel{event.Messenger, event.SMS}).Draw(t, "channel")
			d.keyword = rapid.SampledFrom([]string{"stop", "", "start"}).Draw(t, "keyword")
			person := rapid.SampledFrom([]string{"0", "0", "1", "2"}).Draw(t, "writer")
			if d.from = "m" + person; d.channel == event.SMS {
				d.from = "+331" + person
			}
		case leaves:
			d.nth = rapid.IntRange(0, 2).Draw(t, "nth")
			d.everything = rapid.Bool().Draw(t, "everything")
		case rules:
			drawRule(t, &d.scriptLine)
		case unrules:
			d.nth = rapid.IntRange(0, 2).Draw(t, "nth")
		case dies:
			d.state = rapid.SampledFrom([]delivery.State{delivery.Reserved, delivery.Sending}).Draw(t, "state")
		}
		return d
	})
	drawFates = rapid.SliceOfN(rapid.SampledFrom(fates), 0, 6)
	drawTales = rapid.SliceOfN(drawSaying, 1, 9)
	drawRules = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) drawn {
		d := drawn{scriptLine: scriptLine{verb: rules}}
		drawRule(t, &d.scriptLine)
		return d
	}), 0, 3)
	drawLines = rapid.SliceOfN(drawLine, 1, 18)
)

// drawHistory draws a whole history.
func drawHistory(t *rapid.T) script {
	s := script{shop: rapid.IntRange(0, len(historyShops)-1).Draw(t, "shop")}
	s.fates = drawFates.Draw(t, "fates")
	if rapid.IntRange(0, 3).Draw(t, "offers") == 3 {
		s.shop = len(historyShops) - 1 - s.shop%2
		s.write(drawOfferLines.Draw(t, "lines"))
		return s
	}
	s.write(drawLines.Draw(t, "lines"))
	return s
}

// drawTale draws a history in which no time passes: only events.
func drawTale(t *rapid.T) script {
	var in []drawn
	for _, y := range drawTales.Draw(t, "tales") {
		in = append(in, drawn{scriptLine{verb: tells}, y})
	}
	var s script
	s.write(append(in, drawRules.Draw(t, "rulings")...))
	return s
}

// write gives lines their events and times.
func (s *script) write(in []drawn) {
	now := historyStart
	for _, d := range in {
		l := d.scriptLine
		switch l.verb {
		case tells, meanwhile:
			l.event = len(s.events)
			e := d.saying.event(l.event, now)
			s.events = append(s.events, e)
		case repeats:
			if len(s.events) == 0 {
				continue
			}
			l.event %= len(s.events)
		case passes, sleeps:
			now = now.Add(l.span)
		}
		s.lines = append(s.lines, l)
	}
}

// end is when the last line has been.
func (s script) end() time.Time {
	now := historyStart
	for _, l := range s.lines {
		now = now.Add(l.span)
	}
	return now
}
