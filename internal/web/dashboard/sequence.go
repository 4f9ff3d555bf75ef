package dashboard

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/labstack/echo/v4"
)

// sequenceView is one version of a sequence as a timeline.
type sequenceView struct {
	frame
	Board     journey.SequenceBoard
	Hours     map[event.Channel]journey.ChannelHours
	Templates []message.Template
	Did       string
	Wrongs    []wrong
}

// Sequence is GET /sequences/:key, the live version or an earlier one.
func (d *Dashboard) Sequence(c echo.Context, m member) error {
	v, err := d.sequenceView(c, m)
	if err != nil {
		return err
	}
	if v.Board.Sequence.Version == 0 {
		return d.to(c, m, sequencePath(c.Param("key"))+"/draft")
	}
	v.Did = didSequence[c.QueryParam("did")]
	return d.show(c, http.StatusOK, "sequence.html", v)
}

func (d *Dashboard) sequenceView(c echo.Context, m member) (v sequenceView, err error) {
	ctx := c.Request().Context()
	version := 0
	if text := c.QueryParam("version"); text != "" {
		if version = number(text, -1); version < 1 {
			return v, fault.New(fault.Invalid, "%q is not a version", text).In("version").Try("choose one from the sequence's page")
		}
	}
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return v, err
	}
	if v.Board, err = d.Playbook.SequenceBoard(ctx, m.shop.ID, c.Param("key"), version); err != nil {
		return v, err
	}
	people, err := d.Playbook.PersonasNow(ctx, m.shop.ID)
	if err != nil {
		return v, err
	}
	v.frame = d.frame(m, "", "sequences", sandbox)
	v.spoken = spokenOf(people.Personas, nil)
	v.Title = v.SequenceTitle(v.Board.Sequence)
	hours, err := d.Playbook.SequenceHours(ctx, m.shop.ID)
	if err != nil {
		return v, err
	}
	v.Hours = map[event.Channel]journey.ChannelHours{}
	for _, h := range hours {
		v.Hours[h.Channel] = h
	}
	v.Templates, err = d.Playbook.Templates(ctx, m.shop.ID)
	return v, err
}

// steer does what a button of a sequence asks for and says what was done.
func (d *Dashboard) steer(c echo.Context, m member, did, to string, do func(key string) error) error {
	key := c.Param("key")
	err := do(key)
	if err == nil {
		return d.to(c, m, to, "did", did)
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v, trouble := d.sequenceView(c, m)
	if trouble != nil || v.Board.Sequence.Version == 0 {
		return err
	}
	v.Wrongs = list
	return d.show(c, status, "sequence.html", v)
}

// PauseSequence is POST /sequences/:key/pause.
func (d *Dashboard) PauseSequence(c echo.Context, m member) error {
	return d.steer(c, m, "paused", sequencePath(c.Param("key")), func(key string) error {
		return d.Playbook.PauseSequence(c.Request().Context(), m.shop.ID, key)
	})
}

// ResumeSequence is POST /sequences/:key/resume.
func (d *Dashboard) ResumeSequence(c echo.Context, m member) error {
	return d.steer(c, m, "resumed", sequencePath(c.Param("key")), func(key string) error {
		return d.Playbook.ResumeSequence(c.Request().Context(), m.shop.ID, key)
	})
}

// RetireSequence is POST /sequences/:key/retire.
func (d *Dashboard) RetireSequence(c echo.Context, m member) error {
	return d.steer(c, m, "retired", "/sequences", func(key string) error {
		return d.Playbook.RetireSequence(c.Request().Context(), m.shop.ID, key)
	})
}

// RestoreSequence is POST /sequences/:key/restore: an earlier version becomes the draft.
func (d *Dashboard) RestoreSequence(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	return d.steer(c, m, "saved", sequencePath(c.Param("key"))+"/draft", func(key string) error {
		return d.Playbook.RestoreVersion(c.Request().Context(), m.shop.ID, key, number(f.Get("version"), 0), number(f.Get("revision"), 0))
	})
}

// The words of a timeline.

// After says when a step comes: "1 hour after the last activity".
func (f frame) After(d time.Duration) string { return spelled(d) + " after the cart’s last activity" }

// Gap says how long after the step before a step comes.
func (f frame) Gap(d time.Duration) string { return spelled(d) }

// Offset writes a time as the file format does: "1h".
func (f frame) Offset(d time.Duration) string { return duration.Format(d) }

// spelled writes a span in words, with up to two units: "1 day and 12 hours".
func spelled(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		n := int(d / u.of)
		if n == 0 {
			continue
		}
		d -= time.Duration(n) * u.of
		name := u.name
		if n > 1 {
			name += "s"
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, name))
	}
	if len(parts) == 0 {
		return "no time"
	}
	return strings.Join(parts, " and ")
}

// Since gives the span between a step and the one before it; zero for the first.
func (v sequenceView) Since(i int) time.Duration {
	if i == 0 {
		return 0
	}
	return v.Board.Sequence.Steps[i].After - v.Board.Sequence.Steps[i-1].After
}

// words is one template's entry with what a reader sees first.
type opening struct {
	message.Template
	// Says is the subject of an email, or the beginning of a text.
	Says, More string
}

// Sketch is what it looks like from afar.
func (o opening) Sketch() sketch { return sketchOf(o.Template) }

// Openings gives a step's template for one channel: the shop's language first, and which others there are.
func openings(all []message.Template, key string, c event.Channel, locale string) (first opening, others []opening, ok bool) {
	for _, t := range all {
		if t.Key != key || t.Channel != c {
			continue
		}
		o := opening{Template: t, Says: glimpse(t.Body, 110)}
		if c == event.Email {
			o.Says, o.More = glimpse(t.Subject, 110), glimpse(t.Preheader, 110)
		}
		if !ok || strings.EqualFold(t.Locale, locale) || strings.HasPrefix(strings.ToLower(locale), strings.ToLower(t.Locale)+"-") && !strings.EqualFold(first.Locale, locale) {
			if ok {
				others = append(others, first)
			}
			first, ok = o, true
			continue
		}
		others = append(others, o)
	}
	return first, others, ok
}

// HeldBy names in a few words what holds a message back at an hour.
func (f frame) HeldBy(rule string) string {
	switch rule {
	case consent.RuleQuietHours:
		return "your quiet hours"
	case consent.RuleHours:
		return "hours closed by law"
	case consent.RuleSunday:
		return "Sundays are closed by law"
	case consent.RuleHoliday:
		return "a holiday closed by law"
	case consent.RuleWeekday:
		return "a day closed by law"
	}
	return spaced(rule)
}

// StageWord is a stage as a heading.
func (f frame) StageWord(s sequence.Stage) string { return capital(string(s)) }

// glimpse gives the beginning of a template's text, with what is filled in shown as "…".
func glimpse(text string, most int) string {
	var b strings.Builder
	for text != "" {
		before, rest, found := cutTag(withoutElse(text))
		b.WriteString(before)
		if !found {
			break
		}
		text = rest
	}
	said := strings.Join(strings.Fields(b.String()), " ")
	if r := []rune(said); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return said
}

// withoutElse drops what stands from a leading else to its end: of two ways to say it one is shown.
func withoutElse(text string) string {
	for _, tag := range []string{"{% else", "{%- else", "{% elsif", "{%- elsif"} {
		if !strings.HasPrefix(text, tag) {
			continue
		}
		if at := strings.Index(text, "endif"); at >= 0 {
			return "{% " + text[at:]
		}
	}
	return text
}

// cutTag cuts a text before its first Liquid or HTML tag; an output stands as "…".
func cutTag(text string) (before, after string, found bool) {
	at := strings.IndexAny(text, "{<")
	if at > 0 {
		// The tag itself is looked at in the next round.
		return text[:at], text[at:], true
	}
	if at < 0 {
		return text, "", false
	}
	for _, tag := range []struct{ from, to, shown string }{{"{{", "}}", "…"}, {"{%", "%}", ""}, {"<", ">", " "}} {
		if !strings.HasPrefix(text[at:], tag.from) {
			continue
		}
		_, rest, closed := strings.Cut(text[at:], tag.to)
		if !closed && tag.from == "<" {
			break
		}
		if !closed {
			return text[:at], "", true
		}
		return text[:at] + tag.shown, rest, true
	}
	return text[:at+1], text[at+1:], true
}

// stepChannel is what a step sends by one channel.
type stepChannel struct {
	Channel event.Channel
	Has     bool
	First   opening
	Others  []opening
	Hours   journey.ChannelHours
}

// ByChannel gives a step's channels in order with their words and hours.
func (v sequenceView) ByChannel(s sequence.Step) []stepChannel {
	var out []stepChannel
	for _, c := range s.Channels {
		first, others, ok := openings(v.Templates, s.Template, c, v.Shop.Locale)
		out = append(out, stepChannel{Channel: c, Has: ok, First: first, Others: others, Hours: v.Hours[c]})
	}
	return out
}

// Clock writes an hour of the day by the shop's clock, with its weekday.
func (f frame) Clock(t time.Time) string {
	if f.Zone == nil {
		return t.UTC().Format("Mon 15:04")
	}
	return t.In(f.Zone).Format("Mon 15:04")
}

// Counted writes a count that may be only up to a cap: "10,000+".
func (f frame) Counted(n int, more bool) string {
	text := digits(n)
	if more {
		text += "+"
	}
	return text
}

// digits writes a number with commas between the thousands.
func digits(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// Grouped writes a number with commas between the thousands.
func (f frame) Grouped(n int) string { return digits(n) }

// Sums writes amounts, one for each currency.
func (f frame) Sums(list []money.Money) string {
	var parts []string
	for _, m := range list {
		parts = append(parts, f.Money(m))
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, ", ")
}
