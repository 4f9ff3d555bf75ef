package journey

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Sought is what somebody looks for: a name, a number or an id, as they typed it.
type Sought struct {
	// Text is what was typed, without blanks around it.
	Text string
	// Keys are the names it may be: an email, a phone, an id at the platform or of a device.
	Keys []event.Key
	// Prefix is the beginning of an email address; "" where it is none.
	Prefix string
}

// MaxFound bounds how many of a kind are found at once.
const MaxFound = 25

// shortestPrefix is how much of an address one has to type.
const shortestPrefix = 3

// Seek reads what somebody looks for.
func Seek(text string) (Sought, error) {
	s := Sought{Text: event.Clean(text, 200)}
	if s.Text == "" {
		return s, fault.New(fault.Invalid, "nothing was asked for").In("q").
			Try("write an email address or its beginning, a phone number, an order number, or an id of a cart, customer or shopper")
	}
	for _, kind := range []event.KeyKind{event.KeyEmail, event.KeyPhone, event.KeyCustomer, event.KeyMessenger, event.KeyAnonymous} {
		if k, err := shopper.ParseKey(kind, s.Text); err == nil {
			s.Keys = append(s.Keys, k)
		}
	}
	if low := strings.ToLower(s.Text); len(low) >= shortestPrefix && !strings.ContainsAny(low, " #") {
		s.Prefix = low
	}
	return s, nil
}

// Found is what was found.
type Found struct {
	// Shoppers and Carts are at most MaxFound each; More is true where there are more.
	Shoppers []ShopperRow
	Carts    []CartRow
	More     bool
}

// ShopperRow is a shopper in a list.
type ShopperRow struct {
	ID string
	// Name is first and last name, "" where none is known.
	Name, Email, Phone, Country string
	FirstSeen, LastSeen         time.Time
}

// ShopperDetail is one shopper with what a merchant asks about them.
type ShopperDetail struct {
	Shopper shopper.Shopper
	History shopper.History
	// Personas are those their carts looked like, the latest first.
	Personas []string
	// Ledger is what they answered, and how each address stands.
	Ledger ConsentLedger
	// Carts are the latest.
	Carts []CartRow
	// Waiting counts the steps and messages that are still to come.
	Waiting int
}

// Reply is something that a shopper wrote.
type Reply struct {
	ID      string
	Channel event.Channel
	// ShopperID is whose address it came from, "" for a stranger's.
	ShopperID string
	// From is the address, Text what it said; both are blank once the shopper was erased.
	From, Text string
	// Keyword is what was understood: stop, start, help, begin or "".
	Keyword string
	At      time.Time
}

// Conversation is what an address wrote on one channel.
type Conversation struct {
	ID      string
	Channel event.Channel
	// From is the address, Last the newest reply.
	From string
	Last Reply
	// Replies counts all, Unread those that came since somebody looked.
	Replies, Unread int
	// HandledAt is when somebody marked it as done; zero since a later reply, or never.
	HandledAt time.Time
}

// Exchange is a conversation with what was written to the same person on its channel.
type Exchange struct {
	Conversation
	// Lines are the newest, oldest first; each is a Reply or a Message.
	Lines []ExchangeLine
	// Older is true where there are more than are shown.
	Older bool
}

// ExchangeLine is one line of an exchange: one of the two is set.
type ExchangeLine struct {
	At      time.Time
	Reply   *Reply
	Message *message.Message
}
