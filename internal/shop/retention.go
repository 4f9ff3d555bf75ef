package shop

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Kept is something that is kept for a time and then removed.
type Kept string

// What is kept for a time, by the name of its setting.
const (
	// KeptEvents are the raw bodies and headers of events; what they said stays folded in shoppers, carts and orders.
	KeptEvents Kept = "retain_events"
	// KeptMessages are the rendered texts of messages; that they were sent, to whom and why stays.
	KeptMessages Kept = "retain_messages"
	// KeptInbounds is what shoppers wrote.
	KeptInbounds Kept = "retain_inbounds"
	// KeptTouches are deliveries, opens and clicks; the credit they earned stays.
	KeptTouches Kept = "retain_touches"
	// KeptDecisions are the inputs of decisions; outcome and rule stay.
	KeptDecisions Kept = "retain_decisions"
	// KeptOffers are what carts were offered, counted from when it was over; that a code was taken stays.
	KeptOffers Kept = "retain_offers"
	// KeptReports are the providers' callbacks; the message's state stays.
	KeptReports Kept = "retain_reports"
	// KeptEarlyReports are callbacks about messages that never became known.
	KeptEarlyReports Kept = "retain_early_reports"
	// KeptLinks are links in messages, counted from when they expired; those for unsubscribing never do.
	KeptLinks Kept = "retain_links"
	// KeptBehaviour is what visitors did on the shop's pages, and the visitors who did not come since.
	KeptBehaviour Kept = "retain_behaviour"
	// KeptProducts is what the platform told of its products, counted from when it did.
	KeptProducts Kept = "retain_products"
	// KeptInquiries are questions to the platform that were answered or given up.
	KeptInquiries Kept = "retain_inquiries"
	// KeptCarts is how long after its last activity an unfinished cart is still followed: then it is expired.
	KeptCarts Kept = "expire_carts"
)

const day = 24 * time.Hour

// retention is what is kept for a time, with how long unless the shop says otherwise.
var retention = []struct {
	What Kept
	For  time.Duration
}{
	{KeptEvents, 90 * day}, {KeptMessages, 90 * day}, {KeptInbounds, 180 * day}, {KeptTouches, 400 * day}, {KeptDecisions, 400 * day},
	{KeptOffers, 400 * day}, {KeptReports, 90 * day}, {KeptEarlyReports, 7 * day}, {KeptLinks, 30 * day}, {KeptBehaviour, 90 * day}, {KeptProducts, 30 * day}, {KeptInquiries, 30 * day},
	{KeptCarts, 60 * day},
}

// maxKept is the longest period that can be set.
const maxKept = 3650 * day

// Retention is how long a shop keeps what, where it differs from the default.
type Retention map[Kept]time.Duration

// EverythingKept lists what is kept for a time.
func EverythingKept() []Kept {
	var out []Kept
	for _, r := range retention {
		out = append(out, r.What)
	}
	return out
}

// Keeps gives how long the shop keeps something.
func (s Settings) Keeps(what Kept) time.Duration {
	if d, ok := s.Retention[what]; ok {
		return d
	}
	return keptFor(what)
}

func keptFor(what Kept) time.Duration {
	for _, r := range retention {
		if r.What == what {
			return r.For
		}
	}
	return maxKept
}

// setKept sets one period; the default is not stored, so that it may change.
func (s *Settings) setKept(what Kept, value string) error {
	d, err := duration.Parse(value)
	if err != nil || d < time.Hour || d > maxKept {
		return fault.New(fault.Unprocessable, "%q is no time for %s", value, what).In(string(what)).
			Try(`write a duration from 1h to 3650d, such as "` + duration.Format(keptFor(what)) + `"`)
	}
	changed := Retention{}
	for k, v := range s.Retention {
		changed[k] = v
	}
	delete(changed, what)
	if d != keptFor(what) {
		changed[what] = d
	}
	if s.Retention = changed; len(changed) == 0 {
		s.Retention = nil
	}
	return nil
}
