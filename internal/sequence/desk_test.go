package sequence

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func at(hours int, template string) Step {
	return Step{After: time.Duration(hours) * time.Hour, Channels: []event.Channel{event.Email}, Template: template}
}

func TestDiffInWords(t *testing.T) {
	t.Parallel()
	old := Sequence{Stage: Purchase, Trigger: CartAbandoned, Persona: "a", Steps: []Step{at(1, "hello"), at(24, "reminder"), at(72, "last")}}
	edit := func(f func(*Sequence)) Sequence {
		s := old
		s.Steps = slices.Clone(old.Steps)
		f(&s)
		return s
	}
	for name, tc := range map[string]struct {
		new  Sequence
		want []string
	}{
		"nothing": {old, nil},
		"the brief's own": {edit(func(s *Sequence) {
			s.Steps[1].After, s.Steps[1].Channels = 20*time.Hour, []event.Channel{event.Email, event.SMS}
		}), []string{"step 2: 24h → 20h; channel sms added"}},
		"head":   {edit(func(s *Sequence) { s.Persona, s.Trigger = "", PaymentFailed }), []string{"trigger: cart abandoned → payment failed", "persona: a → everyone else"}},
		"added":  {edit(func(s *Sequence) { s.Steps = append(s.Steps, at(96, "more")) }), []string{"step 4 added: more after 4d by email"}},
		"gone":   {edit(func(s *Sequence) { s.Steps = s.Steps[1:] }), []string{"step 1 removed: hello after 1h by email"}},
		"moved":  {edit(func(s *Sequence) { s.Steps = Moved(s.Steps, 2, 0) }), []string{"step 1: 3d → 1h", "step 2: 1h → 24h", "step 3: 24h → 3d", "the order changed: what was step 1 is now step 2"}},
		"words":  {edit(func(s *Sequence) { s.Steps[0].Template = "hi" }), []string{"step 1: template hello → hi"}},
		"order":  {edit(func(s *Sequence) { s.Steps[0].When = "true"; s.Steps[0].Paused = true; s.Steps[0].MaxLate = time.Hour }), []string{"step 1: condition added: true; at most late 12h → 1h; paused"}},
		"offer":  {edit(func(s *Sequence) { s.Steps[2].Offer = &Offer{Code: "A", Value: "10 %", ValidFor: 48 * time.Hour} }), []string{"step 3: offer added: 10 % by A, good for 48h"}},
		"unsaid": {edit(func(s *Sequence) { s.Steps[0].MaxLate = DefaultMaxLate }), nil},
	} {
		if diff := cmp.Diff(tc.want, Diff(old, tc.new)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	channels := func(c ...event.Channel) Sequence {
		return edit(func(s *Sequence) { s.Steps[0].Channels = c })
	}
	if diff := cmp.Diff([]string{"step 1: channels now in the order sms, email"}, Diff(channels(event.Email, event.SMS), channels(event.SMS, event.Email))); diff != "" {
		t.Error(diff)
	}
}

// TestDiffIsSilentOnlyWhenNothingChanges: no change goes untold.
func TestDiffIsSilentOnlyWhenNothingChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := aSequence(t, "a"), aSequence(t, "b")
		same := a.Persona == b.Persona && slices.EqualFunc(a.Steps, b.Steps, func(x, y Step) bool {
			return x.After == y.After && x.Template == y.Template && x.Lateness() == y.Lateness() && x.Paused == y.Paused && SameOffer(x.Offer, y.Offer) && slices.Equal(x.Channels, y.Channels)
		})
		if told := len(Diff(a, b)) > 0; told == same {
			t.Errorf("%+v and %+v: %v", a, b, Diff(a, b))
		}
	})
}

func aSequence(t *rapid.T, name string) Sequence {
	s := Sequence{Persona: rapid.SampledFrom([]string{"", "p"}).Draw(t, name+" persona")}
	after := 0
	for i := range rapid.IntRange(0, 5).Draw(t, name+" steps") {
		after += rapid.IntRange(1, 3).Draw(t, "gap")
		step := at(after, rapid.SampledFrom([]string{"t1", "t2", "t3", "t4", "t5", "t6"}).Draw(t, fmt.Sprintf("%s template %d", name, i)))
		step.Paused = rapid.Bool().Draw(t, "paused")
		step.Offer = rapid.SampledFrom([]*Offer{nil, nil, {Code: "A", Value: "v", ValidFor: time.Hour}, {Code: "A", Value: "v", ValidFor: 2 * time.Hour}, {Codes: "a", Value: "v", ValidFor: time.Hour}}).Draw(t, "offer")
		s.Steps = append(s.Steps, step)
	}
	return s
}

// TestArranging: times stay in place and in order, words are moved, nothing is lost, and the list given is not changed.
func TestArranging(t *testing.T) {
	t.Parallel()
	templates := func(steps []Step) (out []string) {
		for _, s := range steps {
			out = append(out, s.Template)
		}
		slices.Sort(out)
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		s := aSequence(t, "s")
		before := slices.Clone(s.Steps)
		from, to := rapid.IntRange(-2, 6).Draw(t, "from"), rapid.IntRange(-2, 6).Draw(t, "to")
		moved := Moved(s.Steps, from, to)
		for i := range moved {
			if moved[i].After != s.Steps[i].After {
				t.Errorf("place %d has another time", i)
			}
		}
		if diff := cmp.Diff(templates(s.Steps), templates(moved)); diff != "" {
			t.Error(diff)
		}
		if from >= 0 && to >= 0 && from < len(before) && to < len(before) && moved[to].Template != before[from].Template {
			t.Errorf("what was at %d is not at %d", from, to)
		}
		doubled := Doubled(s.Steps, from)
		for i := 1; i < len(doubled); i++ {
			if doubled[i].After <= doubled[i-1].After {
				t.Errorf("after doubling, step %d does not come after the one before", i)
			}
		}
		there := from >= 0 && from < len(before)
		if there && (len(doubled) != len(before)+1 || len(Without(s.Steps, from)) != len(before)-1) {
			t.Error("a step too many or too few")
		}
		if diff := cmp.Diff(before, s.Steps); diff != "" {
			t.Errorf("the list given was changed: %s", diff)
		}
	})
}

func TestCarry(t *testing.T) {
	t.Parallel()
	old := Sequence{Steps: []Step{at(1, "a"), at(24, "b"), at(72, "c")}}
	for name, tc := range map[string]struct {
		steps []Step
		next  int
		want  int
		why   Stay
	}{
		"nothing happened yet":        {[]Step{at(2, "a"), at(20, "b")}, 0, 0, ""},
		"one step later":              {[]Step{at(1, "a"), at(20, "b"), at(60, "c")}, 1, 1, ""},
		"a step put in before":        {[]Step{at(1, "a"), at(12, "new"), at(24, "b")}, 1, 1, ""},
		"nothing left":                {[]Step{at(1, "a")}, 1, 0, StayDone},
		"the first is gone":           {[]Step{at(24, "b"), at(72, "c")}, 1, 0, StayTaken},
		"the order is turned":         {[]Step{at(1, "b"), at(24, "a"), at(72, "c")}, 1, 2, ""},
		"said again at the end":       {[]Step{at(1, "x"), at(24, "b"), at(72, "a")}, 1, 0, StayRepeats},
		"through all but the last":    {[]Step{at(1, "a"), at(24, "b"), at(72, "z")}, 2, 2, ""},
		"a version of more and later": {[]Step{at(1, "a"), at(24, "b"), at(72, "c"), at(96, "d")}, 2, 2, ""},
	} {
		var past []Past
		for _, s := range old.Steps[:tc.next] {
			past = append(past, Past{s, true})
		}
		step, why := Carry(past, Sequence{Steps: tc.steps}, tc.next)
		if step != tc.want || why != tc.why {
			t.Errorf("%s: step %d (%q), want %d (%q)", name, step, why, tc.want, tc.why)
		}
	}
}

// What was skipped was never said, and may be said later.
func TestCarrySaysWhatWasSkipped(t *testing.T) {
	t.Parallel()
	new := Sequence{Steps: []Step{at(1, "x"), at(24, "a")}}
	if step, why := Carry([]Past{{at(1, "a"), false}}, new, 1); step != 1 || why != "" {
		t.Errorf("step %d (%q)", step, why)
	}
}

// TestCarryNeverSaysTwice: however often somebody is moved, no place is taken
// twice, no template said twice, and each step lies later than those before.
func TestCarryNeverSaysTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := distinct(t, "first")
		next, last := 0, time.Duration(-1)
		places, said := map[int]bool{}, map[string]bool{}
		var past []Past
		for turn := range 12 {
			if next >= len(now.Steps) {
				return
			}
			if rapid.Bool().Draw(t, fmt.Sprintf("move %d", turn)) {
				into := distinct(t, fmt.Sprintf("version %d", turn))
				if step, why := Carry(past, into, next); why == "" {
					now, next = into, step
				}
				continue
			}
			s := now.Steps[next]
			if places[next] || said[s.Template] || s.After <= last {
				t.Fatalf("place %d says %q at %v, after %v", next, s.Template, s.After, past)
			}
			spoke := rapid.Bool().Draw(t, fmt.Sprintf("spoke %d", turn))
			past = append(past, Past{s, spoke})
			places[next], last, said[s.Template] = true, s.After, spoke
			next++
		}
	})
}

// distinct draws a sequence that says nothing twice by itself.
func distinct(t *rapid.T, name string) Sequence {
	var s Sequence
	after := 0
	words := rapid.Permutation([]string{"a", "b", "c", "d", "e", "f"}).Draw(t, name+" words")
	for _, w := range words[:rapid.IntRange(1, 6).Draw(t, name+" steps")] {
		after += rapid.IntRange(1, 30).Draw(t, "gap")
		s.Steps = append(s.Steps, at(after, w))
	}
	return s
}
