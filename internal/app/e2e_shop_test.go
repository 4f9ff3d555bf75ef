package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// quickBook is a playbook that is over within seconds.
const quickBook = `
personas:
  - {key: careful, name: Nora, rule: 'cart.total >= 100'}
  - {key: everyone, name: Sam}
sequences:
  - key: careful
    stage: purchase
    trigger: cart_abandoned
    persona: careful
    steps:
      - {after: 2s, channels: [email], template: careful, max_late: 10m}
  - key: everyone
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 2s, channels: [email], template: first, max_late: 10m}
      - {after: 4s, channels: [email], template: second, max_late: 10m}
templates:
  - {key: careful, channel: email, locale: en, subject: "Take your time", body: "<p>{{ cart.total }} <a href=\"{{ cart.restore_url }}\">back</a></p>"}
  - {key: first, channel: email, locale: en, subject: "{{ shopper.first_name }}, your bag waits", body: "<p>{{ cart.total }} <a href=\"{{ cart.restore_url }}\">back</a></p>"}
  - {key: second, channel: email, locale: en, subject: "Still there", body: "<p>{{ cart.total }} <a href=\"{{ cart.restore_url }}\">back</a></p>"}
`

const shopifySecret = "shpss_e2e_secret"

// store is a Shopify shop that a test acts for.
type store struct {
	t *testing.T
	// url is the server's.
	url    string
	ID     string `json:"id"`
	APIKey string `json:"api_key"`
}

// open creates a shop and gives it the quick playbook.
func (p *place) open(domain string) *store {
	p.t.Helper()
	out := p.must("shop", "create", "--name", "Maison Lumière", "--platform", "shopify", "--domain", domain, "--currency", "EUR",
		"--timezone", "Europe/Paris", "--country", "FR", "--webhook-secret", shopifySecret,
		"--set", "abandon_after=1s", "--set", "consent_mode=off", "--set", "quiet_hours=off", "--json")
	s := &store{t: p.t}
	if err := json.Unmarshal([]byte(out), s); err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	file := filepath.Join(p.t.TempDir(), "book.yaml")
	if err := os.WriteFile(file, []byte(quickBook), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.must("apply", "-f", file, "--shop", s.ID)
	return s
}

// at says which server the shop's platform and people talk to.
func (s *store) at(p *process) *store {
	s.url = p.url
	return s
}

type fields = map[string]any

// webhook posts a webhook as Shopify does and gives the answer's status.
func (s *store) webhook(topic string, body fields) int {
	s.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	status, text := call(s.t, http.MethodPost, s.hook(), signed(topic, raw), raw)
	if status != http.StatusOK {
		s.t.Logf("%s: %d %s", topic, status, text)
	}
	return status
}

// hook is where the shop's webhooks go.
func (s *store) hook() string { return s.url + "/webhooks/shopify/" + s.ID }

// signed gives the headers of a webhook as Shopify sends it.
func signed(topic string, raw []byte) http.Header {
	mac := hmac.New(sha256.New, []byte(shopifySecret))
	mac.Write(raw)
	id := sha256.Sum256(append([]byte(topic), raw...))
	return http.Header{
		"Content-Type": {"application/json"}, "X-Shopify-Topic": {topic}, "X-Shopify-Shop-Domain": {"e2e.myshopify.com"},
		"X-Shopify-Event-Id": {hex.EncodeToString(id[:8])}, "X-Shopify-Triggered-At": {now()},
		"X-Shopify-Hmac-Sha256": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}
}

// posted is webhook where 200 is wanted.
func (s *store) posted(topic string, body fields) {
	s.t.Helper()
	if status := s.webhook(topic, body); status != http.StatusOK {
		s.t.Fatalf("%s was answered %d", topic, status)
	}
}

func now() string { return time.Now().UTC().Format(time.RFC3339Nano) }

// buyer is a person who fills a checkout.
type buyer struct{ token, email, first, phone, total string }

func (b buyer) checkout() fields {
	return fields{
		"token": b.token, "cart_token": "cart-" + b.token, "email": b.email, "phone": b.phone, "sms_marketing_phone": b.phone, "buyer_accepts_marketing": true, "buyer_accepts_sms_marketing": true,
		"created_at": now(), "updated_at": now(), "currency": "EUR", "total_price": b.total,
		"abandoned_checkout_url": b.recovery(), "source_name": "web",
		"customer":   fields{"email": b.email, "first_name": b.first, "last_name": "Delacroix"},
		"line_items": []fields{{"product_id": 1, "variant_id": 2, "title": "Lampe", "quantity": 1, "price": b.total, "line_price": b.total}},
	}
}

// recovery is the platform's own address of the checkout: a secret.
func (b buyer) recovery() string {
	return "https://e2e.myshopify.com/1/checkouts/" + b.token + "/recover?key=restore-secret-" + b.token
}

func (b buyer) order(id int) fields {
	return fields{
		"id": id, "name": "#1001", "checkout_token": b.token, "cart_token": "cart-" + b.token, "email": b.email,
		"created_at": now(), "updated_at": now(), "processed_at": now(), "financial_status": "paid", "source_name": "web",
		"currency": "EUR", "total_price": b.total, "current_total_price": b.total,
	}
}

// get reads the API and decodes the answer. A test that asks again and again
// may be told to ask more slowly, as any client: it does as it is told.
func (s *store) get(path string, into any) {
	s.t.Helper()
	ask := func() (int, http.Header, string) {
		return exchange(s.t, http.MethodGet, s.url+"/api/v1"+path, http.Header{"Authorization": {"Bearer " + s.APIKey}}, nil)
	}
	status, h, text := ask()
	for status == http.StatusTooManyRequests {
		seconds, err := strconv.Atoi(h.Get("Retry-After"))
		if err != nil || seconds < 1 {
			s.t.Fatalf("GET %s: told to wait %q", path, h.Get("Retry-After"))
		}
		select {
		case <-time.After(time.Duration(seconds) * time.Second):
		case <-s.t.Context().Done():
		}
		status, h, text = ask()
	}
	if status != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", path, status, text)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		s.t.Fatalf("GET %s: %v in %s", path, err, text)
	}
}

// list is the API's page of a list.
type list[T any] struct {
	Items []T `json:"items"`
}

type amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type recoveryView struct {
	CartID    string `json:"cart_id"`
	MessageID string `json:"message_id"`
	Rule      string `json:"rule"`
	Amount    amount `json:"amount"`
	Net       amount `json:"net"`
}

func (s *store) recoveries() []recoveryView {
	s.t.Helper()
	var l list[recoveryView]
	s.get("/recoveries", &l)
	return l.Items
}

type cartView struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Email   string `json:"email"`
	Persona string `json:"persona"`
}

// cart gives the cart of a buyer, a zero one while there is none.
func (s *store) cart(b buyer) cartView {
	s.t.Helper()
	var l list[cartView]
	s.get("/carts", &l)
	for _, c := range l.Items {
		if c.Email == b.email {
			return c
		}
	}
	return cartView{}
}

type decisionView struct {
	Step    int    `json:"step"`
	Outcome string `json:"outcome"`
	Rule    string `json:"rule"`
}

func (s *store) decisions(b buyer) []decisionView {
	s.t.Helper()
	var l list[decisionView]
	s.get("/carts/"+s.cart(b).ID+"/decisions", &l)
	return l.Items
}
