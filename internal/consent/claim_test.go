package consent_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

var claimed = time.Date(2026, 5, 2, 9, 30, 0, 0, time.UTC)

func TestClaim(t *testing.T) {
	t.Parallel()
	got, err := consent.Said{
		Email: " Ada@Example.com ", Phone: "+33 6 12 34 56 78", Customer: "77", Messenger: "55", Anonymous: "d1", Channel: "SMS", Answer: "Subscribed",
		Source: "till", Wording: "v3", At: "2026-05-01T10:00:00+02:00", Confirmed: "yes", Names: []string{"Cart_reminders", "", "cart_reminders"}, Evidence: "slip 7", ID: "a1",
	}.Claim(claimed)
	if err != nil {
		t.Fatal(err)
	}
	want := consent.Claim{
		Consent: event.Consent{Channel: event.SMS, Answer: event.Yes, Source: "till", Wording: "v3", Confirmed: true,
			At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC), Names: []string{"cart_reminders"}},
		Keys: []event.Key{{Kind: event.KeyCustomer, Value: "77"}, {Kind: event.KeyEmail, Value: "ada@example.com"},
			{Kind: event.KeyPhone, Value: "+33612345678"}, {Kind: event.KeyMessenger, Value: "55"}, {Kind: event.KeyAnonymous, Value: "d1"}},
		Evidence: "slip 7", ID: "a1",
	}
	if diff := cmp.Diff(want, got, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "said" }, cmp.Ignore())); diff != "" {
		t.Error(diff)
	}
}

// Of one day the no outlives the yes, whatever the hour.
func TestClaimOfADay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ answer, at, want string }{
		{"yes", "2026-05-01", "2026-05-01T00:00:00Z"},
		{"no", "2026-05-01", "2026-05-01T23:59:59Z"},
		{"no", "2026-05-02", "2026-05-02T09:30:00Z"},            // the day is not over: now
		{"yes", "2026-05-02T09:35:00Z", "2026-05-02T09:30:00Z"}, // a clock that runs ahead
		{"no", "", "2026-05-02T09:30:00Z"},
	} {
		got, err := consent.Said{Email: "a@b.cd", Channel: "email", Answer: c.answer, At: c.at}.Claim(claimed)
		if err != nil || got.At.Format(time.RFC3339) != c.want || got.Dated() != (c.at != "") {
			t.Errorf("%s of %q is of %s (%v), want %s", c.answer, c.at, got.At, err, c.want)
		}
	}
}

func TestClaimRefuses(t *testing.T) {
	t.Parallel()
	long := string(make([]byte, 1001))
	for name, c := range map[string]struct {
		change func(*consent.Said)
		field  string
	}{
		"nobody":                      {func(s *consent.Said) { s.Email = " " }, "email"},
		"no address":                  {func(s *consent.Said) { s.Email = "ada" }, "email"},
		"a phone without its country": {func(s *consent.Said) { s.Phone = "0612345678" }, "phone"},
		"a channel":                   {func(s *consent.Said) { s.Channel = "fax" }, "channel"},
		"no answer":                   {func(s *consent.Said) { s.Answer = "pending" }, "answer"},
		"a time in words":             {func(s *consent.Said) { s.At = "yesterday" }, "at"},
		"a day of a month":            {func(s *consent.Said) { s.At = "02/05/2026" }, "at"},
		"a year of two digits":        {func(s *consent.Said) { s.At = "0026-05-02" }, "at"},
		"tomorrow":                    {func(s *consent.Said) { s.At = "2026-05-03" }, "at"},
		"a long source":               {func(s *consent.Said) { s.Source = long[:101] }, "source"},
		"a long wording":              {func(s *consent.Said) { s.Wording = long[:501] }, "wording"},
		"long evidence":               {func(s *consent.Said) { s.Evidence = long }, "evidence"},
		"a long id":                   {func(s *consent.Said) { s.ID = long[:101] }, "id"},
		"a name with blanks":          {func(s *consent.Said) { s.Names = []string{"cart reminders"} }, "names"},
		"confirmed perhaps":           {func(s *consent.Said) { s.Confirmed = "perhaps" }, "confirmed"},
		"confirmed by nothing":        {func(s *consent.Said) { s.Channel, s.Confirmed = "sms", "1" }, "confirmed"},
		"unreadable":                  {func(s *consent.Said) { s.Err = fault.New(fault.Unprocessable, "x").In("y") }, "y"},
	} {
		s := consent.Said{Email: "ada@example.com", Channel: "email", Answer: "yes"}
		c.change(&s)
		_, err := s.Claim(claimed)
		var fe *fault.Error
		if !errors.As(err, &fe) || fe.Code != fault.Unprocessable || fe.Field != c.field {
			t.Errorf("%s: %v, want one in %q", name, err, c.field)
		}
	}
}

// What an answer says tells repeats, and what shows it does not.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	print := func(s consent.Said, now time.Time) string {
		c, err := s.Claim(now)
		if err != nil {
			t.Fatal(err)
		}
		return c.Fingerprint()
	}
	base := consent.Said{Email: "ada@example.com", Channel: "email", Answer: "no", At: "2026-05-02", Names: []string{"b", "a"}}
	same := base
	same.Email, same.Evidence, same.ID, same.Names = "ADA@example.com", "other", "x", []string{"a", "b"}
	if print(base, claimed) != print(same, claimed.Add(time.Hour)) {
		t.Error("the same answer has two fingerprints")
	}
	for name, change := range map[string]func(*consent.Said){
		"who": func(s *consent.Said) { s.Email = "bob@example.com" }, "also who": func(s *consent.Said) { s.Customer = "1" },
		"channel": func(s *consent.Said) { s.Channel = "sms" }, "answer": func(s *consent.Said) { s.Answer = "yes" },
		"time": func(s *consent.Said) { s.At = "2026-05-01" }, "source": func(s *consent.Said) { s.Source = "x" },
		"wording": func(s *consent.Said) { s.Wording = "x" }, "names": func(s *consent.Said) { s.Names = nil },
	} {
		other := base
		change(&other)
		if print(base, claimed) == print(other, claimed) {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}
