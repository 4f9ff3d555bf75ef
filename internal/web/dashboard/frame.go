package dashboard

import (
	"net/url"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// frame is what every page shows around its own content. Its methods are what
// the pages can say.
type frame struct {
	// Title is the page's, Section the entry of the navigation it belongs to.
	Title, Section string
	// Shop is whose page it is; Shops are all that its reader may see.
	Shop  shop.Shop
	Shops []shop.Shop
	// Sandboxed are the channels whose messages leave nowhere.
	Sandboxed []event.Channel
	// Now is when the page was made, Zone the shop's time zone.
	Now  time.Time
	Zone *time.Location
	// User is who reads it, Role theirs in the shop.
	User string
	Role access.Role
	// Live is true on pages that keep themselves up to date.
	Live bool
	// spoken is what personas and sequences are called, on pages that name them.
	spoken spoken
}

func (d *Dashboard) frame(m member, title, section string, sandbox []event.Channel) frame {
	zone, err := time.LoadLocation(m.shop.TimeZone)
	if err != nil {
		// An unknown zone is shown as UTC, which every time names.
		zone = time.UTC
	}
	return frame{
		Title: title, Section: section, Shop: m.shop, Shops: m.shops, Sandboxed: sandbox, Now: d.Now(), Zone: zone,
		User: m.name, Role: m.role,
	}
}

// SignedIn reports whether the page belongs to a shop.
func (f frame) SignedIn() bool { return f.Shop.ID != "" }

// Acts reports whether the reader may do things, Manages whether they may
// decide who does. The routes enforce it; pages only leave out what would be refused.
func (f frame) Acts() bool { return f.Role.May(access.Act) }

// Manages is true for owners.
func (f frame) Manages() bool { return f.Role.May(access.Manage) }

// Several reports whether there is a choice of shops.
func (f frame) Several() bool { return len(f.Shops) > 1 }

// Link makes an address within the shop: a path, then names and values of its
// query; empty values are left out.
func (f frame) Link(path string, query ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(query); i += 2 {
		if query[i+1] != "" {
			q.Set(query[i], query[i+1])
		}
	}
	if f.Several() {
		q.Set("shop", f.Shop.ID)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// Money writes an amount as the shop's readers expect it.
func (f frame) Money(m money.Money) string {
	if m.Currency == "" {
		return "–"
	}
	return money.Format(m, f.Shop.Locale)
}

// Channels names the sandboxed channels in a sentence.
func (f frame) Channels() string {
	var names []string
	for _, c := range f.Sandboxed {
		names = append(names, channelName(c))
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// Time writes a moment in the shop's zone, short.
func (f frame) Time(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	layout := "2 Jan, 15:04"
	if t.Year() != f.Now.Year() {
		layout = "2 Jan 2006, 15:04"
	}
	if f.Zone == nil {
		return t.UTC().Format(layout)
	}
	return t.In(f.Zone).Format(layout)
}

// Value writes a decision's input: moments by the shop's clock with its name, all else as it is.
func (f frame) Value(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || f.Zone == nil {
		return text
	}
	return f.Time(t) + " " + t.In(f.Zone).Format("MST")
}

// Stamp writes a moment for machines.
func (f frame) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Ago writes how long ago something was, or how far ahead it is.
func (f frame) Ago(t time.Time) string {
	switch d := f.Now.Sub(t); {
	case t.IsZero():
		return "–"
	case d < -time.Second:
		return "in " + journey.Span(-d)
	case d < time.Second:
		return "now"
	default:
		return journey.Span(d) + " ago"
	}
}

// Span writes a duration in its greatest unit.
func (f frame) Span(d time.Duration) string { return journey.Span(d) }

// Picture reports whether an address may be loaded as a picture.
func (f frame) Picture(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
