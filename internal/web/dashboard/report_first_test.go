package dashboard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// The money stands first in every table of the report, below a head of its own,
// and personas go by their names.
func TestReportTellsTheMoneyFirst(t *testing.T) {
	t.Parallel()
	v := fullReport(frame{})
	whom, which := v.Tables[0].Rows[0].Key, v.Tables[1].Rows[0].Key
	v.spoken = spokenOf([]persona.Persona{{Key: whom, Name: "Our Katie"}}, []sequence.Sequence{{Key: which, Persona: whom, Trigger: sequence.PaymentFailed}})
	v.call()
	for _, table := range v.Tables {
		if !strings.HasPrefix(table.Heads[0], "Revenue") {
			t.Errorf("%s begins with %q", table.Name, table.Heads[0])
		}
		for _, row := range table.Rows {
			var cells []string
			for _, c := range row.Cells {
				cells = append(cells, c.Name)
			}
			if diff := cmp.Diff(table.Heads, cells); diff != "" {
				t.Errorf("%s, %s: heads and cells differ: %s", table.Name, row.Name, diff)
			}
		}
	}
	if row := v.Tables[0].Rows[0]; row.Name != "Our Katie" || row.Under != row.Key {
		t.Errorf("the first persona is %q over %q", row.Name, row.Under)
	}
	if row := v.Tables[1].Rows[0]; row.Name != "Our Katie · payment failed" || row.Under != row.Key {
		t.Errorf("the first sequence is %q over %q", row.Name, row.Under)
	}
}

// A further currency makes no table wider: it stands below the first, in rows that have it.
func TestCurrenciesStandBelowEachOther(t *testing.T) {
	t.Parallel()
	v := fullReport(frame{})
	for _, table := range v.Tables {
		if got := strings.Join(table.Heads, " "); strings.Count(got, "Revenue") != 1 {
			t.Errorf("%s has the heads %s", table.Name, got)
		}
	}
	both := v.Tables[0].Rows[0].Cells[0]
	if both.Text != "€80.00" || len(both.More) != 1 || both.More[0].Text != "¥8,000" {
		t.Errorf("two currencies are told as %+v", both)
	}
	earned := map[string]journey.Earned{"JPY": {Gross: 500}}
	if got := v.money(journey.ReportLine{Earned: earned}, journey.ReportLine{}, "/r"); len(got) != 1 || got[0].Text != "¥500" || len(got[0].More) != 0 {
		t.Errorf("one of two currencies is told as %+v", got)
	}
	if got := v.money(journey.ReportLine{}, journey.ReportLine{}, "/r"); len(got) != 1 || got[0].Text != "–" {
		t.Errorf("nothing earned is told as %+v", got)
	}
	v.Currencies = nil
	if got := v.money(journey.ReportLine{}, journey.ReportLine{}, "/r"); got != nil {
		t.Errorf("without any currency there is a cell %+v", got)
	}
}

// A change points nowhere where there is nothing to compare with.
func TestChangePointsOnlyFromSomething(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		now, was float64
		want     string
	}{{14, -1, "none"}, {-1, 14, "none"}, {2, 1, "up"}, {1, 2, "down"}, {1, 1, "same"}} {
		if got := sign(c.now, c.was); got != c.want {
			t.Errorf("from %v to %v: %q, want %q", c.was, c.now, got, c.want)
		}
	}
}

// States are written as people write them.
func TestStatesAreWords(t *testing.T) {
	t.Parallel()
	if got := stateWords(journey.NotEnrolled); got != "not enrolled" {
		t.Errorf("the state is %q", got)
	}
	if got := (frame{}).Words(left); got != "Sent" {
		t.Errorf("what left is called %q", got)
	}
}
