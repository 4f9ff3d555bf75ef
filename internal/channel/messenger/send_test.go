package messenger_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

var clock = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func now() time.Time { return clock }

type obj = map[string]any

func provider() *messenger.Provider {
	return messenger.New(messenger.Options{Now: now})
}

func account(base string) delivery.Account {
	return delivery.Account{ID: "1001", Key: "page-token", VerifyKeys: []string{"app-secret", "old-secret"}, BaseURL: base}
}

func outbound() delivery.Outbound {
	return delivery.Outbound{MessageID: "msg-1", ShopID: "shop-1", Channel: event.Messenger, To: "psid-1", Text: "Your bag is waiting"}
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestSendPostsExactlyThis(t *testing.T) {
	t.Parallel()
	mac := hmac.New(sha256.New, []byte("app-secret"))
	mac.Write([]byte("page-token"))
	proof := hex.EncodeToString(mac.Sum(nil))
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/1001/messages" || r.URL.RawQuery != "appsecret_proof="+proof || r.Method != http.MethodPost {
			t.Errorf("called %s %s", r.Method, r.URL)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer page-token" {
			t.Errorf("authorized by %q", got)
		}
		var got obj
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		want := obj{"recipient": obj{"id": "psid-1"}, "messaging_type": "RESPONSE",
			"message": obj{"text": "Your bag is waiting", "metadata": "msg-1"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("body (-want +got):\n%s", diff)
		}
		_, _ = io.WriteString(w, `{"recipient_id":"psid-1","message_id":"m_1"}`)
	})
	v := provider().Send(t.Context(), account(base), outbound())
	if diff := cmp.Diff(delivery.Verdict{Outcome: delivery.OK, ProviderID: "m_1", Code: "200"}, v); diff != "" {
		t.Errorf("verdict (-want +got):\n%s", diff)
	}
}

func TestVersionIsConfigurableAndProofOptional(t *testing.T) {
	t.Parallel()
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/v26.0/1001/messages" {
			t.Errorf("called %s", r.URL)
		}
	})
	a := account(base)
	a.VerifyKeys = nil
	if v := messenger.New(messenger.Options{Version: "v26.0"}).Send(t.Context(), a, outbound()); v.Outcome != delivery.OK {
		t.Errorf("verdict %+v", v)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	url := "https://r.example/c/tok"
	button := obj{"type": "web_url", "url": url, "title": "Finish order"}
	template := func(p obj) obj { return obj{"attachment": obj{"type": "template", "payload": p}} }
	tests := map[string]struct {
		change func(*delivery.Outbound)
		want   obj
	}{
		"text": {func(*delivery.Outbound) {}, obj{"text": "Your bag is waiting"}},
		"a card with its picture": {
			func(m *delivery.Outbound) {
				m.Title, m.ImageURL, m.ButtonURL, m.ButtonTitle = "Blue shirt", "https://i.example/1.png", url, "Finish order"
			},
			template(obj{"template_type": "generic", "elements": []any{obj{
				"title": "Blue shirt", "subtitle": "Your bag is waiting", "image_url": "https://i.example/1.png",
				"default_action": obj{"type": "web_url", "url": url}, "buttons": []any{button}}}}),
		},
		"without a picture the whole text": {
			func(m *delivery.Outbound) { m.Title, m.ButtonURL, m.ButtonTitle = "Blue shirt", url, "Finish order" },
			template(obj{"template_type": "button", "text": "Blue shirt\n\nYour bag is waiting", "buttons": []any{button}}),
		},
		"a picture Meta would refuse": {
			func(m *delivery.Outbound) {
				m.Title, m.ImageURL, m.ButtonURL, m.ButtonTitle = "Blue shirt", "http://i.example/1.png", url, "Finish order"
			},
			template(obj{"template_type": "button", "text": "Blue shirt\n\nYour bag is waiting", "buttons": []any{button}}),
		},
		"a title alone":         {func(m *delivery.Outbound) { m.Title, m.Text = "Blue shirt", "" }, obj{"text": "Blue shirt"}},
		"no link, so no button": {func(m *delivery.Outbound) { m.Title = "Blue shirt" }, obj{"text": "Blue shirt\n\nYour bag is waiting"}},
		"a button without a name": {
			func(m *delivery.Outbound) { m.Title, m.ButtonURL = "Blue shirt", url },
			template(obj{"template_type": "button", "text": "Blue shirt\n\nYour bag is waiting", "buttons": []any{obj{"type": "web_url", "url": url, "title": "Open"}}}),
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := outbound()
			tt.change(&m)
			tt.want["metadata"] = "msg-1"
			if diff := cmp.Diff(any(tt.want), posted(t, m)["message"]); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

// posted sends a message and gives the body that arrived.
func posted(t *testing.T, m delivery.Outbound) obj {
	t.Helper()
	var got obj
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
	})
	provider().Send(t.Context(), account(base), m)
	return got
}

func TestLongTextsAreCutAsMetaCounts(t *testing.T) {
	t.Parallel()
	const family = "👩‍👩‍👧" // 8 units, one character to its reader
	for name, text := range map[string]string{
		"letters":     strings.Repeat("abc ", 600),
		"emoji":       strings.Repeat("🛒", 1500),
		"families":    strings.Repeat(family, 300),
		"accents":     strings.Repeat("e\u0302", 1500),
		"skin tones":  strings.Repeat("👍🏽", 600),
		"not UTF-8":   strings.Repeat("a\xff", 1500),
		"just enough": strings.Repeat("x", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := outbound()
			m.Text = text
			got, _ := posted(t, m)["message"].(obj)["text"].(string)
			if n := len(utf16.Encode([]rune(got))); n > 2000 || n < 1985 {
				t.Errorf("cut to %d units", n)
			}
			body, cut := strings.CutSuffix(got, "…")
			if cut == (name == "just enough") {
				t.Errorf("ends with %q", got)
			}
			whole := map[string]string{"families": family, "accents": "e\u0302", "skin tones": "👍🏽"}[name]
			if whole != "" && strings.ReplaceAll(body, whole, "") != "" {
				t.Error("a character was parted")
			}
		})
	}
}

func TestCardLimits(t *testing.T) {
	t.Parallel()
	m := outbound()
	m.Title, m.Text, m.ButtonTitle = strings.Repeat("t", 100), strings.Repeat("s", 100), strings.Repeat("b", 30)
	m.ImageURL, m.ButtonURL = "https://i.example/1.png", "https://r.example/"
	payload := posted(t, m)["message"].(obj)["attachment"].(obj)["payload"].(obj)
	e := payload["elements"].([]any)[0].(obj)
	if e["title"] != strings.Repeat("t", 79)+"…" || e["subtitle"] != strings.Repeat("s", 79)+"…" {
		t.Errorf("card %v", e)
	}
	if b := e["buttons"].([]any)[0].(obj); b["title"] != strings.Repeat("b", 19)+"…" {
		t.Errorf("button %v", b)
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	e := func(code, sub int) string {
		return fmt.Sprintf(`{"error":{"message":"(#%d) said of 1234567890123","type":"OAuthException","code":%d,"error_subcode":%d,"fbtrace_id":"x"}}`, code, code, sub)
	}
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		want   delivery.Verdict
	}{
		"success without an id":    {200, nil, `{"recipient_id":"psid-1"}`, delivery.Verdict{Outcome: delivery.OK, Code: "200"}},
		"success, empty":           {200, nil, "", delivery.Verdict{Outcome: delivery.OK, Code: "200"}},
		"success, HTML":            {200, nil, "<html>", delivery.Verdict{Outcome: delivery.Unsure, Code: "200"}},
		"window closed":            {400, nil, e(10, 2018278), delivery.Verdict{Outcome: delivery.Refused, Code: "10/2018278"}},
		"window closed, older":     {400, nil, e(10, 2018065), delivery.Verdict{Outcome: delivery.Refused, Code: "10/2018065"}},
		"window closed, Instagram": {400, nil, e(10, 2534022), delivery.Verdict{Outcome: delivery.Refused, Code: "10/2534022"}},
		"not receiving":            {403, nil, e(10, 2018108), delivery.Verdict{Outcome: delivery.Refused, Code: "10/2018108", Suppress: "blocked"}},
		"not available, as 200":    {403, nil, e(200, 1545041), delivery.Verdict{Outcome: delivery.Refused, Code: "200/1545041", Suppress: "blocked"}},
		"not available, bare":      {400, nil, e(551, 0), delivery.Verdict{Outcome: delivery.Refused, Code: "551", Suppress: "blocked"}},
		"marketing cadence":        {400, nil, e(9, 2018352), delivery.Verdict{Outcome: delivery.Refused, Code: "9/2018352"}},
		"user limit":               {400, nil, e(17, 0), delivery.Verdict{Outcome: delivery.Later, Code: "17"}},
		"token of an old password": {401, nil, e(190, 460), delivery.Verdict{Outcome: delivery.Broken, Code: "190/460"}},
		"page restricted":          {400, nil, e(10, 1893063), delivery.Verdict{Outcome: delivery.Broken, Code: "10/1893063"}},
		"permission":               {403, nil, e(10, 0), delivery.Verdict{Outcome: delivery.Broken, Code: "10"}},
		"permission 200":           {403, nil, e(200, 0), delivery.Verdict{Outcome: delivery.Broken, Code: "200"}},
		"permission 230":           {403, nil, e(230, 0), delivery.Verdict{Outcome: delivery.Broken, Code: "230"}},
		"permission 299":           {403, nil, e(299, 0), delivery.Verdict{Outcome: delivery.Broken, Code: "299"}},
		"invalid parameter":        {400, nil, e(100, 0), delivery.Verdict{Outcome: delivery.Refused, Code: "100"}},
		"no matching user":         {400, nil, e(100, 2018001), delivery.Verdict{Outcome: delivery.Refused, Code: "100/2018001", Suppress: "invalid_address"}},
		"not addressable":          {400, nil, e(100, 33), delivery.Verdict{Outcome: delivery.Refused, Code: "100/33", Suppress: "invalid_address"}},
		"token expired":            {400, nil, e(190, 463), delivery.Verdict{Outcome: delivery.Broken, Code: "190/463"}},
		"person not available":     {400, nil, e(551, 1545041), delivery.Verdict{Outcome: delivery.Refused, Code: "551/1545041", Suppress: "blocked"}},
		"app limit":                {400, nil, e(4, 0), delivery.Verdict{Outcome: delivery.Later, Code: "4"}},
		"page limit":               {400, http.Header{"Retry-After": {"9"}}, e(32, 0), delivery.Verdict{Outcome: delivery.Later, Code: "32", After: 9 * time.Second}},
		"custom limit":             {400, nil, e(613, 1), delivery.Verdict{Outcome: delivery.Later, Code: "613/1"}},
		"marketing limit":          {400, nil, e(4, 2018354), delivery.Verdict{Outcome: delivery.Refused, Code: "4/2018354"}},
		"maybe sent":               {500, nil, e(1, 1357046), delivery.Verdict{Outcome: delivery.Unsure, Code: "1/1357046"}},
		"unknown error":            {500, nil, e(1, 99), delivery.Verdict{Outcome: delivery.Unsure, Code: "1/99"}},
		"temporary":                {503, nil, e(2, 0), delivery.Verdict{Outcome: delivery.Later, Code: "2"}},
		"temporary send":           {400, nil, e(1200, 0), delivery.Verdict{Outcome: delivery.Later, Code: "1200"}},
		"policy block":             {400, nil, e(368, 0), delivery.Verdict{Outcome: delivery.Broken, Code: "368"}},
		"code unknown, 400":        {400, nil, e(9999, 0), delivery.Verdict{Outcome: delivery.Refused, Code: "9999"}},
		"code unknown, 500":        {500, nil, e(9999, 0), delivery.Verdict{Outcome: delivery.Unsure, Code: "9999"}},
		"400 that is not JSON":     {400, nil, "<html>", delivery.Verdict{Outcome: delivery.Refused, Code: "400"}},
		"401 that is not JSON":     {401, nil, "", delivery.Verdict{Outcome: delivery.Broken, Code: "401"}},
		"429 with a header":        {429, http.Header{"Retry-After": {"3"}}, "", delivery.Verdict{Outcome: delivery.Later, Code: "429", After: 3 * time.Second}},
		"429 without":              {429, nil, "", delivery.Verdict{Outcome: delivery.Later, Code: "429"}},
		"redirect":                 {308, http.Header{"Location": {"/"}}, "", delivery.Verdict{Outcome: delivery.Broken, Code: "308"}},
		"503 of a proxy":           {503, nil, "<html>", delivery.Verdict{Outcome: delivery.Unsure, Code: "503"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				calls++
				for k, v := range tt.header {
					w.Header()[k] = v
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			v := provider().Send(t.Context(), account(base), outbound())
			if v.Outcome != delivery.OK && v.Reason == "" || strings.Contains(v.Reason, "1234567890123") || calls != 1 {
				t.Errorf("after %d calls, reason %q", calls, v.Reason)
			}
			v.Reason = ""
			if diff := cmp.Diff(tt.want, v); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSendFindsFaultsBeforeCalling(t *testing.T) {
	t.Parallel()
	base := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a call was made") })
	tests := map[string]struct {
		change func(*delivery.Account, *delivery.Outbound)
		want   delivery.Outcome
	}{
		"no page":            {func(a *delivery.Account, _ *delivery.Outbound) { a.ID = "" }, delivery.Broken},
		"no token":           {func(a *delivery.Account, _ *delivery.Outbound) { a.Key = "" }, delivery.Broken},
		"token with newline": {func(a *delivery.Account, _ *delivery.Outbound) { a.Key = "EAAB\n" }, delivery.Broken},
		"base URL":           {func(a *delivery.Account, _ *delivery.Outbound) { a.BaseURL = "nonsense" }, delivery.Broken},
		"no recipient":       {func(_ *delivery.Account, m *delivery.Outbound) { m.To = "" }, delivery.Refused},
		"no text":            {func(_ *delivery.Account, m *delivery.Outbound) { m.Text = "" }, delivery.Refused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, m := account(base), outbound()
			tt.change(&a, &m)
			if v := provider().Send(t.Context(), a, m); v.Outcome != tt.want || v.Reason == "" {
				t.Errorf("verdict %+v, want %s with a reason", v, tt.want)
			}
		})
	}
}

func TestConcurrentSendsNeverMix(t *testing.T) {
	t.Parallel()
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			Recipient struct{ ID string }
			Message   struct{ Text, Metadata string }
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		_ = json.NewEncoder(w).Encode(obj{"message_id": strings.Join([]string{r.URL.Path, r.Header.Get("Authorization"), m.Recipient.ID, m.Message.Text, m.Message.Metadata}, "|")})
	})
	p := provider()
	var wg sync.WaitGroup
	for worker := range 16 {
		wg.Go(func() {
			for i := worker; i < 200; i += 16 {
				a, m := account(base), outbound()
				a.ID, a.Key = fmt.Sprint(i%7), fmt.Sprintf("token%d", i%7)
				m.To, m.Text, m.MessageID = fmt.Sprintf("psid-%d", i), fmt.Sprintf("for %d", i), fmt.Sprintf("msg-%d", i)
				want := fmt.Sprintf("/v25.0/%d/messages|Bearer token%d|psid-%d|for %d|msg-%d", i%7, i%7, i, i, i)
				if v := p.Send(t.Context(), a, m); v.ProviderID != want {
					t.Errorf("sent %q, want %q", v.ProviderID, want)
				}
			}
		})
	}
	wg.Wait()
}
