// Package platform is where shops' platforms come in: one folder per platform,
// each verifying and parsing that platform's webhooks into events.
package platform

import "github.com/cartograph-dev/cartograph/internal/event"

// Adapter knows one platform.
type Adapter interface {
	// Verify checks the delivery's signature over its raw bytes, in constant
	// time, against each of the shop's secrets. No secret, no signature or no
	// match is fault.Unauthorized.
	Verify(d event.Delivery, secrets []string) error
	// Parse turns a verified delivery into events (usually one; none for a ping).
	//
	// Errors: fault.Invalid for a body that cannot be read (the sender is told,
	// nothing is stored); fault.Unprocessable for one that can be read and makes
	// no sense (it is stored and quarantined). A topic the adapter does not know
	// is one event of kind Unknown, not an error. Parse never panics.
	Parse(d event.Delivery) ([]event.Event, error)
	// Ping reports whether the delivery is the platform's unsigned connection
	// test, which is answered 200 and otherwise ignored.
	Ping(d event.Delivery) bool
}
