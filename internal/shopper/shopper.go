// Package shopper is the second stop of the data's way: a person, known by a
// set of identity keys, with the traits their events told.
package shopper

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Shopper is one person in one shop.
type Shopper struct {
	ID     string `json:"id"`
	ShopID string `json:"shop_id"`
	// Keys are all identity keys known to be theirs, sorted.
	Keys []event.Key `json:"keys"`
	// Contested is true where names of theirs were seen with somebody else too, so
	// that whose they are may still change.
	Contested bool `json:"contested,omitempty"`
	// Traits are what events said of them; the newest saying wins, field by field.
	Traits Traits `json:"traits"`
	// FirstSeen is the first event's time, LastSeen the last one's.
	FirstSeen time.Time `json:"first_seen"`
	LastSeen  time.Time `json:"last_seen"`
}

// Name is one identity key as it is kept: with an id of its own, under which what
// was said by this name stands, and whose it is by all that is known.
type Name struct {
	event.Key
	// ID never changes and says nothing of the key; ids that were made later are greater.
	ID string
	// ShopperID is the person's: the id of one of their names.
	ShopperID string
	// Contested is true for all names of which evidence was left aside.
	Contested bool
}

// Traits are facts about a person, each with the time it was said.
type Traits struct {
	FirstName Said `json:"first_name"`
	LastName  Said `json:"last_name"`
	Country   Said `json:"country"`
	Region    Said `json:"region"`
	Locale    Said `json:"locale"`
	TimeZone  Said `json:"time_zone"`
	Device    Said `json:"device"`
	// Email and Phone are the newest addresses; older ones stay as keys.
	Email Said `json:"email"`
	Phone Said `json:"phone"`
	// Messenger is the page-scoped id, if they ever wrote to the shop's page.
	Messenger Said `json:"messenger"`
	// Tags are the merchant's labels, joined by commas.
	Tags Said `json:"tags"`
}

// Said is a value with the moment it was said. Equal moments are settled by
// the greater value, so that any order of folding gives the same result.
type Said struct {
	Value string `json:"v,omitempty"`
	// At is unix milliseconds.
	At int64 `json:"at,omitempty"`
}

// History is what the shop's past tells about a shopper, counted when asked.
type History struct {
	// Orders is the number of purchases that were not cancelled.
	Orders int `json:"orders"`
	// Spent is the sum of them less refunds, one amount per currency.
	Spent []money.Money `json:"spent"`
	// Visits is the number of different UTC days with activity.
	Visits int `json:"visits"`
	// Device is what their browser was last seen on by the storefront pixel; "" where that is not known.
	// It counts only where no event of the platform said a device.
	Device string `json:"device,omitempty"`
}
