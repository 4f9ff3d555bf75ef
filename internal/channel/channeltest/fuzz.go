package channeltest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// FuzzAnswer feeds a provider with answers of any status, header and body.
// Whatever they are, the verdict is one of the five, says the same again, never
// calls an outage accepted or certainly unsent where the provider did not say
// so, and repeats nothing private.
func FuzzAnswer(f *testing.F, s Subject) {
	for _, a := range []Answer{s.Success, s.Nameless, {Status: 429}, {Status: 503, Body: html}, {Status: 400, Body: `{"errors":[{"message":"x","field":"from"}]}`},
		{Status: 400, Body: `{"code":21610,"message":"to +33612345678"}`}, {Status: 400, Body: `{"error":{"message":"x","code":100,"error_subcode":33}}`},
		{Status: 200, Body: `{"error":{"code":2}}`}, {Status: 201, Body: `{"sid":7}`}, {Status: 500, Body: `{"code":1e99,"errors":{},"error":[]}`}} {
		f.Add(a.Status, "60", a.Body, false)
	}
	f.Add(200, "Sun, 22 Nov 2026 10:01:00 GMT", `{"message_id":{}}`, true)
	f.Fuzz(func(t *testing.T, status int, header, body string, torn bool) {
		if status < 100 || status > 999 {
			return
		}
		send := func() delivery.Verdict {
			c := &http.Client{Transport: canned{status, header, body, torn}}
			return s.New(c).Send(t.Context(), s.Account("http://127.0.0.1:1"), s.Message)
		}
		v := send()
		if diff := cmp.Diff(v, send()); diff != "" {
			t.Fatalf("the same answer means two things:\n%s", diff)
		}
		s.plausible(t, status, v)
	})
}

// plausible holds a verdict against the status it came with.
func (s Subject) plausible(t *testing.T, status int, v delivery.Verdict) {
	t.Helper()
	switch {
	case !slices.Contains([]delivery.Outcome{delivery.OK, delivery.Later, delivery.Refused, delivery.Broken, delivery.Unsure}, v.Outcome):
		t.Fatalf("no verdict: %+v", v)
	case v.Outcome == delivery.OK && (status < 200 || status > 299):
		t.Fatalf("%d counts as accepted: %+v", status, v)
	case v.After < 0 || v.After > 24*time.Hour || v.After > 0 && v.Outcome != delivery.Later:
		t.Fatalf("a wait of %v: %+v", v.After, v)
	case v.ProviderID != "" && v.Outcome != delivery.OK, len(v.ProviderID) > 300, len(v.Reason) > 200, len(v.Code) > 60, v.Code == "":
		t.Fatalf("an id without a message, or fields without bounds: %+v", v)
	case v.Suppress != "" && v.Outcome != delivery.Refused:
		t.Fatalf("%s suppresses the address: %+v", v.Outcome, v)
	case (v.Reason == "") != (v.Outcome == delivery.OK):
		t.Fatalf("the reason of %s is %q", v.Outcome, v.Reason)
	case !utf8.ValidString(v.Reason + v.ProviderID + v.Code), bytes.ContainsRune([]byte(v.Reason+v.ProviderID+v.Code), 0):
		t.Fatalf("the verdict cannot be stored: %+v", v)
	}
	a := s.Account("")
	for _, private := range []string{s.Message.To, a.Key} {
		if bytes.Contains([]byte(v.Reason), []byte(private)) {
			t.Fatalf("the reason repeats %q: %q", private, v.Reason)
		}
	}
}

// canned answers every request with one answer.
type canned struct {
	status       int
	header, body string
	torn         bool
}

// RoundTrip implements http.RoundTripper.
func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close()
	var body io.Reader = bytes.NewReader([]byte(c.body))
	if c.torn {
		body = io.MultiReader(body, broken{})
	}
	h := http.Header{}
	for _, name := range []string{"Retry-After", "X-Ratelimit-Reset", "X-Message-Id"} {
		h.Set(name, c.header)
	}
	return &http.Response{StatusCode: c.status, Header: h, Body: io.NopCloser(body), Request: r}, nil
}

// broken is a body that breaks off.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Callback holds what a provider makes of one signed callback request: sound
// reports and messages, the same every time; and nothing at all of a request
// that differs in one byte of its body, came with another key, or unsigned.
//
// sameBytes says that a request which reads the same (a form with its fields
// in another writing) may pass for the one that was signed.
func Callback(t *testing.T, p channel.Provider, a delivery.Account, r delivery.Request, signature string, at uint, mask byte, sameBytes bool) {
	t.Helper()
	b, err := p.Callback(a, r)
	again, err2 := p.Callback(a, r)
	if diff := cmp.Diff(b, again, cmpopts.EquateEmpty()); diff != "" || fault.CodeOf(err) != fault.CodeOf(err2) {
		t.Fatalf("two readings differ (%v, %v):\n%s", err, err2, diff)
	}
	if err != nil && len(b.Reports)+len(b.Inbounds) > 0 {
		t.Fatalf("an error and a batch: %v, %+v", err, b)
	}
	for _, rep := range b.Reports {
		soundReport(t, rep)
	}
	for _, in := range b.Inbounds {
		soundInbound(t, in)
	}
	refused := func(what string, a delivery.Account, r delivery.Request) {
		t.Helper()
		other, err := p.Callback(a, r)
		if err == nil && !sameBytes || err == nil && cmp.Diff(b, other, cmpopts.EquateEmpty()) != "" {
			t.Fatalf("%s passes: %+v", what, other)
		}
	}
	if len(r.Body) > 0 {
		if mask == 0 {
			mask = 1
		}
		forged := r
		forged.Body = bytes.Clone(r.Body)
		forged.Body[at%uint(len(r.Body))] ^= mask
		refused("another body", a, forged)
	}
	sameBytes = false
	stranger := a
	stranger.VerifyKeys = []string{"", "another key"}
	refused("another key", stranger, r)
	unsigned := r
	unsigned.Header = map[string][]string{}
	for name, values := range r.Header {
		if name != signature {
			unsigned.Header[name] = values
		}
	}
	refused("no signature", a, unsigned)
}

func soundReport(t *testing.T, r delivery.Report) {
	t.Helper()
	text := r.Dedupe + r.MessageID + r.ProviderID + r.Code + r.Reason + r.Address + r.URL
	switch {
	case r.Dedupe == "" || r.Status == "" || r.MessageID+r.ProviderID == "" && (r.Suppress == "" || r.Address == ""):
		t.Fatalf("an incomplete report: %+v", r)
	case r.At.IsZero() || r.At.Year() < 1970 || r.At.Year() > 2300:
		t.Fatalf("a report at %v", r.At)
	case !utf8.ValidString(text), bytes.ContainsRune([]byte(text), 0), len(text) > 4000, len(r.Dedupe) > 600:
		t.Fatalf("a report that cannot be stored: %+v", r)
	}
}

func soundInbound(t *testing.T, in delivery.Inbound) {
	t.Helper()
	text := in.Dedupe + in.From + in.To + in.Text + in.Ref + in.Keyword + in.Reason
	switch {
	case in.Dedupe == "" || in.From == "" || in.Channel == "":
		t.Fatalf("an incomplete message: %+v", in)
	case in.At.IsZero() || in.At.Year() < 1970 || in.At.Year() > 2300:
		t.Fatalf("a message at %v", in.At)
	case !slices.Contains([]string{"", delivery.Stop, delivery.Start, delivery.Help, delivery.Begin}, in.Keyword):
		t.Fatalf("the keyword %q", in.Keyword)
	case (in.Keyword == "") != (in.Reason == ""):
		t.Fatalf("the keyword %q for the reason %q", in.Keyword, in.Reason)
	case !utf8.ValidString(text), bytes.ContainsRune([]byte(text), 0), len(text) > 5000, len(in.Dedupe) > 600:
		t.Fatalf("a message that cannot be stored: %+v", in)
	}
}
