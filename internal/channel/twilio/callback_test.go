package twilio_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	signatureHeader = "X-Twilio-Signature"
	statusURL       = "https://app.example/callbacks/twilio/shop-1/status?m=msg-1"
	inboundURL      = "https://app.example/callbacks/twilio/shop-1/inbound"
	token           = "auth-token"
	// empty is TwiML that says nothing: Twilio itself has answered a keyword.
	empty = `<?xml version="1.0" encoding="UTF-8"?><Response/>`
)

// signed makes a request as Twilio signs it, by the description of the scheme
// and not by the library's code.
func signed(to, token string, f url.Values) delivery.Request {
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	sort.Strings(names)
	text := to
	for _, name := range names {
		text += name + f.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(text))
	return delivery.Request{
		Method: http.MethodPost, URL: to, Body: []byte(f.Encode()), ReceivedAt: clock,
		Header: map[string][]string{signatureHeader: {base64.StdEncoding.EncodeToString(mac.Sum(nil))}},
	}
}

func keyed(tokens ...string) delivery.Account { return delivery.Account{VerifyKeys: tokens} }

func TestSignature(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tokens []string
		change func(*delivery.Request)
		want   fault.Code
	}{
		"right":                   {tokens: []string{token}},
		"rotated: the second one": {tokens: []string{"new-token", token}},
		"another shop's token":    {tokens: []string{"other"}, want: fault.Unauthorized},
		"an empty token":          {tokens: []string{""}, want: fault.Unauthorized},
		"no token":                {want: fault.Unauthorized},
		"no signature":            {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { delete(r.Header, signatureHeader) }},
		"a byte changed": {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) {
			r.Body = []byte(strings.Replace(string(r.Body), "delivered", "Delivered", 1))
		}},
		"the message id changed": {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.URL = strings.Replace(r.URL, "msg-1", "msg-2", 1) }},
		"http instead of https":  {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.URL = strings.Replace(r.URL, "https", "http", 1) }},
		"a field added":          {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Body = append(r.Body, "&Extra=1"...) }},
		"a field given twice":    {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Body = append(r.Body, "&MessageStatus=failed"...) }},
		"the same by GET":        {tokens: []string{token}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Method = http.MethodGet }},
		"a form that is none":    {tokens: []string{token}, want: fault.Invalid, change: func(r *delivery.Request) { r.Body = []byte("%zz") }},
		"a URL that is none":     {tokens: []string{token}, want: fault.Invalid, change: func(r *delivery.Request) { r.URL = "https://%zz" }},
		"with the port named": {tokens: []string{token}, change: func(r *delivery.Request) {
			*r = signed(strings.Replace(statusURL, "app.example", "app.example:443", 1), token, delivered())
		}},
		"signed for another place": {tokens: []string{token}, want: fault.NotFound, change: func(r *delivery.Request) {
			*r = signed("https://app.example/callbacks/twilio/shop-1", token, delivered())
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signed(statusURL, token, delivered())
			if tt.change != nil {
				tt.change(&r)
			}
			b, err := provider().Callback(keyed(tt.tokens...), r)
			if fault.CodeOf(err) != tt.want {
				t.Fatalf("error %v, want code %q", err, tt.want)
			}
			if (len(b.Reports) == 1) != (tt.want == "") {
				t.Errorf("got %d reports", len(b.Reports))
			}
		})
	}
}

func delivered() url.Values {
	return url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}, "To": {"+33612345678"}, "AccountSid": {"AC1"}}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status, code string
		want         delivery.Report
	}{
		"accepted":           {"accepted", "", delivery.Report{Status: delivery.Processed}},
		"queued":             {"queued", "", delivery.Report{Status: delivery.Processed}},
		"sent":               {"sent", "", delivery.Report{Status: delivery.Processed}},
		"delivered":          {"delivered", "", delivery.Report{Status: delivery.Delivery}},
		"read":               {"read", "", delivery.Report{Status: delivery.Open}},
		"failed":             {"failed", "", delivery.Report{Status: delivery.Failure, Reason: "failed"}},
		"canceled":           {"canceled", "", delivery.Report{Status: delivery.Failure, Reason: "canceled"}},
		"unknown handset":    {"undelivered", "30005", delivery.Report{Status: delivery.Bounce, Code: "30005", Reason: "the handset is unknown", Suppress: "invalid_address"}},
		"landline":           {"undelivered", "30006", delivery.Report{Status: delivery.Bounce, Code: "30006", Reason: "the number is a landline or its carrier unreachable", Suppress: "invalid_address"}},
		"blocked":            {"undelivered", "30004", delivery.Report{Status: delivery.Failure, Code: "30004", Reason: "the recipient or carrier blocks these texts", Suppress: "blocked"}},
		"opted out":          {"failed", "21610", delivery.Report{Status: delivery.Failure, Code: "21610", Reason: "the recipient replied STOP", Suppress: "opted_out"}},
		"handset off":        {"undelivered", "30003", delivery.Report{Status: delivery.Failure, Code: "30003", Reason: "the handset is unreachable"}},
		"filtered":           {"undelivered", "30007", delivery.Report{Status: delivery.Failure, Code: "30007", Reason: "the carrier filtered the text"}},
		"a code unknown":     {"failed", "39999", delivery.Report{Status: delivery.Failure, Code: "39999", Reason: "failed"}},
		"a code that is not": {"failed", "x", delivery.Report{Status: delivery.Failure, Reason: "failed"}},
		"a code at delivery": {"delivered", "30005", delivery.Report{Status: delivery.Delivery}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := delivered()
			f.Set("MessageStatus", tt.status)
			f.Set("ErrorCode", tt.code)
			b, err := provider().Callback(keyed(token), signed(statusURL, token, f))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.Dedupe, tt.want.MessageID, tt.want.ProviderID = "SM1:"+tt.status, "msg-1", "SM1"
			tt.want.At, tt.want.Address = clock, "+33612345678"
			want := delivery.Batch{Reports: []delivery.Report{tt.want}, ReplyType: "text/xml", ReplyBody: empty}
			if diff := cmp.Diff(want, b); diff != "" {
				t.Errorf("batch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatusThatSaysNothing(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]url.Values{
		"no sid":     {"MessageStatus": {"delivered"}},
		"no status":  {"MessageSid": {"SM1"}},
		"new status": {"MessageSid": {"SM1"}, "MessageStatus": {"teleported"}},
		"empty form": {},
	} {
		b, err := provider().Callback(keyed(token), signed(statusURL, token, f))
		if err != nil || len(b.Reports) != 0 || b.ReplyType != "text/xml" {
			t.Errorf("%s: %+v, %v; want an empty answer", name, b, err)
		}
	}
}

func TestInbound(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body, optOut    string
		keyword, reason string
	}{
		"stop":                     {body: "STOP", keyword: "stop", reason: "keyword: stop"},
		"stop, as phones type it":  {body: " Stop.\n", keyword: "stop", reason: "keyword: stop"},
		"stopall":                  {body: "stopall", keyword: "stop", reason: "keyword: stopall"},
		"opt out":                  {body: "Opt Out", keyword: "stop", reason: "keyword: opt out"},
		"French":                   {body: "arrêt", keyword: "stop", reason: "keyword: arret"},
		"French without accent":    {body: "ARRET", keyword: "stop", reason: "keyword: arret"},
		"in a sentence":            {body: "Please stop texting me", keyword: "stop", reason: "free text: stop texting me"},
		"start":                    {body: "unstop", keyword: "start", reason: "keyword: unstop"},
		"yes":                      {body: "YES", keyword: "start", reason: "keyword: yes"},
		"yes in a sentence":        {body: "yes, start again"},
		"help":                     {body: "info", keyword: "help", reason: "keyword: info"},
		"talk":                     {body: "please stop sending me the red one"},
		"empty":                    {},
		"Twilio's word wins":       {body: "raus", optOut: "STOP", keyword: "stop", reason: "provider: stop"},
		"Twilio's word wins again": {body: "stop", optOut: "help", keyword: "help", reason: "provider: help"},
		"Twilio's start":           {body: "again", optOut: "START", keyword: "start", reason: "provider: start"},
		"Twilio's unknown word":    {body: "stop", optOut: "MAYBE", keyword: "stop", reason: "keyword: stop"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := url.Values{"MessageSid": {"SM9"}, "From": {"+33612345678"}, "To": {"+15005550006"}, "Body": {tt.body}}
			if tt.optOut != "" {
				f.Set("OptOutType", tt.optOut)
			}
			b, err := provider().Callback(keyed(token), signed(inboundURL, token, f))
			if err != nil {
				t.Fatal(err)
			}
			want := []delivery.Inbound{{
				Dedupe: "SM9", Channel: event.SMS, From: "+33612345678", To: "+15005550006",
				Text: strings.TrimSpace(tt.body), At: clock, Keyword: tt.keyword, Reason: tt.reason,
			}}
			if diff := cmp.Diff(want, b.Inbounds); diff != "" || b.ReplyType != "text/xml" || b.ReplyBody != empty || len(b.Reports) != 0 {
				t.Errorf("inbounds (-want +got):\n%s\nreply %q %q", diff, b.ReplyType, b.ReplyBody)
			}
		})
	}
}
