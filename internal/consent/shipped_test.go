package consent_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests need every zone, whatever the machine has

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

// shipped gives the packs that Cartograph ships.
func shipped(t testing.TB) consent.Packs {
	t.Helper()
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return packs
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestEveryEntryWasReviewed: each says where it comes from, since when, and
// what to know about it.
func TestEveryEntryWasReviewed(t *testing.T) {
	t.Parallel()
	packs := shipped(t)
	reviewed := func(what string, r consent.Review) {
		if r.Source == "" || r.Note == "" || !strings.HasPrefix(r.URL, "https://") {
			t.Errorf("%s lacks source, address or note: %+v", what, r)
		}
		if r.Reviewed.Year() < 2026 {
			t.Errorf("%s was reviewed on %v", what, r.Reviewed)
		}
	}
	entries := 0
	for _, p := range packs.All() {
		what := string(p.Channel) + strings.Join(p.Countries, " ")
		reviewed(what, p.Review)
		for _, r := range p.Regions {
			reviewed(what+" "+strings.Join(r.Codes, " "), r.Review)
			entries++
		}
		entries++
	}
	for _, c := range packs.Calendars() {
		reviewed(c.Key, c.Review)
	}
	if entries < 20 {
		t.Errorf("only %d entries were looked at", entries)
	}
}

// asks is what a pack wants besides its hours.
type asks struct {
	express, soft, double  bool
	names                  string
	perCart, perDay        int
	within, window, margin time.Duration
	holidays               string
}

func TestWhatEachCountryAsks(t *testing.T) {
	t.Parallel()
	us := asks{express: true, double: true, names: "cart_reminders", perCart: 1, perDay: 3, within: 48 * time.Hour}
	messenger := asks{window: 24 * time.Hour, margin: 10 * time.Minute}
	packs := shipped(t)
	for _, c := range []struct {
		channel event.Channel
		country string
		want    asks
	}{
		{event.SMS, "US", us},
		{event.SMS, " us ", us},
		{event.SMS, "PR", us},
		{event.Email, "US", asks{soft: true}},
		{event.SMS, "CA", asks{express: true}},
		{event.Email, "CA", asks{express: true}},
		{event.SMS, "FR", asks{soft: true, holidays: "FR"}},
		{event.SMS, "RE", asks{soft: true, holidays: "FR"}},
		{event.Email, "FR", asks{soft: true}},
		{event.SMS, "GB", asks{soft: true}},
		{event.Email, "GB", asks{soft: true}},
		{event.SMS, "DE", asks{express: true}},
		{event.Email, "DE", asks{soft: true}},
		{event.Email, "NZ", asks{soft: true}},
		{event.Email, "", asks{soft: true}},
		{event.SMS, "NZ", asks{express: true}},
		{event.SMS, "", asks{express: true}},
		{event.Messenger, "US", messenger},
		{event.Messenger, "", messenger},
	} {
		p := packs.For(c.channel, c.country)
		got := asks{p.Express, p.SoftOptIn, p.DoubleOptIn, p.ConsentNames, p.MaxPerCart, p.MaxPerDay, p.Within, p.Window, p.Margin, p.Holidays}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(asks{})); diff != "" {
			t.Errorf("%s to %q (-want +got):\n%s", c.channel, c.country, diff)
		}
	}
}

// TestEveryMessageTellsHowToStop, whoever it goes to.
func TestEveryMessageTellsHowToStop(t *testing.T) {
	t.Parallel()
	packs := shipped(t)
	for _, p := range packs.All() {
		c := p.Carries
		if !c.Sender || len(c.OptOut) == 0 {
			t.Errorf("%s to %v need not name sender and opt-out: %+v", p.Channel, p.Countries, c)
		}
		if p.Channel == event.Email && (!c.PostalAddress || !slices.Contains(c.OptOut, consent.OptOutLink) || !slices.Contains(c.OptOut, consent.OptOutHeader)) {
			t.Errorf("email to %v need not carry address, link and header: %+v", p.Countries, c)
		}
	}
	us, ca := packs.For(event.SMS, "US").Carries, packs.For(event.SMS, "CA").Carries
	if !us.Help || !us.Rates || !slices.Equal(us.OptOut, []consent.OptOut{consent.OptOutReply}) {
		t.Errorf("SMS to the US carries %+v", us)
	}
	if !ca.PostalAddress || !ca.Contact || !slices.Equal(ca.OptOut, []consent.OptOut{consent.OptOutReply, consent.OptOutLink}) {
		t.Errorf("SMS to Canada carries %+v", ca)
	}
	if !packs.For(event.Messenger, "DE").Carries.Automation {
		t.Error("Messenger need not say that a machine writes")
	}
}

// TestZeroPacksAllowNothing: packs that were never put together are closed.
func TestZeroPacksAllowNothing(t *testing.T) {
	t.Parallel()
	p := consent.Packs{}.For(event.SMS, "FR")
	at, rule := p.Next(time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC), []*time.Location{time.UTC}, "", consent.Quiet{})
	if !at.IsZero() || rule != consent.RuleNoHour || !p.Express {
		t.Errorf("it allows %v (%s), express %v", at, rule, p.Express)
	}
}

func TestAccepts(t *testing.T) {
	t.Parallel()
	packs := shipped(t)
	yes, soft := consent.Ruling{Allowed: true, Rule: "consent.yes"}, consent.Ruling{Allowed: true, Rule: "consent.soft_opt_in"}
	off, no := consent.Ruling{Allowed: true, Rule: "consent.off"}, consent.Ruling{Rule: "consent.no"}
	cart := []string{"cart_reminders"}
	for _, c := range []struct {
		channel event.Channel
		country string
		ruling  consent.Ruling
		proof   consent.Proof
		want    string
	}{
		{event.SMS, "US", yes, consent.Proof{Confirmed: true, Names: cart}, "consent.yes"},
		{event.SMS, "US", yes, consent.Proof{Confirmed: true, Names: []string{"news"}}, consent.RuleConsentWording},
		{event.SMS, "US", yes, consent.Proof{Names: cart}, consent.RuleDoubleOptIn},
		{event.SMS, "US", soft, consent.Proof{Confirmed: true, Names: cart}, consent.RuleExpressConsent},
		{event.SMS, "US", off, consent.Proof{}, consent.RuleExpressConsent},
		{event.SMS, "US", no, consent.Proof{Confirmed: true, Names: cart}, "consent.no"},
		{event.Email, "US", off, consent.Proof{}, "consent.off"},
		{event.Email, "CA", soft, consent.Proof{}, consent.RuleExpressConsent},
		{event.Email, "CA", yes, consent.Proof{}, "consent.yes"},
		{event.SMS, "FR", soft, consent.Proof{}, "consent.soft_opt_in"},
		{event.Email, "DE", yes, consent.Proof{}, "consent.yes"},
		{event.Email, "DE", yes, consent.Proof{Confirmed: true}, "consent.yes"},
		{event.Email, "DE", soft, consent.Proof{}, "consent.soft_opt_in"},
		{event.Messenger, "FR", soft, consent.Proof{}, consent.RuleExpressConsent},
		{event.Messenger, "FR", off, consent.Proof{}, "consent.off"},
	} {
		got := packs.For(c.channel, c.country).Accepts(c.ruling, c.proof)
		if got.Rule != c.want || got.Allowed != (got.Rule == c.ruling.Rule && c.ruling.Allowed) {
			t.Errorf("%s to %s, %s with %+v: %+v, want %s", c.channel, c.country, c.ruling.Rule, c.proof, got, c.want)
		}
	}
}

func TestBars(t *testing.T) {
	t.Parallel()
	packs := shipped(t)
	now := time.Date(2026, 5, 5, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	day := 24 * time.Hour
	for _, c := range []struct {
		channel event.Channel
		country string
		m       consent.Moment
		want    string
	}{
		{event.SMS, "US", consent.Moment{Abandoned: ago(48 * time.Hour)}, ""},
		{event.SMS, "US", consent.Moment{Abandoned: ago(48*time.Hour + 1)}, consent.RuleTooLate},
		{event.SMS, "US", consent.Moment{}, consent.RuleTooLate},
		{event.SMS, "US", consent.Moment{Abandoned: ago(time.Hour), ForCart: 1}, consent.RuleOncePerCart},
		{event.SMS, "FR", consent.Moment{Abandoned: ago(30 * day), ForCart: 9}, ""},
		{event.Email, "US", consent.Moment{ForCart: 9}, ""},
		{event.Messenger, "US", consent.Moment{Heard: ago(day - 10*time.Minute)}, ""},
		{event.Messenger, "US", consent.Moment{Heard: ago(day - 10*time.Minute + 1)}, consent.RuleWindowClosed},
		{event.Messenger, "US", consent.Moment{}, consent.RuleWindowClosed},
	} {
		c.m.Now = now
		if got := packs.For(c.channel, c.country).Bars(c.m); got != c.want {
			t.Errorf("%s to %s at %+v: %q, want %q", c.channel, c.country, c.m, got, c.want)
		}
	}
	if p := packs.For(event.Messenger, ""); p.Window-p.Margin != consent.MessengerWindow {
		t.Errorf("the data says %v, the code %v", p.Window-p.Margin, consent.MessengerWindow)
	}
	both := consent.Pack{Within: 2 * day, Window: day}
	if end, rule := both.Deadline(consent.Moment{Abandoned: now, Heard: now}); !end.Equal(now.Add(day)) || rule != consent.RuleWindowClosed {
		t.Errorf("the earlier of two ends is %v by %s", end, rule)
	}
}
