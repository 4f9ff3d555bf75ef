package recovery

import (
	"context"
	"fmt"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// SequenceHours tells for each channel what becomes of a step that comes due at
// an hour at which one may not write, and what the law asks besides, for a
// shopper in the shop's own country and zone. Each shopper's own country and
// zone are asked when their step is due.
func (e *Engine) SequenceHours(ctx context.Context, shopID string) ([]journey.ChannelHours, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return nil, err
	}
	var out []journey.ChannelHours
	for _, c := range []event.Channel{event.Email, event.SMS, event.Messenger} {
		pack := e.Packs.For(c, sh.Country)
		out = append(out, journey.ChannelHours{Channel: c, Held: e.held(sh, pack), Law: lawNotes(pack), Source: pack.Source})
	}
	return out, nil
}

// held tries a late evening, a weekday's noon and a Sunday's, from today on.
func (e *Engine) held(sh shop.Shop, pack consent.Pack) []journey.HeldHour {
	zone, err := time.LoadLocation(sh.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	now := e.Now().In(zone)
	wednesday := (int(time.Wednesday) - int(now.Weekday()) + 7) % 7
	sunday := (int(time.Sunday) - int(now.Weekday()) + 7) % 7
	var out []journey.HeldHour
	for _, due := range []time.Time{
		time.Date(now.Year(), now.Month(), now.Day()+wednesday, 23, 40, 0, 0, zone),
		time.Date(now.Year(), now.Month(), now.Day()+sunday, 12, 0, 0, 0, zone),
	} {
		leaves, rule := pack.Next(due, []*time.Location{zone}, "", sh.Settings.QuietHours)
		if rule != "" {
			out = append(out, journey.HeldHour{Due: due, Leaves: leaves, Rule: rule})
		}
	}
	return out
}

// lawNotes puts into words what a pack asks besides its hours.
func lawNotes(p consent.Pack) []string {
	notes := []string{}
	add := func(when bool, format string, args ...any) {
		if when {
			notes = append(notes, fmt.Sprintf(format, args...))
		}
	}
	add(p.Express, "Only shoppers who said yes themselves may be written to, whatever the shop's consent mode.")
	add(p.DoubleOptIn, "A yes counts when its address was confirmed.")
	add(p.ConsentNames != "", "The wording of the yes must name cart reminders.")
	add(p.MaxPerCart > 0, "At most %d for one cart.", p.MaxPerCart)
	add(p.MaxPerDay > 0, "At most %d for one shopper in 24 hours.", p.MaxPerDay)
	add(p.Within > 0, "Only within %s of the cart being left.", journey.Span(p.Within))
	add(p.Window > 0, "Only within %s of the shopper's own last message.", journey.Span(p.Window))
	return notes
}

// PersonasNow gives the shop's personas and the number of their list.
func (e *Engine) PersonasNow(ctx context.Context, shopID string) (journey.PersonaList, error) {
	var l journey.PersonaList
	var err error
	if l.Revision, err = e.Store.PersonasRevision(ctx, shopID); err != nil {
		return l, err
	}
	l.Personas, err = e.Store.Personas(ctx, shopID)
	return l, err
}
