package dashboard

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// previewView is a message as its reader saw it.
type previewView struct {
	frame
	message.Message
}

// Preview hands a message to the preview template.
func (f frame) Preview(m message.Message) previewView { return previewView{frame: f, Message: m} }

// Email, SMS and Card say what to draw.
func (v previewView) Email() bool { return v.Channel == event.Email && v.Rendered.HTML != "" }

// SMS is true for a text message.
func (v previewView) SMS() bool { return v.Channel == event.SMS }

// Card is true for a Messenger card; without a title it is plain text.
func (v previewView) Card() bool { return v.Channel == event.Messenger && v.Rendered.Title != "" }

// Parts says how many pieces a text message is billed as.
func (v previewView) Parts() string { return sentenceCount(v.Rendered.Segments, "segment") }

// Opening gives a message's subject or first words, for lists.
func (f frame) Opening(m message.Message) string {
	for _, text := range []string{m.Rendered.Subject, m.Rendered.Title, m.Rendered.Text} {
		if text = strings.TrimSpace(text); text != "" {
			return clip(text, 90)
		}
	}
	return "(empty)"
}

// clip cuts a text at a rune.
func clip(s string, max int) string {
	r := []rune(s)
	if len(r) <= max {
		return s
	}
	return strings.TrimSpace(string(r[:max])) + "…"
}

// cartLink hands a cart's row to the row template.
type cartLink struct {
	frame
	journey.CartRow
}

// cartTable is a table of carts.
type cartTable struct {
	Caption string
	Rows    []cartLink
}

// CartTable hands carts to the table template.
func (f frame) CartTable(caption string, carts []journey.CartRow) cartTable {
	t := cartTable{Caption: caption}
	for _, c := range carts {
		t.Rows = append(t.Rows, cartLink{frame: f, CartRow: c})
	}
	return t
}

// Who is the best name for a row's shopper.
func (v cartLink) Who() string {
	for _, known := range []string{strings.TrimSpace(v.FirstName + " " + v.LastName), v.Email, v.Phone} {
		if known != "" {
			return known
		}
	}
	return "Unknown shopper"
}

// Mark is the state to show: recovered beats ordered.
func (v cartLink) Mark() string {
	if v.Recovered {
		return recovered
	}
	return string(v.State)
}
