package app_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	sendgridKey = "SG.e2e-test-key.0123456789"
	senderMail  = "hello@maison.example"
)

// mail is one message as the provider got it.
type mail struct {
	ProviderID string
	MessageID  string
	To         string
	Subject    string
	Text       string
	HTML       string
	// Unsubscribe is the one-click address.
	Unsubscribe string
}

// sendgridFake is SendGrid as far as Cartograph meets it: it refuses what
// SendGrid would refuse, and signs what it reports.
type sendgridFake struct {
	t   *testing.T
	url string
	key *ecdsa.PrivateKey

	mu    sync.Mutex
	mails []mail
	// hold is run while a mail is being taken, before it is answered.
	hold func(mail)
}

func newSendgrid(t *testing.T) *sendgridFake {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := &sendgridFake{t: t, key: key}
	srv := httptest.NewServer(f)
	t.Cleanup(srv.Close)
	f.url = srv.URL
	return f
}

// use makes an installation send by this provider.
func (f *sendgridFake) use(p *place) {
	der, err := x509.MarshalPKIXPublicKey(&f.key.PublicKey)
	if err != nil {
		f.t.Fatal(err)
	}
	p.env["CARTOGRAPH_SENDGRID_BASE_URL"] = f.url
	p.env["CARTOGRAPH_SENDGRID_API_KEY"] = sendgridKey
	p.env["CARTOGRAPH_SENDGRID_WEBHOOK_PUBLIC_KEY"] = base64.StdEncoding.EncodeToString(der)
	p.env["CARTOGRAPH_EMAIL_FROM"] = senderMail
}

// mailRequest is the body of Mail Send; a field that is not here is a mistake.
type mailRequest struct {
	From             mailbox           `json:"from"`
	ReplyTo          *mailbox          `json:"reply_to"`
	Subject          string            `json:"subject"`
	Personalizations []personalization `json:"personalizations"`
	Content          []struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	} `json:"content"`
	Headers    map[string]string `json:"headers"`
	CustomArgs map[string]string `json:"custom_args"`
	Tracking   struct {
		Click struct {
			Enable     *bool `json:"enable"`
			EnableText *bool `json:"enable_text"`
		} `json:"click_tracking"`
		Open struct {
			Enable *bool `json:"enable"`
		} `json:"open_tracking"`
		Subscription struct {
			Enable *bool `json:"enable"`
		} `json:"subscription_tracking"`
	} `json:"tracking_settings"`
}

type mailbox struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

type personalization struct {
	To []mailbox `json:"to"`
}

// ServeHTTP takes one mail.
func (f *sendgridFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m, fault := f.take(r)
	if fault != "" {
		f.t.Errorf("SendGrid was called wrongly: %s", fault)
		http.Error(w, `{"errors":[{"message":"`+fault+`"}]}`, http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	m.ProviderID = fmt.Sprintf("sg-%d", len(f.mails)+1)
	f.mails = append(f.mails, m)
	hold := f.hold
	f.mu.Unlock()
	if hold != nil {
		hold(m)
	}
	w.Header().Set("X-Message-Id", m.ProviderID)
	w.WriteHeader(http.StatusAccepted)
}

func (f *sendgridFake) take(r *http.Request) (m mail, fault string) {
	if r.Method != http.MethodPost || r.URL.Path != "/v3/mail/send" {
		return m, r.Method + " " + r.URL.Path
	}
	if r.Header.Get("Authorization") != "Bearer "+sendgridKey {
		return m, "the authorization is wrong"
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return m, "the content type is wrong"
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	var b mailRequest
	if err := d.Decode(&b); err != nil {
		return m, err.Error()
	}
	return b.mail()
}

// mail checks everything that matters of a mail.
func (b mailRequest) mail() (m mail, fault string) {
	off := func(p *bool) bool { return p != nil && !*p }
	switch {
	case b.From.Email != senderMail || b.From.Name != "Maison Lumière":
		return m, fmt.Sprintf("from %+v", b.From)
	case len(b.Personalizations) != 1 || len(b.Personalizations[0].To) != 1:
		return m, "more or less than one recipient"
	case len(b.Content) != 2 || b.Content[0].Type != "text/plain" || b.Content[1].Type != "text/html":
		return m, "not plain text and HTML, in this order"
	case len(b.CustomArgs) != 1 || b.CustomArgs["message_id"] == "":
		return m, "custom arguments other than the message id"
	case b.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
		return m, "no one-click unsubscription"
	case !off(b.Tracking.Click.Enable) || !off(b.Tracking.Click.EnableText) || !off(b.Tracking.Subscription.Enable):
		return m, "SendGrid may rewrite links"
	case strings.Contains(b.Content[0].Value+b.Content[1].Value, "{{") || strings.Contains(b.Content[1].Value, "goes-here"):
		return m, "an unfilled template"
	}
	return mail{
		MessageID: b.CustomArgs["message_id"], To: b.Personalizations[0].To[0].Email, Subject: b.Subject,
		Text: b.Content[0].Value, HTML: b.Content[1].Value,
		Unsubscribe: strings.Trim(b.Headers["List-Unsubscribe"], "<>"),
	}, ""
}

// to gives the mails that went to an address.
func (f *sendgridFake) to(address string) []mail {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []mail
	for _, m := range f.mails {
		if m.To == address {
			out = append(out, m)
		}
	}
	return out
}

// wait waits for the n-th mail to an address, from 1.
func (f *sendgridFake) wait(address string, n int) mail {
	f.t.Helper()
	until(f.t, fmt.Sprintf("mail %d to %s", n, address), func() bool { return len(f.to(address)) >= n })
	return f.to(address)[n-1]
}

// holding sets what is run while a mail is being taken; nil for nothing.
func (f *sendgridFake) holding(h func(mail)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hold = h
}

// report posts events about a mail as SendGrid's event webhook does, and gives the answer's status.
func (f *sendgridFake) report(url string, m mail, kinds ...string) int {
	f.t.Helper()
	var events []map[string]any
	for _, kind := range kinds {
		events = append(events, map[string]any{
			"email": m.To, "timestamp": time.Now().Unix(), "event": kind, "sg_event_id": m.ProviderID + "-" + kind,
			"sg_message_id": m.ProviderID + ".recvd-1", "message_id": m.MessageID,
		})
	}
	body, err := json.Marshal(events)
	if err != nil {
		f.t.Fatal(err)
	}
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	digest := sha256.Sum256(append([]byte(stamp), body...))
	sig, err := ecdsa.SignASN1(rand.Reader, f.key, digest[:])
	if err != nil {
		f.t.Fatal(err)
	}
	status, _ := call(f.t, http.MethodPost, url, http.Header{
		"Content-Type":                           {"application/json"},
		"X-Twilio-Email-Event-Webhook-Signature": {base64.StdEncoding.EncodeToString(sig)},
		"X-Twilio-Email-Event-Webhook-Timestamp": {stamp},
	}, body)
	return status
}

// client never follows a redirect: where to is part of what is tested.
var client = &http.Client{
	Timeout:       patience,
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// call makes one request and gives the status and the body.
func call(t *testing.T, method, url string, h http.Header, body []byte) (int, string) {
	t.Helper()
	status, _, text := exchange(t, method, url, h, body)
	return status, text
}

func exchange(t *testing.T, method, url string, h http.Header, body []byte) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range h {
		req.Header[name] = values
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}
