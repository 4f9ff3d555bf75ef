package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/config"
	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/playbook"
)

// The table of packs in docs/consent.md says what the packs say.
func TestDocsTellThePacks(t *testing.T) {
	t.Parallel()
	packs, err := playbook.ParsePolicies(config.Policies, "policies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "consent.md"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"| channel | recipients in | consent | hours there | other bounds | must hold |", "| --- | --- | --- | --- | --- | --- |"}
	for _, p := range packs.All() {
		want = append(want, packRow(p))
	}
	_, rest, _ := strings.Cut(string(text), "<!-- packs -->\n")
	table, _, found := strings.Cut(rest, "\n<!-- end of packs -->")
	if diff := cmp.Diff(strings.Join(want, "\n"), table); diff != "" || !found {
		t.Errorf("docs/consent.md differs from config/policies.yaml (-want +got); the table is\n%s\n%s", strings.Join(want, "\n"), diff)
	}
}

func packRow(p consent.Pack) string {
	where := "everywhere else"
	if len(p.Countries) > 0 {
		where = strings.Join(p.Countries, ", ")
	}
	if len(p.Regions) > 0 {
		where += "; states differ"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", p.Channel, where, asked(p), hours(p), bounds(p), held(p))
}

func asked(p consent.Pack) string {
	var out []string
	for _, c := range []struct {
		is   bool
		text string
	}{
		{p.Express, "a yes"}, {!p.Express && p.SoftOptIn, "the mode's; soft opt-in will do"}, {!p.Express && !p.SoftOptIn, "the mode's"},
		{p.DoubleOptIn, "confirmed"}, {p.ConsentNames != "", "naming `" + p.ConsentNames + "`"},
	} {
		if c.is {
			out = append(out, c.text)
		}
	}
	return strings.Join(out, ", ")
}

// hours joins days that follow each other and have the same.
func hours(p consent.Pack) string {
	var out []string
	names := [7]string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	order := [7]time.Weekday{1, 2, 3, 4, 5, 6, 0}
	for i := 0; i < 7; {
		j := i
		for j+1 < 7 && p.Week[order[j+1]] == p.Week[order[i]] {
			j++
		}
		days := names[order[i]] + "–" + names[order[j]]
		switch {
		case i == 0 && j == 6:
			days = "daily"
		case i == j:
			days = names[order[i]]
		}
		out = append(out, days+" "+span(p.Week[order[i]]))
		i = j + 1
	}
	if p.Holidays != "" {
		out = append(out, "holidays of "+p.Holidays+" closed")
	}
	if len(out) == 1 && out[0] == "daily 00:00–24:00" {
		return "any"
	}
	return strings.Join(out, ", ")
}

func span(s consent.Span) string {
	if s.From == s.To {
		return "closed"
	}
	return fmt.Sprintf("%02d:%02d–%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

func bounds(p consent.Pack) string {
	var out []string
	add := func(is bool, text string, args ...any) {
		if is {
			out = append(out, fmt.Sprintf(text, args...))
		}
	}
	add(p.MaxPerCart > 0, "%d a cart", p.MaxPerCart)
	add(p.MaxPerDay > 0, "%d in 24h", p.MaxPerDay)
	add(p.Within > 0, "within %s", duration.Format(p.Within))
	add(p.Window > 0, "%s after they wrote, less %s", duration.Format(p.Window), duration.Format(p.Margin))
	return strings.Join(out, ", ")
}

func held(p consent.Pack) string {
	var out []string
	for _, c := range []struct {
		is   bool
		text string
	}{
		{p.Carries.Sender, "sender"}, {p.Carries.PostalAddress, "postal address"}, {p.Carries.Contact, "contact"}, {p.Carries.Help, "help"},
		{p.Carries.Rates, "rates"}, {p.Carries.Automation, "that a machine writes"},
	} {
		if c.is {
			out = append(out, c.text)
		}
	}
	var ways []string
	for _, o := range p.Carries.OptOut {
		ways = append(ways, string(o))
	}
	return strings.Join(append(out, "opt-out by "+strings.Join(ways, " and ")), ", ")
}
