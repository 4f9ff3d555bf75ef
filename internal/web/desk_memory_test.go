package web_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// desk is the playbook desk in memory: personas and sequences by shop, with
// every writing call noted.
type desk struct {
	*memory
	rules *persona.Rules
}

// rules are made once: setting up the language takes a while.
var rules = sync.OnceValues(persona.NewRules)

// deskOf gives the desk of an installation.
func deskOf(m *memory) *desk {
	r, err := rules()
	if err != nil {
		panic(err)
	}
	return &desk{memory: m, rules: r}
}

// people are a shop's own personas.
func (d *desk) people(shopID string) []persona.Persona {
	if shopID == "s2" {
		return []persona.Persona{{Key: "other-persona", Name: "Mallory"}}
	}
	return d.personas
}

func (d *desk) PersonasNow(_ context.Context, shopID string) (journey.PersonaList, error) {
	return journey.PersonaList{Revision: 3, Personas: d.people(shopID)}, nil
}

func (d *desk) PersonaBoard(_ context.Context, shopID string) (journey.PersonaBoard, error) {
	b := journey.PersonaBoard{Revision: 3, Sampled: 40, SampledSince: noon.Add(-time.Hour), Routed: 12_345, RoutedSince: noon.Add(-30 * 24 * time.Hour)}
	for i, p := range d.people(shopID) {
		c := journey.PersonaCard{Persona: p, Routed: 100, Share: 50, NowShare: 50, Now: persona.Surveyed{Key: p.Key, Matches: 20, Takes: 20}}
		if shopID == "s1" && i == 0 {
			c.Sequences = []string{"cart-value-conscious"}
			c.Overlaps = []journey.PersonaOverlap{{Key: "everyone", Name: hostile, Carts: 3}}
			c.Examples = []journey.SampleCart{{CartID: "c1", Name: "Ada " + hostile, Total: eur(8990), Lines: 2, At: noon}}
		}
		b.Cards = append(b.Cards, c)
	}
	return b, nil
}

func (d *desk) PersonaLists(_ context.Context, shopID string) ([]journey.PersonaList, error) {
	return []journey.PersonaList{
		{Revision: 3, By: "ed@example.com", At: noon, Personas: d.people(shopID)}, {Revision: 2, At: noon.Add(-time.Hour), Personas: d.people(shopID)},
	}, nil
}

func (d *desk) CheckRule(text string) []persona.Mistake   { return d.rules.Mistakes(text) }
func (d *desk) RuleForm(text string) (persona.Form, bool) { return d.rules.Form(text) }
func (d *desk) find(shopID, key string) (persona.Persona, error) {
	for _, p := range d.people(shopID) {
		if p.Key == key {
			return p, nil
		}
	}
	return persona.Persona{}, gone("persona")
}

func (d *desk) RuleReach(_ context.Context, shopID, key, rule string) (journey.RuleReach, error) {
	if key != "" {
		if _, err := d.find(shopID, key); err != nil {
			return journey.RuleReach{}, err
		}
	}
	return journey.RuleReach{Sampled: 500, Since: noon, Matches: 112, Takes: 40, From: []journey.PersonaOverlap{{Key: "everyone", Name: "Everyone", Carts: 37}}}, nil
}

// stale refuses any revision but the newest, which is 3.
func stale(revision int) error {
	if revision != 3 && revision >= 0 {
		return fault.New(fault.Conflict, "somebody changed the personas since you opened this page").Try("open the page again")
	}
	return nil
}

func (d *desk) SavePersona(_ context.Context, shopID string, revision int, key string, p persona.Persona) error {
	if err := stale(revision); err != nil {
		return err
	}
	if key != "" {
		if _, err := d.find(shopID, key); err != nil {
			return err
		}
	}
	if err := d.rules.Check(p.Rule); p.Rule != "" && err != nil {
		return persona.Locate(err, "rule")[0]
	}
	if err := persona.CheckKey(p.Key); err != nil {
		return err.In("key")
	}
	d.note(fmt.Sprintf("persona %s %q %+v", shopID, key, p))
	return nil
}

func (d *desk) MovePersona(_ context.Context, shopID string, revision int, key string, to int) error {
	if _, err := d.find(shopID, key); err != nil {
		return err
	}
	if err := stale(revision); err != nil {
		return err
	}
	d.note(fmt.Sprintf("move %s %s %d", shopID, key, to))
	return nil
}

func (d *desk) DeletePersona(_ context.Context, shopID string, revision int, key, heir string) error {
	if err := stale(revision); err != nil {
		return err
	}
	if _, err := d.find(shopID, key); err != nil {
		return err
	}
	if heir == "" {
		return fault.New(fault.Conflict, "the persona has 1 sequence of its own").Try("say what becomes of it")
	}
	d.note("delete " + shopID + " " + key + " " + heir)
	return nil
}

func (d *desk) RestorePersonas(_ context.Context, shopID string, revision, earlier int) error {
	if err := stale(revision); err != nil {
		return err
	}
	if earlier != 2 {
		return gone("list")
	}
	d.note(fmt.Sprintf("restore %s %d", shopID, earlier))
	return nil
}

// sequencesOf are a shop's own.
func (d *desk) sequencesOf(shopID string) []sequence.Sequence {
	if shopID == "s2" {
		return []sequence.Sequence{{Key: "other-sequence", Version: 1, Stage: sequence.Purchase, Trigger: sequence.CartAbandoned, Steps: []sequence.Step{{After: time.Hour, Channels: []event.Channel{event.SMS}, Template: "t"}}}}
	}
	return d.sequences
}

func (d *desk) sequenceOf(shopID, key string) (sequence.Sequence, error) {
	for _, s := range d.sequencesOf(shopID) {
		if s.Key == key {
			return s, nil
		}
	}
	return sequence.Sequence{}, gone("sequence")
}

func (d *desk) SequenceLines(_ context.Context, shopID string) (out []journey.SequenceLine, err error) {
	for _, s := range d.sequencesOf(shopID) {
		out = append(out, journey.SequenceLine{Sequence: s, Drafted: true, Paused: true, Earned: journey.SequenceEarned{Waiting: 10_000, WaitingMore: true, Sent: 1234, Net: []money.Money{eur(5000)}}})
	}
	return out, nil
}

func (d *desk) SequenceBoard(_ context.Context, shopID, key string, version int) (journey.SequenceBoard, error) {
	s, err := d.sequenceOf(shopID, key)
	if err == nil && version != 0 && version != s.Version {
		err = gone("version")
	}
	if err != nil {
		return journey.SequenceBoard{}, err
	}
	b := journey.SequenceBoard{
		Sequence: s, Live: true, Versions: []journey.SequenceVersion{{Version: s.Version, Live: true, By: "ed@example.com", At: noon}, {Version: s.Version + 5, At: noon}},
		Draft: &journey.SequenceDraft{Sequence: s, Base: s.Version, Revision: 7, By: hostile, At: noon}, Since: noon,
		Older: []journey.OlderVersion{{Version: 9, Waiting: 3}}, Chores: []journey.SequenceChore{{Kind: journey.ChoreMove, Version: s.Version, Done: 4, Stayed: 1}},
	}
	for _, step := range s.Steps {
		b.Steps = append(b.Steps, journey.StepBoard{Step: step, Waiting: 2, Sent: 5, Skipped: []journey.RuleCount{{Rule: "step.too_late", Count: 2}}, Net: []money.Money{eur(100)}})
	}
	return b, nil
}

func (d *desk) SequenceHours(context.Context, string) ([]journey.ChannelHours, error) {
	return []journey.ChannelHours{{Channel: event.Email, Held: []journey.HeldHour{{Due: noon.Add(11 * time.Hour), Leaves: noon.Add(19 * time.Hour), Rule: "quiet_hours"}}, Law: []string{"At most 1 for one cart."}, Source: "a law"}}, nil
}

func (d *desk) Templates(_ context.Context, shopID string) ([]message.Template, error) {
	if shopID == "s2" {
		return nil, nil
	}
	return d.templates, nil
}

func (d *desk) NewDraft(_ context.Context, shopID string, s sequence.Sequence, copyOf string) error {
	if err := persona.CheckKey(s.Key); err != nil {
		return err.In("key")
	}
	d.note("draft " + shopID + " " + s.Key + " " + copyOf)
	return nil
}

// staleDraft refuses any revision but the newest, which is 7.
func staleDraft(revision int) error {
	if revision != 7 && revision >= 0 {
		return fault.New(fault.Conflict, "somebody changed this draft since you opened it").Try("open it again")
	}
	return nil
}

func (d *desk) SaveSequenceDraft(_ context.Context, shopID string, revision int, s sequence.Sequence) (journey.SequenceDraft, error) {
	_, err := d.sequenceOf(shopID, s.Key)
	if err == nil {
		err = staleDraft(revision)
	}
	if err != nil {
		return journey.SequenceDraft{}, err
	}
	var steps []string
	for _, st := range s.Steps {
		said := fmt.Sprintf("%s %v %s", st.After, st.Channels, st.Template)
		if st.Offer != nil {
			said += " " + st.Offer.String()
		}
		steps = append(steps, said)
	}
	d.note("save " + shopID + " " + s.Key + " " + strings.Join(steps, ", "))
	return journey.SequenceDraft{Sequence: s, Revision: revision + 1}, nil
}

func (d *desk) CheckDraft(_ context.Context, _ string, s sequence.Sequence) error {
	return sequence.Validate(s, d.rules.Check)
}

// on does something to a sequence of the shop.
func (d *desk) on(shopID, key, what string, err error) error {
	if _, missing := d.sequenceOf(shopID, key); missing != nil {
		return missing
	}
	if err == nil {
		d.note(what + " " + shopID + " " + key)
	}
	return err
}

func (d *desk) DiscardDraft(_ context.Context, shopID, key string, revision int) error {
	return d.on(shopID, key, "discard", staleDraft(revision))
}

func (d *desk) RestoreVersion(_ context.Context, shopID, key string, version, revision int) error {
	return d.on(shopID, key, fmt.Sprintf("restore version %d", version), staleDraft(revision))
}

func (d *desk) PublishDraft(_ context.Context, shopID, key string, revision, seen int, move bool) (int, error) {
	return seen + 1, d.on(shopID, key, fmt.Sprintf("publish over %d moving %v", seen, move), staleDraft(revision))
}

func (d *desk) RetireSequence(_ context.Context, shopID, key string) error {
	return d.on(shopID, key, "retire", nil)
}

func (d *desk) PauseSequence(_ context.Context, shopID, key string) error {
	return d.on(shopID, key, "pause", nil)
}

func (d *desk) ResumeSequence(_ context.Context, shopID, key string) error {
	return d.on(shopID, key, "resume", nil)
}

// lastWrite is the newest note.
func (m *memory) lastWrite() string {
	w := m.written()
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1]
}

// CodeStocks are a shop's own.
func (d *desk) CodeStocks(_ context.Context, shopID string) ([]journey.CodeStock, error) {
	if shopID != "s1" {
		return []journey.CodeStock{{Key: "other-stock", Free: 1}}, nil
	}
	return []journey.CodeStock{{Key: "spring", Free: 3, Taken: journey.MaxCodesCounted, TakenLately: 40, UsedBy: []string{"cart-value-conscious"}}}, nil
}

func (d *desk) AddCodes(_ context.Context, shopID, stock string, text io.Reader) (journey.CodesAdded, error) {
	if err := sequence.CheckStock(stock); err != nil {
		return journey.CodesAdded{}, err.In("stock")
	}
	codes, twice, err := sequence.ReadCodes(text)
	if err != nil {
		return journey.CodesAdded{}, err
	}
	d.note("codes " + strings.Join(codes, " ") + " " + shopID + " " + stock)
	return journey.CodesAdded{Stock: stock, Added: len(codes), Twice: twice}, nil
}

func (d *desk) ListCodes(_ context.Context, shopID, stock string, list []string) (journey.CodesAdded, error) {
	if err := sequence.CheckStock(stock); err != nil {
		return journey.CodesAdded{}, err.In("stock")
	}
	codes, twice, none, err := sequence.PickCodes(list)
	if err != nil {
		return journey.CodesAdded{}, err
	}
	out := journey.CodesAdded{Stock: stock, Added: len(codes), Twice: twice}
	for _, n := range none {
		out.Refused = append(out.Refused, journey.CodeRefused(n))
	}
	d.note("codes " + strings.Join(codes, " ") + " " + shopID + " " + stock)
	return out, nil
}

func (d *desk) RemoveCodes(_ context.Context, shopID, stock string) (int, error) {
	if shopID != "s1" || stock != "spring" {
		return 0, fault.New(fault.NotFound, "there is no such stock")
	}
	d.note("remove codes " + shopID + " " + stock)
	return 3, nil
}
