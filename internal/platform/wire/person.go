package wire

import (
	"net/mail"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Person collects who an event is about. The first valid address of a kind
// wins: an event tells one email and one phone, so that there is never a doubt
// which of them a message goes to.
type Person struct {
	// Is is the person so far; take Done for the finished one.
	Is event.Person
	// Notes hears of addresses that were left out.
	Notes *Notes
	keys  map[event.KeyKind]string
}

func (p *Person) set(kind event.KeyKind, value string) bool {
	if value == "" || p.keys[kind] != "" {
		return false
	}
	if p.keys == nil {
		p.keys = map[event.KeyKind]string{}
	}
	p.keys[kind] = value
	return true
}

// Has reports whether a key of the kind is known already.
func (p *Person) Has(kind event.KeyKind) bool { return p.keys[kind] != "" }

// Key adds an id the platform or sender gave; "0" means a guest.
func (p *Person) Key(kind event.KeyKind, ids ...Text) {
	for _, id := range ids {
		if s := ID(string(id)); s != "0" {
			p.set(kind, s)
		}
	}
}

// Email adds the first valid address.
func (p *Person) Email(addresses ...Text) {
	for _, a := range addresses {
		if strings.TrimSpace(string(a)) == "" || p.Has(event.KeyEmail) {
			continue
		}
		e, ok := Email(string(a))
		if !ok {
			p.Notes.Add("an email address is not valid and was left out")
			continue
		}
		p.set(event.KeyEmail, e)
	}
}

// Phone adds a number, read with the first region that makes it valid.
func (p *Person) Phone(number Text, regions ...string) {
	if strings.TrimSpace(string(number)) == "" || p.Has(event.KeyPhone) {
		return
	}
	e164, ok := Phone(string(number), regions...)
	if !ok {
		p.Notes.Add("a phone number is not valid and was left out")
		return
	}
	p.set(event.KeyPhone, e164)
}

// Name takes a first and last name, unless one is known already.
func (p *Person) Name(first, last Text) {
	f, l := event.Clean(string(first), 100), event.Clean(string(last), 100)
	if p.Is.FirstName == "" && p.Is.LastName == "" {
		p.Is.FirstName, p.Is.LastName = f, l
	}
}

// Place takes a country and its region, unless a country is known already.
func (p *Person) Place(country, region Text) {
	if c := Country(string(country)); c != "" && p.Is.Country == "" {
		p.Is.Country, p.Is.Region = c, event.Clean(string(region), 16)
	}
}

// Done gives the person with the keys strongest first.
func (p *Person) Done() event.Person {
	p.Is.Keys = nil
	for _, kind := range []event.KeyKind{event.KeyCustomer, event.KeyEmail, event.KeyPhone,
		event.KeyMessenger, event.KeyAnonymous} {
		if v := p.keys[kind]; v != "" {
			p.Is.Keys = append(p.Is.Keys, event.Key{Kind: kind, Value: v})
		}
	}
	return p.Is
}

// Email normalizes an address: lower case, its domain in ASCII. Display names,
// comments, quoted parts, domains without a dot and local parts outside ASCII
// (which mail providers do not deliver to) are not valid.
func Email(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 254 {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	local, host := s[:at], s[at+1:]
	domain, err := idna.Lookup.ToASCII(host)
	if err != nil || len(local) > 64 || !dotted(domain) {
		return "", false
	}
	for _, r := range local {
		if r > 0x7e {
			return "", false
		}
	}
	return strings.ToLower(local + "@" + domain), true
}

// dotted reports whether a domain has two labels or more and none is empty, as
// labels can come to be by normalizing ("xn--" stands for nothing).
func dotted(domain string) bool {
	labels := strings.Split(domain, ".")
	return len(labels) > 1 && !slices.Contains(labels, "")
}

// Phone normalizes a number to E.164. A number without a country code is tried
// in each region. Numbers with an extension or letters, impossible ones and
// those that are no person's own (toll-free, premium, shared cost) are not valid.
func Phone(s string, regions ...string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 40 || strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'z' }) {
		return "", false
	}
	for _, region := range append(regions, "ZZ") {
		n, err := phonenumbers.Parse(s, strings.ToUpper(strings.TrimSpace(region)))
		if err != nil || n.GetExtension() != "" || !phonenumbers.IsValidNumber(n) {
			continue
		}
		switch phonenumbers.GetNumberType(n) {
		case phonenumbers.MOBILE, phonenumbers.FIXED_LINE, phonenumbers.FIXED_LINE_OR_MOBILE,
			phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER:
			return phonenumbers.Format(n, phonenumbers.E164), true
		}
	}
	return "", false
}
