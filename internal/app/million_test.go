//go:build million

package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// TestMillion fills a SQLite database with a year of a shop of a million carts
// and measures every page of the dashboard over HTTP. It judges nothing, so it
// is built only when asked for:
//
//	go test -tags million -run TestMillion -timeout 60m -v ./internal/app
//
// CARTOGRAPH_MILLION_CARTS changes how many there are; CARTOGRAPH_MILLION_DIR
// names a folder that is kept, and used again as it is; CARTOGRAPH_MILLION_PAGES
// measures only the pages whose name holds it.
func TestMillion(t *testing.T) {
	carts := 1_000_000
	if text := os.Getenv("CARTOGRAPH_MILLION_CARTS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		carts = n
	}
	m := &million{t: t, dir: os.Getenv("CARTOGRAPH_MILLION_DIR"), carts: carts}
	if m.dir == "" {
		m.dir = t.TempDir()
	}
	m.open()
	m.serve()
	m.counted()
	m.measure()
}

// million is a shop with many carts.
type million struct {
	t      *testing.T
	dir    string
	carts  int
	shopID string
	url    string
	client *http.Client
}

func (m *million) command(args ...string) string {
	m.t.Helper()
	var out, errs bytes.Buffer
	if code := app.Main(m.t.Context(), append(args, "--data-dir", m.dir), app.Terminal{Out: &out, Err: &errs, Version: "test"}); code != 0 {
		m.t.Fatalf("%s: %s", args, errs.String())
	}
	return out.String()
}

// open makes the shop and fills it, unless the folder has one already.
func (m *million) open() {
	m.t.Helper()
	kept := filepath.Join(m.dir, "million.json")
	if b, err := os.ReadFile(kept); err == nil {
		if err := json.Unmarshal(b, &m.shopID); err != nil {
			m.t.Fatal(err)
		}
		return
	}
	out := m.command("shop", "create", "--name", "Hazel & Oak", "--platform", "shopify", "--domain", "million.myshopify.com", "--currency", "EUR",
		"--timezone", "Asia/Kathmandu", "--locale", "en", "--country", "FR", "--set", "quiet_hours=off", "--json")
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(out), &made); err != nil {
		m.t.Fatal(err)
	}
	m.shopID = made.ID
	began := time.Now()
	m.fill()
	m.t.Logf("filled in %s", time.Since(began).Round(time.Second))
	b, err := json.Marshal(m.shopID)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(kept, b, 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// The rows of a year: i counts carts from the oldest; $1 is the shop, $2 its
// shard, $3 when the year began, $4 how long a cart is after the one before, $5 how many there are.
const (
	cartID    = `printf('01900000-0000-7000-8000-%012x', i)`
	shopperID = `printf('01910000-0000-7000-8000-%012x', i % ($5 * 6 / 10))`
	orderID   = `printf('01920000-0000-7000-8000-%012x', i)`
	messageID = `printf('01930000-0000-7000-8000-%012x', i)`
	enrolID   = `printf('01940000-0000-7000-8000-%012x', i)`
	at        = `CAST($3 + i * $4 AS INTEGER)`
	year      = ` WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $5 - 1) SELECT `
	persona   = `CASE i % 10 WHEN 0 THEN 'vip-advocate' WHEN 1 THEN 'returning-customer' WHEN 2 THEN 'returning-customer' WHEN 3 THEN 'careful-comparer' WHEN 4 THEN 'value-conscious' WHEN 5 THEN 'value-conscious' ELSE 'first-time-visitor' END`
	channels  = `CASE i % 5 WHEN 0 THEN 'sms' WHEN 1 THEN 'messenger' ELSE 'email' END`
	// Of ten carts three are ordered, and one of ten after a message.
	ordered, abandoned, recovered = `(i % 10 IN (0, 3, 7))`, `(i % 10 <> 7 AND i < $5 * 99 / 100)`, `(i % 10 = 3)`
	// Of the carts of the last weeks, one of four still waits for a step; one message of nine was clicked.
	waiting, clicked = `(i % 4 = 1 AND i > $5 * 19 / 20 AND NOT ` + ordered + `)`, `(` + abandoned + ` AND i % 9 = 4 AND i % 10 <> 9)`
)

var yearly = []string{
	`INSERT INTO shoppers (shop_id, id, traits, first_seen, last_seen, merged_into)` + year + `$1, ` + shopperID + `,
		json_object('first_name', json_object('v', 'Ada' || i, 'at', 1), 'email', json_object('v', 'ada' || i || '@shopper.example', 'at', 1)), ` + at + `, ` + at + `, '' FROM n WHERE i < ($5 * 6 / 10) AND $2 >= 0`,
	`INSERT INTO shopper_keys (shop_id, id, kind, value, shopper_id)` + year + `$1, ` + shopperID + `, 'email', 'ada' || i || '@shopper.example', ` + shopperID + ` FROM n WHERE i < ($5 * 6 / 10) AND $2 + $3 + $4 >= 0`,
	`INSERT INTO carts (shop_id, id, shard, shopper_id, platform, state, facts, items, total_minor, currency, started_at, last_activity, stored_at, abandoned_at, ordered_at, order_id, ordered_by, persona, idle_at)` + year + `
		$1, ` + cartID + `, $2, ` + shopperID + `, 'shopify', CASE WHEN ` + ordered + ` THEN 'ordered' WHEN ` + abandoned + ` THEN 'abandoned' ELSE 'open' END,
		json_object('links', json('[]'), 'keys', json('[]'), 'contents', json_object('at', ` + at + `, 'items', json('[{"title":"Wool throw","quantity":1,"price":{"minor":5990,"currency":"EUR"}}]')), 'email', json_object('v', 'ada' || (i % ($5 * 6 / 10)) || '@shopper.example', 'at', 1), 'stage', 'checkout', 'started_at', ` + at + `, 'last_activity', ` + at + ` + 600000),
		1 + i % 4, 1990 + i % 20000, 'EUR', ` + at + `, ` + at + ` + 600000, ` + at + `, CASE WHEN ` + abandoned + ` THEN ` + at + ` + 2400000 ELSE 0 END, CASE WHEN ` + ordered + ` THEN ` + at + ` + 9000000 ELSE 0 END,
		CASE WHEN ` + ordered + ` THEN ` + orderID + ` ELSE '' END, CASE WHEN ` + ordered + ` THEN 'link' ELSE '' END, CASE WHEN ` + abandoned + ` THEN ` + persona + ` ELSE '' END, NULL FROM n`,
	`INSERT INTO cart_links (shop_id, kind, value, cart_id)` + year + `$1, 'cart', 'token-' || i, ` + cartID + ` FROM n WHERE $2 + $3 + $4 >= 0`,
	`INSERT INTO cart_people (shop_id, kind, value, started_at, cart_id)` + year + `$1, 'email', 'ada' || (i % ($5 * 6 / 10)) || '@shopper.example', ` + at + `, ` + cartID + ` FROM n WHERE $2 >= 0`,
	`INSERT INTO events (shop_id, id, platform, topic, kind, dedupe_key, occurred_at, received_at, status, note, cart_id, shopper_id, headers, body)` + year + `
		$1, printf('01950000-0000-7000-8000-%012x', i), 'shopify', 'checkouts/update', 'checkout_updated', 'd' || i, ` + at + `, ` + at + `, CASE i % 5000 WHEN 17 THEN 'quarantined' ELSE 'folded' END, CASE i % 5000 WHEN 17 THEN 'the price has no currency' ELSE '' END,
		` + cartID + `, ` + shopperID + `, '{}', x'' FROM n WHERE $2 >= 0`,
	`INSERT INTO orders (shop_id, id, platform_id, number, shopper_id, status, said_at, total_minor, refunded_minor, currency, placed_at, placed_last, stored_at, source, creditable, bought)` + year + `
		$1, ` + orderID + `, 'o' || i, '#' || (1000 + i), ` + shopperID + `, 'placed', ` + at + `, 1990 + i % 20000, 0, 'EUR', ` + at + ` + 9000000, ` + at + ` + 9000000, ` + at + ` + 9000000, 'web', TRUE, TRUE FROM n WHERE ` + ordered + ` AND $2 >= 0`,
	`INSERT INTO enrollments (shop_id, id, shard, cart_id, shopper_id, sequence_key, sequence_version, persona, state, reason, step, due_at, holdout, created_at, done_at)` + year + `
		$1, ` + enrolID + `, $2, ` + cartID + `, ` + shopperID + `, 'cart-' || ` + persona + `, 1, ` + persona + `, CASE WHEN ` + waiting + ` THEN 'waiting' ELSE 'done' END, CASE WHEN ` + waiting + ` THEN '' ELSE 'completed' END, i % 3,
		CASE WHEN ` + waiting + ` THEN ` + at + ` + 40000000000 END, FALSE, ` + at + ` + 2400000, CASE WHEN ` + waiting + ` THEN 0 ELSE ` + at + ` + 9000000 END FROM n WHERE ` + abandoned,
	`INSERT INTO messages (shop_id, id, shard, enrollment_id, cart_id, shopper_id, step, channel, recipient, template, template_version, locale, rendered, inputs, rule, state, provider_id, code, reason, attempts, sandbox, reserved_at, sent_at, delivered_at, step_due_at, expires_at, due_at, sequence_key, persona)` + year + `
		$1, ` + messageID + `, $2, ` + enrolID + `, ` + cartID + `, ` + shopperID + `, 0, ` + channels + `, 'ada' || (i % ($5 * 6 / 10)) || '@shopper.example', 'value-saved', 1, 'en',
		json_object('subject', 'Your bag waits', 'text', 'Hello, your bag waits for you. ' || hex(zeroblob(60)), 'html', CASE WHEN i % 5 > 1 THEN '<p>' || hex(zeroblob(1500)) || '</p>' ELSE '' END), '{}', 'consent.yes',
		CASE WHEN i % 1000 = 2 THEN 'bounced' WHEN i % 5000 = 4 THEN 'unknown' WHEN i % 7 = 0 THEN 'accepted' ELSE 'delivered' END, 'p' || i, '', '', 1, FALSE, ` + at + ` + 6000000, ` + at + ` + 6000400 + i % 900, ` + at + ` + 6010000, ` + at + ` + 6000000, ` + at + ` + 9900000, NULL, 'cart-' || ` + persona + `, ` + persona + ` FROM n WHERE ` + abandoned + ` AND i % 10 <> 9`,
	`INSERT INTO decisions (shop_id, id, cart_id, enrollment_id, sequence_key, sequence_version, step, outcome, rule, channel, message_id, inputs, due_at, decided_at)` + year + `
		$1, printf('01960000-0000-7000-8000-%012x', i), ` + cartID + `, ` + enrolID + `, 'cart-' || ` + persona + `, 1, 0, CASE i % 10 WHEN 9 THEN 'skipped' ELSE 'sent' END, CASE i % 10 WHEN 9 THEN 'consent.unknown' ELSE 'consent.yes' END, ` + channels + `, CASE i % 10 WHEN 9 THEN '' ELSE ` + messageID + ` END, '{"consent_mode":"opt_in"}', ` + at + ` + 6000000, ` + at + ` + 6000000 FROM n WHERE ` + abandoned + ` AND $2 >= 0`,
	`INSERT INTO decisions (shop_id, id, cart_id, enrollment_id, sequence_key, sequence_version, step, outcome, rule, channel, message_id, inputs, due_at, decided_at)` + year + `
		$1, printf('01970000-0000-7000-8000-%012x', i), ` + cartID + `, '', '', 0, -1, 'routed', 'persona.' || ` + persona + `, '', '', '{}', ` + at + ` + 2400000, ` + at + ` + 2400000 FROM n WHERE ` + abandoned + ` AND $2 >= 0`,
	`INSERT INTO touches (shop_id, id, message_id, cart_id, shopper_id, channel, kind, at, detail)` + year + `
		$1, printf('01980000-0000-7000-8000-%012x', i), ` + messageID + `, ` + cartID + `, ` + shopperID + `, ` + channels + `, 'delivered', ` + at + ` + 6010000, '' FROM n WHERE ` + abandoned + ` AND i % 10 <> 9 AND $2 >= 0`,
	`INSERT INTO touches (shop_id, id, message_id, cart_id, shopper_id, channel, kind, at, detail)` + year + `
		$1, printf('019b0000-0000-7000-8000-%012x', i), ` + messageID + `, ` + cartID + `, ` + shopperID + `, ` + channels + `, 'click_confirmed', ` + at + ` + 6900000, '' FROM n WHERE ` + clicked + ` AND $2 >= 0`,
	`INSERT INTO recoveries (shop_id, id, order_id, cart_id, message_id, touch_id, rule, amount_minor, refunded_minor, currency, ordered_at, credited_at, sequence_key, sequence_version, step, persona, channel)` + year + `
		$1, printf('01990000-0000-7000-8000-%012x', i), ` + orderID + `, ` + cartID + `, ` + messageID + `, '', CASE i % 3 WHEN 0 THEN 'same_cart_24h' ELSE 'last_confirmed_click_5d' END, 1990 + i % 20000, 0, CASE i % 50 WHEN 3 THEN 'USD' ELSE 'EUR' END, ` + at + ` + 9000000, ` + at + ` + 9000000, 'cart-' || ` + persona + `, 1, 0, ` + persona + `, ` + channels + ` FROM n WHERE ` + recovered + ` AND ` + abandoned + ` AND $2 >= 0`,
	`INSERT INTO inbounds (shop_id, id, channel, dedupe, shopper_id, sender, body, keyword, said_at, received_at)` + year + `
		$1, printf('019a0000-0000-7000-8000-%012x', i), 'sms', 'in' || i, ` + shopperID + `, '+3361' || printf('%07d', i), 'Is it wool?', '', ` + at + `, ` + at + ` FROM n WHERE i % 50 = 0 AND $2 >= 0`,
	`INSERT INTO conversations (shop_id, id, channel, sender, last_at, replies, unread, handled_at) SELECT shop_id, id, channel, sender, received_at, 1, 1, CASE WHEN received_at % 3 = 0 THEN received_at ELSE 0 END FROM inbounds WHERE shop_id = $1 AND $2 + $3 + $4 + $5 >= 0`,
	`UPDATE shops SET tally_zone = '', purge_at = 1 << 60 WHERE id = $1 AND $2 + $3 + $4 + $5 >= 0`,
}

// fill writes the rows without their indexes, and makes those again.
func (m *million) fill() {
	m.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(m.dir, "cartograph.db")}).EscapedPath()+"?_pragma=synchronous(OFF)&_pragma=cache_size(-400000)&_pragma=temp_store(memory)&_pragma=foreign_keys(0)")
	if err != nil {
		m.t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		m.t.Helper()
		if _, err := db.ExecContext(m.t.Context(), query, args...); err != nil {
			m.t.Fatalf("%.90s: %v", query, err)
		}
	}
	rows, err := db.QueryContext(m.t.Context(), `SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`)
	if err != nil {
		m.t.Fatal(err)
	}
	indexes := map[string]string{}
	for rows.Next() {
		var name, made string
		if err := rows.Scan(&name, &made); err != nil {
			m.t.Fatal(err)
		}
		indexes[name] = made
	}
	if err := rows.Err(); err != nil {
		m.t.Fatal(err)
	}
	rows.Close()
	for name := range indexes {
		do("DROP INDEX " + name)
	}
	span := int64(365 * 24 * time.Hour / time.Millisecond)
	began := time.Now().UnixMilli() - span
	for _, q := range yearly {
		do(q, m.shopID, shop.Shard(m.shopID), began, float64(span)/float64(m.carts), m.carts)
	}
	for _, made := range indexes {
		do(made)
	}
}

// serve starts the server, which counts the tallies, and signs in.
func (m *million) serve() {
	m.t.Helper()
	c := config.Default()
	c.HTTP.Listen, c.Database.DataDir = "127.0.0.1:0", m.dir
	began := time.Now()
	server, err := app.Start(m.t.Context(), app.Options{Config: c, Role: app.RoleAll, Clock: app.WallClock(), Log: slog.New(slog.DiscardHandler), Version: "test"})
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Logf("started in %s, counting included", time.Since(began).Round(100*time.Millisecond))
	m.t.Cleanup(func() {
		if err := server.Close(context.Background()); err != nil {
			m.t.Error(err)
		}
	})
	m.url = server.URL()
	jar, err := cookiejar.New(nil)
	if err != nil {
		m.t.Fatal(err)
	}
	m.client = &http.Client{Jar: jar}
	link := strings.Split(m.command("user", "create", "--email", "owner@hazelandoak.example", "--shop", m.shopID, "--json"), `"`)[3]
	res, err := m.client.Post(m.url+link[strings.Index(link, "/sign-in/"):], "application/x-www-form-urlencoded", nil)
	if err != nil {
		m.t.Fatal(err)
	}
	res.Body.Close()
}

// counted waits until the sweeper has counted what steps came to, as it has in
// a shop that runs.
func (m *million) counted() {
	m.t.Helper()
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: filepath.Join(m.dir, "cartograph.db")}).EscapedPath())
	if err != nil {
		m.t.Fatal(err)
	}
	defer db.Close()
	began, look := time.Now(), time.NewTicker(time.Second)
	defer look.Stop()
	for {
		var left bool
		if err := db.QueryRowContext(m.t.Context(), `SELECT EXISTS (SELECT 1 FROM decisions WHERE shop_id = $1
			AND decided_at >= (SELECT coalesce(max(counted_to), 0) FROM step_tallies))`, m.shopID).Scan(&left); err != nil {
			m.t.Fatal(err)
		}
		if !left {
			m.t.Logf("steps counted after %s", time.Since(began).Round(time.Second))
			return
		}
		select {
		case <-look.C:
		case <-m.t.Context().Done():
			m.t.Fatal("the steps were not counted")
		}
	}
}

// id gives one of the ids that the rows have.
func id(kind string, i int) string { return fmt.Sprintf("%s-0000-7000-8000-%012x", kind, i) }

// measure asks for each page many times and prints how long the answers took.
func (m *million) measure() {
	m.t.Helper()
	mid := m.carts / 2 / 10 * 10
	type page struct{ name, path, form string }
	month := time.Now().AddDate(0, -3, 0)
	from, to := month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly)
	pages := []page{
		{"overview", "/", ""}, {"overview, 90 days compared", "/?range=90d&compare=1", ""}, {"overview, a year compared", "/?from=" + time.Now().AddDate(-1, 0, 1).Format(time.DateOnly) + "&compare=1", ""},
		{"days as CSV", "/overview/days?range=90d", ""}, {"carts", "/carts", ""}, {"carts abandoned", "/carts?state=abandoned", ""}, {"carts recovered", "/carts?state=recovered", ""},
		{"carts abandoned in a month, of a persona", "/carts?moment=abandoned&persona=vip-advocate&from=" + from + "&to=" + to, ""},
		{"carts abandoned on a day without any", "/carts?moment=abandoned&from=" + time.Now().Format(time.DateOnly) + "&to=" + time.Now().Format(time.DateOnly), ""},
		{"one cart", "/carts/" + id("01900000", mid+3), ""}, {"why", "/carts/" + id("01900000", mid+9) + "/why", ""},
		{"shoppers", "/shoppers", ""}, {"one shopper", "/shoppers/" + id("01910000", mid/2), ""}, {"search by email", "/search", "ada4711@shopper.example"},
		{"search by the beginning of an email", "/search", "ada47"}, {"search by order number", "/search", "#" + strconv.Itoa(1003+mid)}, {"search in vain", "/search", "nobody@nowhere.example"},
		{"messages", "/messages", ""}, {"messages bounced", "/messages?state=bounced", ""}, {"messages of a persona, by SMS", "/messages?persona=vip-advocate&channel=sms", ""},
		{"messages looked for in vain", "/messages?template=nowhere", ""}, {"messages of a shopper", "/messages?shopper=" + id("01910000", mid/2), ""}, {"one message", "/messages/" + id("01930000", mid+3), ""},
		{"inbox", "/inbox", ""}, {"inbox, waiting", "/inbox?state=open", ""}, {"one conversation", "/inbox/" + id("019a0000", mid/50*50), ""},
		{"decisions", "/decisions", ""}, {"decisions skipped", "/decisions?state=skipped", ""}, {"decisions of a rule in a month", "/decisions?state=skipped&rule=consent.unknown&from=" + from + "&to=" + to, ""},
		{"orders", "/orders", ""}, {"recoveries", "/recoveries", ""}, {"recoveries of a channel in a month", "/recoveries?channel=sms&from=" + from + "&to=" + to, ""},
		{"personas, with reach and overlaps", "/personas", ""}, {"one persona", "/personas/value-conscious", ""},
		{"sequences", "/sequences", ""}, {"one sequence", "/sequences/cart-value-conscious", ""}, {"codes", "/codes", ""}, {"templates", "/templates", ""},
		{"quarantine", "/quarantine", ""}, {"quarantine, narrowed", "/quarantine?topic=-&reason=the+price+has+no+currency", ""}, {"audit log", "/audit", ""}, {"account", "/account", ""},
	}
	m.t.Logf("%-44s %8s %8s %8s %8s", "page", "p50 ms", "p95 ms", "cpu ms", "kB")
	for _, p := range pages {
		if !strings.Contains(p.name, os.Getenv("CARTOGRAPH_MILLION_PAGES")) {
			continue
		}
		var took []time.Duration
		size, burnt := 0, time.Duration(0)
		for i := range 45 {
			if i == 5 {
				burnt = m.processor()
			}
			began := time.Now()
			size = m.ask(p.path, p.form)
			if i >= 5 {
				took = append(took, time.Since(began))
			}
		}
		slices.Sort(took)
		ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
		m.t.Logf("%-44s %8.1f %8.1f %8.1f %8.1f", p.name, ms(took[len(took)/2]), ms(took[len(took)*95/100]), ms(m.processor()-burnt)/float64(len(took)), float64(size)/1000)
	}
}

// processor gives the time this process had of its processors: what a page
// costs, however many others want them.
func (m *million) processor() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		m.t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func (m *million) ask(path, form string) int {
	m.t.Helper()
	var res *http.Response
	var err error
	if form != "" {
		res, err = m.client.PostForm(m.url+path, url.Values{"q": {form}, "in": {"shoppers"}})
	} else {
		res, err = m.client.Get(m.url + path)
	}
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || strings.HasSuffix(res.Request.URL.Path, "/sign-in") {
		m.t.Errorf("%s: %d, %v", path, res.StatusCode, err)
	}
	return len(b)
}
