package sendgrid_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	signatureHeader = "X-Twilio-Email-Event-Webhook-Signature"
	timestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp"
)

func newKey(tb testing.TB) (*ecdsa.PrivateKey, string) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key, public(tb, &key.PublicKey)
}

func public(tb testing.TB, key any) string {
	tb.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		tb.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

// signed makes a request as SendGrid signs it at a time.
func signed(tb testing.TB, key *ecdsa.PrivateKey, at time.Time, body string) delivery.Request {
	tb.Helper()
	stamp := fmt.Sprint(at.Unix())
	digest := sha256.Sum256([]byte(stamp + body))
	sig, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	if err != nil {
		tb.Fatal(err)
	}
	return delivery.Request{
		Method: http.MethodPost, URL: "https://app.example/callbacks/sendgrid/shop-1", Body: []byte(body), ReceivedAt: clock,
		Header: map[string][]string{signatureHeader: {base64.StdEncoding.EncodeToString(sig)}, timestampHeader: {stamp}},
	}
}

const one = `[{"email":"ada@example.com","timestamp":1795000000,"event":"delivered","sg_event_id":"e1","sg_message_id":"abc.recvd-1.0","message_id":"msg-1"}]` + "\r\n"

func TestSignature(t *testing.T) {
	t.Parallel()
	key, pub := newKey(t)
	_, otherPub := newKey(t)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaPub, p384Pub := public(t, &rsaKey.PublicKey), public(t, &p384.PublicKey)
	tests := map[string]struct {
		keys   []string
		at     time.Time
		change func(*delivery.Request)
		want   fault.Code
	}{
		"right":                        {keys: []string{pub}},
		"right, blanks around the key": {keys: []string{" " + pub[:40] + "\n" + pub[40:] + "\n"}},
		"rotated: the second key":      {keys: []string{otherPub, pub}},
		"beside keys of other kinds":   {keys: []string{rsaPub, p384Pub, "nonsense", "", pub}},
		"repeated for a day":           {keys: []string{pub}, at: clock.Add(-24 * time.Hour)},
		"a clock a little ahead":       {keys: []string{pub}, at: clock.Add(9 * time.Minute)},
		"stale":                        {keys: []string{pub}, at: clock.Add(-24*time.Hour - 31*time.Minute), want: fault.Unauthorized},
		"from the future":              {keys: []string{pub}, at: clock.Add(11 * time.Minute), want: fault.Unauthorized},
		"another shop's key":           {keys: []string{otherPub}, want: fault.Unauthorized},
		"only a key that is not EC":    {keys: []string{rsaPub}, want: fault.Unauthorized},
		"only a key of another curve":  {keys: []string{p384Pub}, want: fault.Unauthorized},
		"no key at all":                {want: fault.Unauthorized},
		"no signature":                 {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { delete(r.Header, signatureHeader) }},
		"no timestamp":                 {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { delete(r.Header, timestampHeader) }},
		"timestamp that is no number":  {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[timestampHeader][0] = "now" }},
		"another header first": {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) {
			r.Header[signatureHeader] = append([]string{"AAAA"}, r.Header[signatureHeader]...)
		}},
		"timestamp moved":               {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[timestampHeader][0] = "1795000001" }},
		"one byte of the body changed":  {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Body[20] ^= 1 }},
		"the line break at the end cut": {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Body = r.Body[:len(r.Body)-2] }},
		"bytes after the signature": {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) {
			raw, _ := base64.StdEncoding.DecodeString(r.Header[signatureHeader][0])
			r.Header[signatureHeader][0] = base64.StdEncoding.EncodeToString(append(raw, 0))
		}},
		"signature that is not base64": {keys: []string{pub}, want: fault.Unauthorized, change: func(r *delivery.Request) { r.Header[signatureHeader][0] = "%%%" }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tt.at.IsZero() {
				tt.at = clock
			}
			r := signed(t, key, tt.at, one)
			if tt.change != nil {
				tt.change(&r)
			}
			b, err := provider().Callback(delivery.Account{VerifyKeys: tt.keys}, r)
			if fault.CodeOf(err) != tt.want {
				t.Fatalf("error %v, want code %q", err, tt.want)
			}
			if want := 1; tt.want == "" && len(b.Reports) != want || tt.want != "" && len(b.Reports) != 0 {
				t.Errorf("got %d reports", len(b.Reports))
			}
		})
	}
}

func TestParseKeyTakesPEM(t *testing.T) {
	t.Parallel()
	key, pub := newKey(t)
	der, err := base64.StdEncoding.DecodeString(pub)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	got, err := sendgrid.ParseKey(text)
	if err != nil || !got.Equal(&key.PublicKey) {
		t.Errorf("ParseKey: %v", err)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	at := time.Unix(1795000000, 0).UTC()
	// common are the fields of every report below.
	common := func(r delivery.Report) delivery.Report {
		if r.Dedupe == "" {
			r.Dedupe = "e1"
		}
		r.MessageID, r.ProviderID, r.At, r.Address = "msg-1", "abc", at, "ada@example.com"
		return r
	}
	tests := map[string]struct {
		fields string
		want   delivery.Report
	}{
		"processed":                     {`"event":"processed"`, delivery.Report{Status: delivery.Processed}},
		"deferred":                      {`"event":"deferred","attempt":"5","response":"450 <ada@example.com> later"`, delivery.Report{Status: delivery.Deferral}},
		"delivered":                     {`"event":"delivered","category":"cart"`, delivery.Report{Status: delivery.Delivery}},
		"category array":                {`"event":"delivered","category":["cart",1],"pool":{"name":"x"}`, delivery.Report{Status: delivery.Delivery}},
		"open":                          {`"event":"open","sg_machine_open":false`, delivery.Report{Status: delivery.Open}},
		"machine open":                  {`"event":"open","sg_machine_open":true`, delivery.Report{Status: delivery.Open, Machine: true}},
		"click":                         {`"event":"click","url":"https://r.example/c"`, delivery.Report{Status: delivery.Click, URL: "https://r.example/c"}},
		"hard bounce":                   {`"event":"bounce","type":"bounce","status":"5.1.1","bounce_classification":"Invalid Address","reason":"550 <ada@example.com> unknown"`, delivery.Report{Status: delivery.Bounce, Code: "5.1.1", Reason: "bounced: invalid address", Suppress: "bounced"}},
		"soft bounce":                   {`"event":"bounce","type":"blocked","status":"5.7.1","reason":"ada@example.com listed"`, delivery.Report{Status: delivery.Failure, Code: "5.7.1", Reason: "bounced"}},
		"untyped, passing":              {`"event":"bounce","status":"4.2.2"`, delivery.Report{Status: delivery.Failure, Code: "4.2.2", Reason: "bounced"}},
		"status is prose":               {`"event":"bounce","type":"bounce","status":"ada@example.com"`, delivery.Report{Status: delivery.Bounce, Reason: "bounced", Suppress: "bounced"}},
		"dropped, unsubscribed":         {`"event":"dropped","reason":"Unsubscribed Address"`, delivery.Report{Status: delivery.Failure, Suppress: "opted_out", Reason: "dropped: unsubscribed address"}},
		"dropped, bounced":              {`"event":"dropped","reason":"Bounced Address"`, delivery.Report{Status: delivery.Failure, Suppress: "bounced", Reason: "dropped: bounced address"}},
		"dropped, spam reporter":        {`"event":"dropped","reason":"Spam Reporting Address"`, delivery.Report{Status: delivery.Failure, Suppress: "complained", Reason: "dropped: spam reporting address"}},
		"dropped, invalid":              {`"event":"dropped","reason":"Invalid"`, delivery.Report{Status: delivery.Failure, Suppress: "invalid_address", Reason: "dropped: invalid address"}},
		"dropped, header":               {`"event":"dropped","reason":"Invalid SMTPAPI header"`, delivery.Report{Status: delivery.Failure, Reason: "dropped: invalid SMTPAPI header"}},
		"dropped, spam content":         {`"event":"dropped","reason":"Spam Content (if spam checker app enabled)"`, delivery.Report{Status: delivery.Failure, Reason: "dropped: spam content"}},
		"bounce, as SendGrid shows one": {`"event":"bounce","type":"bounce","status":"5.0.0","bounce_classification":"Mailbox Unavailable","reason":"500 unknown recipient","smtp-id":"<x@geopod>","category":["cart"],"tls":1,"ip":"192.0.2.9"`, delivery.Report{Status: delivery.Bounce, Code: "5.0.0", Reason: "bounced: mailbox unavailable", Suppress: "bounced"}},
		"dropped, quota":                {`"event":"dropped","reason":"Recipient List over Package Quota"`, delivery.Report{Status: delivery.Failure, Reason: "dropped: over the account's quota"}},
		"dropped, new reason":           {`"event":"dropped","reason":"ada@example.com is odd"`, delivery.Report{Status: delivery.Failure, Reason: "dropped by SendGrid"}},
		"spam report":                   {`"event":"spamreport"`, delivery.Report{Status: delivery.Complaint, Suppress: "complained", Reason: "marked as spam"}},
		"unsubscribe":                   {`"event":"unsubscribe"`, delivery.Report{Status: delivery.Unsubscribed, Suppress: "opted_out", Reason: "unsubscribed at SendGrid"}},
		"group unsubscribe":             {`"event":"group_unsubscribe","asm_group_id":7`, delivery.Report{Status: delivery.Unsubscribed, Suppress: "opted_out", Reason: "unsubscribed at SendGrid"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := `[{"email":"ada@example.com","timestamp":1795000000,"sg_event_id":"e1","sg_message_id":"abc.recvd-1.0","message_id":"msg-1",` + tt.fields + `}]`
			if diff := cmp.Diff([]delivery.Report{common(tt.want)}, read(t, body)); diff != "" {
				t.Errorf("reports (-want +got):\n%s", diff)
			}
		})
	}
}

// read gives the reports of a properly signed body.
func read(tb testing.TB, body string) []delivery.Report {
	tb.Helper()
	key, pub := newKey(tb)
	b, err := provider().Callback(delivery.Account{VerifyKeys: []string{pub}}, signed(tb, key, clock, body))
	if err != nil {
		tb.Fatal(err)
	}
	return b.Reports
}

func TestEventsOfOddForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		body string
		want []delivery.Report
	}{
		"empty post": {`[]`, nil},
		"resubscribing there gives nothing back here": {`[{"event":"group_resubscribe","message_id":"m","email":"x@example.com","asm_group_id":7}]`, nil},
		"unknown kinds":           {`[{"event":"account_status_change","message_id":"m"},{"message_id":"m"}]`, nil},
		"mail of somebody else's": {`[{"event":"delivered","email":"x@example.com","sg_event_id":"e"}]`, nil},
		"entries that are not events": {`[1,"x",null,[],{"event":"open","sg_event_id":"e","message_id":"m","timestamp":1}]`,
			[]delivery.Report{{Dedupe: "e", MessageID: "m", Status: delivery.Open, At: time.Unix(1, 0).UTC()}}},
		"id under unique_args, times as text": {`[{"event":"processed","sg_event_id":"e","timestamp":"1795000000","unique_args":{"message_id":"m"}}]`,
			[]delivery.Report{{Dedupe: "e", MessageID: "m", Status: delivery.Processed, At: time.Unix(1795000000, 0).UTC()}}},
		"late bounce without sg_message_id": {`[{"event":"bounce","type":"bounce","sg_event_id":"e","message_id":"m"}]`,
			[]delivery.Report{{Dedupe: "e", MessageID: "m", Status: delivery.Bounce, At: clock, Reason: "bounced", Suppress: "bounced"}}},
		"no id, but an address to leave alone": {`[{"event":"bounce","type":"bounce","sg_event_id":"a","email":"x@example.com"},{"event":"spamreport","sg_event_id":"b","email":"x@example.com"},` +
			`{"event":"unsubscribe","sg_event_id":"c","email":"x@example.com"},{"event":"bounce","type":"blocked","sg_event_id":"d","email":"x@example.com"},{"event":"spamreport","sg_event_id":"e"}]`,
			[]delivery.Report{
				{Dedupe: "a", Address: "x@example.com", Status: delivery.Bounce, At: clock, Reason: "bounced", Suppress: "bounced"},
				{Dedupe: "b", Address: "x@example.com", Status: delivery.Complaint, At: clock, Reason: "marked as spam", Suppress: "complained"},
				{Dedupe: "c", Address: "x@example.com", Status: delivery.Unsubscribed, At: clock, Reason: "unsubscribed at SendGrid", Suppress: "opted_out"},
			}},
		"old style message id, absurd time": {`[{"event":"open","sg_event_id":"e","timestamp":1e300,"sg_message_id":"14c5.dfd.64b469.filter0001.16648.5515E0B88.0"}]`,
			[]delivery.Report{{Dedupe: "e", ProviderID: "14c5.dfd.64b469", Status: delivery.Open, At: clock}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, read(t, tt.body)); diff != "" {
				t.Errorf("reports (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDedupeWithoutEventID(t *testing.T) {
	t.Parallel()
	event := func(kind string, at int) string {
		return fmt.Sprintf(`{"event":%q,"timestamp":%d,"message_id":"m","email":"ada@example.com"}`, kind, at)
	}
	got := read(t, "["+event("open", 1)+","+event("open", 1)+","+event("open", 2)+","+event("click", 1)+"]")
	if len(got) != 4 {
		t.Fatalf("%d reports, want 4", len(got))
	}
	if got[0].Dedupe != got[1].Dedupe {
		t.Error("the same event has two keys")
	}
	if got[0].Dedupe == got[2].Dedupe || got[0].Dedupe == got[3].Dedupe {
		t.Error("different events share a key")
	}
}

func TestUnreadableBodies(t *testing.T) {
	t.Parallel()
	key, pub := newKey(t)
	for _, body := range []string{"", "{}", `[{"event":"open"`, "null garbage", "\x00"} {
		_, err := provider().Callback(delivery.Account{VerifyKeys: []string{pub}}, signed(t, key, clock, body))
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("body %q: %v, want invalid", body, err)
		}
	}
}
