package web_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// namesOfAda are the names of p-ada: a phone of hers, and one that her family shares.
func namesOfAda() (email, phone, shared shopper.Name) {
	name := func(id, of string, kind event.KeyKind, value string) shopper.Name {
		return shopper.Name{ID: id, ShopperID: of, Key: event.Key{Kind: kind, Value: value}}
	}
	return name("n-ada", "p-ada", event.KeyEmail, "ada@example.com"), name("n-phone", "p-ada", event.KeyPhone, "+33612345678"),
		name("n-ben", "p-ben", event.KeyEmail, "ben.secret@example.com")
}

func aWord() shopper.Word {
	email, phone, _ := namesOfAda()
	return shopper.Word{Ruling: shopper.Rule(email.Key, phone.Key, true, noon.UnixMilli()), ID: "w1", NameA: email, NameB: phone,
		Reason: "she told us", By: shopper.Author{Kind: "user", ID: "ada", Name: "ada@shop.example"}}
}

// Identity explains p-ada; everybody else of the shop has one name.
func (m *memory) Identity(ctx context.Context, shopID, id, after string, _ int) (journey.Identity, error) {
	if _, _, err := m.Shopper(ctx, shopID, id); err != nil {
		return journey.Identity{}, err
	}
	email, phone, ben := namesOfAda()
	if id != "p-ada" {
		return journey.Identity{ShopperID: id, Total: 1}, nil
	}
	i := journey.Identity{ShopperID: id, Total: 2, Words: []shopper.Word{aWord()}, Names: []journey.KnownName{
		{Name: email, Carts: 1, With: []journey.SeenWith{{Name: phone, At: noon, EventKind: event.CheckoutUpdated, CartID: "c1"}}},
		{Name: phone, Carts: 2, Orders: 1, Others: 7, With: []journey.SeenWith{{Name: email, At: noon, EventKind: event.CheckoutUpdated, CartID: "c1"}},
			Apart: []journey.SeenWith{{Name: ben, At: noon, Why: journey.ApartByAddress, EventKind: event.CartUpdated, CartID: "c2"}}},
	}}
	return i, nil
}

func (m *memory) sayable(ctx context.Context, shopID, id string, say journey.Saying) (a, b shopper.Name, err error) {
	if _, _, err := m.Shopper(ctx, shopID, id); err != nil {
		return a, b, err
	}
	email, phone, _ := namesOfAda()
	if say.Name != email.ID || say.Other != phone.ID && len(say.OtherKeys) == 0 {
		return a, b, fault.New(fault.NotFound, "no shopper is known by this name").In("name")
	}
	return email, phone, nil
}

// Foresee parts what p-ada has.
func (m *memory) Foresee(ctx context.Context, shopID, id string, say journey.Saying) (journey.Foresight, error) {
	a, b, err := m.sayable(ctx, shopID, id, say)
	_, _, ben := namesOfAda()
	return journey.Foresight{A: a, B: b, Changes: true, Sides: []journey.Side{
		{ShopperID: "p-ada", Names: []shopper.Name{a}, Carts: []journey.Hanging{{ID: "c1", State: "open"}}},
		{ShopperID: "p-ben", Names: []shopper.Name{b, ben}, Orders: []journey.Hanging{{ID: "o1", Number: "#1001"}}},
	}}, err
}

func (m *memory) Rule(ctx context.Context, shopID, id string, say journey.Saying) (shopper.Word, error) {
	_, _, err := m.sayable(ctx, shopID, id, say)
	return aWord(), m.deed("rule "+say.Reason, shopID, id, err)
}

func (m *memory) ForeseeUnrule(ctx context.Context, shopID, id, wordID string) (journey.Foresight, error) {
	if _, _, err := m.Shopper(ctx, shopID, id); err != nil {
		return journey.Foresight{}, err
	}
	w := aWord()
	return journey.Foresight{A: w.NameA, B: w.NameB, Word: w}, nil
}

func (m *memory) Unrule(ctx context.Context, shopID, id, wordID string) (shopper.Word, error) {
	_, _, err := m.Shopper(ctx, shopID, id)
	return aWord(), m.deed("unrule "+wordID, shopID, id, err)
}

// The page explains; what would happen is shown before it is done; and nobody
// sees more of somebody else than it takes to recognize them.
func TestWhoIsWhoPage(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m, overHTTP).as("in-ada")
	pager := s.do("GET", "/shoppers/p-ada/identity", "")
	pager.expect(t, http.StatusOK)
	page := pager.body
	for _, said := range []string{"33612345678", "on the same checkout", `href="/carts/c1"`, "b•••@example.com", "different email addresses", "she told us", "6 other names"} {
		if !strings.Contains(page, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
	if strings.Contains(page, "ben.secret") {
		t.Error("the page tells somebody else’s address")
	}
	lookr := s.do("POST", "/shoppers/p-ada/identity/look", "what=apart&name=n-ada&other=n-phone&reason=her+sister%27s", "Content-Type", "application/x-www-form-urlencoded")
	lookr.expect(t, http.StatusOK)
	look := lookr.body
	for _, said := range []string{"not the same person", "Person 2", "#1001", `href="/carts/c1"`, `value="her sister&#39;s"`} {
		if !strings.Contains(look, said) {
			t.Errorf("what would happen does not say %q", said)
		}
	}
	if strings.Contains(look, "ben.secret") || len(m.written()) > 1 {
		t.Errorf("looking did or told too much: %v", m.written())
	}
	r := s.do("POST", "/shoppers/p-ada/identity/say", "what=apart&name=n-ada&other=n-phone&reason=x", "Content-Type", "application/x-www-form-urlencoded")
	r.expect(t, http.StatusSeeOther)
	if at := r.Header.Get("Location"); at != "/shoppers/p-ada/identity?did=names-parted" {
		t.Errorf("it leads to %s", at)
	}
	s.do("POST", "/shoppers/p-ada/identity/say", "name=n-ada&other=n-phone", "Content-Type", "application/x-www-form-urlencoded").expect(t, http.StatusUnprocessableEntity)
	s.do("POST", "/shoppers/p-ada/identity/look", "what=back&word=w1", "Content-Type", "application/x-www-form-urlencoded").expect(t, http.StatusOK)
	s.do("POST", "/shoppers/p-ada/identity/back", "word=w1", "Content-Type", "application/x-www-form-urlencoded").expect(t, http.StatusSeeOther)
	if n := len(m.written()); n != 3 { // and the signing in
		t.Errorf("written: %v", m.written())
	}
}

func TestWhoIsWhoAPI(t *testing.T) {
	t.Parallel()
	m := full()
	s := serve(t, m)
	gotr := s.do("GET", "/api/v1/shoppers/p-ada/identity", "", key("key-one")...)
	gotr.expect(t, http.StatusOK)
	got := gotr.body
	if strings.Contains(got, "ben.secret") || !strings.Contains(got, `"why":"two_addresses"`) {
		t.Errorf("identity: %s", got)
	}
	s.do("POST", "/api/v1/shoppers/p-ada/rulings", `{"name":"n-ada","other":"n-phone","same":false,"dry_run":true}`, key("key-one")...).expect(t, http.StatusOK)
	if len(m.written()) > 0 {
		t.Errorf("a dry run wrote %v", m.written())
	}
	s.do("POST", "/api/v1/shoppers/p-ada/rulings", `{"name":"n-ada","other":"n-phone","same":false}`, key("key-one")...).expect(t, http.StatusOK)
	s.do("DELETE", "/api/v1/shoppers/p-ada/rulings/w1", "", key("key-one")...).expect(t, http.StatusOK)
	s.do("DELETE", "/api/v1/shoppers/p-ada/rulings/w1", "", key("key-two")...).expect(t, http.StatusNotFound)
	if n := len(m.written()); n != 2 {
		t.Errorf("written: %v", m.written())
	}
}
