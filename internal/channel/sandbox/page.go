package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf16"

	"github.com/cartograph-dev/cartograph/internal/event"
)

var graphVersion = regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)

// pageBody is a Send API request as far as the sandbox looks at it.
type pageBody struct {
	Recipient struct {
		ID string `json:"id"`
	} `json:"recipient"`
	MessagingType string `json:"messaging_type"`
	Message       struct {
		Text       string `json:"text"`
		Metadata   string `json:"metadata"`
		Attachment *struct {
			Payload pagePayload `json:"payload"`
		} `json:"attachment"`
	} `json:"message"`
}

type pagePayload struct {
	Type     string       `json:"template_type"`
	Text     string       `json:"text"`
	Buttons  []pageButton `json:"buttons"`
	Elements []struct {
		Title    string       `json:"title"`
		Subtitle string       `json:"subtitle"`
		ImageURL string       `json:"image_url"`
		Buttons  []pageButton `json:"buttons"`
	} `json:"elements"`
}

type pageButton struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

// takeMessage plays POST /{version}/{page}/messages.
func (s *Server) takeMessage(r *http.Request, body []byte) (reply, *Sent) {
	if !graphVersion.MatchString(r.PathValue("version")) {
		return pageError(http.StatusNotFound, 2500, 0, "Unknown path components"), nil
	}
	page := r.PathValue("page")
	shop, ok := ShopOfPage(page)
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || !same(token, pageToken(s.opts.Secret, shop)) {
		return pageError(http.StatusBadRequest, 190, 0, "Invalid OAuth access token - Cannot parse access token"), nil
	}
	if q := r.URL.Query(); q.Has("appsecret_proof") && q.Get("appsecret_proof") != s.proof(token) {
		return pageError(http.StatusBadRequest, 100, 0, "Invalid appsecret_proof provided in the API argument"), nil
	}
	var m pageBody
	if err := json.Unmarshal(body, &m); err != nil {
		return pageError(http.StatusBadRequest, 100, 0, "(#100) The body is no JSON object"), nil
	}
	if fault := m.check(); fault != "" {
		return pageError(http.StatusBadRequest, 100, 0, "(#100) "+fault), nil
	}
	sent := m.sent()
	sent.ShopID, sent.From, sent.At = shop, page, s.opts.Now()
	sent.ProviderID = "m_" + s.token(24)
	return answerJSON(http.StatusOK, map[string]string{"recipient_id": sent.To, "message_id": sent.ProviderID}), sent
}

// check gives the first fault Meta would find.
func (m pageBody) check() string {
	switch {
	case m.Recipient.ID == "":
		return "The parameter recipient is required"
	case m.MessagingType != "RESPONSE" && m.MessagingType != "UPDATE":
		// Message tags are retired.
		return "Param messaging_type must be one of {RESPONSE, UPDATE}"
	case units(m.Message.Metadata) > 1000:
		return "Length of param message[metadata] must be less than or equal to 1000"
	case m.Message.Attachment != nil:
		return m.Message.Attachment.Payload.check()
	case m.Message.Text == "":
		return "The parameter message is required"
	case units(m.Message.Text) > 2000:
		return "Length of param message[text] must be less than or equal to 2000"
	}
	return ""
}

func (p pagePayload) check() string {
	buttons := p.Buttons
	switch p.Type {
	case "button":
		if p.Text == "" || units(p.Text) > 640 || len(p.Buttons) == 0 {
			return "A button template needs text of at most 640 characters and a button"
		}
	case "generic":
		if len(p.Elements) == 0 || len(p.Elements) > 10 {
			return "A generic template needs 1 to 10 elements"
		}
		for _, e := range p.Elements {
			if e.Title == "" || units(e.Title) > 80 || units(e.Subtitle) > 80 {
				return "Titles and subtitles have at most 80 characters"
			}
			if e.Subtitle == "" && e.ImageURL == "" && len(e.Buttons) == 0 {
				return "An element needs more than its title"
			}
			buttons = append(buttons, e.Buttons...)
		}
	default:
		return "Unknown template_type"
	}
	for _, b := range buttons {
		if b.URL == "" || b.Title == "" || units(b.Title) > 20 {
			return "A button needs a URL and a title of at most 20 characters"
		}
	}
	return ""
}

// units counts a text as Meta does.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

func (m pageBody) sent() *Sent {
	s := &Sent{Channel: event.Messenger, To: m.Recipient.ID, Text: m.Message.Text, MessageID: m.Message.Metadata}
	if m.Message.Attachment == nil {
		return s
	}
	p := m.Message.Attachment.Payload
	lines, buttons := []string{p.Text}, p.Buttons
	for _, e := range p.Elements {
		lines, buttons = append(lines, e.Title, e.Subtitle), append(buttons, e.Buttons...)
	}
	s.Text = strings.TrimSpace(strings.Join(lines, "\n"))
	if len(buttons) > 0 {
		s.Link = buttons[0].URL
	}
	return s
}

func (s *Server) proof(token string) string {
	h := hmac.New(sha256.New, []byte(appSecret(s.opts.Secret)))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}

func pageError(status, code, subcode int, message string) reply {
	e := map[string]any{"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "AsandboxTrace"}
	if subcode != 0 {
		e["error_subcode"] = subcode
	}
	return answerJSON(status, map[string]any{"error": e})
}
