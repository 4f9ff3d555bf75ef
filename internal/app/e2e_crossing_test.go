package app_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// known is what one shop's lists say it has: ids by the word of their address.
type known map[string]string

// listed reads the first id of each list that details are asked from.
func listed(t *testing.T, s *store) known {
	t.Helper()
	out := known{}
	for _, what := range []string{"carts", "messages", "quarantine", "privacy-requests"} {
		var l list[struct {
			ID        string `json:"id"`
			ShopperID string `json:"shopper_id"`
		}]
		s.get("/"+what, &l)
		if len(l.Items) == 0 {
			t.Fatalf("the shop has no %s, and so proves nothing", what)
		}
		out[what] = l.Items[0].ID
		if what == "carts" {
			out["shoppers"] = l.Items[0].ShopperID
		}
	}
	return out
}

// ruledOf says that two names of a shopper are one person's, and gives the
// ruling's id and what was said.
func ruledOf(t *testing.T, s *store, shopper string) (id, body string) {
	t.Helper()
	var who struct {
		Names []struct {
			ID string `json:"id"`
		} `json:"names"`
	}
	s.get("/shoppers/"+shopper+"/identity", &who)
	if len(who.Names) < 2 {
		t.Fatalf("the shopper has %d names", len(who.Names))
	}
	body = `{"name":"` + who.Names[0].ID + `","other":"` + who.Names[1].ID + `","same":true}`
	status, text := call(t, http.MethodPost, s.url+"/api/v1/shoppers/"+shopper+"/rulings", http.Header{"Authorization": {"Bearer " + s.APIKey}, "Content-Type": {"application/json"}}, []byte(body))
	var said struct {
		Ruling struct {
			ID string `json:"id"`
		} `json:"ruling"`
	}
	if err := json.Unmarshal([]byte(text), &said); err != nil || said.Ruling.ID == "" {
		t.Fatalf("the ruling: %d %s", status, text)
	}
	return said.Ruling.ID, body
}

// Every operation of the document is asked of the real server, on a real
// database, with one shop's key and the other shop's ids.
func TestKeysOfOneShopReadNothingOfAnother(t *testing.T) {
	t.Parallel()
	p, provider := newPlace(t), newSendgrid(t)
	provider.use(p)
	a, b := p.open("first.myshopify.com"), p.open("e2e.myshopify.com")
	server := p.serve()
	a.at(server)
	b.at(server).posted("checkouts/create", colette.checkout())
	b.posted("orders/create", fields{"id": 77, "currency": "QQQ", "total_price": "1.00", "created_at": now(), "email": nora.email})
	b.posted("customers/data_request", fields{"shop_domain": "e2e.myshopify.com", "customer": fields{"id": 4711, "email": colette.email}, "data_request": fields{"id": 9}})
	provider.wait(colette.email, 1)
	theirs := listed(t, b)
	ruling, word := ruledOf(t, b, theirs["shoppers"])

	var doc struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	_, text := call(t, http.MethodGet, server.url+"/openapi.json", nil, nil)
	if err := json.Unmarshal([]byte(text), &doc); err != nil || len(doc.Paths) < 15 {
		t.Fatalf("%d paths: %v", len(doc.Paths), err)
	}
	ask := func(s *store, method, path string) (int, string) {
		body := ""
		if method == http.MethodPost && strings.HasSuffix(path, "/replay") {
			body = `{"id":"` + theirs["quarantine"] + `"}`
		}
		if method == http.MethodPost && strings.HasSuffix(path, "/rulings") {
			body = word
		}
		if strings.HasSuffix(path, "/codes") {
			body = `{"codes":["` + s.ID[:8] + `"]}`
		}
		return call(t, method, server.url+path, http.Header{"Authorization": {"Bearer " + s.APIKey}, "Content-Type": {"application/json"}}, []byte(body))
	}
	for template, methods := range doc.Paths {
		word, _, _ := strings.Cut(strings.TrimPrefix(template, "/api/v1/"), "/")
		// Both shops have these: who asks gets their own.
		shared := map[string]string{"personas": "value-conscious", "sequences": "cart-value-conscious", "templates": "value-saved"}
		path := strings.NewReplacer("{id}", theirs[word], "{key}", shared[word], "{ruling}", ruling, "{stock}", "spring", "{channel}", "email", "{locale}", "en", "/rules/reach", "/rules/reach?rule=true").Replace(template)
		if strings.Contains(path, "{") || strings.Contains(template, "{id}") && theirs[word] == "" {
			t.Errorf("%s: this test knows no id for it", template)
			continue
		}
		for method := range methods {
			method = strings.ToUpper(method)
			status, body := ask(a, method, path)
			named := strings.Contains(template, "{id}") || strings.HasSuffix(path, "/replay")
			if named && status != http.StatusNotFound || status >= 500 {
				t.Errorf("%s %s with another shop's key: %d %s", method, template, status, body)
			}
			for what, id := range theirs {
				if strings.Contains(body, id) || strings.Contains(body, colette.email) || strings.Contains(body, b.ID) {
					t.Errorf("%s %s tells another shop's %s: %s", method, template, what, body)
				}
			}
			if status, body := ask(b, http.MethodGet, path); method == http.MethodGet && status != http.StatusOK && !strings.HasSuffix(path, "/draft") {
				t.Errorf("%s with its own key: %d %s", template, status, body)
			}
		}
	}
	same(t, "what the other shop still has", listed(t, b), theirs)
}
