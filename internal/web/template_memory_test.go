package web_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// --- web.TemplateDesk: templates are told apart by shop and name, and rendered for real.

var renderer = message.NewRenderer(nil)

// retiredName is a text that is out of use.
var retiredName = journey.TemplateName{Key: "old-hello", Channel: event.Email, Locale: "en"}

var reminderName = journey.TemplateName{Key: "cart-reminder", Channel: event.Email, Locale: "en"}

func (m *memory) TemplateBoard(_ context.Context, shopID string) (journey.TemplateBoard, error) {
	b := journey.TemplateBoard{Sequences: m.sequences}
	for _, n := range m.templateNames(shopID) {
		s, _ := m.templateState(shopID, n)
		if s.Published() {
			b.Live = append(b.Live, s.Live)
		}
		if s.Retired() {
			b.Retired = append(b.Retired, s.Last)
		}
		if s.Drafted() {
			b.Drafts = append(b.Drafts, s.Draft)
		}
	}
	return b, nil
}

func (m *memory) templateNames(shopID string) (out []journey.TemplateName) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for n := range m.desk[shopID] {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b journey.TemplateName) int { return strings.Compare(a.String(), b.String()) })
	return out
}

func (m *memory) templateState(shopID string, n journey.TemplateName) (journey.TemplateState, []journey.TemplateVersion) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.desk[shopID][n]
	s := journey.TemplateState{Name: n, Draft: t.draft}
	if len(t.versions) > 0 {
		s.Last = t.versions[0].Template
	}
	if !t.retired {
		s.Live = s.Last
	}
	return s, t.versions
}

func (m *memory) TemplateState(_ context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error) {
	s, _ := m.templateState(shopID, n)
	return s, nil
}

func (m *memory) TemplateVersions(_ context.Context, shopID string, n journey.TemplateName, before int) ([]journey.TemplateVersion, int, error) {
	_, all := m.templateState(shopID, n)
	return slices.DeleteFunc(slices.Clone(all), func(v journey.TemplateVersion) bool { return before > 0 && v.Template.Version >= before }), 0, nil
}

func (m *memory) TemplateVersion(_ context.Context, shopID string, n journey.TemplateName, version int) (journey.TemplateVersion, error) {
	_, all := m.templateState(shopID, n)
	for _, v := range all {
		if v.Template.Version == version {
			return v, nil
		}
	}
	return journey.TemplateVersion{}, gone("version")
}

func (m *memory) ProveTemplate(ctx context.Context, shopID string, t message.Template, with string) (journey.Proof, error) {
	in := message.Sample(t.Locale)
	if id, ok := strings.CutPrefix(with, "cart:"); ok {
		d, err := m.Cart(ctx, shopID, id)
		if err != nil {
			return journey.Proof{}, err
		}
		in.Cart, in.Shopper = d.Cart, d.Shopper
	}
	p := journey.Proof{Template: t, With: with}
	var err error
	p.Rendered, p.Problems, err = renderer.Try(ctx, t, in)
	return p, err
}

func (m *memory) CheckTemplate(_ context.Context, _ string, t message.Template) (out []journey.TemplateFinding, err error) {
	for _, p := range renderer.Problems(t) {
		out = append(out, journey.TemplateFinding{Problem: p, Stops: true})
	}
	return out, nil
}

func (m *memory) SaveTemplateDraft(_ context.Context, shopID string, t message.Template, seen string) (journey.Draft, error) {
	if !message.IsLocale(t.Locale) {
		return journey.Draft{}, fault.New(fault.Unprocessable, "this is no locale").In("locale").Try("write a language")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.desk[shopID][journey.NameOf(t)]
	if was.draft.Revision != seen {
		return journey.Draft{}, fault.New(fault.Conflict, "somebody else changed this draft meanwhile").Try("look at what they wrote")
	}
	was.draft = journey.Draft{Template: t, Revision: fmt.Sprintf("r%d", len(m.writes)+1), SavedAt: noon, Author: journey.Author{Kind: "user", Name: "ed@example.com"}}
	m.keepTemplate(shopID, journey.NameOf(t), was)
	m.writes = append(m.writes, "draft "+shopID+" "+journey.NameOf(t).String())
	return was.draft, nil
}

// desked is a template with its past.
type desked struct {
	draft    journey.Draft
	retired  bool
	versions []journey.TemplateVersion // newest first
}

func (m *memory) keepTemplate(shopID string, n journey.TemplateName, t desked) {
	if m.desk == nil {
		m.desk = map[string]map[journey.TemplateName]desked{}
	}
	if m.desk[shopID] == nil {
		m.desk[shopID] = map[journey.TemplateName]desked{}
	}
	m.desk[shopID][n] = t
}

func (m *memory) DiscardTemplateDraft(_ context.Context, shopID string, n journey.TemplateName, seen string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.desk[shopID][n]
	if was.draft.Revision != seen || seen == "" {
		return fault.New(fault.Conflict, "somebody else changed this draft meanwhile")
	}
	was.draft = journey.Draft{}
	m.keepTemplate(shopID, n, was)
	m.writes = append(m.writes, "discard "+shopID+" "+n.String())
	return nil
}

func (m *memory) RestoreTemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int, seen string) (journey.Draft, error) {
	v, err := m.TemplateVersion(ctx, shopID, n, version)
	if err != nil {
		return journey.Draft{}, err
	}
	return m.SaveTemplateDraft(ctx, shopID, v.Template, seen)
}

func (m *memory) PublishTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen, note string) (int, []journey.TemplateFinding, error) {
	s, _ := m.templateState(shopID, n)
	if !s.Drafted() {
		return 0, nil, gone("draft")
	}
	found, err := m.CheckTemplate(ctx, shopID, s.Draft.Template)
	if err == nil && len(found) > 0 {
		err = fault.New(fault.Unprocessable, "the template was not published").In(found[0].Field).Try("mend it")
	}
	if err != nil {
		return 0, found, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was := m.desk[shopID][n]
	v := journey.TemplateVersion{Template: s.Draft.Template, Live: true, PublishedAt: noon, Note: note, Author: s.Draft.Author}
	v.Template.Version = len(was.versions) + 1
	was.versions, was.draft = slices.Concat([]journey.TemplateVersion{v}, was.versions), journey.Draft{}
	m.keepTemplate(shopID, n, was)
	m.writes = append(m.writes, "publish "+shopID+" "+n.String())
	return v.Template.Version, nil, nil
}

// SendTemplateTest accepts all but what it is told to refuse.
func (m *memory) SendTemplateTest(_ context.Context, shopID string, t message.Template, with, to string) (journey.TestReport, error) {
	m.note("test " + shopID + " " + journey.NameOf(t).String() + " to " + to)
	switch {
	case strings.HasPrefix(to, "refused"):
		return journey.TestReport{Outcome: "rejected", Code: "550", Reason: "no such mailbox"}, nil
	case to == "":
		return journey.TestReport{}, fault.New(fault.Unprocessable, "this is no address for a test").In("to").Try("write an email address")
	}
	return journey.TestReport{Outcome: "accepted", Sandbox: slices.ContainsFunc(m.shops, func(s shop.Shop) bool { return s.ID == "s1" })}, nil
}

// templatesOf is the shop s1's templates: two versions of one, and a text of the other shop.
func templatesOf() map[string]map[journey.TemplateName]desked {
	old := reminderName.Of(message.Template{Subject: "Your bag", Body: "<p>Old words</p>", Version: 1})
	live := reminderName.Of(message.Template{Subject: "Your bag", Body: "<p>{{ shop.name }}</p>", Version: 2})
	sms := reminderName
	sms.Channel = event.SMS
	theirs := reminderName.Of(message.Template{Subject: "Mallory writes", Body: "<p>Mallory</p>", Version: 1})
	welcome, thanks := journey.TemplateName{Key: "welcome-back", Channel: event.Email, Locale: "en"}, journey.TemplateName{Key: "thank-you", Channel: event.Email, Locale: "en"}
	return map[string]map[journey.TemplateName]desked{
		"s1": {
			welcome:      {draft: journey.Draft{Template: welcome.Of(message.Template{Subject: "Welcome back", Body: "<p>Good to see you</p>"}), Revision: "r-one", SavedAt: noon}},
			thanks:       {draft: journey.Draft{Template: thanks.Of(message.Template{Subject: "Thank you", Body: "<p>Thanks</p>"}), Revision: "r-two", SavedAt: noon}},
			reminderName: {versions: []journey.TemplateVersion{{Template: live, Live: true, PublishedAt: noon, Note: "shorter"}, {Template: old, PublishedAt: noon}}},
			retiredName:  {retired: true, versions: []journey.TemplateVersion{{Template: retiredName.Of(message.Template{Subject: "Hello of old", Body: "<p>h</p>", Version: 1}), PublishedAt: noon}}},
			sms:          {versions: []journey.TemplateVersion{{Template: sms.Of(message.Template{Body: "{{ shop.name }}: come back", Version: 1}), Live: true, PublishedAt: noon}}},
		},
		"s2": {reminderName: {versions: []journey.TemplateVersion{{Template: theirs, Live: true, PublishedAt: noon}}, draft: journey.Draft{Template: theirs, Revision: "r-mallory"}}},
	}
}

// --- dashboard.TemplateFiles

func (m *memory) ExportTemplates(_ context.Context, shopID string, n journey.TemplateName) ([]byte, error) {
	return []byte("templates: [] # of " + shopID + " " + n.Key), nil
}

func (m *memory) PlanImport(_ context.Context, _ string, file []byte) (journey.ImportPlan, []string, error) {
	if strings.Contains(string(file), "broken") {
		return journey.ImportPlan{}, []string{"file:2:3: there is no field \"broken\""}, nil
	}
	return journey.ImportPlan{Changes: []journey.PlannedChange{{Name: reminderName, Becomes: 3}}, Others: "personas"}, nil, nil
}

func (m *memory) Import(_ context.Context, shopID string, file []byte) ([]string, []string, error) {
	if strings.Contains(string(file), "broken") {
		return nil, []string{"file:2:3: there is no field"}, nil
	}
	m.note("import " + shopID)
	return []string{"template: cart-reminder email en"}, nil, nil
}

func nameOf(key, channel, locale string) journey.TemplateName {
	return journey.TemplateName{Key: key, Channel: event.Channel(channel), Locale: locale}
}
