package dashboard

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/google/go-cmp/cmp"
)

// playbookFixtures give the pages of personas and sequences their fullest and
// their emptiest content.
func playbookFixtures(f frame) map[string][2]any {
	f.Role = "owner"
	people := []persona.Persona{{Key: "a", Name: "A", Rule: "cart.total < 80"}, {Key: "b"}}
	card := journey.PersonaCard{
		Persona:  persona.Persona{Key: "a", Portrait: "p", Rule: "r", Goals: []string{"g"}, Pains: []string{"p"}, Objections: []string{"o"}, Likes: []event.Channel{event.SMS}},
		Overlaps: []journey.PersonaOverlap{{Key: "b", Name: "B", Carts: 2}}, Sequences: []string{"s"}, Examples: []journey.SampleCart{{CartID: "c", Total: money.Money{Minor: 1, Currency: "EUR"}}},
		Now: persona.Surveyed{Matches: 2, ShadowedBy: "b", Failed: 1},
	}
	rule := ruleView{InRows: true, Form: persona.Form{Any: true, Groups: []persona.Group{{Rows: []persona.Row{{Fact: "cart.total", Op: "less", Value: "80"}, {}}}, {Any: true, Rows: []persona.Row{{}}}}},
		Text: "x", Reach: &journey.RuleReach{Sampled: 500, Matches: 112, Takes: 100, From: []journey.PersonaOverlap{{Name: "B", Carts: 37}}, ShadowedBy: "b", Failed: 1, Examples: card.Examples}}
	wrongText := ruleView{Text: "cart.totl", Untold: true, Mistakes: []persona.Mistake{{Line: 1, Column: 5, Snippet: "cart.totl", Caret: "    ", Message: "undefined field", Remedy: "r"}}}
	step := sequence.Step{After: 25 * time.Hour, Channels: []event.Channel{event.Email, event.SMS}, Template: "t", When: "cart.total > 1", Paused: true, Offer: &sequence.Offer{Code: "C", Value: "v", ValidFor: time.Hour}}
	stocked := sequence.Step{After: 26 * time.Hour, Offer: &sequence.Offer{Codes: "spring", Value: "v", ValidFor: time.Hour}}
	seq := sequence.Sequence{Key: "s", Version: 3, Stage: sequence.Purchase, Trigger: sequence.CartAbandoned, Persona: "a", Steps: []sequence.Step{step, step, stocked}}
	board := journey.SequenceBoard{
		Sequence: seq, Live: true, Draft: &journey.SequenceDraft{Sequence: seq, Revision: 2, By: "x", At: f.Now}, Pause: &journey.SequencePause{By: "x", At: f.Now},
		Versions: []journey.SequenceVersion{{Version: 3, Live: true, By: "x"}, {Version: 2}}, Older: []journey.OlderVersion{{Version: 2, Waiting: 4, More: true}},
		Chores: []journey.SequenceChore{{Kind: journey.ChoreMove, Version: 3, Done: 4}, {Kind: journey.ChoreWake}, {Kind: journey.ChoreMove, Version: 3, EndedAt: f.Now}}, More: true,
		Steps: []journey.StepBoard{{Step: step, Waiting: 10_000, WaitingMore: true, Failed: 1, Skipped: []journey.RuleCount{{Rule: "holdout", Count: 3}}, Net: []money.Money{{Minor: 1, Currency: "EUR"}}}, {Step: step}, {Step: stocked}},
	}
	sv := sequenceView{frame: f, Board: board, Did: "x", Wrongs: []wrong{{"key", "d", "r"}},
		Hours:     map[event.Channel]journey.ChannelHours{event.Email: {Held: []journey.HeldHour{{Due: f.Now, Leaves: f.Now, Rule: "quiet_hours"}, {Due: f.Now, Rule: "law.sunday"}}, Law: []string{"l"}, Source: "s"}},
		Templates: []message.Template{{Key: "t", Channel: event.Email, Locale: "en", Subject: "Hi {{ x }}", Preheader: "p"}, {Key: "t", Channel: event.Email, Locale: "fr"}}}
	return map[string][2]any{
		"personas.html":        {personasView{frame: f, Did: "x", Trouble: "t", Remedy: "r", Board: journey.PersonaBoard{Sampled: 5, Routed: 3, MoreRouted: true, Cards: []journey.PersonaCard{card, {Persona: people[1]}}}}, personasView{}},
		"persona.html":         {personaView{frame: f, Key: "a", Persona: card.Persona, Rule: rule, Wrongs: []wrong{{"key", "d", "r"}, {"rule", "d", "r"}, {"", "d", "r"}}, Did: "x"}, personaView{frame: f, Rule: wrongText, Theirs: true, Apart: []otherField{{"a", "b"}, {"c", ""}}}},
		"persona_delete.html":  {deletePersonaView{frame: f, Card: card, Others: people, Wrongs: []wrong{{"", "d", "r"}}}, deletePersonaView{CatchAll: true}},
		"persona_history.html": {personaHistoryView{frame: f, Lists: []journey.PersonaList{{Revision: 2, Personas: people, By: "x"}, {Revision: 1}}, Revision: 2}, personaHistoryView{}},
		"sequences.html":       {sequencesView{frame: f, Did: "x", Unserved: people, Stages: []stageLines{{sequence.Purchase, []journey.SequenceLine{{Sequence: seq, Paused: true, Drafted: true}, {New: true}}}}}, sequencesView{}},
		"codes.html": {codesView{frame: f, Stocks: []journey.CodeStock{{Key: "a", Free: journey.MaxCodesCounted, Taken: 3}, {Key: "b", UsedBy: []string{"s", "t"}}, {Key: "c", Free: 1, TakenLately: 4, UsedBy: []string{"s"}}},
			Added: &journey.CodesAdded{Stock: "a", Added: 1, Known: 1, Twice: 2}, Removed: &codesRemoved{Stock: "a", Count: 1}, Wrongs: []wrong{{"stock", "d", "r"}, {"codes", "d", "r"}}, Stock: "a", Text: "b"}, codesView{}},
		"sequence_new.html": {newSequenceView{frame: f, Sequence: seq, People: people, Others: []journey.SequenceLine{{Sequence: seq}}, Copy: "s", Wrongs: []wrong{{"key", "d", "r"}}}, newSequenceView{}},
		"sequence.html":     {sv, sequenceView{}},
		"sequence_draft.html": {draftView{sequenceView: sv, Draft: seq, Revision: 2, Seen: 3, Steps: append(typed(seq.Steps), stepForm{After: "nope", Mistakes: wrongText.Mistakes, offerForm: offerForm{OfferBy: "one"}}), Stocks: []string{"spring"}, Changes: []string{"c"}, People: people, Keys: []string{"t"},
			Refused: []wrong{{"steps[3].after", "d", "r"}, {"steps[3].offer.code", "d", "r"}, {"steps[3].offer.codes", "d", "r"}, {"steps[3].offer.value", "d", "r"}, {"steps[3].offer.valid_for", "d", "r"}}}, draftView{Theirs: true, Apart: []string{"c"}}},
	}
}

// What the rows of a form say is what the verdict speaks of, whatever a button changes.
func TestRowsAreChangedByTheirButtons(t *testing.T) {
	t.Parallel()
	row := func(v string) persona.Row { return persona.Row{Fact: "cart.total", Op: "less", Value: v} }
	two := func() persona.Form {
		return persona.Form{Groups: []persona.Group{{Rows: []persona.Row{row("1"), row("2")}}, {Any: true, Rows: []persona.Row{row("3")}}}}
	}
	for name, tc := range map[string]struct {
		what string
		at   int
		want persona.Form
	}{
		"a row":          {"row", 1, persona.Form{Groups: []persona.Group{two().Groups[0], {Any: true, Rows: []persona.Row{row("3"), {}}}}}},
		"a group":        {"group", -1, persona.Form{Groups: append(two().Groups, persona.Group{Any: true, Rows: []persona.Row{{}}})}},
		"drop in first":  {"drop", 0, persona.Form{Groups: []persona.Group{{Rows: []persona.Row{row("2")}}, two().Groups[1]}}},
		"drop the last":  {"drop", 2, persona.Form{Groups: two().Groups[:1]}},
		"drop nothing":   {"drop", 9, two()},
		"no such group":  {"row", 7, two()},
		"another button": {"save", -1, two()},
	} {
		if diff := cmp.Diff(tc.want, changedRows(two(), tc.what, tc.at)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestSpelled(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "no time", time.Second: "1 second", 90 * time.Minute: "1 hour and 30 minutes", 24 * time.Hour: "1 day", 52 * time.Hour: "2 days and 4 hours",
	} {
		if got := spelled(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

// The opening words are what a reader sees, without the marks of the language.
func TestGlimpse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Hi {{ shopper.first_name }}, your bag":                             "Hi …, your bag",
		"<p>Dear <b>you</b></p>{% if x %}yes{% else %}no{% endif %} and on": "Dear you yes and on",
		"a { b } < c":               "a { b } < c",
		"open {{ never":             "open",
		strings.Repeat("word ", 40): strings.TrimSpace(strings.Repeat("word ", 40)[:110]) + "…",
	} {
		if got := glimpse(text, 110); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// The same key always has the same face, and keys have different ones.
func TestAvatars(t *testing.T) {
	t.Parallel()
	var f frame
	seen := map[avatar]bool{}
	for _, key := range []string{"vip", "returning", "comparer", "value", "first"} {
		face := f.Avatar(key)
		if again := f.Avatar(key); again != face {
			t.Errorf("%s has two faces", key)
		}
		seen[face] = true
	}
	if len(seen) < 4 {
		t.Errorf("five keys have %d faces", len(seen))
	}
}

// A persona that somebody named like a script is text in the answer for scripts too.
func TestTheVerdictEscapes(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := personaView{Rule: ruleView{Text: "x", Reach: &journey.RuleReach{Sampled: 1, From: []journey.PersonaOverlap{{Name: "<script>", Carts: 1}}}}}
	var b bytes.Buffer
	if err := d.pages["persona.html"].ExecuteTemplate(&b, "verdict", v); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "<script>") || !strings.Contains(b.String(), "&lt;script&gt;") {
		t.Errorf("the verdict is %s", b.String())
	}
}
