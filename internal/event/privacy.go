package event

// Privacy is whom a request for export or erasure is about, as the platform
// names them. A request about the whole shop names nobody.
type Privacy struct {
	// Keys are the person's names, normalized.
	Keys []Key `json:"keys,omitempty"`
	// Orders are the platform's ids of the orders it is about.
	Orders []string `json:"orders,omitempty"`
}
