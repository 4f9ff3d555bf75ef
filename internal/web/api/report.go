package api

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// ofReport are the query values of the summary: which days, and apart by what.
type ofReport struct {
	Range   string `query:"range" enum:"today,7d,30d,90d,month" doc:"The days of the report that is added, by the shop's calendar; 30d without from and to"`
	From    string `query:"from" maxLength:"10" doc:"The report's first day, as 2026-11-03"`
	To      string `query:"to" maxLength:"10" doc:"Its last day; today without"`
	By      string `query:"by" enum:"day,persona,sequence,channel,rule" doc:"What the report is told apart by; a report is added where any of these is given"`
	Compare bool   `query:"compare" doc:"Set the same number of days before beside it"`
}

// asked reports whether a report is asked for.
func (o ofReport) asked() bool { return o.Range+o.From+o.To+o.By != "" || o.Compare }

// Report is what happened on some days of the shop's calendar.
type Report struct {
	// From and To are the first and last day, TimeZone whose calendar it is.
	From     string `json:"from" doc:"First day"`
	To       string `json:"to" doc:"Last day"`
	TimeZone string `json:"time_zone" doc:"Whose calendar the days are of"`
	By       string `json:"by,omitempty" doc:"What the lines are told apart by"`
	// Total is the sum, Before that of the days before where it was asked for.
	Total  ReportLine   `json:"total"`
	Before *ReportLine  `json:"before,omitempty" doc:"The same number of days before, if compare was given"`
	Lines  []ReportLine `json:"lines" nullable:"false" doc:"One for each day, persona, sequence or channel; none without by"`
	Rules  []RuleCount  `json:"rules,omitempty" doc:"How often each rule decided, with by=rule"`
}

// ReportLine is one line of a report.
type ReportLine struct {
	// Key names it: a date, a persona's or sequence's key, a channel.
	Key       string `json:"key" doc:"What the line is of; empty for the sum and for what belongs to none"`
	Started   int    `json:"started" doc:"Carts that began"`
	Abandoned int    `json:"abandoned" doc:"Carts that were abandoned"`
	Ordered   int    `json:"ordered" doc:"Carts that were ordered"`
	Enrolled  int    `json:"enrolled" doc:"Carts that entered a sequence"`
	HeldOut   int    `json:"held_out" doc:"Those of them deliberately not written to"`
	Sent      int    `json:"sent" doc:"Messages that reached their provider, or may have"`
	Recovered int    `json:"recovered" doc:"Orders credited to a message"`
	// Revenue has a line for each currency: they are never added together.
	Revenue []ReportMoney `json:"revenue" nullable:"false" doc:"The credited orders' money, one line per currency"`
}

// ReportMoney is what was recovered in one currency.
type ReportMoney struct {
	// Gross is the orders' totals, Refunded what was given back since, Net the difference.
	Gross    Money `json:"gross"`
	Refunded Money `json:"refunded"`
	Net      Money `json:"net"`
}

// report reads the report that was asked for.
func (a *API) report(ctx context.Context, s shop.Shop, in ofReport) (*Report, error) {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		zone = time.UTC // as on the pages
	}
	days, err := journey.DaysOf(in.Range, in.From, in.To, a.Now(), zone)
	if err != nil {
		return nil, err
	}
	r, err := a.Reader.Report(ctx, s.ID, journey.ReportQuery{Days: days, Today: journey.DayOf(a.Now(), zone), Compare: in.Compare})
	if err != nil {
		return nil, err
	}
	out := &Report{From: days.From.Date().Format(time.DateOnly), To: days.To.Date().Format(time.DateOnly), TimeZone: zone.String(), By: in.By,
		Total: viewLine(r.All), Lines: []ReportLine{}}
	if in.Compare {
		was := viewLine(r.Was)
		out.Before = &was
	}
	switch in.By {
	case "day":
		out.Lines = each(r.ByDay, viewLine)
	case "rule":
		out.Rules = each(r.Rules, func(r journey.ComparedRule) RuleCount { return RuleCount(r.RuleCount) })
	default:
		by := map[string][]journey.ComparedLine{"persona": r.ByPersona, "sequence": r.BySequence, "channel": r.ByChannel}[in.By]
		out.Lines = each(by, func(l journey.ComparedLine) ReportLine { return viewLine(l.ReportLine) })
	}
	return out, nil
}

func viewLine(l journey.ReportLine) ReportLine {
	out := ReportLine{Key: l.Key, Started: l.Started, Abandoned: l.Abandoned, Ordered: l.Ordered, Enrolled: l.Enrolled, HeldOut: l.HeldOut,
		Sent: l.Sent, Recovered: l.Recovered, Revenue: []ReportMoney{}}
	for _, c := range l.Currencies() {
		out.Revenue = append(out.Revenue, ReportMoney{Gross: viewMoney(l.Gross(c)), Refunded: viewMoney(l.Refunded(c)), Net: viewMoney(l.Net(c))})
	}
	return out
}
