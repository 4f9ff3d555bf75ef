package consent_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
)

// easters are Easter Sundays as calendars print them.
var easters = []string{
	"2023-04-09", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21",
	"2031-04-13", "2032-03-28", "2033-04-17", "2034-04-09", "2035-03-25", "2038-04-25", "2049-04-18", "2076-04-19",
	"1761-03-22", "1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2011-04-24", "2016-03-27",
}

func TestEaster(t *testing.T) {
	t.Parallel()
	c := consent.Calendar{Days: []consent.Holiday{{Name: "Easter"}, {Name: "Good Friday", AfterEaster: -2}}}
	for _, date := range easters {
		sunday, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]int{}
		for day := time.Date(sunday.Year(), 1, 1, 12, 0, 0, 0, time.UTC); day.Year() == sunday.Year(); day = day.AddDate(0, 0, 1) {
			if name, ok := c.Holiday(day); ok {
				found[name+" "+day.Format(time.DateOnly)]++
			}
		}
		if len(found) != 2 || found["Easter "+date] != 1 || found["Good Friday "+sunday.AddDate(0, 0, -2).Format(time.DateOnly)] != 1 {
			t.Errorf("%s: found %v", date, found)
		}
	}
}

// TestFrenchHolidays compares two whole years with the official calendar.
func TestFrenchHolidays(t *testing.T) {
	t.Parallel()
	calendar := shipped(t).Calendars()[0]
	for year, want := range map[int][]string{
		2026: {"01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"},
		2027: {"01-01", "03-29", "05-01", "05-06", "05-08", "05-17", "07-14", "08-15", "11-01", "11-11", "12-25"},
	} {
		closed := map[string]bool{}
		for _, day := range want {
			closed[day] = true
		}
		for day := time.Date(year, 1, 1, 0, 0, 0, 0, zone(t, "Europe/Paris")); day.Year() == year; day = day.AddDate(0, 0, 1) {
			if name, ok := calendar.Holiday(day); ok != closed[day.Format("01-02")] {
				t.Errorf("%s is a holiday: %v (%s)", day.Format(time.DateOnly), ok, name)
			}
		}
	}
}
