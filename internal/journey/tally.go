package journey

import "time"

// What a tally counts.
const (
	// TallyStarted counts carts by when they began, without those that turned out to be another one.
	TallyStarted = "started"
	// TallyAbandoned counts carts by when they were last abandoned, and by persona.
	TallyAbandoned = "abandoned"
	// TallyOrdered counts carts by when they were ordered.
	TallyOrdered = "ordered"
	// TallyCart counts carts by the state they are in (Kind); there is only the total.
	TallyCart = "cart"
	// TallyRouted counts carts by persona; there is only the total.
	TallyRouted = "routed"
	// TallyEnrolled counts enrollments; Kind is "held_out" for shoppers deliberately not written to.
	TallyEnrolled = "enrolled"
	// TallyMessage counts messages by when they were reserved and the state they are in (Kind).
	TallyMessage = "message"
	// TallyDecision counts decisions; Kind is outcome and rule, with a blank between.
	TallyDecision = "decision"
	// TallyRecovered counts credited orders with their money; Kind is the rule.
	TallyRecovered = "recovered"
	// TallyRecoveredCart counts carts with at least one credited order; there is only the total.
	TallyRecoveredCart = "recovered_cart"
)

// MaxCounted bounds what is counted row by row; where there is as much, there may be more.
const MaxCounted = 10_000

// HeldOut is the kind of enrollments whose shoppers are deliberately not written to.
const HeldOut = "held_out"

// Day is a day of a shop's calendar, counted from 1970-01-01. 0 stands for all days together.
type Day int

// quarter is the length of time that every zone's day is made of.
const quarter = 15 * time.Minute

// Quarter counts quarters of an hour since 1970: days of all time zones begin
// with one, also where the clocks are half an hour or three quarters apart.
func Quarter(t time.Time) int64 {
	q := t.UnixMilli() / quarter.Milliseconds()
	if t.UnixMilli()%quarter.Milliseconds() < 0 {
		q--
	}
	return q
}

// DayOfQuarter gives the day that a quarter of an hour lies in, by a zone's clock.
func DayOfQuarter(q int64, zone *time.Location) Day {
	return DayOf(time.UnixMilli(q*quarter.Milliseconds()), zone)
}

// DayOf gives the day that a moment lies in, by a zone's clock.
func DayOf(t time.Time, zone *time.Location) Day {
	y, m, d := t.In(zone).Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Date gives the day's date, at midnight UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Begins gives the moment at which the day begins in a zone. Where the clocks
// skip midnight it is the first moment after.
func (d Day) Begins(zone *time.Location) time.Time {
	y, m, day := d.Date().Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, zone)
	for DayOf(t, zone) < d {
		t = t.Add(quarter)
	}
	for DayOf(t.Add(-quarter), zone) == d {
		t = t.Add(-quarter)
	}
	return t
}

// Tally is one number of the shop's ledger of days.
type Tally struct {
	// What is counted, on which day.
	What string
	Day  Day
	// Persona, Sequence, Channel, Kind and Currency tell numbers of one kind apart; "" where they play no part.
	Persona, Sequence, Channel, Kind, Currency string
	// N counts; Amount and Refunded are minor units of the currency.
	N, Amount, Refunded int64
}
