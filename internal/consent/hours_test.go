package consent_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// hoursOf asks Next for the first and last minute of every day of an ordinary
// week, Monday first: "8-20 8-20 … -".
func hoursOf(t *testing.T, p consent.Pack, region string) string {
	t.Helper()
	zones := []*time.Location{zone(t, "Asia/Tokyo")} // its clock is never changed
	ok := func(at time.Time) bool {
		next, rule := p.Next(at, zones, region, consent.Quiet{})
		if (rule == "") != next.Equal(at) {
			t.Errorf("%v: next %v by %q", at, next, rule)
		}
		return rule == ""
	}
	var days []string
	for day := range 7 {
		midnight := time.Date(2026, 6, 8+day, 0, 0, 0, 0, zones[0])
		first, last := -1, -1
		for m := range 24 * 60 {
			if ok(midnight.Add(time.Duration(m) * time.Minute)) {
				if last = m + 1; first < 0 {
					first = m
				}
			}
		}
		switch {
		case first < 0:
			days = append(days, "-")
		case first%60 != 0 || last%60 != 0:
			t.Errorf("odd hours %d-%d", first, last)
		default:
			days = append(days, fmt.Sprintf("%d-%d", first/60, last/60))
		}
	}
	return strings.Join(days, " ")
}

// weekOf writes a week's hours from those of its weekdays, Saturday and Sunday.
func weekOf(weekday, saturday, sunday string) string {
	return strings.Repeat(weekday+" ", 5) + saturday + " " + sunday
}

// TestHoursOfTheStates goes through every state, by the tables of the sources.
func TestHoursOfTheStates(t *testing.T) {
	t.Parallel()
	p := shipped(t).For(event.SMS, "US")
	daily := func(h string) string { return weekOf(h, h, h) }
	want := map[string]string{}
	for group, hours := range map[string]string{
		"AK AR AZ CO DC DE GA HI IA ID IN KS ME MO MT NC ND NE NH NY OH OR SC TN VA VT WI WV": daily("8-21"),
		"FL OK MD MA NJ":    daily("8-20"),
		"CT NV":             daily("9-20"),
		"AL LA MS":          weekOf("8-20", "8-20", "-"),
		"KY":                daily("10-21"),
		"MI MN NM CA IL":    daily("9-21"),
		"TX":                weekOf("9-21", "9-21", "12-21"),
		"RI":                weekOf("9-18", "10-17", "-"),
		"PA SD UT WA WY":    weekOf("9-20", "9-20", "-"), // not reviewed: the careful hours
		"XX ? fl-us US-XX-": weekOf("9-20", "9-20", "-"), // no states
	} {
		for state := range strings.FieldsSeq(group) {
			want[state] = hours
		}
	}
	want[""] = weekOf("9-20", "9-20", "-")
	want["us-fl"], want[" tx "] = want["FL"], want["TX"]
	if len(want) != 50+1+4+3 {
		t.Errorf("%d states", len(want))
	}
	for state, hours := range want {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			if got := hoursOf(t, p, state); got != hours {
				t.Errorf("hours are %s, want %s", got, hours)
			}
		})
	}
}

func TestHoursOfTheCountries(t *testing.T) {
	t.Parallel()
	packs := shipped(t)
	always := weekOf("0-24", "0-24", "0-24")
	for _, c := range []struct {
		channel       event.Channel
		country, want string
	}{
		{event.SMS, "FR", weekOf("8-22", "8-22", "-")},
		{event.SMS, "CA", weekOf("9-20", "9-20", "9-20")},
		{event.SMS, "GB", weekOf("8-21", "8-21", "8-21")},
		{event.SMS, "DE", weekOf("9-20", "9-20", "9-20")},
		{event.SMS, "", weekOf("9-20", "9-20", "9-20")},
		{event.Email, "US", always},
		{event.Email, "FR", always},
		{event.Messenger, "", always},
	} {
		t.Run(string(c.channel)+c.country, func(t *testing.T) {
			t.Parallel()
			if got := hoursOf(t, packs.For(c.channel, c.country), ""); got != c.want {
				t.Errorf("hours are %s, want %s", got, c.want)
			}
		})
	}
}

// TestCapsOfTheStates: with the state known, no other has the cap.
func TestCapsOfTheStates(t *testing.T) {
	t.Parallel()
	p := shipped(t).For(event.SMS, "US")
	for state, want := range map[string]int{"FL": 3, "OK": 3, "": 3, "XX": 3, "NY": 0, "TX": 0} {
		if got := p.In(state).MaxPerDay; got != want {
			t.Errorf("%q has a cap of %d, want %d", state, got, want)
		}
	}
}

// nextCase is one question to Next; times are local to the first zone.
type nextCase struct {
	name        string
	channel     event.Channel
	country     string
	region      string
	zones       []string
	quiet       consent.Quiet
	at, want    string
	wantedRule  string
	neverOpened bool
}

func TestNext(t *testing.T) {
	t.Parallel()
	night := consent.Quiet{From: 21 * 60, To: 8 * 60}
	strict := consent.Quiet{From: 18 * 60, To: 11 * 60}
	loose := consent.Quiet{From: 23 * 60, To: 5 * 60}
	for _, c := range []nextCase{
		{name: "Texas at night", country: "US", region: "TX", zones: []string{"America/Chicago"}, at: "2026-06-09 22:00", want: "2026-06-10 09:00", wantedRule: "law.hours"},
		{name: "Texas on Sunday morning", country: "US", region: "TX", zones: []string{"America/Chicago"}, at: "2026-06-14 09:30", want: "2026-06-14 12:00", wantedRule: "law.hours"},
		{name: "Alabama on Saturday night", country: "US", region: "AL", zones: []string{"America/Chicago"}, at: "2026-06-13 20:00", want: "2026-06-15 08:00", wantedRule: "law.hours"},
		{name: "Alabama on Sunday", country: "US", region: "AL", zones: []string{"America/Chicago"}, at: "2026-06-14 12:00", want: "2026-06-15 08:00", wantedRule: "law.sunday"},
		{name: "an unknown state, coast to coast", country: "US", zones: []string{"America/New_York", "Pacific/Honolulu"}, at: "2026-06-09 12:00", want: "2026-06-09 15:00", wantedRule: "law.hours"},
		{name: "an unknown state, too late in the east", country: "US", zones: []string{"America/New_York", "Pacific/Honolulu"}, at: "2026-06-13 20:00", want: "2026-06-15 15:00", wantedRule: "law.hours"},
		{name: "a stricter shop narrows", country: "US", region: "NY", zones: []string{"America/New_York"}, quiet: strict, at: "2026-06-09 18:30", want: "2026-06-10 11:00", wantedRule: "quiet_hours"},
		{name: "a looser shop does not widen", country: "US", region: "NY", zones: []string{"America/New_York"}, quiet: loose, at: "2026-06-09 22:00", want: "2026-06-10 08:00", wantedRule: "law.hours"},
		{name: "a looser shop leaves the day alone", country: "US", region: "NY", zones: []string{"America/New_York"}, quiet: loose, at: "2026-06-09 20:59", want: "2026-06-09 20:59"},
		{name: "a shop that is never loud", country: "FR", zones: []string{"Europe/Paris"}, quiet: consent.Quiet{From: 7 * 60, To: 23 * 60}, at: "2026-06-09 12:00", neverOpened: true, wantedRule: "quiet_hours"},
		{name: "the two ends of the world", country: "XX", zones: []string{"Europe/London", "Pacific/Auckland"}, at: "2026-06-09 12:00", neverOpened: true, wantedRule: "law.no_hour"},
		{name: "no zone at all", country: "FR", at: "2026-06-09 12:00", neverOpened: true, wantedRule: "law.no_hour"},
		{name: "email needs no zone", channel: event.Email, country: "FR", at: "2026-06-14 03:00", want: "2026-06-14 03:00"},
		{name: "email keeps the shop's nights", channel: event.Email, country: "FR", zones: []string{"Europe/Paris"}, quiet: night, at: "2026-06-14 03:00", want: "2026-06-14 08:00", wantedRule: "quiet_hours"},
		{name: "a shop in Auckland, a shopper in Honolulu", channel: event.Email, country: "US", region: "HI", zones: []string{"Pacific/Honolulu"}, quiet: night, at: "2026-06-09 21:30", want: "2026-06-10 08:00", wantedRule: "quiet_hours"},
		{name: "noon in Auckland is yesterday's afternoon in Honolulu", country: "US", region: "HI", zones: []string{"Pacific/Honolulu"}, at: "2026-06-08 14:00", want: "2026-06-08 14:00"},
		{name: "both may be where the shopper is", country: "XX", zones: []string{"Pacific/Auckland", "Pacific/Honolulu"}, at: "2026-06-09 09:00", want: "2026-06-09 09:00"},
		{name: "both, but it is Sunday in one", country: "US", zones: []string{"Pacific/Auckland", "Pacific/Honolulu"}, at: "2026-06-08 12:00", want: "2026-06-09 09:00", wantedRule: "law.sunday"},
		{name: "France at 22:00", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-06-09 22:00", want: "2026-06-10 08:00", wantedRule: "law.hours"},
		{name: "France, the last minute", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-06-09 21:59", want: "2026-06-09 21:59"},
		{name: "Easter weekend", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-04-04 22:00", want: "2026-04-07 08:00", wantedRule: "law.hours"},
		{name: "Easter Monday", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-04-06 10:00", want: "2026-04-07 08:00", wantedRule: "law.holiday"},
		{name: "Ascension", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-05-14 10:00", want: "2026-05-15 08:00", wantedRule: "law.holiday"},
		{name: "the day before Ascension", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-05-13 10:00", want: "2026-05-13 10:00"},
		{name: "Whit Monday after its Sunday", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-05-24 10:00", want: "2026-05-26 08:00", wantedRule: "law.sunday"},
		{name: "a week of two holidays, 2024", country: "FR", zones: []string{"Europe/Paris"}, at: "2024-05-08 09:00", want: "2024-05-10 08:00", wantedRule: "law.holiday"},
		{name: "New Year's Eve is a day like others", country: "FR", zones: []string{"Europe/Paris"}, at: "2026-12-31 22:00", want: "2027-01-02 08:00", wantedRule: "law.hours"},
		{name: "the holiday is the recipient's", country: "FR", zones: []string{"Indian/Reunion"}, at: "2026-07-14 23:30", want: "2026-07-15 08:00", wantedRule: "law.holiday"},
		{name: "the night the clock goes forward", country: "FR", zones: []string{"Europe/Paris"}, quiet: consent.Quiet{From: 20 * 60, To: 9 * 60}, at: "2026-03-28 21:00", want: "2026-03-30 09:00", wantedRule: "quiet_hours"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

func (c nextCase) check(t *testing.T) {
	t.Helper()
	home := time.UTC
	var zones []*time.Location
	for _, name := range c.zones {
		zones = append(zones, zone(t, name))
		home = zones[0]
	}
	local := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, home)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if c.channel == "" {
		c.channel = event.SMS
	}
	got, rule := shipped(t).For(c.channel, c.country).Next(local(c.at), zones, c.region, c.quiet)
	if rule != c.wantedRule || got.IsZero() != c.neverOpened || !c.neverOpened && !got.Equal(local(c.want)) {
		t.Errorf("next is %v by %q, want %s by %q", got.In(home), rule, c.want, c.wantedRule)
	}
}
