package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/labstack/echo/v4"
)

// sequencesView is all sequences, by stage and persona.
type sequencesView struct {
	frame
	Stages []stageLines
	// Unserved are the personas that no sequence for left carts is made for.
	Unserved []persona.Persona
	Did      string
}

// stageLines are the sequences of one stage.
type stageLines struct {
	Stage sequence.Stage
	Lines []journey.SequenceLine
}

var didSequence = map[string]string{
	"created": "The draft is there. Nothing is sent until you publish it.", "saved": "The draft is saved. Nothing changes until you publish it.",
	"unseen":    "What you typed is saved in the draft. It is not published yet: look below at what publishing would change now, then publish.",
	"discarded": "The draft is gone. The published version was not touched.", "retired": "The sequence is out of use. Carts that are in it go on.",
	"paused":    "The sequence is paused: no cart enters it, and nothing of it is sent.",
	"resumed":   "The sequence runs again. Steps that are still in time are looked at now.",
	"published": "It is published: every cart that enters from now on gets this version.",
	"moved":     "It is published, and carts that wait are being moved to it where that is possible.",
}

// Sequences is GET /sequences.
func (d *Dashboard) Sequences(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	all, err := d.Playbook.SequenceLines(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	people, err := d.Playbook.PersonasNow(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	v := sequencesView{frame: d.frame(m, "Sequences", "sequences", sandbox), Did: didSequence[c.QueryParam("did")]}
	for _, stage := range []sequence.Stage{sequence.Awareness, sequence.Consideration, sequence.Purchase, sequence.Retention, sequence.Advocacy} {
		if l := inStage(all, stage, people.Personas); len(l) > 0 {
			v.Stages = append(v.Stages, stageLines{stage, l})
		}
	}
	v.Unserved = unserved(all, people.Personas)
	v.spoken = spokenLines(people.Personas, all)
	return d.show(c, http.StatusOK, "sequences.html", v)
}

// inStage picks a stage's sequences, in the order of their personas.
func inStage(all []journey.SequenceLine, stage sequence.Stage, people []persona.Persona) []journey.SequenceLine {
	var out []journey.SequenceLine
	for _, l := range all {
		if l.Sequence.Stage == stage {
			out = append(out, l)
		}
	}
	place := func(key string) int {
		if i := slices.IndexFunc(people, func(p persona.Persona) bool { return p.Key == key }); i >= 0 {
			return i
		}
		return len(people)
	}
	slices.SortStableFunc(out, func(a, b journey.SequenceLine) int { return place(a.Sequence.Persona) - place(b.Sequence.Persona) })
	return out
}

// unserved finds personas for whose left carts there is nothing: neither a
// sequence of their own nor one for everyone else.
func unserved(all []journey.SequenceLine, people []persona.Persona) []persona.Persona {
	var out []persona.Persona
	for _, p := range people {
		if !slices.ContainsFunc(all, func(l journey.SequenceLine) bool {
			return !l.New && l.Sequence.Trigger == sequence.CartAbandoned && (l.Sequence.Persona == p.Key || l.Sequence.Persona == "")
		}) {
			out = append(out, p)
		}
	}
	return out
}

// newSequenceView begins a sequence.
type newSequenceView struct {
	frame
	Sequence sequence.Sequence
	Copy     string
	Others   []journey.SequenceLine
	People   []persona.Persona
	Wrongs   []wrong
}

// NewSequence is GET /sequences/new.
func (d *Dashboard) NewSequence(c echo.Context, m member) error {
	v := newSequenceView{Copy: c.QueryParam("copy")}
	v.Sequence.Stage, v.Sequence.Trigger, v.Sequence.Persona = sequence.Purchase, sequence.CartAbandoned, c.QueryParam("persona")
	return d.showNewSequence(c, m, http.StatusOK, v)
}

func (d *Dashboard) showNewSequence(c echo.Context, m member, status int, v newSequenceView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if v.Others, err = d.Playbook.SequenceLines(ctx, m.shop.ID); err != nil {
		return err
	}
	people, err := d.Playbook.PersonasNow(ctx, m.shop.ID)
	if err != nil {
		return err
	}
	v.People, v.frame = people.Personas, d.frame(m, "New sequence", "sequences", sandbox)
	v.spoken = spokenLines(v.People, v.Others)
	return d.show(c, status, "sequence_new.html", v)
}

// CreateSequence is POST /sequences/new: a draft, blank or as a copy.
func (d *Dashboard) CreateSequence(c echo.Context, m member) error {
	f, err := form(c)
	if err != nil {
		return err
	}
	v := newSequenceView{Copy: f.Get("copy"), Sequence: sequence.Sequence{
		Key: strings.TrimSpace(f.Get("key")), Stage: sequence.Stage(f.Get("stage")), Trigger: sequence.Trigger(f.Get("trigger")), Persona: f.Get("persona"),
	}}
	if v.Sequence.Key == "new" {
		v.Wrongs = []wrong{{Field: "key", Detail: "“new” is the address of this form", Remedy: "Choose another key."}}
		return d.showNewSequence(c, m, http.StatusUnprocessableEntity, v)
	}
	err = d.Playbook.NewDraft(c.Request().Context(), m.shop.ID, v.Sequence, v.Copy)
	if err == nil {
		return d.to(c, m, sequencePath(v.Sequence.Key)+"/draft", "did", "created")
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v.Wrongs = list
	return d.showNewSequence(c, m, status, v)
}

// sequencePath is the address of a sequence.
func sequencePath(key string) string { return "/sequences/" + url.PathEscape(key) }

// AllStages and AllTriggers are the choices of a form.
func (f frame) AllStages() []sequence.Stage {
	return []sequence.Stage{sequence.Awareness, sequence.Consideration, sequence.Purchase, sequence.Retention, sequence.Advocacy}
}

// AllTriggers lists what can start a sequence.
func (f frame) AllTriggers() []sequence.Trigger {
	return []sequence.Trigger{sequence.CartAbandoned, sequence.CheckoutAbandoned, sequence.PaymentFailed, sequence.OrderPlaced}
}

// TriggerWords says what starts a sequence.
func (f frame) TriggerWords(t sequence.Trigger) string {
	switch t {
	case sequence.CartAbandoned:
		return "a cart is left"
	case sequence.CheckoutAbandoned:
		return "a checkout is left"
	case sequence.PaymentFailed:
		return "a payment failed"
	case sequence.OrderPlaced:
		return "an order is placed"
	}
	return spaced(string(t))
}
