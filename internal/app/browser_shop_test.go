package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// bazaar is a server in this process with one Shopify shop, whose shoppers the
// test plays: it sends what their shop would send, and reads their mail.
type bazaar struct {
	*store
	clock app.Clock
	// dir is the data directory, which commands share with the server.
	dir string
	// site stands in for the shop's own pages, where restored carts lead.
	site *shopSite

	mu sync.Mutex
	// letters are what the sandbox's mailboxes and phones received, after it was
	// reported as delivered.
	letters []sandbox.Sent
}

// openBazaar starts the server, creates the shop and applies the playbook; ""
// leaves the shop the one it comes with. Settings are KEY=VALUE.
func openBazaar(t *testing.T, clock app.Clock, book string, settings ...string) *bazaar {
	t.Helper()
	b := &bazaar{store: &store{t: t}, clock: clock, dir: t.TempDir(), site: newShopSite(t)}
	c := config.Default()
	c.HTTP.Listen, c.Database.DataDir, c.Database.SQLiteSync = "127.0.0.1:0", b.dir, "normal"
	server, err := app.Start(t.Context(), app.Options{
		Config: c, Role: app.RoleAll, Clock: clock, Log: slog.New(slog.DiscardHandler), Version: "test",
		Sandbox: func(o *sandbox.Options) { o.OnMessage = b.receive },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	b.url = server.URL()
	args := []string{
		"shop", "create", "--name", "Hazel & Oak", "--platform", "shopify", "--domain", "e2e.myshopify.com",
		"--currency", "EUR", "--timezone", "Europe/Berlin", "--locale", "en", "--country", "DE", "--webhook-secret", shopifySecret,
		"--set", "quiet_hours=off", "--set", "support_email=hello@hazelandoak.example",
		"--set", "address=12 Mill Lane, Bath BA1 2QQ, United Kingdom", "--json",
	}
	for _, s := range settings {
		args = append(args, "--set", s)
	}
	out := b.command(args...)
	if err := json.Unmarshal([]byte(out), b.store); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if book != "" {
		file := filepath.Join(t.TempDir(), "book.yaml")
		if err := os.WriteFile(file, []byte(book), 0o600); err != nil {
			t.Fatal(err)
		}
		b.command("apply", "-f", file, "--shop", b.ID)
	}
	return b
}

// command runs a command beside the server and gives what it printed.
func (b *bazaar) command(args ...string) string {
	b.t.Helper()
	var out, problems bytes.Buffer
	code := app.Main(b.t.Context(), append([]string{"--data-dir", b.dir, "--public-url", b.url}, args...),
		app.Terminal{Out: &out, Err: &problems, Version: "test"})
	if code != 0 {
		b.t.Fatalf("%v ended with %d: %s", args, code, problems.String())
	}
	return out.String()
}

// receive puts a message into its reader's hands.
func (b *bazaar) receive(_ context.Context, m sandbox.Sent) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.letters = append(b.letters, m)
}

// letter waits for the first message to a visitor on a channel, "" for any.
func (b *bazaar) letter(t *testing.T, to visitor, ch event.Channel) (got sandbox.Sent) {
	t.Helper()
	until(t, fmt.Sprintf("%s was written to %s", to.first, ch), func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, m := range b.letters {
			if (ch == "" || m.Channel == ch) && (m.To == to.email || m.To == to.phone) {
				got = m
				return true
			}
		}
		return false
	})
	return got
}

// linkOf finds the link of a kind ("/r/", "/u/", "/why/") in a message.
func linkOf(t *testing.T, m sandbox.Sent, path string) string {
	t.Helper()
	for _, word := range strings.FieldsFunc(m.HTML+" "+m.Text, func(r rune) bool { return strings.ContainsRune(" \"'<>\n", r) }) {
		if strings.HasPrefix(word, "http") && strings.Contains(word, path) {
			return word
		}
	}
	t.Fatalf("no link %s in the message:\n%s", path, m.Text)
	return ""
}

// cartOf gives the id of a visitor's cart; their token is in no list, so it is
// found by their address.
func (b *bazaar) cartOf(v visitor) string {
	b.t.Helper()
	return b.cart(buyer{email: v.email}).ID
}

// shopSite is the shop's own site as far as a restored cart needs it.
type shopSite struct {
	*httptest.Server
	mu sync.Mutex
	// seen are the visits, as path and query; referrers what browsers told of where they came from.
	seen, referrers []string
}

func newShopSite(t *testing.T) *shopSite {
	t.Helper()
	s := &shopSite{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, r.URL.RequestURI())
		if ref := r.Referer(); ref != "" {
			s.referrers = append(s.referrers, ref)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Checkout</title><h1>Checkout</h1>`)
	}))
	t.Cleanup(s.Close)
	return s
}

// goods is one line of a cart; the price is in cents.
type goods struct {
	title, variant string
	quantity       int
	price          int
}

// visitor is a person with a filled checkout.
type visitor struct {
	token, email, first, last, phone string
	// silent did not tick the box for messages.
	silent bool
	lines  []goods
}

func cents(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

func (v visitor) total() (sum int) {
	for _, l := range v.lines {
		sum += l.quantity * l.price
	}
	return sum
}

// recovery is where the shop takes the checkout up again.
func (b *bazaar) recovery(v visitor) string {
	return b.site.URL + "/checkouts/" + v.token + "/recover?key=" + v.token + "-key"
}

// fills reports the visitor's checkout as it is now.
func (b *bazaar) fills(v visitor) {
	b.t.Helper()
	at := b.clock.Now().UTC().Format(time.RFC3339Nano)
	body := v.person()
	for k, x := range (fields{
		"token": v.token, "cart_token": "cart-" + v.token, "created_at": at, "updated_at": at, "currency": "EUR",
		"total_price": cents(v.total()), "abandoned_checkout_url": b.recovery(v), "source_name": "web", "line_items": v.items(),
	}) {
		body[k] = x
	}
	b.posted("checkouts/create", body)
}

// buys reports the order of the visitor's checkout; refunded is what the shop
// gave back of it, in cents.
func (b *bazaar) buys(v visitor, number, refunded int) {
	b.t.Helper()
	body := v.order(number, b.clock.Now())
	b.posted("orders/create", body)
	if refunded == 0 {
		return
	}
	body["updated_at"], body["financial_status"] = b.clock.Now().UTC().Add(time.Second).Format(time.RFC3339Nano), "partially_refunded"
	body["refunds"] = []fields{{"id": number, "transactions": []fields{
		{"kind": "refund", "status": "success", "amount": cents(refunded), "currency": "EUR"},
	}}}
	b.posted("orders/updated", body)
}

// order is the visitor's order of all that is in their checkout.
func (v visitor) order(number int, placed time.Time) fields {
	at := placed.UTC().Format(time.RFC3339Nano)
	body := v.person()
	for k, x := range (fields{
		"id": 5000 + number, "name": fmt.Sprintf("#%d", number), "checkout_token": v.token, "cart_token": "cart-" + v.token,
		"created_at": at, "updated_at": at, "processed_at": at, "financial_status": "paid", "source_name": "web",
		"currency": "EUR", "total_price": cents(v.total()), "line_items": v.items(),
	}) {
		body[k] = x
	}
	return body
}

func (v visitor) person() fields {
	body := fields{
		"email": v.email, "buyer_accepts_marketing": !v.silent, "customer_locale": "en",
		"customer": fields{"email": v.email, "first_name": v.first, "last_name": v.last},
	}
	if v.phone != "" {
		body["phone"], body["sms_marketing_phone"], body["buyer_accepts_sms_marketing"] = v.phone, v.phone, true
	}
	return body
}

func (v visitor) items() (lines []fields) {
	for i, l := range v.lines {
		lines = append(lines, fields{
			"product_id": 100 + i, "variant_id": 200 + i, "title": l.title, "variant_title": l.variant, "quantity": l.quantity,
			"price": cents(l.price), "line_price": cents(l.quantity * l.price),
		})
	}
	return lines
}
