package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

var (
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	secret = []byte("installation secret")
)

func start(t *testing.T, opts sandbox.Options) (*sandbox.Server, string) {
	t.Helper()
	opts.Secret, opts.Now = secret, func() time.Time { return noon }
	s := sandbox.New(opts)
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	t.Cleanup(s.Close)
	return s, srv.URL
}

func TestAccountsAgreeAcrossProcesses(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(sandbox.Accounts(secret, "shop-1"), sandbox.Accounts([]byte("installation secret"), "shop-1")); diff != "" {
		t.Errorf("the same secret gives other accounts:\n%s", diff)
	}
	one, two := sandbox.Accounts(secret, "shop-1"), sandbox.Accounts(secret, "shop-2")
	other := sandbox.Accounts([]byte("other"), "shop-1")
	for ch, a := range one {
		if !a.Sandbox || a.Key == "" || a.From == "" || len(a.VerifyKeys) != 1 || a.VerifyKeys[0] == "" {
			t.Errorf("%s: incomplete account", ch)
		}
		if a.Key == two[ch].Key || a.Key == other[ch].Key || a.VerifyKeys[0] == other[ch].VerifyKeys[0] {
			t.Errorf("%s: shops or secrets share a key", ch)
		}
	}
	if one[event.Email].VerifyKeys[0] == two[event.Email].VerifyKeys[0] || one[event.SMS].ID == two[event.SMS].ID {
		t.Error("shops share a SendGrid webhook key or a Twilio account")
	}
	if shop, ok := sandbox.ShopOfPage(one[event.Messenger].ID); !ok || shop != "shop-1" {
		t.Errorf("the page belongs to %q", shop)
	}
	if _, ok := sandbox.ShopOfPage("1234567890"); ok {
		t.Error("a real page id is taken for a sandbox page")
	}
}

// call makes a request of a shop's and gives status and decoded body.
func call(t *testing.T, method, to, contentType, body string, auth func(*http.Request)) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if auth != nil {
		auth(req)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if len(raw) > 0 && json.Unmarshal(raw, &out) != nil {
		t.Fatalf("the answer is no JSON: %s", raw)
	}
	return res.StatusCode, out
}

func bearer(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }
}

const goodMail = `{"personalizations":[{"to":[{"email":"ada@example.com"}]}],"from":{"email":"a@shop.example"},"subject":"S","content":[{"type":"text/plain","value":"T"}]}`

func TestMailErrorsAreSendGrids(t *testing.T) {
	t.Parallel()
	_, base := start(t, sandbox.Options{})
	key := sandbox.Accounts(secret, "shop-1")[event.Email].Key
	tests := map[string]struct {
		key, contentType, body string
		status                 int
		field                  any
	}{
		"taken":          {key, "application/json", goodMail, 202, nil},
		"no key":         {"", "application/json", goodMail, 401, nil},
		"forged key":     {key[:len(key)-1] + "!", "application/json", goodMail, 401, nil},
		"no JSON type":   {key, "text/plain", goodMail, 415, nil},
		"no JSON":        {key, "application/json", `{`, 400, nil},
		"nobody":         {key, "application/json", `{}`, 400, "personalizations"},
		"empty to":       {key, "application/json", strings.Replace(goodMail, `{"email":"ada@example.com"}`, "", 1), 400, "personalizations.0.to"},
		"bad to":         {key, "application/json", strings.Replace(goodMail, "ada@example.com", "ada", 1), 400, "personalizations.0.to.0.email"},
		"no from":        {key, "application/json", strings.Replace(goodMail, `"from"`, `"form"`, 1), 400, "from.email"},
		"no subject":     {key, "application/json", strings.Replace(goodMail, `"S"`, `""`, 1), 400, "subject"},
		"no content":     {key, "application/json", strings.Replace(goodMail, `"content"`, `"contents"`, 1), 400, "content"},
		"empty content":  {key, "application/json", strings.Replace(goodMail, `"T"`, `""`, 1), 400, "content.0.value"},
		"HTML first":     {key, "application/json", strings.Replace(goodMail, `[{"type":"text/plain"`, `[{"type":"text/html","value":"H"},{"type":"text/plain"`, 1), 400, "content.1.type"},
		"taken header":   {key, "application/json", strings.Replace(goodMail, `"subject"`, `"headers":{"Bcc":"x"},"subject"`, 1), 400, "headers"},
		"bad reply-to":   {key, "application/json", strings.Replace(goodMail, `"subject"`, `"reply_to":{"email":"x"},"subject"`, 1), 400, "reply_to.email"},
		"args not texts": {key, "application/json", strings.Replace(goodMail, `"subject"`, `"custom_args":{"a":1},"subject"`, 1), 400, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := call(t, http.MethodPost, base+"/v3/mail/send", tt.contentType, tt.body, bearer(tt.key))
			if status != tt.status {
				t.Fatalf("status %d (%v), want %d", status, body, tt.status)
			}
			if status == http.StatusAccepted {
				return
			}
			first := body["errors"].([]any)[0].(map[string]any)
			if first["field"] != tt.field || first["message"] == "" {
				t.Errorf("error %v, want field %v", first, tt.field)
			}
		})
	}
}

func TestTextErrorsAreTwilios(t *testing.T) {
	t.Parallel()
	_, base := start(t, sandbox.Options{})
	a := sandbox.Accounts(secret, "shop-1")[event.SMS]
	good := url.Values{"To": {"+33612345678"}, "From": {"+15005550006"}, "Body": {"Hello"}}
	with := func(name, value string) string {
		f := url.Values{}
		for k, v := range good {
			f[k] = v
		}
		f.Set(name, value)
		return f.Encode()
	}
	tests := map[string]struct {
		sid, token, body string
		status           int
		code             float64
	}{
		"taken":           {a.ID, a.Key, good.Encode(), 201, 0},
		"wrong token":     {a.ID, "x", good.Encode(), 401, 20003},
		"another's SID":   {"AC1", a.Key, good.Encode(), 404, 20404},
		"no recipient":    {a.ID, a.Key, with("To", ""), 400, 21604},
		"bad recipient":   {a.ID, a.Key, with("To", "12"), 400, 21211},
		"no body":         {a.ID, a.Key, with("Body", ""), 400, 21602},
		"long body":       {a.ID, a.Key, with("Body", strings.Repeat("x", 1601)), 400, 21617},
		"no sender":       {a.ID, a.Key, with("From", ""), 400, 21603},
		"bad callback":    {a.ID, a.Key, with("StatusCallback", "x"), 400, 21609},
		"bad validity":    {a.ID, a.Key, with("ValidityPeriod", "0"), 400, 20001},
		"form unreadable": {a.ID, a.Key, "%zz", 400, 20001},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := call(t, http.MethodPost, base+"/2010-04-01/Accounts/"+tt.sid+"/Messages.json", "application/x-www-form-urlencoded", tt.body,
				func(r *http.Request) { r.SetBasicAuth(a.ID, tt.token) })
			if status != tt.status {
				t.Fatalf("status %d (%v), want %d", status, body, tt.status)
			}
			if tt.code != 0 && (body["code"] != tt.code || body["status"] != float64(status)) {
				t.Errorf("error %v, want code %v", body, tt.code)
			}
			if sid, _ := body["sid"].(string); tt.code == 0 && (len(sid) != 34 || body["error_code"] != nil) {
				t.Errorf("message %v", body)
			}
		})
	}
}

func TestPageErrorsAreMetas(t *testing.T) {
	t.Parallel()
	_, base := start(t, sandbox.Options{})
	a := sandbox.Accounts(secret, "shop-1")[event.Messenger]
	good := `{"recipient":{"id":"p"},"messaging_type":"RESPONSE","message":%s}`
	long := strings.Repeat("x", 81)
	tests := map[string]struct {
		path, key, body string
		code            float64
	}{
		"taken":            {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"text":"hi"}`), 0},
		"no version":       {"/me/" + a.ID, a.Key, fmt.Sprintf(good, `{"text":"hi"}`), 2500},
		"wrong token":      {"/v25.0/" + a.ID, "x", fmt.Sprintf(good, `{"text":"hi"}`), 190},
		"a real page":      {"/v25.0/123", a.Key, fmt.Sprintf(good, `{"text":"hi"}`), 190},
		"wrong proof":      {"/v25.0/" + a.ID, a.Key, "", 100},
		"no recipient":     {"/v25.0/" + a.ID, a.Key, `{"messaging_type":"RESPONSE","message":{"text":"hi"}}`, 100},
		"retired tag":      {"/v25.0/" + a.ID, a.Key, strings.Replace(fmt.Sprintf(good, `{"text":"hi"}`), "RESPONSE", "MESSAGE_TAG", 1), 100},
		"no text":          {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{}`), 100},
		"long text":        {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"text":"`+strings.Repeat("x", 2001)+`"}`), 100},
		"unknown template": {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"airline"}}}`), 100},
		"button, no link":  {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"button","text":"t","buttons":[{"title":"b"}]}}}`), 100},
		"button, no text":  {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"button","buttons":[{"title":"b","url":"u"}]}}}`), 100},
		"empty card":       {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"generic"}}}`), 100},
		"bare card":        {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"generic","elements":[{"title":"t"}]}}}`), 100},
		"long title":       {"/v25.0/" + a.ID, a.Key, fmt.Sprintf(good, `{"attachment":{"payload":{"template_type":"generic","elements":[{"title":"`+long+`","subtitle":"s"}]}}}`), 100},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := base + tt.path + "/messages"
			if name == "wrong proof" {
				to += "?appsecret_proof=00"
			}
			status, body := call(t, http.MethodPost, to, "application/json", tt.body, bearer(tt.key))
			if tt.code == 0 {
				if status != http.StatusOK || body["recipient_id"] != "p" || body["message_id"] == "" {
					t.Errorf("status %d: %v", status, body)
				}
				return
			}
			if e, _ := body["error"].(map[string]any); status < 400 || e["code"] != tt.code {
				t.Errorf("status %d: %v, want code %v", status, body, tt.code)
			}
		})
	}
}

func TestOtherAddressesAreNotFound(t *testing.T) {
	t.Parallel()
	s, base := start(t, sandbox.Options{})
	for _, path := range []string{"/", "/v3/mail", "/2010-04-01/Accounts/AC1/Calls.json", "/v25.0/1/photos"} {
		res, err := http.Post(base+path, "application/json", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	if len(s.Outbox()) != 0 {
		t.Error("something was taken")
	}
}

func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	s, base := start(t, sandbox.Options{Keep: 3})
	key := sandbox.Accounts(secret, "shop-1")[event.Email].Key
	for i := range 20 {
		if status, _ := call(t, http.MethodPost, base+"/v3/mail/send", "application/json", strings.Replace(goodMail, `"S"`, fmt.Sprintf(`"%d"`, i), 1), bearer(key)); status != 202 {
			t.Fatal(status)
		}
		var subjects []string
		for _, m := range s.Outbox() {
			subjects = append(subjects, m.Subject)
		}
		var want []string
		for n := max(0, i-2); n <= i; n++ {
			want = append(want, fmt.Sprint(n))
		}
		if diff := cmp.Diff(want, subjects); diff != "" {
			t.Fatalf("after mail %d (-want +got):\n%s", i, diff)
		}
	}
}

// TestAutoDeliverInsists: the first post of a callback is refused, the next one taken.
func TestAutoDeliverInsists(t *testing.T) {
	t.Parallel()
	var posts atomic.Int32
	var mu sync.Mutex
	var bodies []string
	hooks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		bodies = append(bodies, string(body))
		mu.Unlock()
		if posts.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer hooks.Close()
	done := make(chan struct{})
	_, base := start(t, sandbox.Options{
		AutoDeliver: true, Callback: sandbox.CallbacksAt(hooks.URL),
		OnMessage: func(context.Context, sandbox.Sent) { close(done) },
		OnFailure: func(err error) { t.Errorf("gave up: %v", err) },
	})
	key := sandbox.Accounts(secret, "shop-1")[event.Email].Key
	call(t, http.MethodPost, base+"/v3/mail/send", "application/json", goodMail, bearer(key))
	<-done
	// The same events under the same ids: a repetition, not news.
	if len(bodies) != 2 || bodies[0] != bodies[1] {
		t.Errorf("posted %q", bodies)
	}
}

// TestCloseEndsEverything: hanging requests, callbacks under way, OnMessage.
func TestCloseEndsEverything(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	hooks := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(reached)
		<-r.Context().Done()
	}))
	defer hooks.Close()
	called := false
	s, base := start(t, sandbox.Options{
		AutoDeliver: true, Callback: sandbox.CallbacksAt(hooks.URL),
		OnMessage: func(context.Context, sandbox.Sent) { called = true },
		Fault: func(ch event.Channel) *sandbox.Fault {
			if ch == event.SMS {
				return &sandbox.Fault{Hang: true}
			}
			return nil
		},
	})
	hung := make(chan error, 1)
	go func() {
		res, err := http.Post(base+"/2010-04-01/Accounts/AC1/Messages.json", "application/x-www-form-urlencoded", http.NoBody)
		if err == nil {
			res.Body.Close()
		}
		hung <- err
	}()
	call(t, http.MethodPost, base+"/v3/mail/send", "application/json", goodMail, bearer(sandbox.Accounts(secret, "shop-1")[event.Email].Key))
	<-reached

	s.Close()
	if err := <-hung; err == nil {
		t.Error("the hanging request was answered")
	}
	if called {
		t.Error("OnMessage was called for a message whose callback was given up")
	}
	// Closed: messages are still taken, nothing follows.
	if status, _ := call(t, http.MethodPost, base+"/v3/mail/send", "application/json", goodMail, bearer(sandbox.Accounts(secret, "shop-1")[event.Email].Key)); status != 202 {
		t.Errorf("after Close: %d", status)
	}
	s.Close()
}

func TestWhatAProviderDoesNotReport(t *testing.T) {
	t.Parallel()
	s, _ := start(t, sandbox.Options{})
	sms, page, mail := sandbox.Sent{Channel: event.SMS}, sandbox.Sent{Channel: event.Messenger}, sandbox.Sent{Channel: event.Email}
	for name, err := range map[string]error{
		"SMS open":         s.Open(t.Context(), sms),
		"SMS machine open": s.MachineOpen(t.Context(), sms),
		"SMS click":        s.Click(t.Context(), sms, "x"),
		"SMS complaint":    s.Complain(t.Context(), sms),
		"Messenger bounce": s.Bounce(t.Context(), page),
		"email reply":      s.Reply(t.Context(), mail, "hi"),
	} {
		if !fault.Is(err, fault.Unprocessable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nowhere to call: nothing happens.
	if err := s.Deliver(t.Context(), mail); err != nil {
		t.Error(err)
	}
}
