package dashboard

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

var reminder = journey.TemplateName{Key: "cart-reminder", Channel: event.Email, Locale: "en"}

// boardFixture has a text on two channels, a draft beside one, and one of which there is a draft alone.
func boardFixture() journey.TemplateBoard {
	sms := reminder
	sms.Channel = event.SMS
	french := reminder
	french.Locale = "fr"
	return journey.TemplateBoard{
		Live: []message.Template{
			reminder.Of(message.Template{Subject: "{{ shopper.first_name | default: 'Hello' }}, your bag", Body: "<p>b</p>", Version: 3}),
			sms.Of(message.Template{Body: "{{ shop.name }}: come back", Version: 1}),
		},
		Drafts: []journey.Draft{
			{Template: reminder.Of(message.Template{Subject: "Newer", Body: "<p>n</p>"}), Revision: "r1", Base: 3, SavedAt: time.Unix(8e8, 0), Author: journey.Author{Kind: "user", Name: "ed@example.com"}},
			{Template: french.Of(message.Template{Subject: "Bonjour", Body: "<p>f</p>"}), Revision: "r2"},
		},
		Sequences: []sequence.Sequence{{Key: "cart-everyone", Steps: []sequence.Step{{After: time.Hour, Channels: []event.Channel{event.Messenger, event.Email}, Template: "cart-reminder"}}}},
	}
}

func templateFixture(f frame) templateView {
	f.Section, f.Role = "templates", access.Editor
	b := boardFixture()
	state := texts(b)[0]
	sms := texts(b)[2]
	found := []journey.TemplateFinding{
		{Problem: message.Problem{Field: "body", Line: 2, Column: 3, Message: "there is no variable", Remedy: "use one"}, Stops: true},
		{Problem: message.Problem{Field: "subject", Message: "long"}},
	}
	return templateView{
		frame: f, Name: reminder, State: state, Text: state.Current(), Revision: "r1", Group: groupsOf(b, []string{"en", "fr"})[0], With: "cart:c",
		Samples: sampleChoices("en", "sample:rtl"), Carts: []choice{{Value: "cart:c", Label: "Ada", Chosen: true}},
		Proofs: []proofView{
			{frame: f, Name: reminder, Own: true, From: "draft", Proof: journey.Proof{Template: state.Current(), Rendered: message.Rendered{Subject: "s", HTML: "<p>", Text: "t"}}},
			{frame: f, Name: sms.Name, From: "live", Proof: journey.Proof{Template: sms.Live, Rendered: message.Rendered{Text: "t", Segments: 2, Encoding: message.EncodingUCS2}}},
			{frame: f, Name: journey.TemplateName{Key: "cart-reminder", Channel: event.Messenger, Locale: "en"}, From: "live", Proof: journey.Proof{Rendered: message.Rendered{Title: "t", Text: "x", ImageURL: "https://shop.example/a.jpg"}}},
			{frame: f, Name: reminder, From: "live", Proof: journey.Proof{Problems: []message.Problem{found[0].Problem}}},
		},
		Findings: found, Asked: true, Theirs: &state.Draft, Did: "x", Trouble: "t", Remedy: "r", Where: "test",
	}
}
