package app

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// safetyNet ends a test that waits for what never comes.
const safetyNet = 7 * time.Minute

// realKeys are what a demo must leave alone.
var realKeys = []string{
	"CARTOGRAPH_SENDGRID_API_KEY=SG.real", "CARTOGRAPH_EMAIL_FROM=shop@example.com",
	"CARTOGRAPH_TWILIO_ACCOUNT_SID=ACreal", "CARTOGRAPH_TWILIO_AUTH_TOKEN=real", "CARTOGRAPH_TWILIO_FROM=+15551234567",
	"CARTOGRAPH_MESSENGER_PAGE_ID=1", "CARTOGRAPH_MESSENGER_PAGE_TOKEN=real", "CARTOGRAPH_MESSENGER_APP_SECRET=real",
	"CARTOGRAPH_DATABASE_URL=postgres://nobody@127.0.0.1:1/real", "CARTOGRAPH_PUBLIC_URL=https://real.example",
}

// locked is a buffer for several goroutines.
type locked struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// stageFor opens a demo for a test.
func stageFor(t *testing.T, c demoCommand) (*stage, *locked) {
	t.Helper()
	var log locked
	root := &commands{Listen: "127.0.0.1:0", DataDir: t.TempDir()}
	s, err := openStage(&run{ctx: t.Context(), term: Terminal{Out: io.Discard, Err: &log, Environ: realKeys, Version: "test"}, root: root}, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s, &log
}

// TestDemoRecoversCarts runs the whole demo until it has shown what it is for.
func TestDemoRecoversCarts(t *testing.T) {
	t.Parallel()
	s, log := stageFor(t, demoCommand{Speed: 500, Every: 700 * time.Millisecond, Shoppers: 24, Seed: 1})
	boxed, err := s.server.accounts.sandboxed(t.Context(), s.shop.ID)
	if err != nil || len(boxed) != 3 {
		t.Fatalf("real keys are in use: the sandbox has only %v (%v)", boxed, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), safetyNet)
	defer cancel()
	var out locked
	go func() {
		defer cancel()
		until(ctx, func() bool {
			sum, err := s.crowd.Summary(ctx)
			told := s.crowd.Tally().Letters
			return err == nil && sum.Recovered >= 2 && told[event.Email] > 0 && told[event.SMS] > 0 && told[event.Messenger] > 0 &&
				len(sum.Personas) == 5 && reached(sum) && strings.Contains(out.String(), `"type":"first_recovery"`)
		})
	}()
	sum, err := s.play(ctx, time.Now(), newDemoPrinter(&out, true, s))
	if err != nil {
		t.Fatal(err)
	}
	if sum.Recovered < 2 || len(sum.Revenue) == 0 || !reached(sum) {
		t.Errorf("the demo did not come to its point: %+v", sum)
	}
	// A machine that is too slow to answer in time is not this test's business; a refusal is.
	if said := log.String(); strings.Contains(said, "was answered 4") {
		t.Errorf("shoppers were refused:\n%s", said)
	}
	if !strings.Contains(out.String(), `"type":"first_recovery"`) {
		t.Errorf("the first recovery was not announced:\n%s", out.String())
	}
	neverAfterThePurchase(t, s)
}

// reached reports whether every shipped persona has met a cart.
func reached(sum demo.Summary) bool {
	for _, p := range sum.Personas {
		if p.Carts == 0 {
			return false
		}
	}
	return true
}

// until asks again and again until it is so or ctx ends.
func until(ctx context.Context, so func() bool) {
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// neverAfterThePurchase holds every message in the providers' outbox against
// the orders, by the shoppers' own numbers rather than by Cartograph's matching.
func neverAfterThePurchase(t *testing.T, s *stage) {
	t.Helper()
	type order struct {
		Number   string    `json:"number"`
		StoredAt time.Time `json:"stored_at"`
	}
	type message struct {
		ID     string    `json:"id"`
		SentAt time.Time `json:"sent_at"`
	}
	bought, sent := map[string]time.Time{}, map[string]time.Time{}
	for _, o := range everything[order](t, s, "/api/v1/orders") {
		bought[o.Number] = o.StoredAt
	}
	for _, m := range everything[message](t, s, "/api/v1/messages") {
		sent[m.ID] = m.SentAt
	}
	numbers, written := map[string]string{}, map[string]bool{}
	for n := range s.crowd.Tally().Shoppers {
		p := demo.Draw(1, n)
		for _, address := range []string{p.Email, p.Phone, p.PSID} {
			numbers[address] = p.OrderNumber()
		}
	}
	for _, m := range s.server.sandbox.Outbox() {
		left, known := sent[m.MessageID]
		number := numbers[m.To]
		if !known || number == "" {
			t.Errorf("a message by %s went to nobody known", m.Channel)
			continue
		}
		written[number] = true
		if at, ok := bought[number]; ok && !left.Before(at) {
			t.Errorf("order %s was stored at %s, and a message left at %s", number, at, left)
		}
	}
	unwritten := 0
	for n := range s.crowd.Tally().Shoppers {
		number := demo.Draw(1, n).OrderNumber()
		if _, ok := bought[number]; ok && !written[number] {
			unwritten++
		}
	}
	if unwritten == 0 || len(written) == 0 {
		t.Errorf("nothing was put to the test: %d shoppers were written to, %d bought unwritten", len(written), unwritten)
	}
}

// everything reads all pages of a list.
func everything[T any](t *testing.T, s *stage, path string) []T {
	t.Helper()
	var all []T
	for cursor := ""; ; {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.server.URL()+path+"?limit=200&cursor="+cursor, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+s.shop.APIKey)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Items []T    `json:"items"`
			Next  string `json:"next"`
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
		}
		all = append(all, page.Items...)
		if cursor = page.Next; cursor == "" {
			return all
		}
	}
}

// TestDemoCommand runs the command as a program would and ends it as Ctrl-C does.
func TestDemoCommand(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithTimeout(t.Context(), safetyNet)
	defer interrupt()
	r, w := io.Pipe()
	var log locked
	code := make(chan int, 1)
	go func() {
		code <- Main(ctx, []string{"demo", "--json", "--listen", "127.0.0.1:0", "--shoppers", "4", "--every", "50ms"},
			Terminal{Out: w, Err: &log, Environ: realKeys, Version: "test"})
		w.Close()
	}()
	var types []string
	var first, last map[string]any
	for lines := bufio.NewScanner(r); lines.Scan(); {
		last = nil
		if err := json.Unmarshal(lines.Bytes(), &last); err != nil {
			t.Fatalf("no JSON: %q", lines.Text())
		}
		if types = append(types, last["type"].(string)); first == nil {
			first = last
		}
		if last["type"] == "summary" && last["shoppers"].(float64) == 4 {
			interrupt()
		}
	}
	if got := <-code; got != 0 {
		t.Fatalf("exit code %d:\n%s", got, log.String())
	}
	if types[0] != "started" || types[len(types)-1] != "stopped" {
		t.Errorf("got lines %v", types)
	}
	for _, name := range []string{"url", "sign_in_url", "shop_id", "api_key", "webhook_url"} {
		if v, _ := first[name].(string); v == "" {
			t.Errorf("the first line has no %s: %v", name, first)
		}
	}
	if n := last["webhooks"].(float64); n < 4 {
		t.Errorf("only %v webhooks were posted", n)
	}
	logged(t, log.String(), first["sign_in_url"])
}

// logged looks for the sign-in link in the log, and for the data it names, which must be gone.
func logged(t *testing.T, log string, link any) {
	t.Helper()
	for line := range strings.Lines(log) {
		var said map[string]any
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			t.Fatalf("no JSON in the log: %q", line)
		}
		if said["sign_in_url"] != link || link == nil {
			continue
		}
		if _, err := os.Stat(said["data_dir"].(string)); !os.IsNotExist(err) {
			t.Errorf("the demo left %v behind (%v)", said["data_dir"], err)
		}
		return
	}
	t.Errorf("the link is not in the log:\n%s", log)
}

// TestDemoKeepsToItself: it shares neither database nor data with anything real.
func TestDemoKeepsToItself(t *testing.T) {
	t.Parallel()
	used := t.TempDir()
	if err := os.WriteFile(filepath.Join(used, "cartograph.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"database":      {"--database-url", "postgres://127.0.0.1:1/real"},
		"redis":         {"--redis-url", "redis://127.0.0.1:1"},
		"configuration": {"--config", "cartograph.yaml"},
		"used data":     {"--data-dir", used},
		"too fast":      {"--speed", "100000"},
		"backwards":     {"--speed", "-1"},
		"crowded":       {"--every", "1us"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, log locked
			code := Main(t.Context(), append([]string{"demo"}, args...), Terminal{Out: &out, Err: &log, Version: "test"})
			if code != exitUsage || out.String() != "" || !strings.Contains(log.String(), args[0]) {
				t.Errorf("exit code %d, out %q, log %q", code, out.String(), log.String())
			}
		})
	}
}
