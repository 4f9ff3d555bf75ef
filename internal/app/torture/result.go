package torture

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Result is what one round, or several of one configuration, came to.
type Result struct {
	Finding
	// Seed and Kept name a single round: what it was drawn from and where its files are.
	Seed uint64
	Kept string
	// Rounds, Kills and Events count rounds, SIGKILLs of servers and deliveries answered 200.
	Rounds, Kills, Events int
	// Faults counts all other faults by kind.
	Faults map[string]int
	// Stranded are rows that were to wait for longer than an hour after the
	// faults, since the clock was ahead when their moment was set.
	Stranded int
	// Drains are how long orderly stops took.
	Drains []time.Duration
	// Skipped are faults that this machine does not allow, with the reason.
	Skipped []string
}

// add takes another result in.
func (r *Result) add(o Result) {
	r.Rounds, r.Kills, r.Events, r.Sent = r.Rounds+o.Rounds, r.Kills+o.Kills, r.Events+o.Events, r.Sent+o.Sent
	r.Duplicates, r.AfterPurchase, r.Lost = r.Duplicates+o.Duplicates, r.AfterPurchase+o.AfterPurchase, r.Lost+o.Lost
	r.Unsettled, r.Undecided, r.Stale = r.Unsettled+o.Unsettled, r.Undecided+o.Undecided, r.Stale+o.Stale
	r.InFlightAtPurchase, r.Unknown, r.Unexplained = r.InFlightAtPurchase+o.InFlightAtPurchase, r.Unknown+o.Unknown, r.Unexplained+o.Unexplained
	r.NeverArrived, r.NeverCalledBack = r.NeverArrived+o.NeverArrived, r.NeverCalledBack+o.NeverCalledBack
	r.TooLate, r.Stranded = r.TooLate+o.TooLate, r.Stranded+o.Stranded
	r.Late, r.CalmLate = append(r.Late, o.Late...), append(r.CalmLate, o.CalmLate...)
	r.Violations, r.Drains = append(r.Violations, o.Violations...), append(r.Drains, o.Drains...)
	if r.Faults == nil {
		r.Faults = map[string]int{}
	}
	for kind, n := range o.Faults {
		r.Faults[kind] += n
	}
	for _, s := range o.Skipped {
		if !slices.Contains(r.Skipped, s) {
			r.Skipped = append(r.Skipped, s)
		}
	}
}

// faults is how many there were in all, kills apart.
func (r *Result) faults() (n int) {
	for v := range maps.Values(r.Faults) {
		n += v
	}
	return n
}

// quantile gives the value below which a share of the values lies; 0 for none.
func quantile(values []time.Duration, share float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}

func longest(values []time.Duration) time.Duration {
	if len(values) == 0 {
		return 0
	}
	return slices.Max(values)
}

// scanLogs looks for what a server must never say.
func (r *round) scanLogs() {
	for _, s := range r.servers {
		f, err := os.Open(s.log())
		if err != nil {
			continue
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			text := lines.Text()
			if strings.HasPrefix(text, "panic:") || strings.HasPrefix(text, "fatal error:") || strings.Contains(text, "DATA RACE") || strings.Contains(text, `"msg":"panic`) {
				r.ledger.problem("crash", fmt.Sprintf("%s says %s", s.name, text))
			}
		}
		f.Close()
	}
}
