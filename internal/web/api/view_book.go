package api

import (
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// Persona is a kind of shopper.
type Persona struct {
	// Key names it in sequences.
	Key        string          `json:"key"`
	Name       string          `json:"name"`
	Portrait   string          `json:"portrait,omitempty"`
	Goals      []string        `json:"goals,omitempty" nullable:"false"`
	Pains      []string        `json:"pains,omitempty" nullable:"false"`
	Objections []string        `json:"objections,omitempty" nullable:"false"`
	Likes      []event.Channel `json:"likes,omitempty" nullable:"false" doc:"The channels they like"`
	Rule       string          `json:"rule,omitempty" doc:"CEL over shopper and cart; the last persona has none and catches all"`
}

func viewPersona(p persona.Persona) Persona { return Persona(p) }

// Sequence is what is written to whom and when.
type Sequence struct {
	// Key names it.
	Key     string           `json:"key"`
	Version int              `json:"version,omitempty" doc:"Counts publications; absent in a playbook"`
	Stage   sequence.Stage   `json:"stage" enum:"awareness,consideration,purchase,retention,advocacy"`
	Trigger sequence.Trigger `json:"trigger" enum:"cart_abandoned,checkout_abandoned,payment_failed,order_placed"`
	Persona string           `json:"persona,omitempty" doc:"Whom it is for; absent: everyone without one of their own"`
	Steps   []Step           `json:"steps" nullable:"false"`
}

// Step is one message to be.
type Step struct {
	// After counts from the cart's last activity.
	After    string          `json:"after" doc:"Time after the cart's last activity" example:"1h"`
	Channels []event.Channel `json:"channels" nullable:"false" doc:"In order of preference; the first allowed one is used"`
	Template string          `json:"template"`
	When     string          `json:"when,omitempty" doc:"CEL condition over shopper and cart"`
	MaxLate  string          `json:"max_late,omitempty" doc:"How late it may still be sent" example:"6h"`
	Paused   bool            `json:"paused,omitempty" doc:"Skipped when it comes due"`
	Offer    *Offer          `json:"offer,omitempty" doc:"What its message promises; absent: nothing"`
}

// Offer is what a step's message promises beside its words.
type Offer struct {
	// Code and Codes exclude each other.
	Code     string `json:"code,omitempty" doc:"One code for everybody; this or codes" example:"COMEBACK10"`
	Codes    string `json:"codes,omitempty" doc:"The key of a stock of codes that are good once; this or code"`
	Value    string `json:"value" doc:"What it is worth, as messages show it" example:"10 %"`
	ValidFor string `json:"valid_for" doc:"How long it is good from when it is made, at least 1h; set the same at your platform" example:"48h"`
}

func viewSequence(s sequence.Sequence) Sequence {
	return Sequence{
		Key: s.Key, Version: s.Version, Stage: s.Stage, Trigger: s.Trigger, Persona: s.Persona,
		Steps: each(s.Steps, viewStep),
	}
}

func viewStep(s sequence.Step) Step {
	v := Step{
		After: duration.Format(s.After), Template: s.Template, When: s.When, Paused: s.Paused,
		Channels: append([]event.Channel{}, s.Channels...),
	}
	if s.MaxLate > 0 {
		v.MaxLate = duration.Format(s.MaxLate)
	}
	if o := s.Offer; o != nil {
		v.Offer = &Offer{Code: o.Code, Codes: o.Codes, Value: o.Value, ValidFor: duration.Format(o.ValidFor)}
	}
	return v
}

// Template is one text for one channel and locale, in Liquid.
type Template struct {
	// Key names it in sequences.
	Key     string        `json:"key"`
	Channel event.Channel `json:"channel" enum:"email,sms,messenger"`
	Locale  string        `json:"locale"`
	Version int           `json:"version,omitempty" doc:"Counts publications; absent in a playbook"`
	// Subject, Preheader and Text belong to email.
	Subject   string `json:"subject,omitempty"`
	Preheader string `json:"preheader,omitempty"`
	Body      string `json:"body" doc:"Empty where an email is made of blocks"`
	Text      string `json:"text,omitempty" doc:"The plain-text part; absent: made from the body"`
	// Title, Image and Button belong to Messenger.
	Title  string `json:"title,omitempty"`
	Image  string `json:"image,omitempty"`
	Button string `json:"button,omitempty"`
	// Blocks and Style make an email without HTML.
	Blocks []Block `json:"blocks,omitempty" doc:"An email without HTML: body and text are made of these"`
	Style  *Style  `json:"style,omitempty" doc:"How the blocks look"`
}

// Block is one piece of an email; which fields a kind has is in docs/templates.md.
type Block struct {
	Kind     string `json:"kind" doc:"heading, text, button, image, columns, quote, items, total, coupon, divider, spacer, links, signature or note"`
	Text     string `json:"text,omitempty"`
	Label    string `json:"label,omitempty"`
	Link     string `json:"link,omitempty"`
	Image    string `json:"image,omitempty"`
	Alt      string `json:"alt,omitempty"`
	By       string `json:"by,omitempty"`
	Most     int    `json:"most,omitempty" doc:"Lines of the cart that are listed; absent: 6"`
	Pictures string `json:"pictures,omitempty"`
	Size     string `json:"size,omitempty"`
	Align    string `json:"align,omitempty"`
	Emphasis string `json:"emphasis,omitempty"`
	When     string `json:"when,omitempty" doc:"The only case in which it is shown; absent: always"`
}

// Style is how blocks look.
type Style struct {
	Brand   string `json:"brand,omitempty" doc:"Of buttons and links, #rrggbb"`
	Ink     string `json:"ink,omitempty" doc:"Of the text, #rrggbb"`
	Font    string `json:"font,omitempty"`
	Width   int    `json:"width,omitempty" doc:"In pixels; absent: 600"`
	Corners string `json:"corners,omitempty"`
}

func viewTemplate(t message.Template) Template {
	v := Template{
		Key: t.Key, Channel: t.Channel, Locale: t.Locale, Version: t.Version, Subject: t.Subject,
		Preheader: t.Preheader, Body: t.Body, Text: t.Text, Title: t.Title, Image: t.Image, Button: t.Button,
	}
	for _, b := range t.Blocks {
		v.Blocks = append(v.Blocks, Block(b))
	}
	if t.Style != (message.Style{}) {
		style := Style(t.Style)
		v.Style = &style
	}
	return v
}

// Playbook is everything a merchant edits, in the form that PUT takes back.
type Playbook struct {
	// Personas are in routing order.
	Personas  []Persona  `json:"personas" nullable:"false" doc:"In routing order: the first whose rule matches wins"`
	Sequences []Sequence `json:"sequences" nullable:"false"`
	Templates []Template `json:"templates" nullable:"false"`
}
