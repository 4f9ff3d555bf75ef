package playbook

import (
	"github.com/cartograph-dev/cartograph/internal/duration"

	"fmt"

	"github.com/goccy/go-yaml/ast"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// Parse reads a file. Every fault is found in one go: the error is then
// Errors, and the book is not to be used. The name is used in messages only.
// References between the parts are for Book.Check.
func Parse(data []byte, filename string) (Book, error) {
	rules, err := persona.NewRules()
	if err != nil {
		return Book{}, err
	}
	docs, problems := documents(data, filename)
	r := &reader{source: source{file: filename, places: map[string]place{}}, found: problems, bad: map[string]bool{}}
	r.places[""] = place{1, 1}
	var b Book
	for _, doc := range docs {
		r.document(&b, doc.Body)
	}
	r.validate(b, rules)
	if err := r.found.sorted().Err(); err != nil {
		return Book{}, err
	}
	b.source = &r.source
	return b, nil
}

// document reads one YAML document; a file may hold several, which add up.
func (r *reader) document(b *Book, body ast.Node) {
	if body = r.bare("", body); body == nil {
		return
	}
	parts := r.fields("", body, "personas", "sequences", "templates")
	b.Personas = section(r, b.Personas, parts, "personas", r.persona)
	b.Sequences = section(r, b.Sequences, parts, "sequences", r.sequence)
	b.Templates = section(r, b.Templates, parts, "templates", r.template)
}

// section reads a list of one kind and appends it to those of earlier documents.
func section[T any](r *reader, before []T, parts map[string]ast.Node, name string, read func(string, ast.Node) T) []T {
	for _, n := range r.entries(name, parts[name]) {
		here := fmt.Sprintf("%s[%d]", name, len(before))
		r.stand(here, n)
		before = append(before, read(here, r.bare(here, n)))
	}
	return before
}

func (r *reader) persona(at string, n ast.Node) persona.Persona {
	f := r.fields(at, n, "key", "name", "portrait", "goals", "pains", "objections", "likes", "rule")
	return persona.Persona{
		Key:        r.text(at+".key", f["key"]),
		Name:       r.text(at+".name", f["name"]),
		Portrait:   r.text(at+".portrait", f["portrait"]),
		Goals:      r.texts(at+".goals", f["goals"]),
		Pains:      r.texts(at+".pains", f["pains"]),
		Objections: r.texts(at+".objections", f["objections"]),
		Likes:      r.channels(at+".likes", f["likes"]),
		Rule:       r.text(at+".rule", f["rule"]),
	}
}

func (r *reader) sequence(at string, n ast.Node) sequence.Sequence {
	f := r.fields(at, n, "key", "stage", "trigger", "persona", "steps")
	s := sequence.Sequence{
		Key:     r.text(at+".key", f["key"]),
		Stage:   sequence.Stage(r.text(at+".stage", f["stage"])),
		Trigger: sequence.Trigger(r.text(at+".trigger", f["trigger"])),
		Persona: r.text(at+".persona", f["persona"]),
	}
	if s.Stage == "" {
		s.Stage = stageOf(s.Trigger)
	}
	for i, step := range r.entries(at+".steps", f["steps"]) {
		here := fmt.Sprintf("%s.steps[%d]", at, i)
		r.stand(here, step)
		s.Steps = append(s.Steps, r.step(here, r.bare(here, step)))
	}
	return s
}

// stageOf is the stage of a sequence that names none.
func stageOf(t sequence.Trigger) sequence.Stage {
	if t == sequence.OrderPlaced {
		return sequence.Retention
	}
	return sequence.Purchase
}

func (r *reader) step(at string, n ast.Node) sequence.Step {
	f := r.fields(at, n, "after", "channels", "template", "when", "max_late", "paused", "offer")
	return sequence.Step{
		After:    r.duration(at+".after", f["after"], "give at least 1s: it counts from the cart's last activity"),
		Channels: r.channels(at+".channels", f["channels"]),
		Template: r.text(at+".template", f["template"]),
		When:     r.text(at+".when", f["when"]),
		MaxLate: r.duration(at+".max_late", f["max_late"],
			"give at least 1s, or leave it out for "+duration.Format(sequence.DefaultMaxLate)),
		Paused: r.yes(at+".paused", f["paused"]),
		Offer:  r.offer(at+".offer", f["offer"]),
	}
}

// offer reads a step's offer; nil where there is none.
func (r *reader) offer(at string, n ast.Node) *sequence.Offer {
	if n = r.bare(at, n); n == nil {
		return nil
	}
	f := r.fields(at, n, "code", "codes", "value", "valid_for")
	return &sequence.Offer{
		Code:     r.text(at+".code", f["code"]),
		Codes:    r.text(at+".codes", f["codes"]),
		Value:    r.text(at+".value", f["value"]),
		ValidFor: r.duration(at+".valid_for", f["valid_for"], "give at least 1h: the platform has to take the code for as long"),
	}
}

func (r *reader) template(at string, n ast.Node) message.Template {
	f := r.fields(at, n, "key", "channel", "locale", "subject", "preheader", "body", "text", "title", "image", "button", "blocks", "style")
	t := message.Template{
		Key:       r.text(at+".key", f["key"]),
		Channel:   event.Channel(r.text(at+".channel", f["channel"])),
		Locale:    r.text(at+".locale", f["locale"]),
		Subject:   r.text(at+".subject", f["subject"]),
		Preheader: r.text(at+".preheader", f["preheader"]),
		Body:      r.text(at+".body", f["body"]),
		Text:      r.text(at+".text", f["text"]),
		Title:     r.text(at+".title", f["title"]),
		Image:     r.text(at+".image", f["image"]),
		Button:    r.text(at+".button", f["button"]),
		Blocks:    r.blocks(at+".blocks", f["blocks"]),
		Style:     r.style(at+".style", f["style"]),
	}
	if t.Locale == "" {
		t.Locale = "en"
	}
	if t.Body == "" && t.Channel != event.Email {
		// SMS and Messenger have text and nothing else; either name may be used.
		t.Body, t.Text = t.Text, ""
	}
	return t
}

func (r *reader) channels(path string, n ast.Node) []event.Channel {
	var out []event.Channel
	for _, c := range r.texts(path, n) {
		out = append(out, event.Channel(c))
	}
	return out
}
