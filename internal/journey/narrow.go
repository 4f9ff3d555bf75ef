package journey

import "time"

// Narrow is what narrows a list besides its state; zero narrows nothing. A list
// heeds what it has.
type Narrow struct {
	// From and To bound when it happened: from the first moment, before the second.
	From, To time.Time
	// Moment says what of carts is meant by when: "started", "abandoned", "ordered"
	// or "" for the last activity. The list is in its order.
	Moment string
	// Persona, Sequence and Template are keys, Rule a decision's.
	Persona, Sequence, Template, Rule string
	// Step counts from 1; 0 is any.
	Step int
	// ShopperID is whose.
	ShopperID string
}
