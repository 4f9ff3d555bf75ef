package shopware_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/platform/platformtest"
	"github.com/cartograph-dev/cartograph/internal/platform/shopware"
)

// recorded is what the companion's test/record.php printed: a signature and a body on each line.
const recorded = "testdata/companion.txt"

// TestCompanion reads what the companion really posts, signature and all.
func TestCompanion(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	var got []event.Event
	for line := range strings.Lines(string(text)) {
		signature, body, _ := strings.Cut(strings.TrimSpace(line), " ")
		d := deliver(body)
		d.Header = map[string][]string{"X-Cartograph-Signature": {signature}}
		if err := shopware.New().Verify(d, []string{"a secret"}); err != nil {
			t.Error(err)
		}
		es, err := shopware.New().Parse(d)
		if err != nil {
			t.Fatal(err)
		}
		platformtest.Sound(t, es[0])
		got = append(got, es...)
	}
	cart := event.Link{Kind: event.LinkCart, Value: "c101e911469c969171040b50d70543313cf968fdef5bacc780776f8fb399ab36"}
	who := []event.Key{{Kind: event.KeyCustomer, Value: "0c1d2e3f405162738495a6b7c8d9e0f1"}, {Kind: event.KeyEmail, Value: "kim@example.com"}, {Kind: event.KeyPhone, Value: "+4930901820"}}
	eur := func(n int64) money.Money { return money.Money{Minor: n, Currency: "EUR"} }
	mug := event.Item{ProductID: "a3a1c2d3e4f50617283940a1b2c3d4e5", SKU: "MUG-BLUE", Title: `Becher "Blau" 🍵`, Variant: "Blau", Quantity: 2,
		Price: eur(1250), LineTotal: eur(2500), ImageURL: "https://shop.example/media/mug.jpg"}
	contents := &event.Contents{Items: []event.Item{mug}, Total: eur(2250), Coupons: []string{"SPRING"}}
	type told struct {
		Kind     event.Kind
		Link     event.Link
		Keys     []event.Key
		Contents *event.Contents
		WayBack  string
	}
	const back = "https://shop.example/cartograph/cart?items=a3a1c2d3e4f50617283940a1b2c3d4e5:2"
	want := []told{
		{event.CartUpdated, cart, who, contents, back},
		{event.CheckoutUpdated, cart, nil, contents, back},
		{event.CartDeleted, cart, who, nil, ""},
		{event.OrderPlaced, cart, who, contents, ""},
		{event.ConsentChanged, event.Link{}, who[1:2], nil, ""},
		{event.SubjectErase, event.Link{}, nil, nil, ""},
	}
	var have []told
	for _, e := range got {
		h := told{e.Kind, event.Link{}, e.Person.Keys, e.Contents, e.RestoreURL}
		if len(e.Links) > 0 {
			h.Link = e.Links[0]
		}
		have = append(have, h)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
	if o := got[3].Order; !o.Creditable || o.Total != eur(2250) || !got[4].Consents[0].Confirmed || len(got[5].Privacy.Keys) != 2 {
		t.Errorf("the order %+v, the answer %+v, the request %+v", o, got[4].Consents, got[5].Privacy)
	}
}

// TestCompanionIsRecorded runs the companion where PHP is, and lints it: what
// was recorded must be what it prints.
func TestCompanionIsRecorded(t *testing.T) {
	t.Parallel()
	php, err := exec.LookPath("php")
	if err != nil {
		if os.Getenv("CARTOGRAPH_REQUIRE_ENGINES") != "" {
			t.Fatal("php is missing")
		}
		t.Log("php is missing: the companion was not run")
		return
	}
	err = filepath.WalkDir("companion", func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".php" {
			return err
		}
		if out, err := exec.CommandContext(t.Context(), php, "-l", path).CombinedOutput(); err != nil { // #nosec G204 -- our own files
			t.Errorf("%s: %s", path, out)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	now, err := exec.CommandContext(t.Context(), php, "companion/CartographCompanion/test/record.php").Output() // #nosec G204 -- our own file
	if err != nil {
		t.Fatal(err)
	}
	then, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(now, then) {
		t.Errorf("the companion prints\n%s\nand not what was recorded; record it again if that is meant", now)
	}
}
