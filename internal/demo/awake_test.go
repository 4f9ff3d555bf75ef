package demo_test

import (
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

// At every hour of the year there is a phone that may be written to, and an hour later still.
func TestAwakePhone(t *testing.T) {
	t.Parallel()
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for at := time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() == 2026; at = at.Add(time.Hour) {
		phone := demo.AwakePhone(at, 7)
		country := consent.PhoneCountry(phone)
		if n, err := phonenumbers.Parse(phone, ""); err != nil || !phonenumbers.IsValidNumber(n) {
			t.Fatalf("%s is no number", phone)
		}
		zones, _ := consent.Zones(consent.ZoneEvidence{Channel: event.SMS, Phone: phone, Shop: "UTC"})
		for _, t0 := range []time.Time{at, at.Add(30 * time.Minute)} {
			if next, rule := packs.For(event.SMS, country).Next(t0, zones, "", consent.Quiet{}); !next.Equal(t0) {
				t.Fatalf("%s of %s at %v: %s until %v", phone, country, t0, rule, next)
			}
		}
	}
}
