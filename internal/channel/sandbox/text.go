package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// e164 is the form of a phone number that Twilio takes.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// takeText plays POST /2010-04-01/Accounts/{sid}/Messages.json.
func (s *Server) takeText(r *http.Request, body []byte) (reply, *Sent) {
	user, token, _ := r.BasicAuth()
	shop, ok := shopOfSID(user)
	if !ok || !same(token, authToken(s.opts.Secret, shop)) {
		return textError(http.StatusUnauthorized, 20003, "Authenticate"), nil
	}
	if r.PathValue("sid") != user {
		return textError(http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found"), nil
	}
	f, err := url.ParseQuery(string(body))
	if err != nil {
		return textError(http.StatusBadRequest, 20001, "The form cannot be read"), nil
	}
	if code, fault := s.checkText(shop, f); code != 0 {
		return textError(http.StatusBadRequest, code, fault), nil
	}
	sent := &Sent{
		Channel: event.SMS, ShopID: shop, To: f.Get("To"), From: f.Get("From"), Text: f.Get("Body"),
		CallbackURL: f.Get("StatusCallback"), ProviderID: "SM" + s.random(16), At: s.opts.Now(),
	}
	if u, err := url.Parse(sent.CallbackURL); err == nil {
		sent.MessageID = u.Query().Get("m")
	}
	return textAccepted(user, f, sent), sent
}

// checkText gives the first fault Twilio would find, by its code.
func (s *Server) checkText(shop string, f url.Values) (code int, fault string) {
	to := f.Get("To")
	validity, err := strconv.Atoi(f.Get("ValidityPeriod"))
	switch {
	case to == "":
		return 21604, "A 'To' phone number is required."
	case !e164.MatchString(to):
		return 21211, "Invalid 'To' Phone Number: " + to
	case f.Get("Body") == "":
		return 21602, "Message body is required."
	case utf8.RuneCountInString(f.Get("Body")) > 1600:
		return 21617, "The concatenated message body exceeds the 1600 character limit"
	case f.Get("From") == "" && f.Get("MessagingServiceSid") == "":
		return 21603, "A 'From' phone number is required."
	case f.Has("ValidityPeriod") && (err != nil || validity < 1 || validity > 36000):
		return 20001, "The validity period must be between 1 and 36000 seconds"
	case f.Has("StatusCallback") && !strings.HasPrefix(f.Get("StatusCallback"), "http"):
		return 21609, "The StatusCallback URL is not a valid URL."
	case s.hasStopped(pair{shop, to}):
		return 21610, "Attempt to send to unsubscribed recipient"
	}
	return 0, ""
}

// textAccepted is a Message resource as Twilio answers it.
func textAccepted(sid string, f url.Values, m *Sent) reply {
	status, segments := "queued", "1"
	var service *string
	if mg := f.Get("MessagingServiceSid"); mg != "" {
		// No sender is chosen yet, so Twilio counts no segments.
		status, segments, service = "accepted", "0", &mg
	}
	at := m.At.UTC().Format(time.RFC1123Z)
	return answerJSON(http.StatusCreated, map[string]any{
		"sid": m.ProviderID, "account_sid": sid, "messaging_service_sid": service, "api_version": "2010-04-01",
		"to": m.To, "from": m.From, "body": m.Text, "status": status, "direction": "outbound-api",
		"num_segments": segments, "num_media": "0", "price": nil, "price_unit": "USD",
		"error_code": nil, "error_message": nil, "date_created": at, "date_updated": at, "date_sent": nil,
		"uri": "/2010-04-01/Accounts/" + sid + "/Messages/" + m.ProviderID + ".json",
	})
}

func textError(status, code int, message string) reply {
	return answerJSON(status, map[string]any{
		"code": code, "message": message, "status": status,
		"more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code),
	})
}

func (s *Server) hasStopped(p pair) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped[p]
}

// setStopped remembers or forgets a number's STOP, as many as the outbox is long.
func (s *Server) setStopped(p pair, stopped bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.stopped, p)
	if stopped && len(s.stopped) < s.opts.Keep {
		s.stopped[p] = true
	}
}
