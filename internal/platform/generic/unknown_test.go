package generic_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
)

// Who spells a name wrong is told that nothing comes of it.
func TestANameThatMeansNothingIsSaidSo(t *testing.T) {
	t.Parallel()
	for body, said := range map[string]bool{
		`{"event":"Bought It","messageId":"1","properties":{"cart_id":"c1"}}`:                              true,
		`{"event":"Cart Viewed","messageId":"1","properties":{"cart_id":"c1"}}`:                            false,
		`{"type":"page","name":"Home","messageId":"1","anonymousId":"a"}`:                                  false,
		`{"event":"Order Completed","messageId":"1","userId":"u","properties":{"order_id":"o","total":1}}`: false,
	} {
		items, err := generic.New().ParseItems(event.Delivery{ShopID: "s", Currency: "EUR", Body: []byte(body)})
		if err != nil || items[0].Err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		if got := strings.Contains(strings.Join(items[0].Event.Notes, ";"), "none that anything is done for"); got != said {
			t.Errorf("%s: notes %q", body, items[0].Event.Notes)
		}
	}
}
