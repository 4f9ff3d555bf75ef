package shop

import "time"

// Zone is the shop's time zone; UTC for a name that this machine does not know.
func (s Shop) Zone() *time.Location {
	zone, err := time.LoadLocation(s.TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
