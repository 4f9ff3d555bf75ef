package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/labstack/echo/v4"
)

// draftView is a sequence's draft as it is edited.
type draftView struct {
	sequenceView
	// Draft is what is edited, Revision the draft it came from, 0 for none yet;
	// Seen the live version it is compared with, 0 for a new sequence.
	Draft    sequence.Sequence
	Revision int
	Seen     int
	Steps    []stepForm
	Changes  []string
	// Theirs says that somebody else saved the draft meanwhile, and Apart what
	// theirs would have to change to say what is in the fields.
	Theirs bool
	Apart  []string
	// Wrongs keep it from being published; Refused is what was not done.
	Refused []wrong
	People  []persona.Persona
	Keys    []string
	// Stocks are the keys of the shop's stocks of codes.
	Stocks []string
}

// stepForm is one step as it was typed: times that cannot be read stay as they are.
type stepForm struct {
	sequence.Step
	After, MaxLate string
	offerForm
	Mistakes []persona.Mistake
}

// Draft is GET /sequences/:key/draft: the draft, or the live version to begin one from.
func (d *Dashboard) Draft(c echo.Context, m member) error {
	v, err := d.draftNow(c, m)
	if err != nil {
		return err
	}
	v.Did = didSequence[c.QueryParam("did")]
	return d.showDraft(c, m, http.StatusOK, v)
}

func (d *Dashboard) draftNow(c echo.Context, m member) (v draftView, err error) {
	if v.sequenceView, err = d.sequenceView(c, m); err != nil {
		return v, err
	}
	v.Draft, v.Seen = v.Board.Sequence, v.Board.Sequence.Version
	if v.Board.Draft != nil {
		v.Draft, v.Revision = v.Board.Draft.Sequence, v.Board.Draft.Revision
	}
	v.Steps = typed(v.Draft.Steps)
	return v, nil
}

// typed shows steps as a form's fields.
func typed(steps []sequence.Step) []stepForm {
	var out []stepForm
	for _, s := range steps {
		f := stepForm{Step: s, After: duration.Format(s.After)}
		if s.MaxLate > 0 {
			f.MaxLate = duration.Format(s.MaxLate)
		}
		f.offerForm = typedOffer(s.Offer)
		out = append(out, f)
	}
	return out
}

// showDraft adds the changes and everything that keeps the draft from being published.
func (d *Dashboard) showDraft(c echo.Context, m member, status int, v draftView) error {
	ctx := c.Request().Context()
	people, err := d.Playbook.PersonasNow(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	v.People = people.Personas
	for _, t := range v.Templates {
		if !slices.Contains(v.Keys, t.Key) {
			v.Keys = append(v.Keys, t.Key)
		}
	}
	if v.Stocks, err = d.stockKeys(ctx, m.shop.ID); err != nil {
		return err
	}
	if v.Seen > 0 {
		v.Changes = sequence.Diff(v.Board.Sequence, v.Draft)
	}
	if err := d.Playbook.CheckDraft(ctx, m.shop.ID, v.Draft); err != nil {
		list, _, ok := faultsOf(err)
		if !ok {
			return err
		}
		v.Wrongs = append(v.Wrongs, list...)
	}
	for i := range v.Steps {
		if when := v.Steps[i].When; when != "" {
			v.Steps[i].Mistakes = d.Playbook.CheckRule(when)
		}
	}
	v.Title = v.Draft.Key + ", draft"
	return d.show(c, status, "sequence_draft.html", v)
}

// SaveDraft is POST /sequences/:key/draft. Every button saves what was typed;
// some change the steps first: "up:1", "down:0", "double:2", "drop:0", "add", and
// "move:0:2", which the script for dragging sends.
func (d *Dashboard) SaveDraft(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	v, err := d.draftNow(c, m)
	if err != nil {
		return err
	}
	if unread := staying(v.takeTyped(c.Param("key"), f), f.Get("do")); len(unread) > 0 {
		v.Steps, v.Refused = postedForms(f), unread
		return d.showDraft(c, m, http.StatusUnprocessableEntity, v)
	}
	v.Draft.Steps = arranged(v.Draft.Steps, f.Get("do"))
	return d.keepDraft(c, m, v, "saved", landing(f.Get("do"), len(v.Draft.Steps)))
}

// arranged does what a button of a step asks for.
func arranged(steps []sequence.Step, do string) []sequence.Step {
	what, rest, _ := strings.Cut(do, ":")
	from, to, _ := strings.Cut(rest, ":")
	at := number(from, -1)
	switch what {
	case "up":
		return sequence.Moved(steps, at, at-1)
	case "down":
		return sequence.Moved(steps, at, at+1)
	case "move":
		return sequence.Moved(steps, at, number(to, -1))
	case "double":
		return sequence.Doubled(steps, at)
	case "drop":
		return sequence.Without(steps, at)
	case "add":
		return append(slices.Clone(steps), another(steps))
	}
	return steps
}

// another is a further step at the end: a day after the last one, by its channels.
func another(steps []sequence.Step) sequence.Step {
	if len(steps) == 0 {
		return sequence.Step{After: time.Hour, Channels: []event.Channel{event.Email}}
	}
	last := steps[len(steps)-1]
	return sequence.Step{After: last.After + 24*time.Hour, Channels: slices.Clone(last.Channels), MaxLate: last.MaxLate}
}

// landing is the place of the page where an editor goes on.
func landing(do string, steps int) string {
	what, rest, _ := strings.Cut(do, ":")
	from, to, _ := strings.Cut(rest, ":")
	at := number(from, 0)
	switch what {
	case "up":
		at--
	case "down", "double":
		at++
	case "move":
		at = number(to, 0)
	case "add":
		at = steps - 1
	case "drop":
		at = min(at, steps-1)
	default:
		return ""
	}
	return fmt.Sprintf("#step-%d", max(at, 0)+1)
}

// postedForms reads steps as they were typed.
func postedForms(f url.Values) []stepForm {
	var out []stepForm
	for i, after := range f["after"] {
		if i >= maxDraftSteps {
			break
		}
		s := stepForm{After: strings.TrimSpace(after), MaxLate: strings.TrimSpace(nth(f["max_late"], i))}
		s.Template, s.When = strings.TrimSpace(nth(f["template"], i)), strings.TrimSpace(strings.ReplaceAll(nth(f["when"], i), "\r\n", "\n"))
		for _, name := range []string{"channel_1", "channel_2", "channel_3"} {
			if c := event.Channel(nth(f[name], i)); c != "" && !slices.Contains(s.Channels, c) {
				s.Channels = append(s.Channels, c)
			}
		}
		s.Paused = nth(f["paused"], i) == "yes"
		s.offerForm = postedOffer(f, i)
		out = append(out, s)
	}
	return out
}

// maxDraftSteps bounds what a form is read for; the engine allows fewer.
const maxDraftSteps = 60

// postedSteps reads the steps of a form, and says which times cannot be read.
func postedSteps(f url.Values) (steps []sequence.Step, unread []wrong) {
	for i, s := range postedForms(f) {
		var err error
		if s.Step.After, err = typedSpan(s.After); err != nil {
			unread = append(unread, wrong{fmt.Sprintf("steps[%d].after", i), "“" + s.After + "” is not a time", "Write something like 1h, 90m or 2d."})
		}
		if s.Step.MaxLate, err = typedSpan(s.MaxLate); err != nil {
			unread = append(unread, wrong{fmt.Sprintf("steps[%d].max_late", i), "“" + s.MaxLate + "” is not a time", "Write something like 6h, or leave it empty for 12 hours."})
		}
		if s.Offer, err = s.offer(); err != nil {
			unread = append(unread, wrong{fmt.Sprintf("steps[%d].offer.valid_for", i), "“" + s.OfferFor + "” is not a time", "Write something like 48h or 7d."})
		}
		if s.Forgotten() {
			unread = append(unread, wrong{fmt.Sprintf("steps[%d].offer.by", i), "An offer is filled in, but the message offers nothing", "Choose what its message offers, or empty the fields."})
		}
		steps = append(steps, s.Step)
	}
	return steps, unread
}

// typedSpan reads a duration; nothing is none.
func typedSpan(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	return duration.Parse(text)
}

// PublishDraft is POST /sequences/:key/publish.
func (d *Dashboard) PublishDraft(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	key, move := c.Param("key"), f.Get("move") == "yes"
	if done, err := d.keepUnseen(c, m, f); done || err != nil {
		return err
	}
	_, err = d.Playbook.PublishDraft(c.Request().Context(), m.shop.ID, key, number(f.Get("revision"), 0), number(f.Get("seen"), 0), move)
	if err == nil {
		did := "published"
		if move {
			did = "moved"
		}
		return d.to(c, m, sequencePath(key), "did", did)
	}
	return d.draftRefused(c, m, err)
}

// DiscardDraft is POST /sequences/:key/discard.
func (d *Dashboard) DiscardDraft(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	key := c.Param("key")
	err = d.Playbook.DiscardDraft(c.Request().Context(), m.shop.ID, key, number(f.Get("revision"), 0))
	if err == nil {
		return d.to(c, m, "/sequences", "did", "discarded")
	}
	return d.draftRefused(c, m, err)
}

// draftRefused shows the draft as it is now, with what was refused.
func (d *Dashboard) draftRefused(c echo.Context, m member, err error) error {
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v, trouble := d.draftNow(c, m)
	if trouble != nil {
		return err
	}
	v.Refused = list
	return d.showDraft(c, m, status, v)
}

// WrongAt gives what is wrong with a step's field, "" for nothing.
func (v draftView) WrongAt(step int, field string) string {
	at := fmt.Sprintf("steps[%d].%s", step, field)
	for _, list := range [][]wrong{v.Refused, v.Wrongs} {
		for _, w := range list {
			if w.Field == at || strings.HasPrefix(w.Field, at+"[") {
				first, _, _ := strings.Cut(w.Detail, "\n")
				return strings.TrimSpace(first + ". " + w.Remedy)
			}
		}
	}
	return ""
}

// Place says in words what a fault is about: "Step 2, when: " for steps[1].after.
func (v draftView) Place(field string) string {
	rest, ok := strings.CutPrefix(field, "steps[")
	if at, name, found := strings.Cut(rest, "]"); ok && found {
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "."), "[")
		if f, known := stepFields[name]; known {
			return fmt.Sprintf("Step %d, %s: ", number(at, 0)+1, f.words)
		}
		return fmt.Sprintf("Step %d: ", number(at, 0)+1)
	}
	if field == "" {
		return ""
	}
	return capital(spaced(field)) + ": "
}

// stepFields are the fields of a step that a fault may name: what the page
// calls them, and what their ids begin with.
var stepFields = map[string]struct{ words, id string }{
	"after": {"when", "after"}, "max_late": {"at most late", "late"}, "template": {"template", "template"},
	"channels": {"channels", "channel_1"}, "when": {"only if", "when"},
	"offer.by": {"its message offers", "offer"}, "offer.code": {"the one code", "offer-code"}, "offer.codes": {"codes", "offer-codes"}, "offer.value": {"worth", "offer-value"}, "offer.valid_for": {"good for", "offer-for"},
}

// Spot is the id of the field that a fault is about, "" where there is none.
func (v draftView) Spot(field string) string {
	rest, ok := strings.CutPrefix(field, "steps[")
	at, name, found := strings.Cut(rest, "]")
	if !ok || !found || number(at, -1) < 0 || number(at, -1) >= len(v.Steps) {
		return ""
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(name, "."), "[")
	if f, known := stepFields[name]; known {
		return fmt.Sprintf("%s-%d", f.id, number(at, 0)+1)
	}
	return fmt.Sprintf("step-%d", number(at, 0)+1)
}

// Choice gives a step's channel by preference, "" for none.
func (v draftView) Choice(s stepForm, place int) string {
	if place < len(s.Channels) {
		return string(s.Channels[place])
	}
	return ""
}
