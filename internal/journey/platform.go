package journey

import "time"

// PlatformSetup is how a shop's platform can be asked by its own API.
type PlatformSetup struct {
	// Platform is the adapter's name. Needs are the values its API takes; none
	// where the adapter asks no API.
	Platform string
	Needs    []PlatformNeed
	// Fetches, Reconciles, Shelves and Opens say what is asked for: things that
	// webhooks only name, lost orders, products as they are now, and the way back.
	Fetches, Reconciles, Shelves, Opens bool
	// Complete is true when everything that is needed is there.
	Complete bool
	// Every is how often lost orders are asked for, "" for never.
	Every string
	// Checked is what the last look at the account found, its At zero for never.
	Checked Check
	// Inquiries are the question for lost orders, and those that met trouble.
	Inquiries []InquiryRow
}

// PlatformNeed is one value of the account, as the platform calls it.
type PlatformNeed struct {
	// Name is what `shop set` and the form call it.
	Name, Label, Help string
	// Optional ones have a default; Secret ones are never shown again.
	Optional, Secret bool
	// Hint is what is stored, as far as it may be shown; "" for nothing.
	Hint string
}

// InquiryRow is one question to the platform.
type InquiryRow struct {
	// Kind is cart, checkout, order or changes, Ref the platform's id.
	Kind, Ref string
	// DueAt is when it is asked next, zero for not any more. AnsweredAt is the last answer.
	DueAt, AnsweredAt time.Time
	// Tries counts the askings in vain, Found the events that were new, Trouble is why there is no answer.
	Tries   int
	Found   int
	Trouble string
}
