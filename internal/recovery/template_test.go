package recovery_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// oneTemplate writes by email, twice with the same template.
const oneTemplate = `
personas:
  - {key: everyone}
sequences:
  - key: cart
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [email], template: hello, max_late: 6h}
      - {after: 3h, channels: [email], template: hello, max_late: 6h}
templates:
  - {key: hello, channel: email, locale: en, subject: "First words", body: "<p>First words</p>"}
`

var helloName = journey.TemplateName{Key: "hello", Channel: event.Email, Locale: "en"}

func (w *world) edits(subject, body string) message.Template {
	return helloName.Of(message.Template{Subject: subject, Body: body})
}

// as acts as somebody of the shop.
func (w *world) as(user string) context.Context {
	return access.WithActor(w.t.Context(), access.Actor{Kind: access.ByUser, ID: user})
}

func (w *world) draft(t message.Template, seen string) journey.Draft {
	w.t.Helper()
	d, err := w.engine.SaveTemplateDraft(w.as("ed"), w.shop.ID, t, seen)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) log(did access.Action) (out []access.Entry) {
	w.t.Helper()
	p, err := w.store.Audit(w.t.Context(), w.shop.ID, journey.Query{State: string(did)})
	if err != nil {
		w.t.Fatal(err)
	}
	return p.Items
}

// Nothing is sent from a draft; what is published is what the next message
// says, also of a shopper who is in the sequence already.
func TestTheNextMessageUsesWhatIsPublished(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		d := w.draft(w.edits("Second words", "<p>Second words</p>"), "")
		w.pass(time.Hour)
		same(t, "sent while there is a draft", w.sent(), []string{"email First words"})
		version, found, err := w.engine.PublishTemplate(w.as("ed"), w.shop.ID, helloName, d.Revision, "a better beginning")
		if err != nil || version != 2 {
			t.Fatalf("version %d, %v, %v", version, found, err)
		}
		w.pass(2 * time.Hour)
		same(t, "sent after it was published", w.sent(), []string{"email First words", "email Second words"})
		if log := w.log(access.TemplatePublished); len(log) != 1 || log[0].Object != "hello/email/en" || log[0].Actor.ID != "ed" || log[0].Detail["version"] != "2" {
			t.Errorf("the audit log: %+v", log)
		}
		list, _, err := w.store.TemplateVersions(t.Context(), w.shop.ID, helloName, 0)
		if err != nil || len(list) != 2 || list[0].Note != "a better beginning" || !list[0].Live || list[1].Live {
			t.Errorf("versions: %+v, %v", list, err)
		}
	}, book(oneTemplate))
}

func TestPublishingIsGuarded(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		publish := func(seen string) ([]journey.TemplateFinding, error) {
			_, found, err := w.engine.PublishTemplate(w.as("ed"), w.shop.ID, helloName, seen, "")
			return found, err
		}
		if _, err := publish("r"); !fault.Is(err, fault.NotFound) {
			t.Errorf("without a draft: %v", err)
		}
		mine := w.draft(w.edits("Mine", "<p>Mine</p>"), "")
		if _, err := w.engine.SaveTemplateDraft(w.as("eve"), w.shop.ID, w.edits("Theirs", "<p>Theirs</p>"), ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("a draft over one never seen: %v", err)
		}
		theirs := w.draft(w.edits("Theirs", "<p>{{ cart.totl }}</p>"), mine.Revision)
		if _, err := publish(mine.Revision); !fault.Is(err, fault.Conflict) {
			t.Errorf("publishing a draft that was changed since: %v", err)
		}
		found, err := publish(theirs.Revision)
		if !fault.Is(err, fault.Unprocessable) || len(found) != 1 {
			t.Fatalf("a misspelt variable: %+v, %v", found, err)
		}
		want := journey.TemplateFinding{Stops: true, Problem: message.Problem{Field: "body", Line: 1, Column: 7, Message: `there is no variable "cart.totl"`, Remedy: found[0].Remedy}}
		if diff := cmp.Diff(want, found[0]); diff != "" {
			t.Error(diff)
		}
		state, err := w.store.TemplateState(t.Context(), w.shop.ID, helloName)
		if err != nil || state.Live.Subject != "First words" || state.Draft.Revision != theirs.Revision {
			t.Errorf("after all: %+v, %v", state, err)
		}
		same := w.draft(w.edits("First words", "<p>First words</p>"), theirs.Revision)
		if version, _, err := w.engine.PublishTemplate(w.as("ed"), w.shop.ID, helloName, same.Revision, ""); err != nil || version != 1 {
			t.Errorf("publishing what is live already made version %d: %v", version, err)
		}
	}, book(oneTemplate))
}

func TestTheGateFindsWhatMustNotLeave(t *testing.T) {
	onSQLite(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			t     message.Template
			field string
			says  string
		}{
			"relative link":    {w.edits("s", "<p>Hi</p>\n<a href=\"/cart\">cart</a>"), "body", "leads nowhere"},
			"script link":      {w.edits("s", `<a href="javascript:alert(1)">x</a>`), "body", "leads nowhere"},
			"no subject":       {w.edits("", "<p>x</p>"), "subject", "missing"},
			"only with a name": {w.edits("{{ shopper.first_name }}", "<p>x</p>"), "subject", "the subject is empty"},
			"endless":          {w.edits("s", "{% for a in cart.items %}{% for b in cart.items %}{% for c in cart.items %}{% for d in cart.items %}x{% endfor %}{% endfor %}{% endfor %}{% endfor %}"), "body", "30 lines"},
		} {
			found, err := w.engine.CheckTemplate(t.Context(), w.shop.ID, c.t)
			if err != nil || len(found) == 0 || !found[0].Stops || found[0].Field != c.field || !strings.Contains(found[0].Message, c.says) {
				t.Errorf("%s: %+v, %v", name, found, err)
			}
		}
		found, err := w.engine.CheckTemplate(t.Context(), w.shop.ID, w.edits("{{ shopper.first_name | default: 'Hello' }}, your cart", `<p>Hi</p><a href="{{ cart.restore_url }}">back</a>`))
		for _, f := range found {
			if f.Stops {
				t.Errorf("a sound one is stopped: %+v", f)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}, book(oneTemplate))
}

func TestProofsAreOfTheShopsOwnCarts(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.send(shopifyPost("checkouts/create", w.now(), checkout("tok1", w.now())))
		carts, err := w.store.Carts(t.Context(), w.shop.ID, journey.Query{})
		if err != nil || len(carts.Items) != 1 {
			t.Fatal(carts, err)
		}
		with := "cart:" + carts.Items[0].ID
		text := w.edits("For {{ shopper.email }}", "<p>{{ shop.name }}</p>")
		p, err := w.engine.ProveTemplate(t.Context(), w.shop.ID, text, with)
		if err != nil || p.Rendered.Subject != "For "+ada || !strings.Contains(p.Rendered.HTML, w.shop.Name) {
			t.Errorf("%+v, %v", p, err)
		}
		if _, err := w.engine.ProveTemplate(t.Context(), "shop-other", text, with); !fault.Is(err, fault.NotFound) {
			t.Errorf("another shop's cart: %v", err)
		}
		if _, err := w.engine.ProveTemplate(t.Context(), w.shop.ID, text, "sample:invented"); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("an invented sample: %v", err)
		}
		if strings.Contains(w.logs.String(), ada) {
			t.Error("an address is in the log")
		}
	}, book(oneTemplate))
}

// A test goes out by the real channel and is nobody's message: no row, no
// decision, dead links, and what the provider reports of it changes nothing.
func TestTestsTouchNobody(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		text := w.edits("Hello", `<a href="{{ cart.restore_url }}">back</a>`)
		r, err := w.engine.SendTemplateTest(w.as("ed"), w.shop.ID, text, "", "Ed@Example.com")
		if err != nil || r.Outcome != "accepted" || !r.Sandbox {
			t.Fatalf("%+v, %v", r, err)
		}
		sent := w.last()
		if sent.Subject != "[Test] Hello" || !strings.HasPrefix(sent.MessageID, "test-") {
			t.Errorf("sent: %+v", sent)
		}
		if _, err := w.engine.LinkPage(t.Context(), message.LinkRestore, message.LinkRestore.Placeholder()); !fault.Is(err, fault.NotFound) {
			t.Errorf("the link of a test opens something: %v", err)
		}
		if err := w.box.Bounce(t.Context(), sent); err != nil {
			t.Fatal(err)
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			reason, err := tx.Suppression(ctx, w.shop.ID, event.Email, recovery.HashAddress(w.shop.ID, event.Email, "ed@example.com"))
			if reason != "" {
				t.Errorf("a bounced test suppressed the address: %s", reason)
			}
			return err
		})
		all, err := w.store.Messages(t.Context(), w.shop.ID, journey.Query{})
		if err != nil || len(all.Items) != 0 {
			t.Errorf("messages: %+v, %v", all.Items, err)
		}
		if log := w.log(access.TemplateTested); len(log) != 1 || log[0].Object != "hello/email/en" || len(log[0].Detail) > 0 {
			t.Errorf("the audit log: %+v", log)
		}
	}, book(oneTemplate))
}

func TestTestsAreFewAndWanted(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		text := w.edits("Hello", "<p>x</p>")
		send := func(who, to string) error {
			_, err := w.engine.SendTemplateTest(w.as(who), w.shop.ID, text, "", to)
			return err
		}
		if err := send("ed", "nowhere"); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("no address: %v", err)
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.Suppress(ctx, w.shop.ID, event.Email, recovery.HashAddress(w.shop.ID, event.Email, "no@example.com"), "opted_out")
		})
		if err := send("ed", "no@example.com"); !fault.Is(err, fault.Unprocessable) {
			t.Errorf("to somebody who said no: %v", err)
		}
		for range 5 {
			if err := send("ed", "ed@example.com"); err != nil {
				t.Fatal(err)
			}
		}
		if err := send("ed", "ed@example.com"); !fault.Is(err, fault.Throttled) {
			t.Errorf("a sixth within a minute: %v", err)
		}
		if err := send("eve", "eve@example.com"); err != nil {
			t.Errorf("somebody else: %v", err)
		}
		w.clock.Add(2 * time.Minute)
		if err := send("ed", "ed@example.com"); err != nil {
			t.Errorf("two minutes later: %v", err)
		}
	}, book(oneTemplate))
}

func TestRestoringMakesADraft(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		d := w.draft(w.edits("Second", "<p>Second</p>"), "")
		if _, _, err := w.engine.PublishTemplate(w.as("ed"), w.shop.ID, helloName, d.Revision, ""); err != nil {
			t.Fatal(err)
		}
		back, err := w.engine.RestoreTemplateVersion(w.as("ed"), w.shop.ID, helloName, 1, "")
		if err != nil || back.Template.Subject != "First words" || back.Base != 2 {
			t.Errorf("%+v, %v", back, err)
		}
		if _, err := w.engine.RestoreTemplateVersion(w.as("ed"), w.shop.ID, helloName, 1, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("over a draft that was not seen: %v", err)
		}
		if _, err := w.engine.RestoreTemplateVersion(w.as("ed"), w.shop.ID, helloName, 9, back.Revision); !fault.Is(err, fault.NotFound) {
			t.Errorf("a version that never was: %v", err)
		}
		if err := w.engine.DiscardTemplateDraft(w.as("ed"), w.shop.ID, helloName, back.Revision); err != nil {
			t.Error(err)
		}
		state, err := w.store.TemplateState(t.Context(), w.shop.ID, helloName)
		if err != nil || state.Drafted() || state.Live.Version != 2 {
			t.Errorf("%+v, %v", state, err)
		}
	}, book(oneTemplate))
}
