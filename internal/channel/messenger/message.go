package messenger

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Meta's limits, in UTF-16 units.
const (
	maxText       = 2000
	maxButtonText = 640
	maxTitle      = 80
	maxSubtitle   = 80
	maxButton     = 20
)

// openButton is a button's title where the template gave none.
const openButton = "Open"

// request is the body of a Send API call.
type request struct {
	Recipient     recipient `json:"recipient"`
	MessagingType string    `json:"messaging_type"`
	Message       body      `json:"message"`
}

type recipient struct {
	ID string `json:"id"`
}

type body struct {
	Text       string      `json:"text,omitempty"`
	Attachment *attachment `json:"attachment,omitempty"`
	// Metadata comes back in the echo of the message and settles unknown outcomes.
	Metadata string `json:"metadata,omitempty"`
}

type attachment struct {
	Type    string  `json:"type"`
	Payload payload `json:"payload"`
}

type payload struct {
	Type     string    `json:"template_type"`
	Text     string    `json:"text,omitempty"`
	Elements []element `json:"elements,omitempty"`
	Buttons  []button  `json:"buttons,omitempty"`
}

type element struct {
	Title    string   `json:"title"`
	Subtitle string   `json:"subtitle,omitempty"`
	ImageURL string   `json:"image_url,omitempty"`
	Default  *button  `json:"default_action,omitempty"`
	Buttons  []button `json:"buttons,omitempty"`
}

type button struct {
	Type  string `json:"type"`
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
}

// compose chooses the form that shows most: a card where there is a picture, a
// text with a button where there is a link, a plain text otherwise.
func compose(m delivery.Outbound) request {
	r := request{Recipient: recipient{ID: m.To}, MessagingType: "RESPONSE"}
	switch {
	case m.Title != "" && strings.HasPrefix(m.ImageURL, "https://"):
		r.Message.Attachment = card(m)
	case m.Title != "" && m.ButtonURL != "":
		r.Message.Attachment = template(payload{
			Type: "button", Text: cut(titled(m), maxButtonText), Buttons: buttons(m),
		})
	default:
		r.Message.Text = cut(titled(m), maxText)
	}
	r.Message.Metadata = m.MessageID
	return r
}

func card(m delivery.Outbound) *attachment {
	e := element{
		Title:    cut(m.Title, maxTitle),
		Subtitle: cut(m.Text, maxSubtitle),
		ImageURL: m.ImageURL,
		Buttons:  buttons(m),
	}
	if m.ButtonURL != "" {
		e.Default = &button{Type: "web_url", URL: m.ButtonURL}
	}
	return template(payload{Type: "generic", Elements: []element{e}})
}

func template(p payload) *attachment { return &attachment{Type: "template", Payload: p} }

func buttons(m delivery.Outbound) []button {
	if m.ButtonURL == "" {
		return nil
	}
	title := m.ButtonTitle
	if title == "" {
		title = openButton
	}
	return []button{{Type: "web_url", URL: m.ButtonURL, Title: cut(title, maxButton)}}
}

// titled sets the title above the text, unless one of them is missing.
func titled(m delivery.Outbound) string {
	if m.Title == "" || m.Text == "" {
		return m.Title + m.Text
	}
	return m.Title + "\n\n" + m.Text
}
