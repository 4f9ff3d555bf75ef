package api

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Key is one way to recognize a person.
type Key struct {
	// Kind says what sort of key it is.
	Kind  event.KeyKind `json:"kind" enum:"customer,email,phone,messenger,anonymous"`
	Value string        `json:"value"`
}

// Shopper is one person in the shop; the newest saying of each trait.
type Shopper struct {
	// ID is ours.
	ID        string   `json:"id"`
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Email     string   `json:"email,omitempty"`
	Phone     string   `json:"phone,omitempty" doc:"E.164"`
	Messenger string   `json:"messenger,omitempty" doc:"Page-scoped id"`
	Country   string   `json:"country,omitempty"`
	Region    string   `json:"region,omitempty"`
	Locale    string   `json:"locale,omitempty"`
	TimeZone  string   `json:"timezone,omitempty"`
	Device    string   `json:"device,omitempty"`
	Tags      []string `json:"tags" nullable:"false"`
	Keys      []Key    `json:"keys" nullable:"false" doc:"Everything they are recognized by"`
	// Orders, Spent and Visits are their history in this shop.
	Orders    int       `json:"orders" doc:"Purchases that were not cancelled"`
	Spent     []Money   `json:"spent" nullable:"false" doc:"Their sum less refunds, one amount per currency"`
	Visits    int       `json:"visits" doc:"Days with activity"`
	FirstSeen time.Time `json:"first_seen,omitzero"`
	LastSeen  time.Time `json:"last_seen,omitzero"`
}

func viewShopper(s shopper.Shopper, h shopper.History) Shopper {
	t := s.Traits
	tags := []string{}
	if t.Tags.Value != "" {
		tags = strings.Split(t.Tags.Value, ",")
	}
	return Shopper{
		ID: s.ID, FirstName: t.FirstName.Value, LastName: t.LastName.Value, Email: t.Email.Value, Phone: t.Phone.Value,
		Messenger: t.Messenger.Value, Country: t.Country.Value, Region: t.Region.Value, Locale: t.Locale.Value,
		TimeZone: t.TimeZone.Value, Device: t.Device.Value, Tags: tags,
		Keys:   each(s.Keys, func(k event.Key) Key { return Key(k) }),
		Orders: h.Orders, Spent: each(h.Spent, func(m money.Money) Money { return viewMoney(m) }), Visits: h.Visits,
		FirstSeen: s.FirstSeen.UTC(), LastSeen: s.LastSeen.UTC(),
	}
}

// Message is one rendered text with what became of it.
type Message struct {
	// ID is ours.
	ID              string        `json:"id"`
	EnrollmentID    string        `json:"enrollment_id,omitempty"`
	CartID          string        `json:"cart_id"`
	ShopperID       string        `json:"shopper_id,omitempty"`
	Step            int           `json:"step" doc:"The step from 0"`
	Channel         event.Channel `json:"channel" enum:"email,sms,messenger"`
	To              string        `json:"to" doc:"The address"`
	Template        string        `json:"template"`
	TemplateVersion int           `json:"template_version"`
	Locale          string        `json:"locale"`
	Rendered        Rendered      `json:"rendered"`
	// State and what follows are the delivery's.
	State       delivery.State `json:"state" enum:"reserved,sending,accepted,delivered,bounced,failed,unknown,rejected,cancelled,complained"`
	ProviderID  string         `json:"provider_id,omitempty"`
	Code        string         `json:"code,omitempty" doc:"The provider's error code"`
	Reason      string         `json:"reason,omitempty"`
	Attempts    int            `json:"attempts" doc:"Provider calls so far"`
	Sandbox     bool           `json:"sandbox" doc:"True when it went to the sandbox outbox and to nobody"`
	StepDueAt   time.Time      `json:"step_due_at,omitzero"`
	ReservedAt  time.Time      `json:"reserved_at,omitzero"`
	SentAt      time.Time      `json:"sent_at,omitzero"`
	DeliveredAt time.Time      `json:"delivered_at,omitzero"`
}

// Rendered is a message's text. Placeholders stand for the secret links.
type Rendered struct {
	// Subject, HTML and Text are an email's; SMS and Messenger have a text.
	Subject string `json:"subject,omitempty"`
	HTML    string `json:"html,omitempty"`
	Text    string `json:"text,omitempty"`
	// Title, image and button make a Messenger card.
	Title       string `json:"title,omitempty"`
	ImageURL    string `json:"image_url,omitempty"`
	ButtonTitle string `json:"button_title,omitempty"`
	ButtonURL   string `json:"button_url,omitempty"`
	// Segments and Encoding are an SMS's.
	Segments int    `json:"segments,omitempty"`
	Encoding string `json:"encoding,omitempty" doc:"gsm-7 or ucs-2"`
}

func viewMessage(m message.Message) Message {
	return Message{
		ID: m.ID, EnrollmentID: m.EnrollmentID, CartID: m.CartID, ShopperID: m.ShopperID, Step: m.Step,
		Channel: m.Channel, To: m.To, Template: m.Template, TemplateVersion: m.TemplateVersion, Locale: m.Locale,
		Rendered: Rendered(m.Rendered), State: m.State, ProviderID: m.ProviderID, Code: m.Code, Reason: m.Reason,
		Attempts: m.Attempts, Sandbox: m.Sandbox, StepDueAt: m.StepDueAt.UTC(), ReservedAt: m.ReservedAt.UTC(),
		SentAt: m.SentAt.UTC(), DeliveredAt: m.DeliveredAt.UTC(),
	}
}
