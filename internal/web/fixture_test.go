package web_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// noon is the fixtures' present.
var noon = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)

func eur(minor int64) money.Money { return money.Money{Minor: minor, Currency: "EUR"} }

// full is an installation with two shops, a user of each and of both, and one
// of everything that can happen.
func full() *memory {
	m := &memory{
		shops: []shop.Shop{
			{ID: "s1", Name: "Atelier Nord", Platform: "shopify", Domain: "atelier.example", Currency: "EUR", TimeZone: "Europe/Paris", Locale: "en", Country: "FR"},
			{ID: "s2", Name: "Other Shop", Platform: "generic", Domain: "other.example", Currency: "USD", TimeZone: "UTC", Locale: "en", Country: "US"},
		},
		keys:  map[string]string{"key-one": "s1", "key-two": "s2"},
		users: map[string][]string{"vera": {"s1"}, "ed": {"s1"}, "ada": {"s1"}, "bob": {"s2"}, "eve": {"s1", "s2"}, "nobody": nil},
		roles: map[string]access.Role{"vera": access.Viewer, "ed": access.Editor}, generations: map[string]int{},
		audit: map[string][]access.Entry{
			"s1": {{ID: "a1", ShopID: "s1", At: noon.Add(-time.Hour), Actor: access.Actor{Kind: access.ByUser, ID: "ada"}, ActorName: "ada@example.com",
				Action: access.KeyCreated, Object: "k7", ObjectName: "plugin " + hostile, Detail: map[string]string{"scopes": "read"}}},
			"s2": {{ID: "other-audit", ShopID: "s2", At: noon, Actor: access.Actor{Kind: access.ByCommand}, Action: access.ShopCreated}},
		},
		links: map[string]string{"in-vera": "vera", "in-ed": "ed", "in-ada": "ada", "in-bob": "bob", "in-eve": "eve", "in-nobody": "nobody"},
		carts: map[string][]journey.CartDetail{
			"s1": {abandonedCart(), recoveredCart(), plainCart("c3", cart.Open, "Grace", 4)},
			"s2": {plainCart("other-cart", cart.Open, "Mallory", 2)},
		},
		summary:   map[string]journey.Summary{"s1": summary(), "s2": {}},
		personas:  personas(),
		sequences: []sequence.Sequence{sequenceOf()},
		templates: []message.Template{{Key: "cart-reminder", Channel: event.Email, Locale: "en", Subject: "Your bag", Body: "<p>{{ shop.name }}</p>", Version: 2}},
		orders:    map[string][]cart.Purchase{"s1": {purchase()}},
		recoveries: map[string][]attribution.Recovery{"s1": {{
			ID: "r1", ShopID: "s1", OrderID: "o1", CartID: "c2", MessageID: "m2", TouchID: "t1", Rule: attribution.LastClick,
			Amount: eur(8990), Refunded: eur(1000), OrderedAt: noon.Add(-2 * time.Hour), CreditedAt: noon.Add(-2 * time.Hour),
		}}},
		desk:  templatesOf(),
		held:  map[string][]journey.Quarantined{"s1": quarantined(), "s2": {{ID: "other-event", Platform: "generic", Reason: "theirs"}}},
		pages: map[string]journey.LinkPage{}, whys: map[string]journey.Why{},
	}
	m.messages = map[string][]message.Message{
		"s1": {emailMessage(), smsMessage(), messengerMessage()},
		"s2": {{ID: "other-message", ShopID: "s2", CartID: "other-cart", Channel: event.SMS, State: delivery.Delivered, Rendered: message.Rendered{Text: "hi", Segments: 1}}},
	}
	m.link()
	m.furnish()
	return m
}

// hostile is a product title that would run if it were not escaped.
const hostile = `<script>alert("owned")</script>`

func items() []event.Item {
	return []event.Item{
		{ProductID: "p1", Title: "Wool scarf “Fjord”", Variant: "Blue", Quantity: 1, Price: eur(4990), LineTotal: eur(4990), ImageURL: "https://img.example/scarf.jpg"},
		{ProductID: "p2", Title: hostile, Variant: "L", Quantity: 2, Price: eur(2000), LineTotal: eur(4000), ImageURL: "javascript:alert(2)"},
	}
}

func person() shopper.Shopper {
	return shopper.Shopper{
		ID: "p-ada", ShopID: "s1", Keys: []event.Key{{Kind: event.KeyEmail, Value: "ada@example.com"}},
		Traits: shopper.Traits{
			FirstName: shopper.Said{Value: "Ada", At: 1}, LastName: shopper.Said{Value: "Lovelace", At: 1},
			Email: shopper.Said{Value: "ada@example.com", At: 1}, Phone: shopper.Said{Value: "+33612345678", At: 1},
			Country: shopper.Said{Value: "FR", At: 1}, Locale: shopper.Said{Value: "fr-FR", At: 1},
			Device: shopper.Said{Value: "mobile", At: 1}, Tags: shopper.Said{Value: "vip,newsletter", At: 1},
		},
		FirstSeen: noon.Add(-90 * 24 * time.Hour), LastSeen: noon.Add(-time.Hour),
	}
}

func plainCart(id string, state cart.State, name string, hours int) journey.CartDetail {
	at := noon.Add(-time.Duration(hours) * time.Hour)
	return journey.CartDetail{
		Cart: cart.Cart{
			ID: id, State: state, Platform: "shopify", ShopperID: "p-" + id, StoredAt: at,
			Facts: cart.Facts{
				Contents: cart.Snapshot{Contents: event.Contents{Items: items()[:1], Total: eur(4990)}, At: at.UnixMilli()},
				Links:    []event.Link{{Kind: event.LinkCart, Value: "k-" + id}}, Stage: cart.StageCart,
				StartedAt: at.UnixMilli(), LastActivity: at.UnixMilli(), RestoreURL: shopper.Said{Value: "https://atelier.example/secret-restore", At: 1},
			},
		},
		Shopper: shopper.Shopper{ID: "p-" + id, Traits: shopper.Traits{FirstName: shopper.Said{Value: name, At: 1}}},
	}
}

func decision(id string, step int, outcome journey.Outcome, rule string, at time.Time) *journey.Decision {
	return &journey.Decision{
		ID: id, ShopID: "s1", CartID: "c1", EnrollmentID: "n1", SequenceKey: "cart-value-conscious", SequenceVersion: 1,
		Step: step, Outcome: outcome, Rule: rule, Channel: event.Email, DueAt: at, At: at,
		Inputs: map[string]string{"consent_mode": "opt_in", "late": "2s"},
	}
}

func enrollment() journey.Enrollment {
	return journey.Enrollment{
		ID: "n1", ShopID: "s1", CartID: "c1", ShopperID: "p-ada", SequenceKey: "cart-value-conscious", SequenceVersion: 1,
		Persona: "value-conscious", State: "waiting", Step: 1, DueAt: noon.Add(20 * time.Hour), CreatedAt: noon.Add(-4 * time.Hour),
	}
}

// abandonedCart has every kind of entry but an order.
func abandonedCart() journey.CartDetail {
	d := plainCart("c1", cart.Abandoned, "Ada", 5)
	d.Cart.Facts.Contents.Items, d.Cart.Facts.Contents.Total = items(), eur(8990)
	d.Cart.Facts.Contents.Coupons = []string{"WELCOME"}
	d.Cart.PersonaKey, d.Cart.AbandonedAt = "value-conscious", noon.Add(-4*time.Hour)
	d.Shopper, d.History = person(), shopper.History{Orders: 2, Spent: []money.Money{eur(12000)}, Visits: 7}
	d.Cart.ShopperID = "p-ada"
	n, email := enrollment(), emailMessage()
	d.Enrollments = []journey.Enrollment{n}
	d.Timeline = []journey.Entry{
		{At: noon.Add(-5 * time.Hour), Kind: journey.EntryEvent, Event: &journey.EventRow{ID: "e1", Platform: "shopify", Topic: "checkouts/update", Kind: event.CheckoutUpdated, Status: "folded", OccurredAt: noon.Add(-5 * time.Hour), ReceivedAt: noon.Add(-5 * time.Hour)}},
		{At: noon.Add(-299 * time.Minute), Kind: journey.EntryEvent, Event: &journey.EventRow{ID: "e2", Platform: "shopify", Topic: "carts/update", Kind: event.Unknown, Status: "quarantined", Note: "the price has no currency"}},
		{At: noon.Add(-4 * time.Hour), Kind: journey.EntryEnrolled, Enrolled: &n},
		{At: noon.Add(-230 * time.Minute), Kind: journey.EntryDecision, Decision: decision("d0", 0, journey.Deferred, "quiet_hours", noon.Add(-230*time.Minute))},
		{At: noon.Add(-225 * time.Minute), Kind: journey.EntryDecision, Decision: decision("d1", 0, journey.Sent, "consent.yes", noon.Add(-225*time.Minute))},
		{At: noon.Add(-225 * time.Minute), Kind: journey.EntryMessage, Message: &email},
		{At: noon.Add(-220 * time.Minute), Kind: journey.EntryTouch, Touch: &attribution.Touch{ID: "t0", MessageID: "m1", Channel: event.Email, Kind: attribution.Delivered, At: noon.Add(-220 * time.Minute)}},
		{At: noon.Add(-100 * time.Minute), Kind: journey.EntryTouch, Touch: &attribution.Touch{ID: "t1", MessageID: "m1", Channel: event.Email, Kind: attribution.ClickConfirmed, At: noon.Add(-100 * time.Minute)}},
	}
	return d
}

func recoveredCart() journey.CartDetail {
	d := plainCart("c2", cart.Ordered, "Rosalind", 30)
	d.Cart.OrderID, d.Cart.OrderedBy, d.Cart.OrderedAt, d.Cart.PersonaKey = "o1", "link", noon.Add(-2*time.Hour), "returning-customer"
	p := purchase()
	d.Timeline = []journey.Entry{
		{At: noon.Add(-2 * time.Hour), Kind: journey.EntryOrder, Order: &p},
		{At: noon.Add(-2 * time.Hour), Kind: journey.EntryRecovery, Recovery: &attribution.Recovery{ID: "r1", OrderID: "o1", CartID: "c2", MessageID: "m2", TouchID: "t1", Rule: attribution.LastClick, Amount: eur(8990), Refunded: eur(1000), OrderedAt: noon.Add(-2 * time.Hour)}},
	}
	return d
}

func purchase() cart.Purchase {
	return cart.Purchase{ID: "o1", ShopID: "s1", PlatformID: "9001", Number: "#1042", Status: event.OrderOpen, Total: eur(8990), Refunded: eur(1000), PlacedAt: noon.Add(-2 * time.Hour), StoredAt: noon.Add(-2 * time.Hour), Source: "web", Creditable: true}
}

const mailBody = `<!doctype html><html><body style="margin:0;background:#f4f1ea;font-family:Georgia,serif"><table width="100%" style="max-width:560px;margin:24px auto;background:#fff;padding:32px"><tr><td><h1 style="font-size:26px">Your bag is waiting, Ada</h1><p style="font-size:17px;line-height:1.5">We kept your Wool scarf “Fjord”. It is still in stock, and shipping is free from €50.</p><p style="margin:28px 0"><a href="https://cart.example/r/restore-link-goes-here" style="background:#1c2a2e;color:#fff;padding:14px 24px;text-decoration:none">Back to my bag</a></p><p style="color:#777;font-size:13px">Atelier Nord, 1 rue du Port, Nantes. <a href="#">Unsubscribe</a></p></td></tr></table></body></html>`

func emailMessage() message.Message {
	return message.Message{
		ID: "m1", ShopID: "s1", EnrollmentID: "n1", CartID: "c1", ShopperID: "p-ada", Channel: event.Email, To: "ada@example.com",
		Template: "cart-reminder", TemplateVersion: 2, Locale: "en", State: delivery.Delivered, ProviderID: "sg-1", Attempts: 1, Sandbox: true,
		Rendered:   message.Rendered{Subject: "Ada, your bag is waiting", HTML: mailBody, Text: "Your bag is waiting, Ada.\n\nBack to my bag: …"},
		ReservedAt: noon.Add(-225 * time.Minute), SentAt: noon.Add(-225 * time.Minute), DeliveredAt: noon.Add(-220 * time.Minute), StepDueAt: noon.Add(-226 * time.Minute),
	}
}

func smsMessage() message.Message {
	m := emailMessage()
	m.ID, m.CartID, m.Channel, m.To, m.State, m.Sandbox = "m2", "c2", event.SMS, "+33612345678", delivery.Accepted, false
	m.Rendered = message.Rendered{Text: "Atelier Nord: your scarf is still here, Rosalind. https://cart.example/r/restore-link-goes-here Reply STOP to end", Segments: 1, Encoding: "gsm-7"}
	return m
}

func messengerMessage() message.Message {
	m := emailMessage()
	m.ID, m.CartID, m.Channel, m.To, m.State, m.Code, m.Reason, m.Sandbox = "m3", "c3", event.Messenger, "7001", delivery.Rejected, "10", "the 24-hour window is over", false
	m.Rendered = message.Rendered{Title: "Still thinking it over?", Text: "Your scarf is kept for you.", ImageURL: "https://img.example/scarf.jpg", ButtonTitle: "See my bag", ButtonURL: "https://cart.example/r/restore-link-goes-here"}
	return m
}

func summary() journey.Summary {
	return journey.Summary{
		Carts: map[cart.State]int{cart.Open: 12, cart.Abandoned: 48, cart.Ordered: 131, cart.Emptied: 3}, Recovered: 17,
		Revenue: []journey.Revenue{
			{Rule: attribution.LastClick, Orders: 13, Gross: eur(143200), Refunded: eur(8990), Net: eur(134210)},
			{Rule: attribution.SameCart, Orders: 4, Gross: eur(31900), Refunded: eur(0), Net: eur(31900)},
			{Rule: attribution.SameCart, Orders: 1, Gross: money.Money{Minor: 12800, Currency: "JPY"}, Refunded: money.Money{Currency: "JPY"}, Net: money.Money{Minor: 12800, Currency: "JPY"}},
		},
		Messages: map[string]int{"delivered": 96, "accepted": 4, "bounced": 2, "rejected": 1, "unknown": 1},
		Decisions: []journey.RuleCount{
			{Outcome: journey.Sent, Rule: "consent.yes", Count: 98}, {Outcome: journey.Skipped, Rule: "order.matched.email", Count: 31},
			{Outcome: journey.Deferred, Rule: "quiet_hours", Count: 12}, {Outcome: journey.Skipped, Rule: "suppressed.opted_out", Count: 5},
			{Outcome: journey.Failed, Rule: "template.error", Count: 1},
		},
		Personas: []journey.Reach{
			{Key: "value-conscious", Name: "Katie", Rule: "cart.total < 80.0", Carts: 71, Percent: 41.3}, {Key: "careful-comparer", Name: "Martin", Carts: 40, Percent: 23.2},
			{Key: "returning-customer", Name: "Sofia", Carts: 33, Percent: 19.2}, {Key: "vip-advocate", Name: "Helen", Carts: 9, Percent: 5.2},
			{Key: "first-time-visitor", Name: "Jonas", Carts: 19, Percent: 11.1},
		},
		Lateness: []journey.Lateness{
			{Window: 24 * time.Hour, Since: noon.Add(-24 * time.Hour), Messages: 96, P50: 420 * time.Millisecond, P99: 3 * time.Second},
			{Window: 24 * time.Hour, Since: noon.Add(-24 * time.Hour), Channel: event.Email, Messages: 96, P50: 420 * time.Millisecond, P99: 3 * time.Second},
			{Window: 7 * 24 * time.Hour, Since: noon.Add(-7 * 24 * time.Hour), Messages: journey.MaxLateness, Capped: true, P50: 420 * time.Millisecond, P99: 3 * time.Second},
		},
		Health: []journey.ChannelHealth{
			{Channel: event.Email, State: "closed"},
			{Channel: event.SMS, State: "open", Failures: 12, OpenedAt: noon.Add(-10 * time.Minute), Until: noon.Add(2 * time.Minute), Reason: "HTTP 503"},
		},
		LatenessP50: 420 * time.Millisecond, LatenessP99: 3 * time.Second, Quarantined: 1, SandboxChannels: []event.Channel{event.Email, event.SMS},
	}
}

// quarantined are an event that a replay folds, one that it cannot, and one that is no text.
func quarantined() []journey.Quarantined {
	return []journey.Quarantined{
		{ID: "q3", ReceivedAt: noon.Add(-time.Hour), Platform: "shopify", Topic: "carts/update", Reason: "the price has no currency", Bytes: 52, Alike: 1,
			Headers: map[string]string{"X-Shopify-Topic": "carts/update"}, Body: []byte(`{"email":"ada@example.com","note":"` + hostile + `"}`)},
		{ID: "q2", ReceivedAt: noon.Add(-2 * time.Hour), Platform: "shopify", Topic: "orders/create", Reason: "mended", Bytes: 2, Alike: 1, Body: []byte("{}")},
		{ID: "q1", ReceivedAt: noon.Add(-3 * time.Hour), Platform: "generic", Reason: "not readable", Bytes: 1200, Alike: 7, Body: []byte("\xff\xfe")},
	}
}

func personas() []persona.Persona {
	return []persona.Persona{
		{Key: "value-conscious", Name: "Katie", Portrait: "26, works in marketing, shops on her phone", Goals: []string{"unique pieces"}, Pains: []string{"shipping cost"}, Objections: []string{"high prices"}, Likes: []event.Channel{event.SMS, event.Email}, Rule: "cart.total < 80.0"},
		{Key: "first-time-visitor", Name: "Jonas"},
	}
}

func sequenceOf() sequence.Sequence {
	return sequence.Sequence{Key: "cart-value-conscious", Version: 1, Stage: sequence.Purchase, Trigger: sequence.CartAbandoned, Persona: "value-conscious", Steps: []sequence.Step{
		{After: time.Hour, Channels: []event.Channel{event.Messenger, event.Email}, Template: "cart-reminder", MaxLate: 6 * time.Hour},
		{After: 24 * time.Hour, Channels: []event.Channel{event.Email}, Template: "cart-answers", When: "size(cart.items) > 1"},
	}}
}

// link fills the tokens: one for each thing a link can meet.
func (m *memory) link() {
	p := journey.LinkPage{ShopName: "Atelier Nord", ShopDomain: "atelier.example", Locale: "en", SupportEmail: "hello@atelier.example", Channel: event.Email, Address: "a•••@example.com", Items: items(), Total: eur(8990)}
	m.pages["good"], m.pages["hostile"] = p, p
	ordered, expired, empty, stopped := p, p, p, p
	ordered.Ordered, expired.Expired, empty.Empty, stopped.Unsubscribed = true, true, true, true
	m.pages["ordered"], m.pages["expired"], m.pages["empty"], m.pages["stopped"] = ordered, expired, empty, stopped
	m.pages["bare"] = journey.LinkPage{}
	m.choices = map[string][]journey.Choice{
		"good": {
			{Channel: event.Email, Address: "a•••@example.com", Answer: event.Yes}, {Channel: event.SMS, Address: "••• 78"},
			{Channel: event.Messenger, Address: "••• 21", Stopped: "blocked"},
		},
		"stopped": {
			{Channel: event.Email, Address: "a•••@example.com", Answer: event.No, Stopped: "opted_out", MayAllow: true},
			{Channel: event.SMS, Address: "••• 78", Answer: event.No, Stopped: "bounced"},
			{Channel: event.Messenger, Address: "••• 21", Answer: event.No, Stopped: "opted_out"},
		},
	}
	m.whys["good"] = journey.Why{
		LinkPage: p, SentAt: noon.Add(-time.Hour), Step: 1, LastActivity: noon.Add(-2 * time.Hour), Permission: "consent.yes",
		ConsentSource: "shopify checkout", ConsentAt: noon.Add(-48 * time.Hour), ConsentWording: "I want news, version 3", Evidence: "event",
		Law: law(), Country: "FR", Known: known(), Decision: *decision("d1", 0, journey.Sent, "consent.yes", noon.Add(-time.Hour)), UnsubscribeToken: "good",
	}
	m.whys["bare"] = journey.Why{}
}

// law is a pack with something in every field that the page tells.
func law() consent.Pack {
	week := consent.Daily(consent.Span{From: 8 * 60, To: 22 * 60})
	week[time.Sunday] = consent.Span{}
	return consent.Pack{
		Channel: event.Email, SoftOptIn: true, DoubleOptIn: true, ConsentNames: "cart_reminders", Week: week, Holidays: "FR", MaxPerDay: 3, MaxPerCart: 1,
		Within: 48 * time.Hour, Window: 24 * time.Hour, Review: consent.Review{Source: "Some law", Reviewed: noon.Add(-2 * 24 * time.Hour)},
	}
}

func known() journey.Known {
	return journey.Known{
		Name: "Ada L.", Country: "FR", Device: "mobile", Locale: "fr-FR", Platform: "shopify", Since: noon.Add(-90 * 24 * time.Hour),
		Addresses: []journey.Choice{{Channel: event.Email, Address: "a•••@example.com"}, {Channel: event.SMS, Address: "••• 78"}},
	}
}

// crowd gives a shop more carts than one page holds.
func (m *memory) crowd(shopID string, n int) {
	m.carts[shopID] = nil
	for i := range n {
		m.carts[shopID] = append(m.carts[shopID], plainCart(fmt.Sprintf("n%02d", i), cart.Open, strings.Repeat("x", i%3+1), i))
	}
}
