package playbook

import (
	"errors"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// validate looks at what each part means.
func (r *reader) validate(b Book, rules *persona.Rules) {
	if len(b.Personas) > 0 {
		r.judge(rules.Validate(b.Personas), "")
	}
	keys, served := map[string]int{}, map[string]int{}
	for i, s := range b.Sequences {
		at := fmt.Sprintf("sequences[%d]", i)
		r.judge(sequence.Validate(s, rules.Check), at)
		r.once(keys, s.Key, at+".key", i, "the key %q is already that of sequence %d")
		r.once(served, string(s.Trigger)+" "+s.Persona, at+".persona", i,
			"%q is already served by sequence %d, so this one would never run")
	}
	entries := map[string]int{}
	for i, t := range b.Templates {
		at := fmt.Sprintf("templates[%d]", i)
		r.judge(checkTemplate(t), at)
		r.once(entries, strings.Join([]string{t.Key, string(t.Channel), t.Locale}, " "), at+".key", i,
			"%q (key, channel, locale) is already template %d")
	}
}

// once wants a name only once in a list.
func (r *reader) once(seen map[string]int, name, path string, i int, format string) {
	if j, twice := seen[name]; twice && strings.Trim(name, " ") != "" {
		r.judge(fault.New(fault.Unprocessable, format, clip(name), j+1).Try("take one of them out or change it"), path)
		return
	}
	seen[name] = i
}

// checkTemplate checks a template's form; its Liquid is the renderer's to check.
func checkTemplate(t message.Template) error {
	var errs []error
	if err := persona.CheckKey(t.Key); err != nil {
		errs = append(errs, err.In("key"))
	}
	for _, err := range persona.CheckChannels([]event.Channel{t.Channel}, "channel") {
		errs = append(errs, persona.Locate(err, "channel")...)
	}
	if !message.IsLocale(t.Locale) {
		errs = append(errs, fault.New(fault.Unprocessable, "%q is not a locale", clip(t.Locale)).
			In("locale").Try("write a language, with a region if it matters, such as en or fr-CA"))
	}
	if len(t.Blocks) > 0 {
		errs = append(errs, checkBlocks(t)...)
	} else if strings.TrimSpace(t.Body) == "" {
		errs = append(errs, fault.New(fault.Unprocessable, "the template has no body").
			In("body").Try("write what the shopper will read"))
	}
	return errors.Join(append(errs, checkBelongs(t)...)...)
}

// checkBelongs refuses fields that the channel would silently drop.
func checkBelongs(t message.Template) []error {
	var errs []error
	for _, f := range []struct {
		name, value string
		channel     event.Channel
	}{
		{"subject", t.Subject, event.Email}, {"preheader", t.Preheader, event.Email}, {"text", t.Text, event.Email},
		{"title", t.Title, event.Messenger}, {"image", t.Image, event.Messenger}, {"button", t.Button, event.Messenger},
	} {
		if f.value != "" && t.Channel != f.channel {
			errs = append(errs, fault.New(fault.Unprocessable, "only %s templates have the field %q", f.channel, f.name).
				In(f.name).Try("take it out, or put it into the body"))
		}
	}
	return errs
}

// checkBlocks refuses what would not be used beside blocks, or blocks elsewhere
// than in an email.
func checkBlocks(t message.Template) []error {
	if t.Channel != event.Email {
		return []error{fault.New(fault.Unprocessable, "only email templates have blocks").In("blocks").Try("write the text into the body")}
	}
	var errs []error
	for _, f := range []struct{ name, value string }{{"body", t.Body}, {"text", t.Text}} {
		if f.value != "" {
			errs = append(errs, fault.New(fault.Unprocessable, "the %s is made of the blocks", f.name).
				In(f.name).Try("take it out, or take the blocks out"))
		}
	}
	return errs
}
