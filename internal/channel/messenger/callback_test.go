package messenger_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	signatureHeader = "X-Hub-Signature-256"
	hookURL         = "https://app.example/callbacks/messenger"
	secret          = "app-secret"
)

func signed(body string) delivery.Request {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return delivery.Request{
		Method: http.MethodPost, URL: hookURL, Body: []byte(body), ReceivedAt: clock,
		Header: map[string][]string{signatureHeader: {"sha256=" + hex.EncodeToString(mac.Sum(nil))}},
	}
}

// page wraps messaging events of page 1001.
func page(events string) string {
	return `{"object":"page","entry":[{"id":"1001","time":1795000000000,"messaging":[` + events + `]}]}`
}

const hello = `{"sender":{"id":"psid-1"},"recipient":{"id":"1001"},"timestamp":1795000000000,"message":{"mid":"m_in","text":"Hello"}}`

func read(tb testing.TB, body string) delivery.Batch {
	tb.Helper()
	b, err := provider().Callback(account(""), signed(body))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestSignature(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		secrets []string
		change  func(*delivery.Request)
		want    fault.Code
	}{
		"right":                   {secrets: []string{secret}},
		"rotated: the second one": {secrets: []string{"new", secret}},
		"another app's":           {secrets: []string{"other"}, want: fault.Unauthorized},
		"an empty secret":         {secrets: []string{""}, want: fault.Unauthorized},
		"no secret":               {want: fault.Unauthorized},
		"no signature":            {secrets: []string{secret}, want: fault.Unauthorized, change: func(r *delivery.Request) { delete(r.Header, signatureHeader) }},
		"no scheme":               {secrets: []string{secret}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[signatureHeader][0] = r.Header[signatureHeader][0][7:] }},
		"cut short":               {secrets: []string{secret}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[signatureHeader][0] = r.Header[signatureHeader][0][:9] }},
		"not hexadecimal":         {secrets: []string{secret}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[signatureHeader][0] = "sha256=zz" }},
		"a byte changed":          {secrets: []string{secret}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Body[30] ^= 1 }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signed(page(hello))
			if tt.change != nil {
				tt.change(&r)
			}
			b, err := provider().Callback(delivery.Account{ID: "1001", VerifyKeys: tt.secrets}, r)
			if fault.CodeOf(err) != tt.want {
				t.Fatalf("error %v, want code %q", err, tt.want)
			}
			if (len(b.Inbounds) == 1) != (tt.want == "") {
				t.Errorf("got %d inbounds", len(b.Inbounds))
			}
		})
	}
}

func TestSubscriptionCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		mode, token, challenge string
		account                delivery.Account
		want                   fault.Code
	}{
		"right":            {"subscribe", "tok", "12345", delivery.Account{VerifyToken: "tok"}, ""},
		"wrong token":      {"subscribe", "nope", "12345", delivery.Account{VerifyToken: "tok"}, fault.Unauthorized},
		"no token set":     {"subscribe", "", "12345", delivery.Account{}, fault.Unauthorized},
		"markup":           {"subscribe", "tok", "<script>", delivery.Account{VerifyToken: "tok"}, fault.Invalid},
		"no challenge":     {"subscribe", "tok", "", delivery.Account{VerifyToken: "tok"}, fault.Invalid},
		"some other mode":  {"unsubscribe", "tok", "12345", delivery.Account{VerifyToken: "tok"}, fault.Invalid},
		"an endless digit": {"subscribe", "tok", fmt.Sprintf("%0100d", 1), delivery.Account{VerifyToken: "tok"}, fault.Invalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := url.Values{"hub.mode": {tt.mode}, "hub.verify_token": {tt.token}, "hub.challenge": {tt.challenge}}
			b, err := provider().Callback(tt.account, delivery.Request{Method: http.MethodGet, URL: hookURL + "?" + q.Encode()})
			if fault.CodeOf(err) != tt.want {
				t.Fatalf("error %v, want code %q", err, tt.want)
			}
			want := delivery.Batch{}
			if tt.want == "" {
				want = delivery.Batch{ReplyType: "text/plain", ReplyBody: tt.challenge}
			}
			if diff := cmp.Diff(want, b); diff != "" {
				t.Errorf("batch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInbound(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1795000000000).UTC()
	tests := map[string]struct {
		event string
		want  delivery.Inbound
	}{
		"message":                     {`"message":{"mid":"m_1","text":"Is it blue?"}`, delivery.Inbound{Dedupe: "m_1", Text: "Is it blue?"}},
		"stop":                        {`"message":{"mid":"m_1","text":"Stop!"}`, delivery.Inbound{Dedupe: "m_1", Text: "Stop!", Keyword: "stop", Reason: "keyword: stop"}},
		"arrêt, escaped as Meta does": {`"message":{"mid":"m_1","text":"ARR\u00caT"}`, delivery.Inbound{Dedupe: "m_1", Text: "ARRÊT", Keyword: "stop", Reason: "keyword: arret"}},
		"German":                      {`"message":{"mid":"m_1","text":"Stopp"}`, delivery.Inbound{Dedupe: "m_1", Text: "Stopp", Keyword: "stop", Reason: "keyword: stopp"}},
		"start":                       {`"message":{"mid":"m_1","text":"start"}`, delivery.Inbound{Dedupe: "m_1", Text: "start", Keyword: "start", Reason: "keyword: start"}},
		"stop in talk":                {`"message":{"mid":"m_1","text":"where does the bus stop"}`, delivery.Inbound{Dedupe: "m_1", Text: "where does the bus stop"}},
		"a picture":                   {`"message":{"mid":"m_1","attachments":[{"type":"image"}]}`, delivery.Inbound{Dedupe: "m_1"}},
		"from an ad":                  {`"message":{"mid":"m_1","text":"hi","referral":{"ref":"tok"}}`, delivery.Inbound{Dedupe: "m_1", Text: "hi", Ref: "tok"}},
		"postback":                    {`"postback":{"mid":"m_2","title":"Get Started","payload":"GO","referral":{"ref":"tok"}}`, delivery.Inbound{Dedupe: "m_2", Text: "Get Started", Ref: "tok", Keyword: "begin", Reason: "button: get started"}},
		"begin in French":             {`"postback":{"mid":"m_2","title":"Démarrer","payload":"GET_STARTED_PAYLOAD"}`, delivery.Inbound{Dedupe: "m_2", Text: "Démarrer", Keyword: "begin", Reason: "button: get started"}},
		"begin is typed":              {`"message":{"mid":"m_2","text":"Get Started"}`, delivery.Inbound{Dedupe: "m_2", Text: "Get Started"}},
		"begin that stops":            {`"postback":{"mid":"m_2","title":"Get Started","payload":"STOP"}`, delivery.Inbound{Dedupe: "m_2", Text: "Get Started", Keyword: "stop", Reason: "button: stop"}},
		"stop button":                 {`"postback":{"mid":"m_2","title":"No more","payload":"STOP"}`, delivery.Inbound{Dedupe: "m_2", Text: "No more", Keyword: "stop", Reason: "button: stop"}},
		"stop as a quick reply":       {`"message":{"mid":"m_1","text":"No more of this","quick_reply":{"payload":"STOP"}}`, delivery.Inbound{Dedupe: "m_1", Text: "No more of this", Keyword: "stop", Reason: "button: stop"}},
		"a quick reply's own words":   {`"message":{"mid":"m_1","text":"Stop","quick_reply":{"payload":"MENU_7"}}`, delivery.Inbound{Dedupe: "m_1", Text: "Stop", Keyword: "stop", Reason: "keyword: stop"}},
		"a payload is no talk":        {`"postback":{"mid":"m_2","title":"Cart","payload":"please stop texting me"}`, delivery.Inbound{Dedupe: "m_2", Text: "Cart"}},
		"free words":                  {`"message":{"mid":"m_1","text":"Leave me alone!"}`, delivery.Inbound{Dedupe: "m_1", Text: "Leave me alone!", Keyword: "stop", Reason: "free text: leave me alone"}},
		"yes answers a question":      {`"message":{"mid":"m_1","text":"Yes"}`, delivery.Inbound{Dedupe: "m_1", Text: "Yes"}},
		"yes as a button":             {`"postback":{"mid":"m_2","title":"Blue?","payload":"YES"}`, delivery.Inbound{Dedupe: "m_2", Text: "Blue?"}},
		"notifications switched off":  {`"optin":{"type":"notification_messages","notification_messages_token":"t","notification_messages_status":"STOP_NOTIFICATIONS"}`, delivery.Inbound{Keyword: "stop", Reason: "provider: stop notifications"}},
		"notifications switched on":   {`"optin":{"type":"notification_messages","notification_messages_token":"t","notification_messages_status":"RESUME_NOTIFICATIONS"}`, delivery.Inbound{}},
		"referral":                    {`"referral":{"ref":"tok","source":"SHORTLINK","type":"OPEN_THREAD"}`, delivery.Inbound{Ref: "tok"}},
		"optin":                       {`"optin":{"ref":"tok"}`, delivery.Inbound{Ref: "tok"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := page(`{"sender":{"id":"psid-1"},"recipient":{"id":"1001"},"timestamp":1795000000000,` + tt.event + `}`)
			b := read(t, body)
			tt.want.Channel, tt.want.From, tt.want.To, tt.want.At = event.Messenger, "psid-1", "1001", at
			opts := []cmp.Option{}
			if tt.want.Dedupe == "" {
				opts = append(opts, cmpopts.IgnoreFields(delivery.Inbound{}, "Dedupe"))
				if again := read(t, body); len(again.Inbounds) != 1 || again.Inbounds[0].Dedupe != b.Inbounds[0].Dedupe || again.Inbounds[0].Dedupe == "" {
					t.Error("the hash that stands in for an id is empty or changes")
				}
			}
			if diff := cmp.Diff(delivery.Batch{Inbounds: []delivery.Inbound{tt.want}}, b, opts...); diff != "" {
				t.Errorf("batch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1795000000000).UTC()
	tests := map[string]struct {
		event string
		want  []delivery.Report
	}{
		"delivery": {`{"sender":{"id":"psid-1"},"timestamp":1795000000000,"delivery":{"mids":["m_1","m_2"],"watermark":1}}`, []delivery.Report{
			{Dedupe: "delivery:m_1", ProviderID: "m_1", Status: delivery.Delivery, At: at, Address: "psid-1"},
			{Dedupe: "delivery:m_2", ProviderID: "m_2", Status: delivery.Delivery, At: at, Address: "psid-1"}}},
		"delivery by watermark only": {`{"sender":{"id":"psid-1"},"delivery":{"watermark":1}}`, nil},
		"read by watermark":          {`{"sender":{"id":"psid-1"},"read":{"watermark":1}}`, nil},
		"read by id":                 {`{"sender":{"id":"psid-1"},"timestamp":1795000000000,"read":{"mid":"m_1"}}`, []delivery.Report{{Dedupe: "read:m_1", ProviderID: "m_1", Status: delivery.Open, At: at, Address: "psid-1"}}},
		"our echo": {`{"sender":{"id":"1001"},"recipient":{"id":"psid-1"},"timestamp":1795000000000,"message":{"mid":"m_1","is_echo":true,"metadata":"msg-1","text":"x"}}`,
			[]delivery.Report{{Dedupe: "echo:m_1", MessageID: "msg-1", ProviderID: "m_1", Status: delivery.Processed, At: at, Address: "psid-1"}}},
		"somebody typed in the inbox": {`{"sender":{"id":"1001"},"recipient":{"id":"psid-1"},"message":{"mid":"m_1","is_echo":true,"text":"stop"}}`, nil},
		"no time":                     {`{"delivery":{"mids":["m_1"]}}`, []delivery.Report{{Dedupe: "delivery:m_1", ProviderID: "m_1", Status: delivery.Delivery, At: clock}}},
		"strange events":              {`1,null,[],{},{"message":7},{"sender":{"id":"1001"},"message":{"mid":"m","text":"own"}},{"message":{"text":"nobody"}},{"delivery":{"mids":["",null]}}`, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(delivery.Batch{Reports: tt.want}, read(t, page(tt.event))); diff != "" {
				t.Errorf("batch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEntriesOfOtherPagesAreLeftAlone(t *testing.T) {
	t.Parallel()
	entry := func(id, mid string) string {
		return `{"id":` + id + `,"messaging":[{"sender":{"id":"psid-1"},"message":{"mid":"` + mid + `","text":"hi"}}]}`
	}
	body := `{"object":"page","entry":[` + entry(`"1001"`, "m_1") + "," + entry(`"2002"`, "m_2") + "," + entry(`1001`, "m_3") + `]}`

	if diff := cmp.Diff([]string{"1001", "2002"}, messenger.Pages([]byte(body))); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	for id, want := range map[string][]string{"1001": {"m_1", "m_3"}, "2002": {"m_2"}, "3003": nil, "": {"m_1", "m_2", "m_3"}} {
		b, err := provider().Callback(delivery.Account{ID: id, VerifyKeys: []string{secret}}, signed(body))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, in := range b.Inbounds {
			got = append(got, in.Dedupe)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("page %q (-want +got):\n%s", id, diff)
		}
	}
}

// While the page's inbox leads a conversation, its events come as standby.
func TestStopWhileAnotherAppLeads(t *testing.T) {
	t.Parallel()
	b := read(t, `{"object":"page","entry":[{"id":"1001","time":1795000000000,"standby":[{"sender":{"id":"psid-1"},"recipient":{"id":"1001"},"timestamp":1795000000000,"message":{"mid":"m_1","text":"stop"}}]}]}`)
	want := []delivery.Inbound{{Dedupe: "m_1", Channel: event.Messenger, From: "psid-1", To: "1001", Text: "stop",
		At: time.UnixMilli(1795000000000).UTC(), Keyword: "stop", Reason: "keyword: stop"}}
	if diff := cmp.Diff(want, b.Inbounds); diff != "" {
		t.Errorf("inbounds (-want +got):\n%s", diff)
	}
}

func TestBodiesThatAreNotOurs(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "[]", `{"object":"page","entry":`, `{"entry":"x"}`} {
		if _, err := provider().Callback(account(""), signed(body)); !fault.Is(err, fault.Invalid) {
			t.Errorf("body %q: %v, want invalid", body, err)
		}
	}
	if b := read(t, `{"object":"instagram","entry":[{"id":"1001","messaging":[`+hello+`]}]}`); len(b.Inbounds) != 0 {
		t.Errorf("read %+v out of another product's webhook", b)
	}
	if p := messenger.Pages([]byte("nonsense")); p != nil {
		t.Errorf("pages %v", p)
	}
}
