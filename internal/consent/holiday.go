package consent

import (
	"errors"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Calendar is a set of public holidays. The zero value has none.
type Calendar struct {
	// Key is the name by which packs call it ("FR").
	Key  string
	Days []Holiday
	Review
}

// Holiday is one day of every year: a date, or a distance from Easter Sunday.
type Holiday struct {
	// Name is what the country calls it.
	Name string
	// Month and Day are its date; Month is 0 for a holiday that moves with Easter.
	Month time.Month
	Day   int
	// AfterEaster is how many days after Easter Sunday it is, negative for before;
	// it counts only where Month is 0.
	AfterEaster int
}

// Holiday gives the name of the holiday on the date that t shows in its own zone.
func (c Calendar) Holiday(t time.Time) (name string, ok bool) {
	if len(c.Days) == 0 {
		return "", false
	}
	year, month, day := t.Date()
	moved := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Sub(easter(year)) / (24 * time.Hour)
	for _, h := range c.Days {
		if h.Month == month && h.Day == day || h.Month == 0 && time.Duration(h.AfterEaster) == moved {
			return h.Name, true
		}
	}
	return "", false
}

// easter gives Easter Sunday of a Gregorian year, by the anonymous computus
// (Nature, 20 April 1876; Meeus, Astronomical Algorithms, chapter 8).
func easter(year int) time.Time {
	golden, century, rest := year%19, year/100, year%100
	lunar := (19*golden + century - century/4 - (century-(century+8)/25+1)/3 + 15) % 30
	sunday := (32 + 2*(century%4) + 2*(rest/4) - lunar - rest%4) % 7
	late := (golden + 11*lunar + 22*sunday) / 451
	n := lunar + sunday - 7*late + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

func (c Calendar) check(path string) error {
	found := []error{c.Review.check(path)}
	if c.Key == "" || len(c.Days) == 0 {
		found = append(found, fault.New(fault.Unprocessable, "the calendar has no key or no days").
			In(path).Try("give it a key and its days, or take it out"))
	}
	for i, h := range c.Days {
		leap := time.Date(2024, h.Month, h.Day, 0, 0, 0, 0, time.UTC)
		if h.Name == "" || h.Month != 0 && (leap.Month() != h.Month || leap.Day() != h.Day) {
			found = append(found, fault.New(fault.Unprocessable, "the holiday has no name or no date").
				In(entry(path+".days", i)).Try("write a name with a date such as 07-14, or with after_easter"))
		}
	}
	return errors.Join(found...)
}
