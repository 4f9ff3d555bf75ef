package journey

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// ReportQuery asks for a report.
type ReportQuery struct {
	// Days are those it covers; Today is added to what is sent and skipped.
	Days  Days
	Today Day
	// Compare sets the same number of days before beside it.
	Compare bool
}

// Report is what happened on some days of a shop's calendar.
type Report struct {
	// Days are those it covers, Before those it is compared with.
	Days, Before Days
	// Compared is true where Before was asked for; what is named Was is zero without.
	Compared bool
	// All and Was are the sums over the days.
	All, Was ReportLine
	// ByDay has a line for each day in order, WasByDay for each day before; their Key is the date.
	ByDay, WasByDay []ReportLine
	// ByPersona, BySequence and ByChannel are the sums apart, those with the most recovered orders first.
	ByPersona, BySequence, ByChannel []ComparedLine
	// Rules are the decisions apart, the most frequent first.
	Rules []ComparedRule
	// Currencies are those that anything was recovered in, sorted: they are never added together.
	Currencies []string
}

// ReportLine is one line of a report.
type ReportLine struct {
	// Key names the line: a date, a persona's or sequence's key, a channel; "" for what belongs to none.
	Key string
	// Started, Abandoned and Ordered count carts by when that happened.
	Started, Abandoned, Ordered int
	// Enrolled counts carts that entered a sequence, HeldOut those of them that were deliberately not written to.
	Enrolled, HeldOut int
	// Sent counts messages that reached their provider, or may have, by when they were written.
	Sent int
	// Recovered counts orders that were credited to a message, by when they were.
	Recovered int
	// Earned is their money, by currency.
	Earned map[string]Earned
}

// Earned is the money of credited orders in one currency, in minor units.
type Earned struct{ Gross, Refunded int64 }

// Net is what was earned less what was given back since.
func (l ReportLine) Net(currency string) money.Money {
	e := l.Earned[currency]
	return money.Money{Minor: e.Gross - e.Refunded, Currency: currency}
}

// Gross is what the orders came to.
func (l ReportLine) Gross(currency string) money.Money {
	return money.Money{Minor: l.Earned[currency].Gross, Currency: currency}
}

// Refunded is what was given back since.
func (l ReportLine) Refunded(currency string) money.Money {
	return money.Money{Minor: l.Earned[currency].Refunded, Currency: currency}
}

// Currencies are those of the line's money, sorted.
func (l ReportLine) Currencies() []string { return slices.Sorted(maps.Keys(l.Earned)) }

// Rate is credited orders for each abandoned cart, in percent; -1 where no cart
// was abandoned. Both are counted by when they happened, so that on a day it may be above 100.
func (l ReportLine) Rate() float64 { return share(l.Recovered, l.Abandoned) }

// RateOfEnrolled is credited orders for each cart that entered a sequence to be written to.
func (l ReportLine) RateOfEnrolled() float64 { return share(l.Recovered, l.Enrolled-l.HeldOut) }

// RateOfSent is credited orders for each message that left.
func (l ReportLine) RateOfSent() float64 { return share(l.Recovered, l.Sent) }

func share(n, of int) float64 {
	if of <= 0 {
		return -1
	}
	return 100 * float64(n) / float64(of)
}

// ComparedLine is a line with that of the days before.
type ComparedLine struct {
	ReportLine
	Was ReportLine
}

// ComparedRule is how often a rule decided, today and in the days before.
type ComparedRule struct {
	RuleCount
	Today, Was int
}

// NewReport makes a report from tallies: those by day of what is drawn, and the
// sums of each part (the days, those before, today).
func NewReport(q ReportQuery, byDay, days, before, today []Tally) Report {
	r := Report{Days: q.Days, Before: q.Days.Before(), Compared: q.Compare}
	r.ByDay = linesByDay(q.Days, byDay)
	if q.Compare {
		r.WasByDay = linesByDay(r.Before, byDay)
	}
	r.All, r.Was = sumOf(days), sumOf(before)
	r.ByPersona = linesBy(days, before, func(t Tally) (string, bool) { return t.Persona, t.What != TallyStarted && t.What != TallyOrdered })
	r.BySequence = linesBy(days, before, func(t Tally) (string, bool) {
		return t.Sequence, t.What == TallyEnrolled || t.What == TallyMessage || t.What == TallyRecovered
	})
	r.ByChannel = linesBy(days, before, func(t Tally) (string, bool) { return t.Channel, t.What == TallyMessage || t.What == TallyRecovered })
	r.Rules = rulesOf(days, before, today)
	r.Currencies = currenciesOf(days, before)
	return r
}

// add counts a tally in.
func (l *ReportLine) add(t Tally) {
	n := int(t.N)
	switch t.What {
	case TallyStarted:
		l.Started += n
	case TallyAbandoned:
		l.Abandoned += n
	case TallyOrdered:
		l.Ordered += n
	case TallyEnrolled:
		l.Enrolled += n
		if t.Kind == HeldOut {
			l.HeldOut += n
		}
	case TallyMessage:
		if delivery.State(t.Kind).Left() {
			l.Sent += n
		}
	case TallyRecovered:
		l.Recovered += n
		if l.Earned == nil {
			l.Earned = map[string]Earned{}
		}
		e := l.Earned[t.Currency]
		l.Earned[t.Currency] = Earned{e.Gross + t.Amount, e.Refunded + t.Refunded}
	}
}

func sumOf(all []Tally) (l ReportLine) {
	for _, t := range all {
		l.add(t)
	}
	return l
}

func linesByDay(days Days, all []Tally) []ReportLine {
	out := make([]ReportLine, days.Len())
	for i := range out {
		out[i].Key = (days.From + Day(i)).Date().Format(time.DateOnly)
	}
	for _, t := range all {
		if t.Day >= days.From && t.Day <= days.To {
			out[t.Day-days.From].add(t)
		}
	}
	return out
}

// linesBy makes a line for each key that a tally names; of which it has no part, key says.
func linesBy(days, before []Tally, key func(Tally) (string, bool)) []ComparedLine {
	by := map[string]*ComparedLine{}
	each := func(all []Tally, line func(*ComparedLine) *ReportLine) {
		for _, t := range all {
			k, ok := key(t)
			if !ok || t.N == 0 && t.Amount == 0 && t.Refunded == 0 {
				continue
			}
			if by[k] == nil {
				by[k] = &ComparedLine{ReportLine: ReportLine{Key: k}, Was: ReportLine{Key: k}}
			}
			line(by[k]).add(t)
		}
	}
	each(days, func(l *ComparedLine) *ReportLine { return &l.ReportLine })
	each(before, func(l *ComparedLine) *ReportLine { return &l.Was })
	out := []ComparedLine{}
	for _, l := range by {
		if l.counts() || l.Was.counts() {
			out = append(out, *l)
		}
	}
	slices.SortFunc(out, func(a, b ComparedLine) int {
		return cmp.Or(b.Recovered-a.Recovered, b.Abandoned-a.Abandoned, b.Sent-a.Sent, b.Enrolled-a.Enrolled, cmp.Compare(a.Key, b.Key))
	})
	return out
}

// counts reports whether anything is in the line.
func (l ReportLine) counts() bool {
	return l.Started+l.Abandoned+l.Ordered+l.Enrolled+l.Sent+l.Recovered > 0
}

func rulesOf(days, before, today []Tally) []ComparedRule {
	by := map[string]*ComparedRule{}
	each := func(all []Tally, add func(*ComparedRule, int)) {
		for _, t := range all {
			if t.What != TallyDecision || t.N == 0 {
				continue
			}
			if by[t.Kind] == nil {
				outcome, rule, _ := strings.Cut(t.Kind, " ")
				by[t.Kind] = &ComparedRule{RuleCount: RuleCount{Outcome: Outcome(outcome), Rule: rule}}
			}
			add(by[t.Kind], int(t.N))
		}
	}
	each(days, func(r *ComparedRule, n int) { r.Count += n })
	each(before, func(r *ComparedRule, n int) { r.Was += n })
	each(today, func(r *ComparedRule, n int) { r.Today += n })
	out := []ComparedRule{}
	for _, r := range by {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b ComparedRule) int {
		return cmp.Or(b.Count-a.Count, b.Today-a.Today, b.Was-a.Was, cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Outcome, b.Outcome))
	})
	return out
}

func currenciesOf(parts ...[]Tally) []string {
	out := []string{}
	for _, part := range parts {
		for _, t := range part {
			if t.What == TallyRecovered && t.N != 0 && !slices.Contains(out, t.Currency) {
				out = append(out, t.Currency)
			}
		}
	}
	slices.Sort(out)
	return out
}
