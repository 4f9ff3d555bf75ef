package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Visitor is a browser that the script on the shop's pages told of.
type Visitor struct {
	// ID is what the browser keeps.
	ID string `json:"id"`
	// NameID and ShopperID are the known person it was tied to by signed events; "" for nobody.
	NameID    string `json:"-"`
	ShopperID string `json:"shopper_id,omitempty"`
	// Contested is true for a browser that several people used: it is nobody's.
	Contested bool `json:"contested,omitempty"`
	// Proof is a hash of the platform's id of the cart in it.
	Proof string `json:"-"`
	// Device is "mobile", "tablet" or "desktop", "" where that is not known.
	Device string `json:"device,omitempty"`
	// FirstSeen and LastSeen are our clock.
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
	// Days are those of visits, in dossiers; Did is what was done, oldest first.
	Days []time.Time       `json:"days,omitempty"`
	Did  []event.Behaviour `json:"did,omitempty"`
}

// PixelSeen is how the script of a shop is doing.
type PixelSeen struct {
	// Tag is the line to put into the shop's pages, Policy what a content security policy has to allow for it.
	Tag, Policy string
	// LastAt is when it last reported, zero for never; Visitors how many browsers did in the last day, up to MaxPurgeCount.
	LastAt   time.Time
	Visitors int
}

// Capped is true when there were more visitors than were counted.
func (p PixelSeen) Capped() bool { return p.Visitors >= MaxPurgeCount }
