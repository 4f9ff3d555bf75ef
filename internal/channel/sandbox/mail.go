package sandbox

import (
	"encoding/json"
	"net/http"
	netmail "net/mail"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// mailBody is a Mail Send request as far as the sandbox looks at it.
type mailBody struct {
	Personalizations []struct {
		To         []mailbox         `json:"to"`
		CustomArgs map[string]string `json:"custom_args"`
		Subject    string            `json:"subject"`
	} `json:"personalizations"`
	From    *mailbox `json:"from"`
	ReplyTo *mailbox `json:"reply_to"`
	Subject string   `json:"subject"`
	Content []struct {
		Type  string `json:"type"`
		Value string `json:"value"`
	} `json:"content"`
	Headers    map[string]string `json:"headers"`
	CustomArgs map[string]string `json:"custom_args"`
}

type mailbox struct {
	Email string `json:"email"`
	Name  string `json:"name"`
}

func (m mailbox) valid() bool {
	a, err := netmail.ParseAddress(m.Email)
	return err == nil && a.Name == "" && a.Address == m.Email
}

// takeMail plays POST /v3/mail/send.
func (s *Server) takeMail(r *http.Request, body []byte) (reply, *Sent) {
	key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	shop, ok := shopOfKey(key)
	if !ok || !same(key, apiKey(s.opts.Secret, shop)) {
		return mailError(http.StatusUnauthorized, "", "The provided authorization grant is invalid, expired, or revoked"), nil
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return mailError(http.StatusUnsupportedMediaType, "", "Content-Type should be application/json."), nil
	}
	var m mailBody
	if err := json.Unmarshal(body, &m); err != nil {
		return mailError(http.StatusBadRequest, "", "Bad Request"), nil
	}
	if field, fault := m.check(); fault != "" {
		return mailError(http.StatusBadRequest, field, fault), nil
	}
	sent := m.sent()
	sent.ShopID, sent.At = shop, s.opts.Now()
	sent.ProviderID = s.token(16)
	return reply{status: http.StatusAccepted, header: http.Header{"X-Message-Id": {sent.ProviderID}}}, sent
}

// check gives the first fault SendGrid would find, with its field.
func (m mailBody) check() (field, fault string) {
	if len(m.Personalizations) == 0 {
		return "personalizations", "The personalizations field is required and must have at least one personalization."
	}
	for i, p := range m.Personalizations {
		at := "personalizations." + strconv.Itoa(i) + ".to"
		if len(p.To) == 0 {
			return at, "The to array is required for all personalization objects, and must have at least one email object with a valid email address."
		}
		for j, to := range p.To {
			if !to.valid() {
				return at + "." + strconv.Itoa(j) + ".email", "Does not contain a valid address."
			}
		}
	}
	switch {
	case m.From == nil || !m.From.valid():
		return "from.email", "The from email does not contain a valid address."
	case m.ReplyTo != nil && !m.ReplyTo.valid():
		return "reply_to.email", "The reply_to email does not contain a valid address."
	case m.Subject == "" && m.Personalizations[0].Subject == "":
		return "subject", "The subject is required."
	}
	return m.checkContent()
}

func (m mailBody) checkContent() (field, fault string) {
	if len(m.Content) == 0 {
		return "content", "Unless a valid template_id is provided, the content parameter is required."
	}
	html := false
	for i, c := range m.Content {
		at := "content." + strconv.Itoa(i)
		if c.Value == "" {
			return at + ".value", "The content value must be a string at least one character in length."
		}
		if c.Type == "text/plain" && html {
			return at + ".type", "If present, text/plain and text/html must be the first two content types, in that order."
		}
		html = html || c.Type == "text/html"
	}
	for name := range m.Headers {
		switch strings.ToLower(name) {
		case "to", "from", "subject", "reply-to", "cc", "bcc", "received", "dkim-signature", "content-type", "content-transfer-encoding", "x-sg-id", "x-sg-eid":
			return "headers", "The header is reserved and cannot be used."
		}
	}
	return "", ""
}

func (m mailBody) sent() *Sent {
	p := m.Personalizations[0]
	s := &Sent{Channel: event.Email, To: p.To[0].Email, From: m.From.Email, Subject: m.Subject, MessageID: m.CustomArgs["message_id"]}
	if p.Subject != "" {
		s.Subject = p.Subject
	}
	if id := p.CustomArgs["message_id"]; id != "" {
		s.MessageID = id
	}
	for _, c := range m.Content {
		switch c.Type {
		case "text/plain":
			s.Text = c.Value
		case "text/html":
			s.HTML = c.Value
		}
	}
	for part := range strings.SplitSeq(m.Headers["List-Unsubscribe"], ",") {
		link := strings.Trim(strings.TrimSpace(part), "<>")
		if u, err := url.Parse(link); err == nil && strings.HasPrefix(u.Scheme, "http") {
			s.UnsubscribeURL = link
		}
	}
	return s
}

// mailError makes SendGrid's error body; an empty field is null there.
func mailError(status int, field, message string) reply {
	type fault struct {
		Message string  `json:"message"`
		Field   *string `json:"field"`
		Help    *string `json:"help"`
	}
	f := fault{Message: message}
	if field != "" {
		f.Field = &field
	}
	return answerJSON(status, map[string][]fault{"errors": {f}})
}
