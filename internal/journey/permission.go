package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// ConsentLedger is what the consent ledger holds of one shopper.
type ConsentLedger struct {
	// ShopperID is theirs; "" for an address that no shopper is known by.
	ShopperID string
	// Now is how each of their addresses stands; a channel without an address has one entry without.
	Now []ConsentStanding
	// Lines are the ledger's, newest first, with Entry.Address the address
	// itself where it is one of theirs, and "" otherwise.
	Lines []consent.Entry
	// Older is true when there are more lines than were given.
	Older bool
}

// ConsentStanding is the answer that counts for one address.
type ConsentStanding struct {
	Channel event.Channel
	// Address is "" where none of the channel is known.
	Address string
	// Answer is "" for unknown; what follows is then empty, too.
	Answer    event.Answer
	Confirmed bool
	Names     []string
	Source    string
	At        time.Time
	// Suppressed is the reason for which nothing is sent whatever the answer is, or "".
	Suppressed string
}
