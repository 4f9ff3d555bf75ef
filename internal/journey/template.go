package journey

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// TemplateName says which template is meant: one text of a key, for one channel
// and locale.
type TemplateName struct {
	Key     string        `json:"key"`
	Channel event.Channel `json:"channel"`
	Locale  string        `json:"locale"`
}

// NameOf gives a template's name.
func NameOf(t message.Template) TemplateName {
	return TemplateName{Key: t.Key, Channel: t.Channel, Locale: t.Locale}
}

// Of gives a template of this name, whatever it was called before.
func (n TemplateName) Of(t message.Template) message.Template {
	t.Key, t.Channel, t.Locale = n.Key, n.Channel, n.Locale
	return t
}

// String writes the name as one path: "cart-reminder/email/en".
func (n TemplateName) String() string { return n.Key + "/" + string(n.Channel) + "/" + n.Locale }

// Author is who saved or published something.
type Author struct {
	// Kind is "user", "key" or "command", as the audit log has it; "" where it was not noted.
	Kind string `json:"kind,omitempty"`
	// ID is the user's or the key's.
	ID string `json:"id,omitempty"`
	// Name is looked up when it is read: the address of a user who still exists, a
	// key's name. It is not stored.
	Name string `json:"name,omitempty"`
}

// Draft is a template that is being worked on. Nothing is sent from it.
type Draft struct {
	// Template is the text; its Version is 0.
	Template message.Template
	// Revision changes with every save. Who saves names the one they saw.
	Revision string
	// Base is the live version it was begun from, 0 for a template never published.
	Base    int
	SavedAt time.Time
	Author  Author
}

// TemplateVersion is one publication of a template.
type TemplateVersion struct {
	Template message.Template
	// Live is true for the one that messages are made of.
	Live        bool
	PublishedAt time.Time
	Author      Author
	// Note is what the publisher said about it; may be empty.
	Note string
}

// TemplateState is one template as its editor sees it.
type TemplateState struct {
	Name TemplateName
	// Live is what messages are made of; its Version is 0 where nothing is live.
	Live message.Template
	// Draft is what is worked on; its Revision is "" where there is none.
	Draft Draft
	// Last is the newest publication, live or not; its Version is 0 where there never was one.
	Last message.Template
}

// Retired reports whether it was published and nothing of it is live any more.
func (s TemplateState) Retired() bool { return s.Last.Version > 0 && s.Live.Version == 0 }

// Published reports whether something is live.
func (s TemplateState) Published() bool { return s.Live.Version > 0 }

// Drafted reports whether there is a draft.
func (s TemplateState) Drafted() bool { return s.Draft.Revision != "" }

// Exists reports whether there is anything of this name.
func (s TemplateState) Exists() bool { return s.Published() || s.Drafted() || s.Retired() }

// Current is the text an editor begins with: the draft, or else what is live, or was last.
func (s TemplateState) Current() message.Template {
	switch {
	case s.Drafted():
		return s.Draft.Template
	case s.Retired():
		return s.Last
	}
	return s.Live
}

// TemplateBoard is everything a shop writes with.
type TemplateBoard struct {
	// Live are the published templates by key, channel and locale; Drafts those
	// being worked on, in the same order.
	Live   []message.Template
	Drafts []Draft
	// Retired are the last publications of texts of which none is live.
	Retired []message.Template
	// Sequences are the live ones: they say what a key is for.
	Sequences []sequence.Sequence
}

// TemplateFinding is something that stands in the way of publishing, or should be known before.
type TemplateFinding struct {
	message.Problem
	// Stops is true where publishing is refused until it is mended; else it is advice.
	Stops bool `json:"stops"`
}

// Proof is a template rendered for somebody to look at.
type Proof struct {
	// Template is what was rendered.
	Template message.Template
	// Rendered holds link placeholders; empty where there are problems.
	Rendered message.Rendered
	// Problems are what kept it from being rendered.
	Problems []message.Problem
	// With says what it was rendered with, in words: "an ordinary cart".
	With string
}

// TestReport is what became of a test message.
type TestReport struct {
	// Outcome is the provider's: "accepted", "rejected", "misconfigured", …
	Outcome string `json:"outcome"`
	// Sandbox is true where the channel has no keys, so that nothing left.
	Sandbox bool `json:"sandbox"`
	// Code and Reason are the provider's, where it refused.
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// SameTemplate reports whether two templates say the same, whichever their versions.
func SameTemplate(a, b message.Template) bool {
	a.Version, b.Version = 0, 0
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// ImportPlan is what a file of templates would change.
type ImportPlan struct {
	// Changes are the templates that would get a new version, in the file's order.
	Changes []PlannedChange
	// Same counts those that say what is live already.
	Same int
	// Others names what else the file holds, "" for nothing.
	Others string
}

// PlannedChange is one template that would get a new version.
type PlannedChange struct {
	Name TemplateName
	// New is true where nothing was live; Becomes is the version it would be.
	New     bool
	Becomes int
	// Drafted is true where somebody works on it. Their draft stays.
	Drafted bool
}
