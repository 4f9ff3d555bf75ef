package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/web"
	"github.com/google/go-cmp/cmp"
)

// theirs are things of the shop s2, which nobody of s1 may read or change, and
// words that only they hold.
var (
	theirs = map[string]string{"carts": "other-cart", "messages": "other-message", "quarantine": "other-event", "shoppers": "p-other-cart", "privacy-requests": "other-request",
		"people": "bob", "invitations": "other-invitation", "keys": "other-key", "webhooks": "other-secret", "personas": "other-persona", "sequences": "other-sequence", "inbox": "other-talk", "codes": "other-stock", "offers": "other-stock"}
	theirWords = []string{"Mallory", "other-cart", "other-message", "other-event", "other-audit", "p-other-cart", "Other Shop", "other.example", "other-invitation", "other-key", "bob@",
		"other-persona", "other-sequence", "other-talk", "other-stock"}
)

// crossing is how a route meets another shop: by an id in its address, or by
// nothing but who asks.
type crossing string

const (
	// byID: the address names a thing; another shop's is not there.
	byID crossing = "id"
	// byCaller: what is told and done follows from who asks alone.
	byCaller crossing = "caller"
	// byBody: the body may name a thing; another shop's is not there.
	byBody crossing = "body"
)

// crossings has a line for every route that needs a session or a key. A new
// route without a line fails, until somebody has thought of how it could be
// used on another shop's things.
var crossings = map[string]crossing{
	"GET /": byCaller, "GET /overview/:table": byCaller, "POST /search": byCaller, "GET /shoppers": byCaller, "GET /shoppers/:id": byID, "GET /shoppers/:id/erase": byID,
	"POST /shoppers/:id/erase": byID, "POST /shoppers/:id/export": byID, "POST /shoppers/:id/stop": byID, "POST /shoppers/:id/allow": byID, "POST /carts/:id/stop": byID,
	"GET /shoppers/:id/identity": byID, "POST /shoppers/:id/identity/look": byID, "POST /shoppers/:id/identity/say": byID, "POST /shoppers/:id/identity/back": byID,
	"GET /api/v1/shoppers/:id/identity": byID, "POST /api/v1/shoppers/:id/rulings": byID, "DELETE /api/v1/shoppers/:id/rulings/:ruling": byID,
	"GET /inbox": byCaller, "GET /inbox/:id": byID, "POST /inbox/:id/done": byID, "POST /inbox/:id/open": byID, "POST /messages/:id/cancel": byID, "POST /messages/:id/test": byID,
	"GET /carts": byCaller, "GET /carts/:id": byID, "GET /carts/:id/why": byID, "GET /messages": byCaller,
	"GET /messages/:id": byID, "GET /messages/:id/preview": byID, "GET /decisions": byCaller, "GET /orders": byCaller,
	"GET /recoveries": byCaller, "GET /personas": byCaller, "GET /quarantine": byCaller, "GET /quarantine/:id": byID, "GET /quarantine/replay": byCaller,
	"POST /quarantine/replay": byCaller, "POST /quarantine/:id/replay": byID, "GET /audit": byCaller, "GET /sender": byCaller, "POST /sender/lift": byCaller, "POST /sign-out/everywhere": byCaller, "GET /account": byCaller,
	"POST /account/password": byCaller,
	"GET /personas/new":      byCaller, "POST /personas/new": byCaller, "GET /personas/:key": byID, "POST /personas/:key": byID,
	"POST /personas/:key/move": byID, "GET /personas/:key/delete": byID, "POST /personas/:key/delete": byID,
	"GET /playbook/personas": byCaller, "POST /playbook/personas": byCaller, "POST /playbook/rule": byCaller,
	"GET /codes": byCaller, "POST /codes": byCaller, "POST /codes/:key/remove": byID,
	"GET /sequences": byCaller, "GET /sequences/new": byCaller, "POST /sequences/new": byCaller, "GET /sequences/:key": byID,
	"GET /sequences/:key/draft": byID, "POST /sequences/:key/draft": byID, "POST /sequences/:key/discard": byID,
	"POST /sequences/:key/publish": byID, "POST /sequences/:key/restore": byID, "POST /sequences/:key/pause": byID,
	"POST /sequences/:key/resume": byID, "POST /sequences/:key/retire": byID,

	// A template's name may be the same in every shop: who asks gets their own.
	"GET /templates": byCaller, "POST /templates": byCaller, "GET /templates/names.json": byCaller, "GET /templates/words": byCaller, "GET /templates/carts.json": byCaller,
	"GET /templates/export": byCaller, "GET /templates/import": byCaller, "POST /templates/import": byCaller, "POST /templates/import/apply": byCaller,
	"GET /templates/:key/:channel/:locale/versions": byCaller, "GET /templates/:key/:channel/:locale/versions/:version": byCaller,
	"POST /templates/:key/:channel/:locale/versions/:version/restore": byCaller,
	"GET /templates/:key/:channel/:locale":                            byCaller, "GET /templates/:key/:channel/:locale/preview": byCaller, "POST /templates/:key/:channel/:locale/preview": byCaller,
	"POST /templates/:key/:channel/:locale/draft": byCaller, "POST /templates/:key/:channel/:locale/discard": byCaller, "POST /templates/:key/:channel/:locale/check": byCaller, "POST /templates/:key/:channel/:locale/convert": byCaller,
	"POST /templates/:key/:channel/:locale/publish": byCaller, "POST /templates/:key/:channel/:locale/test": byCaller,
	"GET /templates/:key/:channel/:locale/retire": byCaller, "POST /templates/:key/:channel/:locale/retire": byCaller, "POST /templates/:key/:channel/:locale/return": byCaller,
	"GET /api/v1/templates/:key/:channel/:locale/preview": byCaller, "POST /api/v1/templates/:key/:channel/:locale/retire": byCaller, "POST /api/v1/templates/:key/:channel/:locale/return": byCaller,
	"GET /api/v1/templates/:key/:channel/:locale": byCaller, "GET /api/v1/templates/:key/:channel/:locale/versions": byCaller,
	"PUT /api/v1/templates/:key/:channel/:locale/draft": byCaller, "DELETE /api/v1/templates/:key/:channel/:locale/draft": byCaller,
	"POST /api/v1/templates/:key/:channel/:locale/publish": byCaller,
	"GET /settings": byCaller, "POST /settings": byCaller, "GET /settings/sending": byCaller, "POST /settings/sending": byCaller,
	"GET /settings/channels": byCaller, "POST /settings/channels/:channel": byCaller, "POST /settings/channels/:channel/check": byCaller, "POST /settings/channels/:channel/forget": byCaller,
	"GET /settings/platform": byCaller, "POST /settings/platform": byCaller, "POST /settings/platform/check": byCaller, "POST /settings/platform/forget": byCaller,
	"GET /settings/webhooks": byCaller, "POST /settings/webhooks/secret": byCaller, "POST /settings/webhooks/secret/:id/remove": byID,
	"GET /settings/people": byCaller, "POST /settings/people": byCaller, "POST /settings/people/:id/role": byID, "POST /settings/people/:id/remove": byID, "POST /settings/invitations/:id/withdraw": byID,
	"GET /settings/keys": byCaller, "POST /settings/keys": byCaller, "POST /settings/keys/:id/revoke": byID, "GET /settings/retention": byCaller, "POST /settings/retention": byCaller,
	"GET /settings/pixel": byCaller, "POST /settings/pixel": byCaller,
	"POST /switch": byCaller, "GET /start": byCaller, "POST /start/identity": byCaller, "POST /start/rules": byCaller, "POST /start/skip": byCaller, "POST /start/test": byCaller, "POST /start/live": byCaller,

	"POST /api/v1/events": byCaller, "GET /api/v1/quarantine": byCaller, "GET /api/v1/quarantine/:id": byID, "POST /api/v1/quarantine/replay": byBody,
	"GET /api/v1/carts": byCaller, "GET /api/v1/carts/:id": byID, "GET /api/v1/carts/:id/why": byID, "GET /api/v1/carts/:id/decisions": byID,
	"GET /api/v1/shoppers/:id": byID, "GET /api/v1/messages": byCaller, "GET /api/v1/messages/:id": byID, "GET /api/v1/orders": byCaller,
	"GET /api/v1/recoveries": byCaller, "GET /api/v1/reports/summary": byCaller, "GET /api/v1/personas": byCaller, "GET /api/v1/sequences": byCaller,
	"GET /api/v1/templates": byCaller, "GET /api/v1/playbook": byCaller, "PUT /api/v1/playbook": byCaller, "GET /api/v1/audit": byCaller,
	"GET /api/v1/erasures": byCaller, "POST /api/v1/erasures": byCaller, "GET /api/v1/privacy-requests": byCaller, "POST /api/v1/shoppers/find": byCaller,
	"GET /api/v1/privacy-requests/:id/export": byID, "POST /api/v1/privacy-requests/:id/done": byID, "GET /api/v1/shoppers/:id/export": byID,
	"GET /api/v1/offers": byCaller, "POST /api/v1/offers/:stock/codes": byCaller, // a stock's key may be the same in every shop
	"GET /api/v1/rules/reach": byCaller, "PUT /api/v1/personas/:key": byCaller, "POST /api/v1/personas/:key/move": byID, "DELETE /api/v1/personas/:key": byID,
	"GET /api/v1/sequences/:key/draft": byID, "PUT /api/v1/sequences/:key/draft": byCaller, "DELETE /api/v1/sequences/:key/draft": byID,
	"POST /api/v1/sequences/:key/publish": byID, "POST /api/v1/sequences/:key/pause": byID, "POST /api/v1/sequences/:key/resume": byID,
	"POST /api/v1/shoppers/:id/erase": byID, "POST /api/v1/consents": byCaller, "GET /api/v1/shoppers/:id/consents": byID,
	"GET /api/v1/shop/settings": byCaller, "PUT /api/v1/shop/settings": byCaller, "GET /audit.csv": byCaller,
}

// their gives a route's address with things of the shop s2.
func their(path string) string {
	path = strings.ReplaceAll(path, ":table", "days")
	first, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/api/v1"), "/"), "/")
	if first == "templates" {
		path = ofTemplate.Replace(path)
	}
	if first == "settings" {
		first = section(path)
	}
	return strings.NewReplacer(":channel", "email", ":id", theirs[first], ":key", theirs[first], ":stock", theirs[first]).Replace(path)
}

func TestNoRouteCrossesShops(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range serve(t, full()).routesOf(web.Viewer, web.Editor, web.Owner, web.Key) {
		name := r.Method + " " + r.Path
		seen[name] = true
		how := crossings[name]
		if how == "" {
			t.Errorf("%s has no line in crossings: how is it kept from another shop's things?", name)
			continue
		}
		path, body := their(r.Path), bodies[r.Path]
		if how == byBody {
			body = `{"id":"` + theirs["quarantine"] + `"}`
		}
		// The trick of naming the other shop is tried at every address.
		for _, query := range []string{"", "?shop=s2", "?shop_id=s2", "?id=other-cart"} {
			m := full()
			s := serve(t, m, overHTTP)
			// An owner of s1, who has every right there is, and its key.
			got := s.as("in-ada").do(r.Method, path+query, body, key("key-one")...)
			if (how == byID || how == byBody) && got.StatusCode != http.StatusNotFound {
				t.Errorf("%s%s: %d, want 404", name, query, got.StatusCode)
			}
			if got.StatusCode >= 500 {
				t.Errorf("%s%s: %d %s", name, query, got.StatusCode, got.body)
			}
			told := strings.ReplaceAll(got.body, path+query, "")
			if r.Method == http.MethodPut {
				// Who makes a thing of their own under a key is told that key.
				told = strings.ReplaceAll(told, `"key":"`+strings.Split(path+"/", "/")[4]+`"`, "")
			}
			for _, word := range theirWords {
				if strings.Contains(told, word) {
					t.Errorf("%s%s tells %q", name, query, word)
				}
			}
			if diff := cmp.Diff(full().held["s2"], m.held["s2"]); diff != "" {
				t.Errorf("%s%s changed their quarantine: %s", name, query, diff)
			}
			for _, w := range m.written() {
				if strings.Contains(w, "s2") {
					t.Errorf("%s%s wrote %q", name, query, w)
				}
			}
		}
	}
	for name := range crossings {
		if !seen[name] {
			t.Errorf("%s is in crossings and no route", name)
		}
	}
}

// The same ids are there for their own people: otherwise the test above would
// prove nothing.
func TestTheirOwnPeopleFindThem(t *testing.T) {
	t.Parallel()
	s := serve(t, full(), overHTTP)
	bob := s.as("in-bob")
	for _, r := range s.routesOf(web.Viewer, web.Editor, web.Owner, web.Key) {
		if crossings[r.Method+" "+r.Path] != byID || r.Method != http.MethodGet {
			continue
		}
		if got := bob.do(r.Method, their(r.Path), "", key("key-two")...); got.StatusCode != http.StatusOK {
			t.Errorf("%s %s for its own people: %d", r.Method, their(r.Path), got.StatusCode)
		}
	}
}
