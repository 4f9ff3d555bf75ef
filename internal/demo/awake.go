package demo

import (
	"fmt"
	"time"
)

// lands are countries of one zone and without summer time, whose phones may be
// written to every day of the week from one hour UTC to another by the shipped
// policies (09:00-20:00 there). Together they cover the day.
var lands = []struct {
	format   string
	from, to int
}{
	{"+81901%07d", 0, 11},  // Japan
	{"+971501%06d", 5, 16}, // United Arab Emirates
	{"+5191%07d", 14, 25},  // Peru
}

// AwakePhone gives the number n of a country where a text may be sent now and for
// hours to come: for shoppers who are played by the wall's clock, whatever it shows.
func AwakePhone(now time.Time, n int) string {
	minute := now.UTC().Hour()*60 + now.UTC().Minute()
	best, most := lands[0].format, -1
	for _, l := range lands {
		for _, m := range []int{minute, minute + 24*60} {
			if m >= l.from*60 && l.to*60-m > most {
				best, most = l.format, l.to*60-m
			}
		}
	}
	return fmt.Sprintf(best, n)
}
