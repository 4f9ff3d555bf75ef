package delivery

import (
	"fmt"
	"time"
)

// Window is the time over which a shop's reputation is counted, rolling.
// Mailbox providers judge by the day.
const Window = 24 * time.Hour

// The rules a judgement names.
const (
	RuleComplaints = "reputation.complaints"
	RuleBounces    = "reputation.bounces"
)

// Reputation counts what became of one shop's email within the window that
// Standing.Since begins. Each thing counts at the time it happened: a complaint
// of today about yesterday's message is today's.
type Reputation struct {
	// Sent counts messages that left, whatever became of them: states that State.Left accepts.
	Sent int
	// Delivered counts those whose delivery was reported.
	Delivered int
	// Complaints counts spam reports, one a message.
	Complaints int
	// HardBounces counts addresses that refused for good. A block (SendGrid's
	// bounce of type "blocked") is not one: it may pass tomorrow.
	HardBounces int
}

// Level is how bad it is.
type Level string

// The levels.
const (
	// Fine: nothing to say.
	Fine Level = "ok"
	// Warn: at least half way to a pause; tell the merchant, and go on.
	Warn Level = "warn"
	// Pause: no further email leaves for this shop.
	Pause Level = "pause"
)

// Judgement is what the guard makes of a reputation.
type Judgement struct {
	Level Level
	// Rule is the gravest rule that applies, complaints before bounces; empty when all is fine.
	Rule string
	// Reason tells the merchant what happened and what to do; empty when all is fine.
	Reason string
	// Counts is what was judged.
	Counts Reputation
}

// Guard holds the thresholds from which a shop's email is paused; half of each
// warns. Rates are in hundredths of a percent and compared without rounding.
//
// Complaints have three rules, by size, because a rate says nothing about a few
// messages. From RateFrom delivered on, the rate counts. Below, FewComplaints
// people within a day: with fewer than 1000 delivered, three are 0.3 % at
// least, the line that no sender may cross. Below FewFrom delivered, where late
// complaints about a busier day weigh too much, AnyComplaints: five in a day are
// no coincidence at any size. One complaint in a thousand is little evidence,
// and yet pauses: Gmail, often half of a shop's shoppers, never tells about a
// single complaint, so the true number is higher than the one counted here.
type Guard struct {
	// ComplaintRate is the share of delivered messages, in hundredths of a percent.
	ComplaintRate int
	// RateFrom is the number delivered from which ComplaintRate applies.
	RateFrom int
	// FewComplaints pause a shop with at least FewFrom and fewer than RateFrom delivered.
	FewComplaints int
	// FewFrom is the number delivered from which FewComplaints applies.
	FewFrom int
	// AnyComplaints pause a shop with fewer than FewFrom delivered.
	AnyComplaints int
	// BounceRate is the share of sent messages that bounced hard, in hundredths of a percent.
	BounceRate int
	// BouncesFrom is the number sent from which BounceRate applies; below it nothing is said.
	BouncesFrom int
}

// DefaultGuard gives the thresholds that keep a sender clear of the mailbox
// providers': Google asks for a spam rate under 0.1 % and never 0.3 % or more
// (support.google.com/a/answer/14229414; Yahoo's Sender Hub names 0.3 % too).
// Nobody publishes a line for bounces; 5 % is what sending services act upon.
// Read in November 2026.
func DefaultGuard() Guard {
	return Guard{
		ComplaintRate: 10, RateFrom: 1000, FewComplaints: 3, FewFrom: 100, AnyComplaints: 5,
		BounceRate: 500, BouncesFrom: 100,
	}
}

// Judge gives the level of a reputation by its counts alone. Whether a pause
// goes on is Standing's to say.
func (g Guard) Judge(r Reputation) Judgement {
	complaints, bounces := g.complaints(r), g.bounces(r)
	switch {
	case complaints == Pause || complaints == Warn && bounces != Pause:
		return Judgement{Level: complaints, Rule: RuleComplaints, Reason: complaintReason(complaints, r), Counts: r}
	case bounces != Fine:
		return Judgement{Level: bounces, Rule: RuleBounces, Reason: bounceReason(bounces, r), Counts: r}
	}
	return Judgement{Level: Fine, Counts: r}
}

// complaints judges the spam reports by the rule for the shop's size.
func (g Guard) complaints(r Reputation) Level {
	switch {
	case r.Delivered >= g.RateFrom:
		return byRate(r.Complaints, r.Delivered, g.ComplaintRate)
	case r.Delivered >= g.FewFrom:
		return byCount(r.Complaints, g.FewComplaints)
	}
	return byCount(r.Complaints, g.AnyComplaints)
}

// bounces judges the hard bounces.
func (g Guard) bounces(r Reputation) Level {
	if r.Sent < g.BouncesFrom {
		return Fine
	}
	return byRate(r.HardBounces, r.Sent, g.BounceRate)
}

// byRate compares part/whole with rate hundredths of a percent, and with half of it.
func byRate(part, whole, rate int) Level {
	switch {
	case part <= 0:
		return Fine
	case part*10_000 >= rate*whole:
		return Pause
	case 2*part*10_000 >= rate*whole:
		return Warn
	}
	return Fine
}

// byCount compares a count with most, and with half of it.
func byCount(n, most int) Level {
	switch {
	case n <= 0:
		return Fine
	case n >= most:
		return Pause
	case 2*n >= most:
		return Warn
	}
	return Fine
}

// complaintReason puts the complaints into words for the merchant.
func complaintReason(l Level, r Reputation) string {
	return fmt.Sprintf("%s marked your email as spam within 24 hours, of %d delivered (%s). Mailbox providers ask for less than 0.1 %% and "+
		"refuse senders from 0.3 %% on. %s Look at who you write to, how often, and whether they asked for it.",
		people(r.Complaints), r.Delivered, percent(r.Complaints, r.Delivered), consequence(l))
}

// bounceReason puts the hard bounces into words for the merchant.
func bounceReason(l Level, r Reputation) string {
	return fmt.Sprintf("%d of %d emails within 24 hours went to addresses that do not exist (%s). Mailbox providers take that for the mark of "+
		"a bought or very old list. %s Look at where these addresses come from, and let the checkout verify them.",
		r.HardBounces, r.Sent, percent(r.HardBounces, r.Sent), consequence(l))
}

// consequence says what the level means.
func consequence(l Level) string {
	if l == Pause {
		return "Email is paused to protect your domain."
	}
	return "Email goes on, but is paused at twice as many."
}

// people counts them in words.
func people(n int) string {
	if n == 1 {
		return "One person"
	}
	return fmt.Sprintf("%d people", n)
}

// percent writes a share; more parts than whole (late reports) have none.
func percent(part, whole int) string {
	if whole <= 0 || part > whole {
		return "most of them about earlier messages"
	}
	return fmt.Sprintf("%.2f %%", 100*float64(part)/float64(whole))
}
