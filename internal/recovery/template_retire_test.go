package recovery_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// bilingual is oneTemplate with a second language.
const bilingual = oneTemplate + `  - {key: hello, channel: email, locale: fr, subject: "Premiers mots", body: "<p>Premiers mots</p>"}
`

// The last text of a channel that a step sends by stays; another one is retired,
// what takes its place is said first and sent after, and it comes back.
func TestRetiringNeverLeavesAStepWithoutAText(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		french := helloName
		french.Locale = "fr"
		r, err := w.engine.TemplateRetirement(t.Context(), w.shop.ID, helloName)
		if err != nil || r.Needed || r.Fallback == nil || *r.Fallback != french || r.Version != 1 || len(r.Uses) != 2 || r.Uses[1].Step != 1 {
			t.Fatalf("before: %+v, %v", r, err)
		}
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		wantCode(t, "a version that is not live", w.engine.RetireTemplate(w.as("ed"), w.shop.ID, helloName, 7), fault.Conflict)
		if err := w.engine.RetireTemplate(w.as("ed"), w.shop.ID, helloName, 1); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "twice", w.engine.RetireTemplate(w.as("ed"), w.shop.ID, helloName, 1), fault.Conflict)
		err = w.engine.RetireTemplate(w.as("ed"), w.shop.ID, french, 1)
		wantCode(t, "the last text", err, fault.Conflict)
		if !strings.Contains(err.Error(), "cart (version 1), step 1") {
			t.Errorf("what keeps it is not named: %v", err)
		}
		w.pass(time.Hour)
		same(t, "sent while it is retired", w.sent(), []string{"email Premiers mots"})
		b, err := w.store.TemplateBoard(t.Context(), w.shop.ID)
		if err != nil || len(b.Live) != 1 || len(b.Retired) != 1 || journey.NameOf(b.Retired[0]) != helloName {
			t.Fatalf("the board: %+v, %v", b, err)
		}
		version, found, err := w.engine.ReturnTemplate(w.as("ed"), w.shop.ID, helloName)
		if err != nil || version != 1 {
			t.Fatalf("back: %d, %v, %v", version, found, err)
		}
		_, _, err = w.engine.ReturnTemplate(w.as("ed"), w.shop.ID, helloName)
		wantCode(t, "back twice", err, fault.NotFound)
		w.pass(2 * time.Hour)
		same(t, "sent after it came back", w.sent(), []string{"email Premiers mots", "email First words"})
		if out, back := w.log(access.TemplateRetired), w.log(access.TemplateReturned); len(out) != 1 || out[0].Detail["serves"] != "fr" || out[0].Actor.ID != "ed" || len(back) != 1 {
			t.Errorf("the audit log: %+v, %+v", out, back)
		}
		w.draft(w.edits("Newer", "<p>Newer words</p>"), "")
		wantCode(t, "beside a draft", w.engine.RetireTemplate(w.as("ed"), w.shop.ID, helloName, 1), fault.Conflict)
	}, book(bilingual))
}
