package delivery

// Health is what a provider says about an account that is only looked at.
type Health struct {
	// OK is true when messages could leave by it, as far as the provider tells.
	OK bool
	// Code is the HTTP status or the provider's error code.
	Code string
	// Says is what was found, in words for the merchant; without secrets and addresses.
	Says string
}
