package dashboard

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// Every list says whose its rows are, in words that can be told apart.
func TestListsNameTheirShoppers(t *testing.T) {
	t.Parallel()
	d, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := frame{Zone: time.UTC}
	mia := map[string]string{"c1": "Mia Vogel", "s1": "Mia Vogel"}
	talk := journey.Conversation{Channel: event.Messenger, From: "6100000000000055", Last: journey.Reply{ShopperID: "s1"}}
	for page, data := range map[string]any{
		"decisions.html":  listView[journey.Decision]{frame: f, Items: []journey.Decision{{CartID: "c1"}, {CartID: "c2"}}, called: mia},
		"messages.html":   listView[message.Message]{frame: f, Items: []message.Message{{CartID: "c1", To: "mia@example.com", Channel: event.Email}}, called: mia},
		"orders.html":     listView[cart.Purchase]{frame: f, Items: []cart.Purchase{{ShopperID: "s1"}, {}}, called: mia},
		"recoveries.html": listView[recoveryRow]{frame: f, Items: []recoveryRow{{Recovery: attribution.Recovery{CartID: "c1"}}}, called: mia},
		"inbox.html":      listView[journey.Conversation]{frame: f, Items: []journey.Conversation{talk, {From: "+15550100", Channel: event.SMS}}, called: mia},
	} {
		var b strings.Builder
		if err := d.pages[page].ExecuteTemplate(&b, "main", data); err != nil {
			t.Fatal(err)
		}
		body := b.String()
		if !strings.Contains(body, "Mia Vogel") {
			t.Errorf("%s does not name its shopper:\n%s", page, body)
		}
		if strings.Contains(body, talk.From) {
			t.Errorf("%s shows a number of Messenger beside a name", page)
		}
		if n := strings.Count(body, "15550100"); page == "inbox.html" && n != 1 {
			t.Errorf("an address in place of a name stands there %d times", n)
		}
		for name, want := range map[string]string{"decisions.html": "Unknown shopper", "messages.html": "mia@example.com", "inbox.html": "15550100"} {
			if name == page && !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", page, want)
			}
		}
	}
	row := cartLink{CartRow: journey.CartRow{FirstName: "Mia", LastName: "Vogel"}}
	if got := row.Who(); got != "Mia Vogel" {
		t.Errorf("a cart is %q’s", got)
	}
}
