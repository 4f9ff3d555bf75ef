package recovery

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Templates are edited as drafts, which nothing is sent from, looked at with
// samples and real carts, and published through a gate. A step picks the live
// entry of its key when it renders, so what is published is what the next
// message says.

// templateStore is what looking at templates reads.
type templateStore interface {
	retiring
	// TemplateVersion gives one publication.
	TemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int) (journey.TemplateVersion, error)
	// TemplateCart gives a cart with whom it is of; nothing is held.
	TemplateCart(ctx context.Context, shopID, id string) (cart.Cart, shopper.Shopper, shopper.History, error)
	// Carts lists carts, the newest first.
	Carts(ctx context.Context, shopID string, q journey.Query) (journey.Page[journey.CartRow], error)
}

// templateTx is what changing them writes.
type templateTx interface {
	retiring
	// RetireTemplate takes the live version that was seen out of use, ReturnTemplate makes the last one live again.
	RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error
	ReturnTemplate(ctx context.Context, shopID string, n journey.TemplateName, version int) error
	// SaveDraft stores a draft over the revision its author saw, "" for none; another one there is fault.Conflict.
	SaveDraft(ctx context.Context, shopID string, d journey.Draft, seen string) error
	// DropDraft removes the revision its reader saw; another one there is fault.Conflict.
	DropDraft(ctx context.Context, shopID string, n journey.TemplateName, seen string) error
	// PublishTemplate stores the next version and makes it live; NoteTemplate says what it was for.
	PublishTemplate(ctx context.Context, shopID string, t message.Template) (version int, err error)
	NoteTemplate(ctx context.Context, shopID string, n journey.TemplateName, version int, note string) error
	// InsertAudit adds a line to the audit log.
	InsertAudit(ctx context.Context, e access.Entry) error
	// DoneSince counts how often somebody did something since an instant, up to a bound.
	DoneSince(ctx context.Context, shopID string, by access.Actor, did access.Action, since time.Time, most int) (int, error)
}

// maxTemplateField bounds what a draft keeps in one field, in bytes.
const maxTemplateField = 128 << 10

// SaveTemplateDraft stores what somebody is working on. It may be broken: only
// publishing asks for more. seen is the revision that its author began with, ""
// where there was no draft; when another was saved meanwhile it is
// fault.Conflict, and nothing is changed.
func (e *Engine) SaveTemplateDraft(ctx context.Context, shopID string, t message.Template, seen string) (journey.Draft, error) {
	t, err := readDraft(t)
	if err != nil {
		return journey.Draft{}, err
	}
	d := journey.Draft{Template: t, Revision: e.NewID()}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		was, err := tx.TemplateState(ctx, shopID, journey.NameOf(t))
		if err != nil {
			return err
		}
		d.Base = was.Live.Version
		if was.Drafted() {
			// What it was begun from stays true, whatever was published since.
			d.Base = was.Draft.Base
		}
		if err := tx.SaveDraft(ctx, shopID, d, seen); err != nil {
			return err
		}
		d.SavedAt = tx.Now()
		return e.recordTemplate(ctx, tx, shopID, access.TemplateDrafted, journey.NameOf(t), nil)
	})
	return d, err
}

// DiscardTemplateDraft throws the draft away that its reader saw.
func (e *Engine) DiscardTemplateDraft(ctx context.Context, shopID string, n journey.TemplateName, seen string) error {
	return e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.DropDraft(ctx, shopID, n, seen); err != nil {
			return err
		}
		return e.recordTemplate(ctx, tx, shopID, access.TemplateDiscarded, n, nil)
	})
}

// RestoreTemplateVersion makes an old version the draft, over the revision that
// was seen.
func (e *Engine) RestoreTemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int, seen string) (journey.Draft, error) {
	v, err := e.Store.TemplateVersion(ctx, shopID, n, version)
	if err != nil {
		return journey.Draft{}, err
	}
	return e.SaveTemplateDraft(ctx, shopID, v.Template, seen)
}

func (e *Engine) recordTemplate(ctx context.Context, tx Tx, shopID string, did access.Action, n journey.TemplateName, detail map[string]string) error {
	return tx.InsertAudit(ctx, access.Entry{
		ID: e.NewID(), ShopID: shopID, Actor: access.ActorOf(ctx), Action: did, Object: n.String(), Detail: detail,
	})
}

// readDraft checks what every draft must be, and brings texts into one form:
// browsers send line breaks in their own.
func readDraft(t message.Template) (message.Template, error) {
	t.Version = 0
	if err := CheckTemplateName(journey.NameOf(t)); err != nil {
		return t, err
	}
	for _, f := range draftFields(&t) {
		*f.text = strings.ReplaceAll(strings.ReplaceAll(*f.text, "\r\n", "\n"), "\r", "\n")
		switch {
		case f.channel != "" && f.channel != t.Channel:
			*f.text = "" // the channel would silently drop it
		case len(*f.text) > maxTemplateField:
			return t, fault.New(fault.Unprocessable, "the text is larger than %d KB", maxTemplateField>>10).In(f.name).Try("shorten it")
		case !utf8.ValidString(*f.text) || strings.ContainsRune(*f.text, 0):
			return t, fault.New(fault.Unprocessable, "the text is not valid UTF-8, or holds a NUL").In(f.name).Try("write it again")
		}
	}
	if t.Channel != event.Email {
		t.Blocks, t.Style = nil, message.Style{}
	}
	if len(t.Blocks) > 0 {
		t.Body, t.Text = "", "" // made of the blocks for every rendering
	}
	if b, err := json.Marshal(t.Blocks); err != nil || len(b) > maxTemplateField {
		return t, fault.New(fault.Unprocessable, "the blocks are larger than %d KB", maxTemplateField>>10).In("blocks").Try("take some out")
	}
	return t, nil
}

// draftField is one text of a template, with the one channel that has it, "" for all.
type draftField struct {
	name    string
	text    *string
	channel event.Channel
}

func draftFields(t *message.Template) []draftField {
	return []draftField{
		{"subject", &t.Subject, event.Email}, {"preheader", &t.Preheader, event.Email}, {"body", &t.Body, ""}, {"text", &t.Text, event.Email},
		{"title", &t.Title, event.Messenger}, {"image", &t.Image, event.Messenger}, {"button", &t.Button, event.Messenger},
	}
}

// CheckTemplateName says what is wrong with a template's name, nil for nothing.
func CheckTemplateName(n journey.TemplateName) error {
	if err := persona.CheckKey(n.Key); err != nil {
		return err.In("key")
	}
	switch n.Channel {
	case event.Email, event.SMS, event.Messenger:
	default:
		return fault.New(fault.Unprocessable, "there is no channel %q", string(n.Channel)).In("channel").Try("use email, sms or messenger")
	}
	if !message.IsLocale(n.Locale) {
		return fault.New(fault.Unprocessable, "this is no locale").In("locale").
			Try("write a language, with a region if it matters, such as en or fr-CA")
	}
	return nil
}
