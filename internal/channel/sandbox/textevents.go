package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- what Twilio signs with (HMAC), and the sandbox plays
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// textStatus posts a status callback to the address the text came with.
func (s *Server) textStatus(ctx context.Context, m Sent, status, code string) error {
	f := s.textFields(m, m.ProviderID)
	f.Set("To", m.To)
	f.Set("From", sender(m))
	f.Set("SmsStatus", status)
	f.Set("MessageStatus", status)
	if code != "" {
		f.Set("ErrorCode", code)
	}
	if status == "delivered" || status == "undelivered" {
		f.Set("RawDlrDoneDate", s.opts.Now().UTC().Format("0601021504"))
	}
	return s.postForm(ctx, m, m.CallbackURL, f)
}

// textInbound posts a shopper's answer and, on a STOP or START, does what Twilio does.
func (s *Server) textInbound(ctx context.Context, m Sent, text string) error {
	switch strings.ToUpper(strings.TrimSpace(text)) {
	case "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL":
		s.setStopped(pair{m.ShopID, m.To}, true)
	case "START", "YES", "UNSTOP":
		s.setStopped(pair{m.ShopID, m.To}, false)
	}
	f := s.textFields(m, "SM"+s.random(16))
	f.Set("From", m.To)
	f.Set("To", sender(m))
	f.Set("Body", text)
	f.Set("NumMedia", "0")
	f.Set("NumSegments", "1")
	f.Set("SmsStatus", "received")
	return s.postForm(ctx, m, s.opts.Callback(m.ShopID, event.SMS), f)
}

func (s *Server) textFields(m Sent, sid string) url.Values {
	return url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "ApiVersion": {"2010-04-01"},
		"AccountSid": {accountSID(m.ShopID)},
	}
}

// sender is the number a text came from; a Messaging Service picks one.
func sender(m Sent) string {
	if m.From == "" {
		return senderNumber
	}
	return m.From
}

// postForm signs as Twilio does: the full URL, then every field with its value, by name.
func (s *Server) postForm(ctx context.Context, m Sent, to string, f url.Values) error {
	h := hmac.New(sha1.New, []byte(authToken(s.opts.Secret, m.ShopID)))
	h.Write([]byte(to))
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		h.Write([]byte(name + f.Get(name)))
	}
	return s.post(ctx, to, http.Header{
		"Content-Type":       {"application/x-www-form-urlencoded; charset=utf-8"},
		"User-Agent":         {"TwilioProxy/1.1"},
		"X-Twilio-Signature": {base64.StdEncoding.EncodeToString(h.Sum(nil))},
	}, []byte(f.Encode()))
}
