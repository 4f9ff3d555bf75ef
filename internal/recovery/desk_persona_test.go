package recovery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// keys lists the shop's personas in order.
func (w *world) keys() string {
	w.t.Helper()
	l, err := w.engine.PersonasNow(context.Background(), w.shop.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, p := range l.Personas {
		out = append(out, p.Key)
	}
	return fmt.Sprintf("%d: %s", l.Revision, strings.Join(out, " "))
}

// Personas are added above the catch-all, changed, moved, deleted and put back,
// each by who saw the newest list.
func TestPersonasAreEdited(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx, id, e := context.Background(), w.shop.ID, w.engine
		same(t, "at first", w.keys(), "1: careful everyone")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(e.SavePersona(ctx, id, 1, "", persona.Persona{Key: "mobile", Rule: `shopper.device == "mobile"`}))
		same(t, "added", w.keys(), "2: careful mobile everyone")
		same(t, "by an old list", fault.CodeOf(e.SavePersona(ctx, id, 1, "mobile", persona.Persona{Key: "mobile", Rule: "true"})), fault.Conflict)
		must(e.MovePersona(ctx, id, 2, "mobile", 0))
		same(t, "moved up", w.keys(), "3: mobile careful everyone")
		must(e.MovePersona(ctx, id, 3, "mobile", 9))
		same(t, "moved below the others, never below the catch-all", w.keys(), "4: careful mobile everyone")
		for what, err := range map[string]error{
			"the catch-all moved":  e.MovePersona(ctx, id, 4, "everyone", 0),
			"a rule on it":         e.SavePersona(ctx, id, 4, "everyone", persona.Persona{Key: "everyone", Rule: "true"}),
			"another key":          e.SavePersona(ctx, id, 4, "mobile", persona.Persona{Key: "phone", Rule: "true"}),
			"the catch-all gone":   e.DeletePersona(ctx, id, 4, "everyone", recovery.HeirRetire),
			"a wrong rule":         e.SavePersona(ctx, id, 4, "mobile", persona.Persona{Key: "mobile", Rule: "cart.totl > 1"}),
			"a rule that is empty": e.SavePersona(ctx, id, 4, "mobile", persona.Persona{Key: "mobile"}),
		} {
			if !fault.Is(err, fault.Unprocessable) {
				t.Errorf("%s: %v", what, err)
			}
		}
		same(t, "with a sequence", fault.CodeOf(e.DeletePersona(ctx, id, 4, "careful", recovery.HeirNobody)), fault.Conflict)
		same(t, "to one who has one", fault.CodeOf(e.DeletePersona(ctx, id, 4, "careful", "to:")), fault.Conflict)
		must(e.DeletePersona(ctx, id, 4, "careful", "to:mobile"))
		same(t, "deleted", w.keys(), "5: mobile everyone")
		same(t, "its sequence", w.board("cart-careful").Sequence.Persona, "mobile")
		same(t, "back without its sequence", fault.CodeOf(e.RestorePersonas(ctx, id, 5, 1)), fault.Conflict)
		must(e.RestorePersonas(ctx, id, 5, 4))
		same(t, "put back", w.keys(), "6: careful mobile everyone")
		same(t, "unknown", fault.CodeOf(e.MovePersona(ctx, id, 6, "nobody", 0)), fault.NotFound)
		same(t, "audit", w.did(), []string{"persona.saved mobile", "persona.moved mobile", "persona.moved mobile", "persona.deleted careful", "persona.list_restored " + id})
	}, checked)
}

// The next cart goes where the new order says.
func TestReorderingChangesRouting(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx, id := context.Background(), w.shop.ID
		if err := w.engine.SavePersona(ctx, id, recovery.AnyRevision, "", persona.Persona{Key: "cheap", Rule: "cart.total < 1000"}); err != nil {
			t.Fatal(err)
		}
		next := func(link string) string {
			w.send(gen("Cart Updated", w.now(), adaCart(link).with(fields{"email": link + "@example.com", "total": 150})))
			w.pass(35 * time.Minute)
			return w.cart(link).Cart.PersonaKey
		}
		first := next("one")
		if err := w.engine.MovePersona(ctx, id, recovery.AnyRevision, "cheap", 0); err != nil {
			t.Fatal(err)
		}
		same(t, "after the move", next("two"), "cheap")
		if first == "" {
			t.Error("the first cart was not routed")
		}
	}, checked)
}

// A rule's reach is told before it is saved: who would get what from whom.
func TestReachBeforeSaving(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx, id := context.Background(), w.shop.ID
		w.waiting(6)
		r, err := w.engine.RuleReach(ctx, id, "", "cart.total < 1000")
		if err != nil {
			t.Fatal(err)
		}
		same(t, "reach", fmt.Sprintf("%d %d %d %s %d", r.Sampled, r.Matches, r.Takes, r.From[0].Name, r.From[0].Carts), "6 6 6 Sam 6")
		same(t, "examples", len(r.Examples), 5)
		if r, err = w.engine.RuleReach(ctx, id, "careful", "cart.total > 1000"); err != nil || r.Matches != 0 || len(r.From) != 0 {
			t.Errorf("nobody: %+v, %v", r, err)
		}
		// The past is what it was when the cart was left: an order since does not count.
		if r, err = w.engine.RuleReach(ctx, id, "", "shopper.orders == 0 && shopper.visits == 1"); err != nil || r.Matches != 6 {
			t.Errorf("before anybody ordered: %+v, %v", r, err)
		}
		b, err := w.engine.PersonaBoard(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "board", fmt.Sprint(b.Sampled, b.Cards[0].Now.Takes, b.Cards[1].Now.Takes, b.Cards[1].Routed, b.Cards[0].Sequences), "6 0 6 6 [cart-careful]")
	}, checked)
}
