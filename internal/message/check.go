package message

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Check tells whether a template may be saved: it is complete for its channel,
// holds nothing the sandbox refuses, names only what exists, and renders for
// carts and shoppers of every awkward kind. The error is as Render's.
func (r *Renderer) Check(t Template) error {
	if err := complete(t); err != nil {
		return err
	}
	for _, e := range []*engine{r.html, r.text} {
		if e.broken != nil {
			return e.broken
		}
	}
	t, err := t.Compiled()
	if err != nil {
		return err
	}
	if err := r.checkFields(t); err != nil {
		return err
	}
	for _, s := range Samples(first(t.Locale, "en")) {
		if _, err := r.Render(context.Background(), t, s.Input); err != nil {
			return about(err, s.About)
		}
	}
	return nil
}

// complete checks the fields a channel needs.
func complete(t Template) error {
	switch t.Channel {
	case event.Email, event.SMS, event.Messenger:
	default:
		return fault.New(fault.Unprocessable, "there is no channel %q", t.Channel).In("channel").Try("use email, sms or messenger")
	}
	if len(t.Blocks) > 0 && t.Channel != event.Email {
		return fault.New(fault.Unprocessable, "only emails are made of blocks").In("blocks").Try("write the text into the body")
	}
	if strings.TrimSpace(t.Body) == "" && len(t.Blocks) == 0 {
		return inField(refuse(0, "write what the message says", "the body is missing"), "body")
	}
	if t.Channel == event.Email && strings.TrimSpace(t.Subject) == "" {
		return inField(refuse(0, "write a subject", "the subject is missing"), "subject")
	}
	return nil
}

// checkFields compiles every field, also those that the channel does not use:
// a mistake there would show when the template is copied.
func (r *Renderer) checkFields(t Template) error {
	for _, f := range r.sources(t) {
		if f.src == "" {
			continue
		}
		if _, err := r.compiled(f.e, f.src); err != nil {
			return inField(err, f.field)
		}
	}
	return nil
}

// about adds to an error which sample it happened with.
func about(err error, sample string) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	named := *e
	named.Message = fmt.Sprintf("%s (with %s)", e.Message, sample)
	return &named
}
