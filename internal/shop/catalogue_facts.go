package shop

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// fact is a line about what a shop is; form brings a value into its form.
func fact(s Setting, field func(*Shop) *string, form func(string) string) Setting {
	s.Group = Facts
	s.set = func(sh *Shop, value string) error {
		*field(sh) = form(strings.TrimSpace(event.Clean(value, 300)))
		return nil
	}
	s.get = func(sh Shop) string { return *field(&sh) }
	return s
}

func asItIs(text string) string { return text }

func facts() []Setting {
	return []Setting{
		fact(Setting{Name: "name", Kind: Line, Label: "Name", Example: "Atelier Nord", Range: "up to 300 characters",
			Help: "As your shoppers know it. Messages and pages say it."}, func(s *Shop) *string { return &s.Name }, asItIs),
		fact(Setting{Name: "domain", Kind: Line, Label: "Domain", Example: "my-shop.myshopify.com",
			Help: "Your shop’s host as its platform names it. Webhooks of another shop are refused by it."}, func(s *Shop) *string { return &s.Domain }, ParseDomain),
		fact(Setting{Name: "currency", Kind: Line, Label: "Currency", Example: "EUR", Range: "three letters",
			Help: "What amounts without a currency of their own are in. Amounts already stored keep theirs."}, func(s *Shop) *string { return &s.Currency }, money.Code),
		fact(Setting{Name: "timezone", Kind: Line, Label: "Time zone", Example: "Europe/Paris", Range: "a region and city",
			Help: "These pages show its time, and quiet hours use it where the shopper’s own is not known."}, func(s *Shop) *string { return &s.TimeZone }, asItIs),
		fact(Setting{Name: "locale", Kind: Line, Label: "Language", Example: "en or fr-CA", Range: "two letters, and a country’s where it matters",
			Help: "What shoppers are written to in when theirs is not known, and how amounts are written."}, func(s *Shop) *string { return &s.Locale }, asItIs),
		fact(Setting{Name: "country", Kind: Line, Label: "Country", Example: "FR", Range: "two letters",
			Help: "Its law is asked where the shopper’s country is not known."}, func(s *Shop) *string { return &s.Country }, strings.ToUpper),
	}
}

// keptWords say what is kept and what stays when its time is over.
var keptWords = map[Kept][2]string{
	KeptEvents:       {"What your platform sent, word for word", "What it said about shoppers, carts and orders stays. A quarantined event cannot be replayed afterwards."},
	KeptMessages:     {"The texts of messages", "That they were sent, to whom and why stays."},
	KeptInbounds:     {"What shoppers wrote back", "A stop they asked for stays."},
	KeptTouches:      {"Deliveries, opens and clicks", "The credit they earned stays."},
	KeptDecisions:    {"What each decision was based on", "The decision and its rule stay."},
	KeptOffers:       {"Offers to shoppers", "Counted from when they were over. That a code was taken stays."},
	KeptReports:      {"Reports of the providers", "The message’s state stays."},
	KeptEarlyReports: {"Reports about messages that never became known", "They are of no use after a few days."},
	KeptLinks:        {"Links in messages, after they expired", "Links that stop messages never expire."},
	KeptBehaviour:    {"What visitors did on your pages", "Visitors who did not come back for as long are forgotten."},
	KeptProducts:     {"What your platform told of its products", "It is asked again when a message is written."},
	KeptInquiries:    {"Questions to your platform that are over", "What it answered stays."},
	KeptCarts:        {"How long an unfinished cart is followed", "After that it counts as expired. It comes back to life when its shopper uses it."},
}

func keeping() []Setting {
	var out []Setting
	for _, what := range EverythingKept() {
		words := keptWords[what]
		out = append(out, Setting{
			Name: string(what), Group: Keeping, Kind: Span, Label: words[0], Help: words[1], Range: "1h to 3650d", Example: duration.Format(keptFor(what)),
		}.of(func(s *Settings, value string) error { return s.setKept(what, value) }, func(s Settings) string { return duration.Format(s.Keeps(what)) }))
	}
	return out
}
