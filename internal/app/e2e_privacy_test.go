package app_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's signature
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"github.com/cartograph-dev/cartograph/internal/demo"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// birdBook writes to the canary by every channel, one after the other.
const birdBook = `
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: everyone
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 2s, channels: [email], template: nudge, max_late: 10m}
      - {after: 3s, channels: [sms], template: nudge, max_late: 10m}
      - {after: 4s, channels: [messenger], template: nudge, max_late: 10m}
templates:
  - {key: nudge, channel: email, locale: en, subject: "{{ shopper.first_name }}, your bag", body: "<p>{{ shopper.last_name }} <a href=\"{{ cart.restore_url }}\">back</a></p>"}
  - {key: nudge, channel: sms, locale: en, body: "{{ shopper.first_name }}: {{ cart.restore_url }}"}
  - {key: nudge, channel: messenger, locale: en, body: "{{ shopper.first_name }}, your bag waits"}
`

const (
	birdMail = "canary.bird@nest.example"
	birdPSID = "8877665544332211"
)

// birdPhone is of a country where it is day.
var birdPhone = demo.AwakePhone(time.Now(), 871234)

// birdFeathers are what must not be found of the canary, in lower case.
var birdFeathers = []string{
	"canary", "canaria", "birdwell", birdPhone[4:], birdPSID, "990077001122", "cage-key", "bird-token", url.QueryEscape(birdMail),
}

// feathersIn fails where a text names the canary.
func feathersIn(t *testing.T, where, text string) {
	t.Helper()
	low := strings.ToLower(text)
	for _, f := range birdFeathers {
		if i := strings.Index(low, f); i >= 0 {
			t.Errorf("%s names %q: …%s…", where, f, text[max(0, i-80):min(len(text), i+80)])
		}
	}
}

// birdcage plays all three providers, and keeps what they are told beside the message itself.
type birdcage struct {
	mu    sync.Mutex
	calls []birdcall
}

type birdcall struct {
	provider string
	// id is our id of the message, meta all of the request that is neither address nor text.
	id, meta string
	status   string // Twilio's StatusCallback
}

func (c *birdcage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	headers := r.Header.Clone()
	headers.Del("Authorization")
	call := birdcall{meta: r.URL.String() + fmt.Sprint(headers)}
	var doc map[string]any
	switch {
	case strings.HasPrefix(r.URL.Path, "/v3/mail/send"):
		call.provider = "sendgrid"
		json.Unmarshal(body, &doc) //nolint:errcheck // a body that is no JSON is kept whole below
		args, _ := doc["custom_args"].(map[string]any)
		call.id, _ = args["message_id"].(string)
		for _, p := range doc["personalizations"].([]any) {
			delete(p.(map[string]any), "to")
		}
		delete(doc, "content")
		delete(doc, "subject")
		w.Header().Set("X-Message-Id", "sg-"+call.id)
		defer w.WriteHeader(http.StatusAccepted)
	case strings.Contains(r.URL.Path, "/Messages.json"):
		call.provider = "twilio"
		form, _ := url.ParseQuery(string(body))
		call.status = form.Get("StatusCallback")
		if u, err := url.Parse(call.status); err == nil {
			call.id = u.Query().Get("m")
		}
		form.Del("To")
		form.Del("Body")
		call.meta += form.Encode()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"sid":"SM%032d","status":"queued","num_segments":"1"}`, 7)
	default:
		call.provider = "messenger"
		json.Unmarshal(body, &doc) //nolint:errcheck // as above
		message, _ := doc["message"].(map[string]any)
		call.id, _ = message["metadata"].(string)
		delete(doc, "recipient")
		delete(message, "text")
		delete(message, "attachment")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"recipient_id":%q,"message_id":"m_of_bird"}`, birdPSID)
	}
	rest, _ := json.Marshal(doc)
	call.meta += string(rest)
	c.mu.Lock()
	c.calls = append(c.calls, call)
	c.mu.Unlock()
}

// by gives the first call of a provider, waiting for it.
func (c *birdcage) by(t *testing.T, provider string) birdcall {
	t.Helper()
	var found birdcall
	until(t, "a message by "+provider, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		i := slices.IndexFunc(c.calls, func(b birdcall) bool { return b.provider == provider })
		if i >= 0 {
			found = c.calls[i]
		}
		return i >= 0
	})
	return found
}

// monitored keeps everything that any client tells a Redis, from now on.
func monitored(t *testing.T, r *redisServer) func() string {
	t.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", r.port))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte("MONITOR\r\n")); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var heard strings.Builder
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(conn)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			mu.Lock()
			heard.WriteString(lines.Text() + "\n")
			mu.Unlock()
		}
	}()
	t.Cleanup(func() { conn.Close(); <-ended })
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return heard.String()
	}
}

// Through the whole way of a person, from the first event to unsubscribing and
// erasure, nothing of them is in a log line, a metric, what providers are told
// beside the message, or Redis.
func TestNothingPersonalLeaks(t *testing.T) {
	t.Parallel()
	p, cage, redis := newPlace(t), &birdcage{}, newRedis(t)
	srv := httptest.NewServer(cage)
	t.Cleanup(srv.Close)
	// SendGrid's callbacks are signed as in the other tests.
	signer := newSendgrid(t)
	signer.use(p)
	maps.Copy(p.env, map[string]string{
		"CARTOGRAPH_SENDGRID_BASE_URL": srv.URL, "CARTOGRAPH_TWILIO_BASE_URL": srv.URL, "CARTOGRAPH_MESSENGER_BASE_URL": srv.URL,
		"CARTOGRAPH_TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef", "CARTOGRAPH_TWILIO_AUTH_TOKEN": "twilio-token",
		"CARTOGRAPH_TWILIO_FROM": "+33700000001", "CARTOGRAPH_MESSENGER_PAGE_ID": "112233", "CARTOGRAPH_MESSENGER_PAGE_TOKEN": "page-token",
		"CARTOGRAPH_MESSENGER_APP_SECRET": "app-secret", "CARTOGRAPH_MESSENGER_VERIFY_TOKEN": "verify-token", "CARTOGRAPH_LOG_LEVEL": "debug",
		"CARTOGRAPH_REDIS_URL": fmt.Sprintf("redis://127.0.0.1:%d/0", redis.port),
	})
	heard := monitored(t, redis)
	shop := p.open("e2e.myshopify.com")
	file := filepath.Join(t.TempDir(), "book.yaml")
	if err := os.WriteFile(file, []byte(birdBook), 0o600); err != nil {
		t.Fatal(err)
	}
	p.must("apply", "-f", file, "--shop", shop.ID)
	server := p.serve()
	shop.at(server)

	// She writes to the page, then leaves a checkout that names her in every way; an odd delivery names her, too.
	same(t, "inbound", pageSays(t, server.url, "hello from Canaria"), http.StatusOK)
	bird := buyer{"bird-token", birdMail, "Canaria", birdPhone, "77.00"}
	body := bird.checkout()
	body["customer"] = fields{"id": 990077001122, "email": birdMail, "first_name": "Canaria", "last_name": "Birdwell"}
	body["abandoned_checkout_url"] = "https://e2e.myshopify.com/recover?key=cage-key"
	shop.collect(fields{"event": "Consent Updated", "userId": "990077001122", "properties": fields{
		"email": birdMail, "messenger_psid": birdPSID, "consent": fields{"email": "yes"}, "consent_wording": "I, Canaria, agree"}})
	shop.posted("checkouts/create", body)
	shop.webhook("checkouts/create", fields{"token": "bird-token", "email": birdMail, "line_items": "Canaria"})

	mail := cage.by(t, "sendgrid")
	signed := mailOf(mail)
	same(t, "callback", signer.report(server.url+"/callbacks/sendgrid/"+shop.ID, signed, "delivered", "open", "bounce"), http.StatusOK)
	text := cage.by(t, "twilio")
	same(t, "status", twilioSays(t, text.status, url.Values{"MessageSid": {"SM7"}, "MessageStatus": {"delivered"}, "To": {birdPhone}}), http.StatusOK)
	same(t, "stop", twilioSays(t, server.url+"/callbacks/twilio/"+shop.ID+"/inbound",
		url.Values{"MessageSid": {"SM8"}, "From": {birdPhone}, "To": {"+33700000001"}, "Body": {"STOP, says Canaria Birdwell"}}), http.StatusOK)
	message := cage.by(t, "messenger")
	for _, c := range []birdcall{mail, text, message} {
		if c.id == "" {
			t.Errorf("%s was not told our id of the message: %s", c.provider, c.meta)
		}
		feathersIn(t, "what "+c.provider+" is told beside the message", c.meta)
	}
	unsubscribe := unsubscribeIn(mail.meta)
	if status, _ := call(t, http.MethodPost, unsubscribe, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte("List-Unsubscribe=One-Click")); status != http.StatusOK {
		t.Errorf("unsubscribing at %q: %d", unsubscribe, status)
	}

	// Export and erasure, by command and by webhook.
	exported := p.must("shopper", "export", "--shop", shop.ID, "--email", strings.ToUpper(birdMail))
	for _, want := range []string{`"format": "cartograph.shopper/1"`, birdMail, birdPhone, "Birdwell", "cage-key"} {
		if !strings.Contains(exported, want) {
			t.Errorf("the export lacks %q", want)
		}
	}
	if _, stderr, code := p.run("shopper", "erase", "--shop", shop.ID, "--email", birdMail); code == 0 || !strings.Contains(stderr, "--yes") {
		t.Errorf("an erasure without --yes: %d %s", code, stderr)
	}
	same(t, "redact", shop.webhook("customers/redact", fields{"shop_id": 1, "shop_domain": "e2e.myshopify.com",
		"customer": fields{"id": 990077001122, "email": birdMail, "phone": birdPhone}, "orders_to_redact": []int{}}), http.StatusOK)
	printed := p.must("shopper", "erase", "--shop", shop.ID, "--email", birdMail, "--yes")
	feathersIn(t, "the printed proof", printed)
	_, metrics := call(t, http.MethodGet, server.url+"/metrics", nil, nil)
	feathersIn(t, "/metrics", metrics)
	same(t, "exit code", server.stop(), 0)
	feathersIn(t, "the log", server.logged())
	// The platform's request is done by the sweep, which comes with every start.
	again := p.serve()
	until(t, "the request is done", func() bool {
		return !strings.Contains(p.must("shopper", "requests", "--shop", shop.ID, "--json"), `"state": "waiting"`)
	})
	feathersIn(t, "requests and proofs", p.must("shopper", "requests", "--shop", shop.ID, "--json"))
	same(t, "exit code", again.stop(), 0)
	feathersIn(t, "the second log", again.logged())
	if log := heard(); !strings.Contains(log, "due:") {
		t.Errorf("Redis was told of no alarm, so this proves nothing:\n%.500s", log)
	}
	feathersIn(t, "Redis", heard())
}

// collect posts one event to the events API.
func (s *store) collect(e fields) {
	s.t.Helper()
	raw, err := json.Marshal(e)
	if err != nil {
		s.t.Fatal(err)
	}
	status, text := call(s.t, http.MethodPost, s.url+"/api/v1/events",
		http.Header{"Authorization": {"Bearer " + s.APIKey}, "Content-Type": {"application/json"}}, raw)
	if status != http.StatusOK {
		s.t.Fatalf("events: %d %s", status, text)
	}
}

// mailOf is a mail as the signer reports on it.
func mailOf(c birdcall) mail {
	return mail{ProviderID: "sg-" + c.id, MessageID: c.id, To: birdMail}
}

// unsubscribeIn finds the one-click address among a mail's headers.
func unsubscribeIn(meta string) string {
	_, rest, _ := strings.Cut(meta, `List-Unsubscribe":"`)
	rest = strings.NewReplacer(`\u003c`, "", "<", "").Replace(rest)
	end := strings.IndexAny(rest, `\>"`)
	return rest[:max(end, 0)]
}

func pageSays(t *testing.T, base, text string) int {
	t.Helper()
	raw, err := json.Marshal(fields{"object": "page", "entry": []fields{{"id": "112233", "time": time.Now().UnixMilli(), "messaging": []fields{{
		"sender": fields{"id": birdPSID}, "recipient": fields{"id": "112233"}, "timestamp": time.Now().UnixMilli(),
		"message": fields{"mid": "m_in_1", "text": text},
	}}}}})
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte("app-secret"))
	mac.Write(raw)
	status, _ := call(t, http.MethodPost, base+"/callbacks/messenger", http.Header{
		"Content-Type": {"application/json"}, "X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))},
	}, raw)
	return status
}

func twilioSays(t *testing.T, to string, form url.Values) int {
	t.Helper()
	signed := to
	for _, name := range slices.Sorted(maps.Keys(form)) {
		signed += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte("twilio-token"))
	mac.Write([]byte(signed))
	status, _ := call(t, http.MethodPost, to, http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "X-Twilio-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	}, []byte(form.Encode()))
	return status
}
