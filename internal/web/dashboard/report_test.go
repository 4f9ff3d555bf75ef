package dashboard

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/google/go-cmp/cmp"
)

// fullReport has something of everything, in two currencies, compared with the days before.
func fullReport(f frame) reportView {
	days := journey.Days{From: 20000, To: 20006}
	tally := func(what, kind string, day journey.Day, n int64) journey.Tally {
		return journey.Tally{What: what, Kind: kind, Day: day, N: n}
	}
	all := []journey.Tally{tally(journey.TallyStarted, "", 20001, 30), tally(journey.TallyOrdered, "", 20001, 4), tally(journey.TallyDecision, "skipped consent.no", 0, 9),
		tally(journey.TallyDecision, "routed persona.x", 0, 9)}
	for _, currency := range []string{"EUR", "JPY"} {
		all = append(all, journey.Tally{What: journey.TallyRecovered, Day: 20002, Persona: "=cmd()", Sequence: "cart", Channel: "sms", Kind: string(attribution.LastClick), Currency: currency, N: 2, Amount: 9000, Refunded: 1000})
	}
	all = append(all, journey.Tally{What: journey.TallyAbandoned, Day: 20002, Persona: "=cmd()", N: 8}, journey.Tally{What: journey.TallyMessage, Day: 20002, Persona: "=cmd()", Sequence: "cart", Channel: "sms", Kind: "delivered", N: 7},
		journey.Tally{What: journey.TallyEnrolled, Day: 20002, Persona: "=cmd()", Sequence: "cart", Kind: journey.HeldOut, N: 1})
	before := []journey.Tally{{What: journey.TallyAbandoned, Persona: "=cmd()", N: 4}}
	return viewReport(f, span{Days: days, Name: "7d", Compare: true, zone: time.UTC},
		journey.NewReport(journey.ReportQuery{Days: days, Compare: true}, append(all, journey.Tally{What: journey.TallyAbandoned, Day: 19998, N: 4}), all, before, all[2:3]))
}

func TestReportTellsEachNumberWithItsRows(t *testing.T) {
	t.Parallel()
	v := fullReport(frame{Now: time.Unix(20006*86400, 0), Zone: time.UTC})
	var got []string
	for _, g := range v.Figures {
		got = append(got, g.Name+" "+g.Value+" "+g.Change+" "+g.Link)
	}
	want := []string{
		"Carts abandoned 8 100 % more /carts?from=2024-10-04&moment=abandoned&to=2024-10-10", "Orders recovered 4 none before /recoveries?from=2024-10-04&to=2024-10-10",
		"Recovery rate 50 % none before /recoveries?from=2024-10-04&to=2024-10-10", "Recovered revenue €80.00 none before /recoveries?from=2024-10-04&to=2024-10-10",
		"Recovered revenue ¥8,000 none before /recoveries?from=2024-10-04&to=2024-10-10", "Messages sent 7 none before /messages?from=2024-10-04&state=left&to=2024-10-10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(v.Charts); n != 4 {
		t.Errorf("%d charts: currencies are drawn apart, and carts and rate", n)
	}
	if len(v.Reasons) != 1 || v.Reasons[0].Today != 9 || !strings.Contains(v.Reasons[0].Link, "rule=consent.no") {
		t.Errorf("reasons %+v", v.Reasons)
	}
	if d := v.Days[4]; d.Date != "2024-10-06" || d.Cells[1].Text != "8" || d.Cells[1].Was != "0" {
		t.Errorf("the day %+v", d)
	}
	if d := v.Days[6]; d.Cells[1].Was != "0" || v.Days[5].Cells[1].Was != "4" && v.Days[6].Cells[1].Was != "4" && v.Days[5].Cells[0].Text == "" {
		t.Errorf("the days before stand beside the wrong days: %+v", v.Days)
	}
}

func TestExportIsSafeForSpreadsheets(t *testing.T) {
	t.Parallel()
	v := fullReport(frame{Now: time.Unix(20006*86400, 0), Zone: time.UTC})
	for _, table := range []string{"days", "personas", "sequences", "channels", "decisions"} {
		if rows := v.file(table); len(rows) < 2 || len(rows[0]) != len(rows[1]) {
			t.Errorf("%s: %v", table, rows)
		}
	}
	if v.file("carts") != nil {
		t.Error("there is a table that nobody knows")
	}
	for text, want := range map[string]string{"=1+1": "'=1+1", "+33": "+33", "-5.00": "-5.00", "@x": "'@x", "-x": "'-x", "\tx": "'\tx", "plain": "plain", "": "", "+Inf(x": "'+Inf(x"} {
		if got := guarded(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Whatever a key is, its cell is read back as text that begins like no formula.
func TestExportGuardsEveryText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := guarded(rapid.String().Draw(t, "text"))
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.Write([]string{text, "x"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		row, err := csv.NewReader(strings.NewReader(b.String())).Read()
		if err != nil || len(row) != 2 {
			t.Fatalf("%q is read as %q: %v", text, row, err)
		}
		if strings.HasPrefix(row[0], "=") || strings.HasPrefix(row[0], "@") {
			t.Fatalf("%q begins like a formula", row[0])
		}
	})
}

// A chart's values stay within its box, and its highest is at most its top.
func TestChartsStayInTheirBox(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var days []point
		for _, v := range rapid.SliceOfN(rapid.Float64Range(-1, 1e9), 1, 40).Draw(t, "days") {
			days = append(days, point{date: "1 Jan", value: v, part: v / 2, says: "x"})
		}
		was := rapid.SliceOfN(rapid.Float64Range(-1, 1e9), 0, 40).Draw(t, "was")
		c := draw("x", "X", "day", days, was, rapid.Bool().Draw(t, "line"), func(float64) string { return "" })
		for _, b := range c.Bars {
			for _, text := range []string{b.Y, b.H, b.Y2, b.H2} {
				if strings.HasPrefix(text, "-") || len(text) > 5 {
					t.Fatalf("a bar of %s at %s", b.H, b.Y)
				}
			}
		}
		if strings.Contains(c.Line+c.Was, " -") || strings.Contains(c.Line+c.Was, "NaN") {
			t.Fatalf("a line leaves the box: %s %s", c.Line, c.Was)
		}
	})
}

// fullShopper has an entry of every kind and everything that can be done.
func fullShopper(f frame, d journey.CartDetail) shopperView {
	v := shopperView{frame: f, Name: "n", Next: "/n", First: true, Did: "x", ShopperDetail: journey.ShopperDetail{
		Personas: []string{"a", "b"}, Carts: []journey.CartRow{{ID: "c"}}, Waiting: 1,
		Ledger: journey.ConsentLedger{Now: []journey.ConsentStanding{{Channel: "sms", Address: "+33", Suppressed: stoppedByShop}, {Channel: "email", Answer: "yes", Source: "s", At: f.Now}, {Channel: "messenger", Answer: "no"}}},
	}}
	for _, e := range d.Timeline {
		e.CartID = "c"
		v.Story = append(v.Story, storyLine{f, e})
	}
	v.Story = append(v.Story, storyLine{f, journey.Entry{Kind: journey.EntryReply, Reply: &journey.Reply{Text: "<b>", Keyword: "help"}}})
	return v
}

func TestShortAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		locale, currency, want string
		minor                  float64
	}{{"en", "EUR", "€4,000", 400000}, {"de", "EUR", "4.000\u00a0€", 400000}, {"en", "JPY", "¥4,000", 4000}, {"en", "EUR", "€2.50", 250}, {"en", "EUR", "€0", 0}} {
		f := frame{}
		f.Shop.Locale = c.locale
		if got := f.short(c.minor, c.currency); got != c.want {
			t.Errorf("%s %s %g: %q, want %q", c.locale, c.currency, c.minor, got, c.want)
		}
	}
}

// A long span is told by weeks, whose numbers lead to the rows of their days.
func TestLongReportsAreToldByWeeks(t *testing.T) {
	t.Parallel()
	days := journey.Days{From: 20000, To: 20099}
	v := viewReport(frame{Now: time.Unix(20099*86400, 0), Zone: time.UTC}, span{Days: days, Compare: true, zone: time.UTC},
		journey.NewReport(journey.ReportQuery{Days: days, Compare: true}, []journey.Tally{{What: journey.TallyAbandoned, Day: 20099, N: 3}, {What: journey.TallyAbandoned, Day: 20093, N: 4}, {What: journey.TallyAbandoned, Day: 19999, N: 2}}, nil, nil, nil))
	if len(v.Days) != 15 || len(v.Charts[0].Bars) != 15 || len(v.file("days")) != 101 {
		t.Errorf("%d rows and %d bars for %d days", len(v.Days), len(v.Charts[0].Bars), days.Len())
	}
	want := cell{Name: "Abandoned", Text: "7", Was: "2", Link: "/carts?from=2025-01-05&moment=abandoned&to=2025-01-11"}
	if diff := cmp.Diff(want, v.Days[0].Cells[1]); diff != "" || v.Days[0].Name != "5 to 11 Jan" {
		t.Errorf("the newest week, %s:\n%s", v.Days[0].Name, diff)
	}
	if !strings.Contains(v.Charts[0].Desc, "“Week by week”") || !strings.HasPrefix(v.Charts[0].Title, "Carts abandoned a week") {
		t.Errorf("the chart says %q: %q", v.Charts[0].Title, v.Charts[0].Desc)
	}
}
