package consent

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Entry is one line of the consent ledger: an answer, whose it is and what
// shows it. Lines are added, never changed.
type Entry struct {
	event.Consent
	// ShopperID is who said it; "" when nobody was named.
	ShopperID string
	// NameID is the id of the name it was said by, whoever that turns out to be; "" when nobody was named.
	NameID string
	// CartID is the cart it was said on, when nobody was named: it is the answer of whoever the cart's shopper turns out to be.
	CartID string
	// Address is the hash of the address it was said of; "" when none was named: it counts for all of the shopper's.
	Address string
	// Evidence names what shows it: "event <id>", "message <id>", "import <file>:<line>".
	Evidence string
}

// Newest gives the answer that counts for writing to an address of a shopper
// about a cart, out of the lines of one channel; zero when nothing was said.
// The shopper's newest answer and the newest said of the address both count:
// two shoppers may share an address, and the no of either is the address's. A
// yes on the cart by nobody counts only where nobody said anything else.
func Newest(lines []Entry, shopperID, cartID, address string) event.Consent {
	onCart := func(l Entry) bool { return l.CartID != "" && l.CartID == cartID }
	theirs := func(l Entry) bool {
		return l.ShopperID != "" && l.ShopperID == shopperID || onCart(l) && l.Answer == event.No
	}
	own := newest(lines, theirs)
	said := newest(lines, func(l Entry) bool {
		if l.Address != "" {
			return l.Address == address
		}
		return theirs(l)
	})
	switch {
	case own.Answer == event.No:
		return own
	case said.Answer == event.No || own.Answer == "" && said.Answer != "":
		return said
	case own.Answer == "":
		return newest(lines, onCart)
	}
	return own
}

// newest gives the last answer of some lines; of two at the same moment the no counts.
func newest(lines []Entry, which func(Entry) bool) (c event.Consent) {
	for _, l := range slices.DeleteFunc(slices.Clone(lines), func(l Entry) bool { return !which(l) }) {
		if c.Answer == "" || l.At.After(c.At) || l.At.Equal(c.At) && l.Answer == event.No {
			c = l.Consent
		}
	}
	return c
}
