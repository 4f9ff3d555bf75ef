package shop

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/money"
)

var (
	domainForm  = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:[0-9]+)?$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	localeForm  = regexp.MustCompile(`^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$`)
)

// Validate tells everything that is wrong with a shop's own facts, at once.
// platforms are the adapters there are.
func (s Shop) Validate(platforms []string) error {
	var all []error
	bad := func(field, remedy, format string, args ...any) {
		all = append(all, fault.New(fault.Unprocessable, format, args...).In(field).Try(remedy))
	}
	if strings.TrimSpace(s.Name) == "" {
		bad("name", "give the shop the name its shoppers know", "the shop has no name")
	}
	known := false
	for _, p := range platforms {
		known = known || p == s.Platform
	}
	if !known {
		bad("platform", "the platforms are "+strings.Join(platforms, ", "), "there is no platform %q", s.Platform)
	}
	if !domainForm.MatchString(s.Domain) {
		bad("domain", "write the shop's host as the platform names it, such as my-shop.myshopify.com", "%q is no domain", s.Domain)
	}
	if _, err := money.Exponent(s.Currency); err != nil {
		bad("currency", "write an ISO 4217 code such as EUR", "%q is no currency", s.Currency)
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		bad("timezone", "write an IANA name such as Europe/Paris", "%q is no time zone", s.TimeZone)
	}
	if !localeForm.MatchString(s.Locale) {
		bad("locale", "write a language tag such as en or fr-CA", "%q is no locale", s.Locale)
	}
	if !countryForm.MatchString(s.Country) {
		bad("country", "write an ISO 3166 code such as FR", "%q is no country", s.Country)
	}
	return errors.Join(all...)
}

// ParseDomain brings what people paste to a bare host ("https://My-Shop.example/" → "my-shop.example").
func ParseDomain(text string) string {
	d := strings.ToLower(strings.TrimSpace(text))
	d = strings.TrimPrefix(strings.TrimPrefix(d, "https://"), "http://")
	host, _, _ := strings.Cut(d, "/")
	return host
}
