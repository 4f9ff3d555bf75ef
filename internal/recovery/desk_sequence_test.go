package recovery_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/playbook"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// checked lets an engine check what sequences name, as apply does.
var checked = engineOf(func(o *recovery.Options) {
	o.References = func(s sequence.Sequence, personas []persona.Persona, templates []message.Template) error {
		found := playbook.Book{Sequences: []sequence.Sequence{s}}.Check(playbook.Book{Personas: personas, Templates: templates}, func(message.Template) error { return nil })
		var errs []error
		for _, p := range found {
			errs = append(errs, fault.New(fault.Unprocessable, "%s", p.Message).In(p.Path))
		}
		return errors.Join(errs...)
	}
})

// board gives a sequence's board.
func (w *world) board(key string) journey.SequenceBoard {
	w.t.Helper()
	b, err := w.engine.SequenceBoard(context.Background(), w.shop.ID, key, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// did lists what the audit log says was done, oldest first.
func (w *world) did() (out []string) {
	w.t.Helper()
	p, err := w.store.Audit(context.Background(), w.shop.ID, journey.Query{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range slices.Backward(p.Items) {
		out = append(out, string(e.Action)+" "+e.Object)
	}
	return out
}

// publish edits a sequence's draft and publishes it.
func (w *world) publish(key string, move bool, edit func(*sequence.Sequence)) {
	w.t.Helper()
	b := w.board(key)
	s := b.Sequence
	s.Steps = slices.Clone(s.Steps)
	edit(&s)
	d, err := w.engine.SaveSequenceDraft(context.Background(), w.shop.ID, 0, s)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.engine.PublishDraft(context.Background(), w.shop.ID, key, d.Revision, b.Sequence.Version, move); err != nil {
		w.t.Fatal(err)
	}
}

// A paused sequence puts its due steps off, once and with a decision; what is
// still in time when the pause ends is sent at once, what is not is skipped.
func TestAPauseWaitsAndEnds(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.waiting(3)
		if err := w.engine.PauseSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Hour)
		same(t, "sent while paused", len(w.sent()), 0)
		for _, d := range w.carts() {
			same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "0 deferred sequence.paused"})
		}
		if err := w.engine.ResumeSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(20 * time.Minute)
		same(t, "sent after the pause", len(w.sent()), 3)
		same(t, "again", fault.CodeOf(w.engine.ResumeSequence(ctx, w.shop.ID, "cart-everyone")), fault.Conflict)
		same(t, "audit", w.did(), []string{"sequence.paused cart-everyone", "sequence.resumed cart-everyone"})
		b := w.board("cart-everyone")
		same(t, "woken", b.Chores[0].Done, 3)
		same(t, "ended", b.Chores[0].EndedAt.IsZero(), false)
	}, checked)
}

// A pause that is longer than a step may be late costs the step, not its sequence.
func TestALongPauseSkipsTheStep(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.waiting(1)
		if err := w.engine.PauseSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(7 * time.Hour)
		if err := w.engine.ResumeSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(17 * time.Hour)
		same(t, "decisions", decisions(w.carts()[0]), []string{"-1 routed persona.everyone", "0 deferred sequence.paused", "0 skipped step.too_late", "1 sent consent.off email"})
	}, checked)
}

// Nobody enters a paused sequence, also not later.
func TestNobodyEntersAPausedSequence(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		if err := w.engine.PauseSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.waiting(1)
		if err := w.engine.ResumeSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(30 * time.Hour)
		d := w.carts()[0]
		same(t, "decisions", decisions(d), []string{"-1 routed persona.everyone", "-1 not_enrolled sequence.paused"})
		same(t, "enrollments", len(d.Enrollments), 0)
		same(t, "sent", len(w.sent()), 0)
	}, checked)
}

// A message that waits for its provider is taken back when its sequence is paused, and leaves after.
func TestAPauseTakesReservedMessagesBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		w.waiting(1)
		var answers atomic.Bool
		w.befall(func(event.Channel) *sandbox.Fault {
			if answers.Load() {
				return nil
			}
			return &sandbox.Fault{Status: 429, Header: http.Header{"Retry-After": {"600"}}}
		})
		w.due()
		same(t, "messages", w.states(), []string{"0 email reserved reminder"})
		if err := w.engine.PauseSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		answers.Store(true)
		w.pass(30 * time.Minute)
		same(t, "messages while paused", w.states(), []string{"0 email cancelled reminder"})
		if err := w.engine.ResumeSequence(ctx, w.shop.ID, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		w.pass(30 * time.Minute)
		same(t, "messages after", w.states(), []string{"0 email cancelled reminder", "0 email accepted reminder"})
	}, checked)
}

// A paused step is skipped with its reason; the next one comes.
func TestAPausedStepIsSkipped(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.publish("cart-everyone", false, func(s *sequence.Sequence) { s.Steps[0].Paused = true })
		w.waiting(1)
		w.pass(25 * time.Hour)
		same(t, "decisions", decisions(w.carts()[0]), []string{"-1 routed persona.everyone", "0 skipped step.paused", "1 sent consent.off email"})
	}, checked)
}

// Carts keep the version they entered; with the choice to move, those that wait go on with the new one.
func TestPublishingMovesThoseWhoWait(t *testing.T) {
	for _, move := range []bool{false, true} {
		t.Run(fmt.Sprint("move ", move), func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				w.waiting(2)
				w.due()
				w.publish("cart-everyone", move, func(s *sequence.Sequence) {
					s.Steps[1].After, s.Steps[1].Template = 4*time.Hour, "careful"
				})
				w.pass(4 * time.Hour)
				want, version := 2, 1
				if move {
					want, version = 4, 2
				}
				same(t, "sent four hours later", len(w.sent()), want)
				for _, d := range w.carts() {
					same(t, "version", d.Enrollments[0].SequenceVersion, version)
				}
				w.pass(24 * time.Hour)
				same(t, "sent in the end", len(w.sent()), 4)
				same(t, "audit", w.did(), []string{"sequence.published cart-everyone"})
			}, checked)
		})
	}
}

// What is published is what apply would take, and nobody overwrites unseen.
func TestPublishingRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := access.WithActor(context.Background(), access.Actor{Kind: access.ByUser, ID: "u1"})
		s := w.board("cart-everyone").Sequence
		publish := func(revision, seen int) error {
			_, err := w.engine.PublishDraft(ctx, w.shop.ID, s.Key, revision, seen, false)
			return err
		}
		save := func(revision int, edit func(*sequence.Sequence)) (int, error) {
			changed := s
			changed.Steps = slices.Clone(s.Steps)
			edit(&changed)
			d, err := w.engine.SaveSequenceDraft(ctx, w.shop.ID, revision, changed)
			return d.Revision, err
		}
		same(t, "without a draft", fault.CodeOf(publish(1, 1)), fault.Conflict)
		n, err := save(0, func(s *sequence.Sequence) { s.Steps[0].Template = "gone"; s.Steps[1].When = "cart.totl > 1" })
		if err != nil || n != 1 {
			t.Fatalf("a draft may be wrong: %d, %v", n, err)
		}
		err = publish(1, 1)
		if !strings.Contains(fmt.Sprint(err), `no template "gone"`) || !strings.Contains(fmt.Sprint(err), "totl") {
			t.Errorf("a wrong draft: %v", err)
		}
		if _, err := save(0, func(*sequence.Sequence) {}); !fault.Is(err, fault.Conflict) {
			t.Errorf("over somebody else's draft: %v", err)
		}
		if n, err = save(1, func(*sequence.Sequence) {}); err != nil {
			t.Fatal(err)
		}
		same(t, "nothing changed", fault.CodeOf(publish(n, 1)), fault.Conflict)
		n, _ = save(n, func(s *sequence.Sequence) { s.Persona = "careful" })
		same(t, "a second one for the same", fault.CodeOf(publish(n, 1)), fault.Conflict)
		n, _ = save(n, func(s *sequence.Sequence) { s.Steps[0].After = 30 * time.Minute })
		same(t, "compared with another version", fault.CodeOf(publish(n, 7)), fault.Conflict)
		if err := publish(n, 1); err != nil {
			t.Fatal(err)
		}
		b := w.board(s.Key)
		same(t, "live", b.Sequence.Version, 2)
		same(t, "draft", b.Draft == nil, true)
		if err := w.engine.RestoreVersion(ctx, w.shop.ID, s.Key, 1, 0); err != nil {
			t.Fatal(err)
		}
		same(t, "restoring would change", w.board(s.Key).Changes, []string{"step 1: 30m → 1h"})
	}, checked)
}

// A new sequence begins as a draft, blank or as a copy, and writes to nobody before it is published.
func TestNewSequences(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx := context.Background()
		s := sequence.Sequence{Key: "pay", Stage: sequence.Purchase, Trigger: sequence.PaymentFailed}
		if err := w.engine.NewDraft(ctx, w.shop.ID, s, "cart-everyone"); err != nil {
			t.Fatal(err)
		}
		same(t, "twice", fault.CodeOf(w.engine.NewDraft(ctx, w.shop.ID, s, "")), fault.Conflict)
		lines, err := w.engine.SequenceLines(ctx, w.shop.ID)
		if err != nil || len(lines) != 3 || !lines[2].New || len(lines[2].Sequence.Steps) != 2 {
			t.Fatalf("%+v, %v", lines, err)
		}
		if _, err := w.engine.PublishDraft(ctx, w.shop.ID, "pay", 1, 0, false); err != nil {
			t.Fatal(err)
		}
		same(t, "live", w.board("pay").Sequence.Version, 1)
		if err := w.engine.RetireSequence(ctx, w.shop.ID, "pay"); err != nil {
			t.Fatal(err)
		}
		same(t, "retired", fault.CodeOf(w.engine.PauseSequence(ctx, w.shop.ID, "pay")), fault.NotFound)
	}, checked)
}

// What a step came to is counted before and after the sweeper counted it by day, and the same.
func TestStepsAreCounted(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		start := w.now()
		w.send(shopifyPost("checkouts/create", start, checkout("tok1", start)))
		w.pass(time.Hour)
		w.restores(w.delivered())
		w.clock.Add(5 * time.Minute)
		w.send(shopifyPost("orders/create", w.now(), orderOf("tok1", 501, w.now())))
		told := func() string {
			b := w.board("cart-everyone")
			one := b.Steps[0]
			return fmt.Sprintf("waiting %d sent %d clicked %d orders %d %s, all %d, skipped %v", one.Waiting, one.Sent, one.Clicked, one.Orders, cash(one.Net[0]), b.All.Sent, b.Steps[1].Skipped)
		}
		want := "waiting 0 sent 1 clicked 1 orders 1 59.90 EUR, all 1, skipped []"
		same(t, "before the sweep", told(), want)
		w.clock.Add(2 * time.Minute)
		w.sweep()
		if n := w.countOf(`SELECT rule FROM step_days`); n < 3 {
			t.Errorf("%d days are counted", n)
		}
		same(t, "after the sweep", told(), want)
		w.sweep()
		same(t, "after another", told(), want)
		p, err := w.engine.PersonaBoard(context.Background(), w.shop.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "routed", fmt.Sprint(p.Routed, p.Cards[1].Routed, p.Cards[1].Share), "1 1 100")
		same(t, "now", fmt.Sprint(p.Sampled, p.Cards[1].Now.Takes), "1 1")
	}, checked)
}

// TestMovingNeverSaysTwice: carts at every step of a sequence are moved to
// whatever is published; no step is sent twice, which the world's audit checks,
// and no template twice to a cart.
func TestMovingNeverSaysTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}, checked)
		w.waiting(2)
		for turn := range 3 {
			w.pass(time.Duration(rapid.IntRange(0, 30).Draw(r, fmt.Sprint("hours ", turn))) * time.Hour)
			steps := anyOrder(r, turn)
			if slices.EqualFunc(steps, w.board("cart-everyone").Sequence.Steps, func(a, b sequence.Step) bool { return a.After == b.After && a.Template == b.Template }) {
				continue
			}
			w.publish("cart-everyone", true, func(s *sequence.Sequence) { s.Steps = steps })
		}
		w.pass(100 * time.Hour)
		w.audit()
		for _, d := range w.carts() {
			said := map[string]int{}
			for _, e := range d.Timeline {
				if e.Kind == journey.EntryMessage && !e.Message.SentAt.IsZero() {
					said[e.Message.Template]++
				}
			}
			for template, n := range said {
				if n > 1 {
					r.Errorf("%s was said %d times: %q", template, n, decisions(d))
				}
			}
		}
	})
}

// anyOrder draws steps that say each template at most once.
func anyOrder(r *rapid.T, turn int) (steps []sequence.Step) {
	words := rapid.Permutation([]string{"reminder", "second", "careful"}).Draw(r, fmt.Sprint("words ", turn))
	hours := 0
	for i, word := range words[:rapid.IntRange(1, 3).Draw(r, fmt.Sprint("steps ", turn))] {
		hours += rapid.IntRange(1, 20).Draw(r, fmt.Sprint("gap ", turn, i))
		steps = append(steps, sequence.Step{After: time.Duration(hours) * time.Hour, Channels: []event.Channel{event.Email}, Template: word, MaxLate: 48 * time.Hour})
	}
	return steps
}
