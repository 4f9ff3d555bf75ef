package recovery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// collecting gives the engine the generic vocabulary, as the program does.
var collecting = engineOf(func(o *recovery.Options) {
	o.Collect = func(d event.Delivery) (out []recovery.Item, err error) {
		items, err := generic.New().ParseItems(d)
		for _, it := range items {
			out = append(out, recovery.Item{Raw: it.Raw, Event: it.Event, Err: it.Err})
		}
		return out, err
	}
})

// claims states answers, and gives what became of each.
func (w *world) claims(said ...consent.Said) (out []string) {
	w.t.Helper()
	receipts, err := w.engine.Claims(context.Background(), w.shop.ID, said)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, r := range receipts {
		if r.Index != i {
			w.t.Errorf("receipt %d says it is %d", i, r.Index)
		}
		out = append(out, strings.TrimSpace(string(r.Status)+" "+r.Field))
	}
	return out
}

// answer is Ada's, about email, some hours ago.
func (w *world) answer(a event.Answer, hours int) consent.Said {
	return consent.Said{Email: ada, Channel: "email", Answer: string(a), At: w.now().Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339), Source: "till"}
}

// stands gives how Ada's email stands.
func (w *world) stands() string {
	w.t.Helper()
	l, err := w.store.ConsentLedgerOf(context.Background(), w.shop.ID, []event.Key{{Kind: event.KeyEmail, Value: ada}})
	if err != nil {
		w.t.Fatal(err)
	}
	s := l.Now[0]
	return strings.TrimSpace(fmt.Sprintf("%s %s", s.Answer, s.Suppressed))
}

func TestClaimsTakeTheWayOfEvents(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		yes, no := w.answer(event.Yes, 3), w.answer(event.No, 2)
		wrong, nowhere := yes, yes
		wrong.Channel, nowhere.Email = "fax", "ada@nowhere"
		same(t, "first", w.claims(yes, wrong, no, nowhere), []string{"accepted", "rejected channel", "accepted", "rejected email"})
		same(t, "again", w.claims(no, yes), []string{"duplicate", "duplicate"})
		same(t, "the newest counts", w.stands(), "no")

		// With an id, that alone tells repeats; with neither id nor time, nothing is one.
		named := w.answer(event.Yes, 0)
		named.ID = "a1"
		same(t, "with an id", w.claims(named), []string{"accepted"})
		named.At = ""
		same(t, "with the same id", w.claims(named), []string{"duplicate"})
		same(t, "came back", w.stands(), "yes")
		undated := consent.Said{Email: ada, Channel: "email", Answer: "no"}
		same(t, "without either", w.claims(undated, undated), []string{"accepted", "accepted"})
		same(t, "stopped", w.stands(), "no")

		who, err := w.engine.Find(context.Background(), w.shop.ID, recovery.Who{Keys: []event.Key{{Kind: event.KeyEmail, Value: ada}}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := w.store.ConsentLedger(context.Background(), w.shop.ID, who)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, e := range l.Lines {
			lines = append(lines, fmt.Sprint(e.Answer, " ", e.Source, " ", e.Address, " ", strings.HasPrefix(e.Evidence, "event ")))
		}
		same(t, "lines, newest first", lines, []string{
			"no stated by the merchant " + ada + " true", "no stated by the merchant " + ada + " true",
			"yes till " + ada + " true", "no till " + ada + " true", "yes till " + ada + " true",
		})
		d, err := w.engine.Dossier(context.Background(), w.shop.ID, recovery.Who{ShopperID: who})
		if err != nil || len(d.Events) != 5 || !strings.Contains(string(asJSON(d)), "Consent Updated") {
			t.Errorf("the raw answers are not in the dossier: %d, %v", len(d.Events), err)
		}
	}, collecting)
}

// A confirmed yes that a merchant vouches for is enough where the shop asks for one, and says what it names.
func TestAConfirmedClaimIsEnough(t *testing.T) {
	for _, confirmed := range []string{"", "yes"} {
		t.Run("confirmed "+confirmed, func(t *testing.T) {
			onSQLite(t, func(t *testing.T, w *world) {
				said := w.answer(event.Yes, 3)
				said.Confirmed, said.Names = confirmed, []string{"cart_reminders"}
				same(t, "taken", w.claims(said), []string{"accepted"})
				l, err := w.store.ConsentLedgerOf(context.Background(), w.shop.ID, []event.Key{{Kind: event.KeyEmail, Value: ada}})
				if err != nil {
					t.Fatal(err)
				}
				same(t, "ledger", fmt.Sprintf("%v %v", l.Now[0].Confirmed, l.Now[0].Names), fmt.Sprintf("%v [cart_reminders]", confirmed != ""))
				w.send(gen("Cart Updated", w.now(), adaCart("c1")))
				w.pass(2 * time.Hour)
				want := map[string][]string{"": {"-1 sent consent.confirmation email"}, "yes": {"0 sent consent.yes email"}}[confirmed]
				same(t, "decided", decisions(w.cart("c1"))[1:2], want)
			}, book(only(event.Email)), confirmsFirst, collecting)
		})
	}
}

// imports takes a file in and gives what became of its lines.
func (w *world) imports(dry bool, file string, rows ...string) (out []string) {
	w.t.Helper()
	lines, err := consent.NewLines(strings.NewReader("email,channel,answer,at\n" + strings.Join(rows, "\n")))
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := w.engine.NewImport(context.Background(), w.shop.ID, file, dry)
	if err != nil {
		w.t.Fatal(err)
	}
	for {
		// One line a batch, so that repeats within a file are told across batches.
		l, err := lines.Next()
		if err != nil {
			return out
		}
		done, err := m.Take(context.Background(), []consent.Line{l})
		if err != nil {
			w.t.Fatal(err)
		}
		d := done[0]
		out = append(out, strings.TrimSpace(fmt.Sprintf("%d %s %s%s", d.Line, d.Status, d.Suppressed, map[bool]string{true: "outranked"}[d.Outranked])))
	}
}

// A dry run says what the import then does, and changes nothing. The import is
// done once, lifts nothing, and outranks no newer no.
func TestImport(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		at := func(hours int) string { return w.now().Add(-time.Duration(hours) * time.Hour).Format(time.RFC3339) }
		same(t, "a no before", w.claims(w.answer(event.No, 5)), []string{"accepted"})
		err := w.engine.Store.Write(context.Background(), func(ctx context.Context, tx recovery.Tx) error {
			hash := recovery.HashAddress(w.shop.ID, event.Email, "gone@example.com")
			return tx.Suppress(ctx, w.shop.ID, event.Email, hash, "erased")
		})
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(time.Hour)
		rows := []string{
			ada + ",email,yes," + at(9), "bob@example.com,email,yes," + at(9), "bob@example.com,fax,yes," + at(9), "BOB@example.com,email,yes," + at(9),
			"gone@example.com,email,yes," + at(0), "cleo@example.com,email,no,", "cleo@example.com,email,yes," + at(9),
		}
		want := []string{"2 accepted outranked", "3 accepted", "4 rejected", "5 duplicate", "6 accepted erased", "7 accepted", "8 accepted outranked"}
		same(t, "dry", w.imports(true, "list.csv", rows...), want)
		same(t, "dry again", w.imports(true, "list.csv", rows...), want)
		same(t, "nothing changed", w.stands(), "no")
		same(t, "for good", w.imports(false, "list.csv", rows...), want)
		known := []string{"2 duplicate", "3 duplicate", "4 rejected", "5 duplicate", "6 duplicate", "7 duplicate", "8 duplicate"}
		same(t, "again", w.imports(false, "copy of list.csv", rows...), known)
		same(t, "dry at last", w.imports(true, "list.csv", rows...), known)
		same(t, "the newer no stands", w.stands(), "no")

		l, err := w.store.ConsentLedgerOf(context.Background(), w.shop.ID, []event.Key{{Kind: event.KeyEmail, Value: "gone@example.com"}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the erased stays suppressed", l.Now[0].Suppressed, "erased")
		same(t, "evidence", l.Lines[0].Evidence, "import list.csv:6")
		// What the same person says by themselves does lift it.
		w.clock.Add(time.Hour)
		w.send(gen("Consent Updated", w.now(), fields{"email": "gone@example.com", "consent": fields{"email": "yes"}}))
		if l, err = w.store.ConsentLedgerOf(context.Background(), w.shop.ID, []event.Key{{Kind: event.KeyEmail, Value: "gone@example.com"}}); err != nil || l.Now[0].Suppressed != "" {
			t.Errorf("the person's own yes: %+v, %v", l.Now[0], err)
		}
	}, collecting)
}

// An erasure finds what was imported, and what it left stops the file from bringing it back.
func TestErasureFindsImports(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		row := "carla@example.com,email,yes," + w.now().Add(-time.Hour).Format(time.RFC3339)
		same(t, "imported", w.imports(false, "list.csv", row), []string{"2 accepted"})
		who := recovery.Who{Keys: []event.Key{{Kind: event.KeyEmail, Value: "carla@example.com"}}}
		done, err := w.engine.Erase(context.Background(), w.shop.ID, who, "test", "")
		if err != nil || len(done) != 1 || done[0].Counts["events"] != 1 || done[0].Counts["consents"] != 1 {
			t.Fatalf("%+v, %v", done, err)
		}
		same(t, "again", w.imports(false, "list.csv", row), []string{"2 duplicate"})
		l, err := w.store.ConsentLedgerOf(context.Background(), w.shop.ID, who.Keys)
		if err != nil || l.Now[0].Suppressed != "erased" {
			t.Errorf("%+v, %v", l, err)
		}
		for _, e := range l.Lines {
			if e.Evidence != "" || e.Source != "erased" {
				t.Errorf("a line kept %q of %q", e.Evidence, e.Source)
			}
		}
	}, collecting)
}
