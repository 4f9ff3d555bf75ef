package recovery

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// privacyStore reads what export, erasure and the duties need outside transactions.
type privacyStore interface {
	// Owners gives the ids of the shoppers who own any of the keys, in the keys' order.
	Owners(ctx context.Context, shopID string, keys []event.Key) ([]string, error)
	// Dossier gives everything held about a shopper, bodies as they are.
	Dossier(ctx context.Context, shopID, shopperID string) (journey.Dossier, error)
	// Unattributed gives events of the shop after an id that belong to no shopper and were not erased.
	Unattributed(ctx context.Context, shopID, after string, limit int) ([]Stored, error)
	// Held counts the rows per table that an erasure would change.
	Held(ctx context.Context, c Cleaning) (map[string]int, error)
	// RunningErasures gives erasures that were begun and not finished, oldest first.
	RunningErasures(ctx context.Context, limit int) ([]journey.Erasure, error)
	// WaitingErasures gives platforms' requests for erasure that are to be done, oldest first.
	WaitingErasures(ctx context.Context, limit int) ([]journey.PrivacyRequest, error)
	// PurgeDue gives shops whose old rows are to be looked for.
	PurgeDue(ctx context.Context, limit int) ([]shop.Shop, error)
}

// privacyTx is what export, erasure and the duties need inside transactions.
type privacyTx interface {
	markTx
	// MergedInto gives the ids of those who were merged into a shopper.
	MergedInto(ctx context.Context, shopID, shopperID string) ([]string, error)
	// BusyCarts gives carts of the scope that something waits for: an enrollment or a reserved message.
	BusyCarts(ctx context.Context, s Scope, limit int) ([]string, error)
	// Blank blanks personal data in one of the Personal tables, at most c.Limit rows, and counts them by table.
	Blank(ctx context.Context, table string, c Cleaning) (map[string]int, error)
	// BlankEvents blanks the events of these ids.
	BlankEvents(ctx context.Context, c Cleaning, ids []string) (int, error)
	// BlankOrders takes the names off orders by the platform's ids.
	BlankOrders(ctx context.Context, c Cleaning, platformIDs []string) (int, error)
	// Forget removes the names and traits of the scope: the last step, since what went before finds its rows by them.
	Forget(ctx context.Context, c Cleaning) (map[string]int, error)
	// SaveErasure writes an erasure's state and counts; Erasures gives those of a shopper, newest first.
	SaveErasure(ctx context.Context, er journey.Erasure) error
	Erasures(ctx context.Context, shopID, shopperID string) ([]journey.Erasure, error)
	// SaveRequest writes a privacy request.
	SaveRequest(ctx context.Context, r journey.PrivacyRequest) error
	// Pause switches sending off for a shop.
	Pause(ctx context.Context, shopID string) error
	// TakePurge makes a shop's purge this process's until an instant; false when another has it.
	TakePurge(ctx context.Context, shopID string, until time.Time) (bool, error)
	// NotePurge keeps what a look at the shop's old rows removed.
	NotePurge(ctx context.Context, shopID string, counts map[string]int) error
	// PurgeAgain sets when the shop is looked through next.
	PurgeAgain(ctx context.Context, shopID string, at time.Time) error
	// Purge removes or blanks what a table keeps from before an instant, at most limit rows.
	Purge(ctx context.Context, shopID string, what shop.Kept, before time.Time, limit int) (int, error)
	// PurgeSignIns removes sessions and sign-in links that are over.
	PurgeSignIns(ctx context.Context) error
}

// Scope is whose personal data is meant: a shopper's, or everybody's in the shop.
type Scope struct {
	ShopID string
	// ShopperID is "" for somebody who is not known here; WholeShop for everybody.
	ShopperID string
}

// WholeShop stands in a Scope, and in the proof, for everybody in the shop.
const WholeShop = "*"

// Whole reports that everybody in the shop is meant.
func (s Scope) Whole() bool { return s.ShopperID == WholeShop }

// Cleaning is one batch of an erasure.
type Cleaning struct {
	Scope
	// Names are the person's own: rows of other people may hold them.
	Names []event.Key
	// Limit bounds the rows of one batch.
	Limit int
	// Scrub gives a text that has to be kept, such as an order's number, without the person's names: as
	// it is, or as a hash when it holds one of them, or one of also. Of a whole shop it is always the hash.
	Scrub func(text string, also ...string) string
	// Key gives what stays of an event's dedupe key.
	Key func(dedupe string) string
	// Address gives what stays of an address a message went to.
	Address func(c event.Channel, address string) string
	// Order gives the hash by which an order is known to be an erased person's.
	Order func(platformID string) string
	// Spent gives the hashes of the links of a message that lead to personal data.
	Spent func(messageID string) []string
	// Mentions reports whether a body from outside names the person.
	Mentions func(body []byte) bool
}

// Personal are the tables with personal data in the order they are erased in.
// "shared" are carts and orders of other people that name the person;
// "inquiries" go by the links of carts and orders, and so before them.
var Personal = []string{
	"events", "inquiries", "shared", "carts", "orders", "consents", "decisions", "offers", "messages", "reports", "touches", "inbounds", "early_reports", "visitors",
}

// erasedMark stands before the hash that is kept of an erased text.
const erasedMark = "erased:"

// erasedKey is what stays of the key that repeats of an event are told by. A
// delivery that comes again after the erasure is then still known, and brings
// nothing back.
func (e *Engine) erasedKey(shopID, dedupe string) string {
	if strings.HasPrefix(dedupe, erasedMark) {
		return dedupe
	}
	return erasedMark + e.keyed(shopID, "event", dedupe)
}

// suppressedErased is the reason of the suppressions that an erasure leaves.
// They end when the person says yes again; see the store's InsertConsent.
const suppressedErased = "erased"

// Who is whom an export or erasure is about: an id, or names.
type Who struct {
	ShopperID string
	Keys      []event.Key
	// Orders are the platform's ids of orders to erase along, whoever they are stored for.
	Orders []string
}

// cleaning makes the tools of an erasure.
func (e *Engine) cleaning(s Scope, names []event.Key) Cleaning {
	return Cleaning{
		Scope: s, Names: names, Limit: eraseBatch,
		Scrub: func(text string, also ...string) string {
			if !s.Whole() && !holdsAny(text, append(values(names), also...)) || strings.HasPrefix(text, erasedMark) {
				return text
			}
			return erasedMark + e.keyed(s.ShopID, "text", text)
		},
		Key:     func(dedupe string) string { return e.erasedKey(s.ShopID, dedupe) },
		Address: func(c event.Channel, address string) string { return erasedMark + HashAddress(s.ShopID, c, address) },
		Order:   func(platformID string) string { return e.orderMark(s.ShopID, platformID) },
		Spent:   e.spent, Mentions: mentions(names),
	}
}

// holdsAny reports whether a text holds one of the parts. Parts of under four
// letters are found in too much, and tell nothing.
func holdsAny(text string, parts []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(parts, func(p string) bool { return len(p) >= 4 && strings.Contains(text, strings.ToLower(p)) })
}

func values(keys []event.Key) []string {
	var out []string
	for _, k := range keys {
		out = append(out, k.Value)
	}
	return out
}

// keyed gives a hash that only this installation can make.
func (e *Engine) keyed(shopID, kind, value string) string {
	mac := hmac.New(sha256.New, e.Secret)
	mac.Write([]byte("identity:" + shopID + ":" + kind + ":" + value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// targets gives the shoppers that a request means. A customer id or an email is
// one person's; a phone or a device may be a family's, and tells whom only when
// nothing better does.
func targets(found []shopper.Shopper, keys []event.Key) []shopper.Shopper {
	surely := slices.DeleteFunc(slices.Clone(found), func(s shopper.Shopper) bool {
		return !slices.ContainsFunc(keys, func(k event.Key) bool {
			return (k.Kind == event.KeyCustomer || k.Kind == event.KeyEmail) && slices.Contains(s.Keys, k)
		})
	})
	if len(surely) > 0 {
		return surely
	}
	return found
}

// Find gives the id of the shopper with one of the names, or fault.NotFound.
func (e *Engine) Find(ctx context.Context, shopID string, who Who) (string, error) {
	if who.ShopperID != "" {
		return who.ShopperID, nil
	}
	ids, err := e.Store.Owners(ctx, shopID, shopper.Union(who.Keys, nil))
	if err != nil {
		return "", err
	}
	if len(ids) == 0 {
		return "", fault.New(fault.NotFound, "nobody of this name is known in the shop").
			Try("write the email, phone (+33…), customer id, Messenger id or anonymous id as the shop's platform has it")
	}
	return ids[0], nil
}
