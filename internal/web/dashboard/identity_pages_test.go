package dashboard

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// fixturesOfIdentity give the two pages about who is who their fullest and their emptiest content.
func fixturesOfIdentity(f frame) [2][2]any {
	f.Role = access.Owner
	name := func(id, of, value string) shopper.Name {
		return shopper.Name{ID: id, ShopperID: of, Key: event.Key{Kind: event.KeyEmail, Value: value}}
	}
	seen := func(kind event.Kind, cartID string, why journey.Apartness) journey.SeenWith {
		return journey.SeenWith{Name: name("o", "q", "o@x.example"), EventKind: kind, CartID: cartID, Why: why}
	}
	one := journey.KnownName{Name: name("a", "p", "<a>@x.example"), Carts: 1, Orders: journey.CountCap, Crowded: true, Others: 300,
		With:  []journey.SeenWith{seen(event.CheckoutUpdated, "c", ""), seen(event.ConsentChanged, "", ""), seen(event.ShopperUpdated, "", ""), seen("", "", ""), seen(event.Unknown, "", ""), seen(event.OrderPlaced, "c", "")},
		Apart: []journey.SeenWith{seen(event.CartUpdated, "c", journey.ApartByWord), seen("", "", journey.ApartByCrowd), seen("", "", journey.ApartByCustomer), seen("", "", journey.ApartByAddress), seen("", "", journey.ApartByNewer)}}
	word := shopper.Word{ID: "w", NameA: one.Name, NameB: name("b", "q", "b@x.example"), Reason: "r", By: shopper.Author{Kind: "key", Name: "k"}, EndedBy: shopper.Author{Kind: "command"}}
	ended := word
	ended.Ended, ended.EndedAt, ended.By = true, 1, shopper.Author{Kind: "user"}
	who := journey.Identity{ShopperID: "p", Total: 12, Names: []journey.KnownName{one, {Name: name("b", "p", "b@x.example")}}, Words: []shopper.Word{word, ended}}
	hang := func(n int) (out []journey.Hanging) {
		for range n {
			out = append(out, journey.Hanging{ID: "c", State: "open", Number: "#1", At: time.Unix(1, 0)})
		}
		return out
	}
	look := journey.Foresight{A: one.Name, B: word.NameB, Changes: true, Sides: []journey.Side{
		{Names: []shopper.Name{one.Name, name("z", "third", "z@x.example")}, Carts: hang(9), Orders: hang(9), More: true}, {}}}
	return [2][2]any{
		{identityView{frame: f, Identity: who, ID: "p", Name: "N", Next: "/n", Did: "x"}, identityView{}},
		{foresightView{frame: f, Foresight: look, What: "apart", Reason: "r"}, foresightView{What: "back"}},
	}
}
