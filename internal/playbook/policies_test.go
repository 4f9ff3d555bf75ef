package playbook_test

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

func TestPoliciesShipped(t *testing.T) {
	t.Parallel()
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tx := packs.For(event.SMS, "US").In("TX")
	if tx.Week[0] != (consent.Span{From: 12 * 60, To: 21 * 60}) || tx.Week[1] != (consent.Span{From: 9 * 60, To: 21 * 60}) {
		t.Errorf("Texas is open %v", tx.Week)
	}
	if c := packs.Calendars(); len(c) != 1 || len(c[0].Days) != 11 || c[0].Days[5].AfterEaster != 50 || c[0].Days[6].Day != 14 {
		t.Errorf("the calendars are %+v", c)
	}
}

// TestPoliciesStrict changes one thing of the shipped file at a time; each
// change is refused, at its line and with a word that tells what is wrong.
func TestPoliciesStrict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"an unknown field", "    per_cart: 1\n", "    per_carts: 1\n", `no field "per_carts"`},
		{"a field given twice", "    per_cart: 1\n", "    per_cart: 1\n    per_cart: 2\n", "given twice"},
		{"an unknown region field", "        per_day: 3\n", "        per_week: 3\n", `no field "per_week"`},
		{"an unknown duty", "{sender: true, help: true,", "{sender: true, helps: true,", `no field "helps"`},
		{"a day that is missing", "{mon_sat: \"08:00-22:00\", sun: closed}", "{mon_sat: \"08:00-22:00\"}", "some day of the week is missing"},
		{"a day given twice", "{mon_sat: \"08:00-22:00\", sun: closed}", "{daily: \"08:00-22:00\", sun: closed}", "given twice"},
		{"hours that end before they begin", "08:00-22:00", "22:00-08:00", "no part of a day"},
		{"hours beyond the day", "08:00-22:00", "08:00-25:00", "no part of a day"},
		{"hours without zero", "08:00-22:00", "8:00-22:00", "no part of a day"},
		{"no hours", "    hours: {mon_sat: \"08:00-22:00\", sun: closed}\n", "", "map of fields"},
		{"no word on consent", "    consent: {express: true, double_opt_in: true, names: cart_reminders}\n", "", "map of fields"},
		{"a quoted true", "{express: true, double_opt_in: true", "{express: \"true\", double_opt_in: true", "true or false"},
		{"a cap of zero", "    per_cart: 1\n", "    per_cart: 0\n", "whole number from 1"},
		{"a cap in words", "    per_cart: 1\n", "    per_cart: one\n", "whole number from 1"},
		{"a time that is none", "within: 48h", "within: two days", "is not a time"},
		{"no review", "    reviewed: 2026-11-22\n    note: The exception for existing", "    note: The exception for existing", "no reviewed"},
		{"a review on no day", "reviewed: 2026-11-22\n    note: The exception", "reviewed: 2026-13-22\n    note: The exception", "no date"},
		{"a calendar that is not there", "holidays: FR", "holidays: DE", "no calendar"},
		{"a holiday on no day", `date: "07-14"`, `date: "14-07"`, "no date of a year"},
		{"a holiday of both kinds", `date: "07-14"`, `date: "07-14", after_easter: 1`, "and not both"},
		{"a holiday far from Easter", "after_easter: 39", "after_easter: 390", "no number of days"},
		{"a way out that is none", "opt_out: [reply, link]", "opt_out: [reply, shout]", "no such way"},
		{"a country twice", "countries: [GB]", "countries: [CA]", "two packs"},
		{"a channel that is none", "channel: messenger", "channel: fax", "no such channel"},
		{"not YAML", "packs:\n", "packs: [\n", "policies.yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := string(config.Policies)
			if !strings.Contains(text, c.old) {
				t.Fatalf("the file does not hold %q", c.old)
			}
			_, err := playbook.ParsePolicies([]byte(strings.Replace(text, c.old, c.new, 1)), "policies.yaml")
			if !fault.Is(err, fault.Unprocessable) || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "policies.yaml:") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := playbook.ParsePolicies(nil, "empty.yaml"); !fault.Is(err, fault.Unprocessable) {
		t.Errorf("an empty file was taken: %v", err)
	}
}
