package journey

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Identity explains which names a shopper is known by, and why.
type Identity struct {
	// ShopperID is the person's; it may differ from the id that was asked for.
	ShopperID string
	// Names are a page of their names, strongest first; Total is how many they have. Next
	// is the id of the name after which the next page begins, "" on the last.
	Names []KnownName
	Total int
	Next  string
	// Words are what people said of the names of this page, the latest first, also what was taken back.
	Words []shopper.Word
}

// KnownName is one name of a shopper with what speaks for it.
type KnownName struct {
	shopper.Name
	// Carts and Orders count those it stands on, up to CountCap.
	Carts, Orders int
	// Crowded is true where it was seen with so many people that it says nothing of who somebody is.
	Crowded bool
	// With are names of the same person that it was seen with, Apart names of others, each
	// the latest first and at most MaxSeen. Others counts those of other people, up to shopper.Throng.
	With, Apart []SeenWith
	Others      int
}

// CountCap is how far the carts and orders of a name are counted.
const CountCap = 1000

// MaxSeen is how many names are shown that a name was seen with.
const MaxSeen = 5

// SeenWith is a name that another was seen with.
type SeenWith struct {
	shopper.Name
	// At is when both were last named.
	At time.Time
	// EventID, EventKind and CartID are what told it; all "" where that was not kept.
	EventID   string
	EventKind event.Kind
	CartID    string
	// Why it is not the same person's; "" where it is.
	Why Apartness
}

// Apartness is why two names that were seen together are not one person's.
type Apartness string

// The reasons, in the order in which they are looked for.
const (
	// ApartByWord: somebody said so.
	ApartByWord Apartness = "ruling"
	// ApartByCrowd: one of the two was seen with so many people that it is nobody's.
	ApartByCrowd Apartness = "crowded"
	// ApartByCustomer: they would be two accounts of the shop.
	ApartByCustomer Apartness = "two_customers"
	// ApartByAddress: they would have two email addresses.
	ApartByAddress Apartness = "two_addresses"
	// ApartByNewer: later evidence, or what was said of other names, leads elsewhere.
	ApartByNewer Apartness = "newer_evidence"
)

// Saying is what somebody says of two names.
type Saying struct {
	// Name and Other are the names' ids. Where Other is "", it is the first known of OtherKeys: what was typed.
	Name, Other string
	OtherKeys   []event.Key
	// Same is true for "they are the same person's", false for "they are not".
	Same bool
	// Reason is why, in their words; it may be empty.
	Reason string
}

// Foresight is what a ruling, or taking it back, would do.
type Foresight struct {
	// A and B are the names that it would be kept of: joining two people with an
	// address each, these are their addresses.
	A, B shopper.Name
	// Word is what would be taken back; its ID is "" where something new is said.
	Word shopper.Word
	// Sides are the people that would result, of those that would change or were named.
	Sides []Side
	// Changes is false where everything would stay as it is.
	Changes bool
}

// Side is one person that would result.
type Side struct {
	// ShopperID is the id they would have.
	ShopperID string
	// Names are theirs, strongest first.
	Names []shopper.Name
	// Carts and Orders are those that would be theirs, the latest first, at most MaxHanging of each person of now.
	Carts  []Hanging
	Orders []Hanging
	// More is true where a person of now has more than was looked at.
	More bool
}

// MaxHanging is how many carts and orders of a person are looked at.
const MaxHanging = 200

// Hanging is a cart or an order with the name that it hangs on.
type Hanging struct {
	ID, NameID string
	// State is a cart's, Number an order's number at the shop.
	State, Number string
	Total         money.Money
	At            time.Time
}

// Masked gives enough of somebody else's name to recognize it by who knows it.
func Masked(k event.Key) string {
	first, size := utf8.DecodeRuneInString(k.Value)
	switch k.Kind {
	case event.KeyEmail:
		if at := strings.LastIndex(k.Value, "@"); at > 0 {
			return string(first) + "•••" + k.Value[at:]
		}
	case event.KeyPhone:
		if len(k.Value) > 6 {
			return k.Value[:3] + "•••" + k.Value[len(k.Value)-2:]
		}
	}
	if size == len(k.Value) {
		return "•••"
	}
	return string(first) + "•••"
}
