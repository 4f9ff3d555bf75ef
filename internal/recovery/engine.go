// Package recovery is the engine: the verbs of the data's way, one file each.
// It reads like the story: an event is received and folded (ingest), a silent
// cart is abandoned and routed to a persona (abandon), enrolled in its sequence
// (enroll), a step comes due and is decided (due), reserved and sent (send),
// its fate is reported (deliver), an order ends it and is credited (order), and
// a sweeper rings for whatever lost its alarm (sweep).
//
// The engine owns what happens inside a transaction and in which order. What
// it needs of the outside it declares here as small interfaces.
package recovery

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Platform verifies and parses one platform's webhooks.
type Platform interface {
	Verify(d event.Delivery, secrets []string) error
	Parse(d event.Delivery) ([]event.Event, error)
	Ping(d event.Delivery) bool
}

// Provider sends by one provider and reads its callbacks.
type Provider interface {
	Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict
	Callback(a delivery.Account, r delivery.Request) (delivery.Batch, error)
}

// Accounts gives a shop's credentials, unsealed.
type Accounts interface {
	// Account gives the shop's account for a channel; without keys it is the sandbox's.
	Account(ctx context.Context, shopID string, c event.Channel) (delivery.Account, error)
	// WebhookSecrets gives the secrets the shop's platform may sign with.
	WebhookSecrets(ctx context.Context, shopID string) ([]string, error)
	// ShopsOfPage gives the shops that a Messenger page may speak for.
	ShopsOfPage(ctx context.Context, pageID string) ([]string, error)
	// VerifyTokens gives every account that may answer Messenger's subscription check.
	VerifyTokens(ctx context.Context) ([]delivery.Account, error)
}

// AlarmKind tells what an alarm wakes.
type AlarmKind string

// The alarms.
const (
	// AlarmIdle wakes a shard for carts that may have been abandoned.
	AlarmIdle AlarmKind = "idle"
	// AlarmDue wakes a shard for steps and messages that are due.
	AlarmDue AlarmKind = "due"
	// AlarmAsk wakes a shard for questions to platforms' APIs.
	AlarmAsk AlarmKind = "ask"
)

// Alarms sets alarms. They are a convenience: what is due stands in SQL, and
// the sweeper rings for what has no alarm.
type Alarms interface {
	Arm(ctx context.Context, kind AlarmKind, shard int, at time.Time) error
}

// Meter counts what happens, without personal data.
type Meter interface {
	Event(platform string, fate event.Taken)
	Decision(outcome, rule string)
	Verdict(c event.Channel, o delivery.Outcome, took time.Duration)
	Report(provider string, s delivery.Status)
	Late(c event.Channel, d time.Duration)
	Job(kind AlarmKind, steps int)
	// Purged counts rows that were removed or blanked because they were old.
	Purged(what string, rows int)
}

// Options wire an engine. Every field is required unless it says otherwise.
type Options struct {
	Store     Store
	Platforms map[string]Platform
	// Collect splits a body of the events API into items; see Collect.
	Collect func(event.Delivery) ([]Item, error)
	// Sighting reads what the script on a shop's pages posts.
	Sighting  func(event.Delivery) (event.Sighting, error)
	Providers map[event.Channel]Provider
	Accounts  Accounts
	// Remote asks platforms' APIs; nil asks nobody.
	Remote Remote
	Alarms Alarms
	Rules  *persona.Rules
	// References checks what a sequence names before it is published.
	References References
	// Packs are what each country's law asks of each channel.
	Packs consent.Packs
	// Confirmations are the shipped requests to confirm an address, for shops without their own.
	Confirmations []message.Template
	Renderer      *message.Renderer
	Meter         Meter
	Log           *slog.Logger
	// Now is the clock, NewID makes time-ordered unique ids.
	Now func() time.Time
	// After gives a channel on which something comes after a time by the wall, as
	// time.After does; nil for handlers that never wait for their lanes.
	After func(time.Duration) <-chan time.Time
	NewID func() string
	// PublicURL is where links and callbacks live, without a trailing slash.
	PublicURL string
	// Secret makes link tokens. Changing it breaks the links of messages already sent.
	Secret []byte
	// Workers bounds provider calls at once per channel; 0 means 64.
	Workers int
	// Horizon is how far ahead alarms are set; 0 means an hour.
	Horizon time.Duration
	// Lease is how long a sending message belongs to the process that took it, and a
	// reserved one a quarter of that; later another may look after it. Provider calls
	// must end well before. 0 means two minutes.
	Lease time.Duration
	// Batch bounds due steps decided in one transaction; 0 means 100.
	Batch int
}

// Engine runs the verbs. It is safe for concurrent use and keeps nothing that
// another process would need, but counts of refused requests for some seconds. Close it before its store.
type Engine struct {
	Options
	// patient handlers can wait by the wall: After was given.
	patient bool
	lanes   *lanes
	turns   turns
	// refusals wait to be counted.
	refusals refusals
	// publicKeys are keys that platforms sign with and publish.
	publicKeys publicKeys
}

// New makes an engine.
func New(o Options) *Engine {
	if o.Workers == 0 {
		o.Workers = 64
	}
	if o.Horizon == 0 {
		o.Horizon = time.Hour
	}
	if o.Lease == 0 {
		o.Lease = 2 * time.Minute
	}
	if o.Batch == 0 {
		o.Batch = 100
	}
	patient := o.After != nil
	if !patient {
		o.After = atOnce
	}
	if o.Remote == nil {
		o.Remote = nobody{}
	}
	e := &Engine{Options: o, patient: patient}
	e.lanes = newLanes(o, func(ctx context.Context, l Letter) {
		if err := e.send(ctx, l); err != nil {
			e.Log.ErrorContext(ctx, "message not settled; its lease will bring it back", "shop", l.ShopID, "message", l.ID, "error", err)
		}
	})
	return e
}

// reservedFor is how long a reserved message belongs to the process that took it. It is
// short: nothing has left yet, and whoever takes it over later finds it so.
func (e *Engine) reservedFor() time.Duration { return e.Lease / 4 }

// Rest waits until no message of this process waits for its provider.
func (e *Engine) Rest() { e.lanes.rest() }

// Close begins no further provider call and waits for those at work; when ctx
// ends they are cut off. What was reserved and never begun is given back, so
// that the next process need not wait for its lease.
func (e *Engine) Close(ctx context.Context) error {
	e.FlushRefusals(context.WithoutCancel(ctx))
	never := e.lanes.close(ctx)
	for len(never) > 0 {
		n := min(len(never), e.Batch)
		if err := e.giveBack(context.WithoutCancel(ctx), never[:n]); err != nil {
			return err
		}
		never = never[n:]
	}
	return nil
}

// token makes the secret of one link of one message. It is derived, so that
// nothing needs to be stored but its hash.
func (e *Engine) token(purpose message.Link, messageID string) string {
	mac := hmac.New(sha256.New, e.Secret)
	mac.Write([]byte("link:" + string(purpose) + ":" + messageID))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))[:22] // 132 bits
}

// HashToken gives what is stored of a link's token.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte("link:" + token))
	return hex.EncodeToString(sum[:])
}

// HashAddress gives what is stored of a suppressed address. The shop's id is
// part of it, so that shops cannot compare their lists. What an erasure left of
// an address gives the hash it was before.
func HashAddress(shopID string, c event.Channel, address string) string {
	if hash, ok := erasedHash(address); ok {
		return hash
	}
	sum := sha256.Sum256([]byte("address:" + shopID + ":" + string(c) + ":" + normal(c, address)))
	return hex.EncodeToString(sum[:])
}

func atOnce(time.Duration) <-chan time.Time {
	c := make(chan time.Time)
	close(c)
	return c
}

// writeAndWake runs fn in one transaction and, after the commit, sets the alarm
// of what it put off for a shop.
func (e *Engine) writeAndWake(ctx context.Context, shopID string, fn func(context.Context, Tx) error) error {
	var m *memo
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		m = remember(tx)
		return fn(ctx, m)
	})
	if err == nil {
		e.arm(ctx, AlarmDue, shardOf(shopID), m.due)
	}
	return err
}

// arm sets an alarm when it lies within the horizon. A lost alarm is late, not
// lost: the sweeper rings for it.
func (e *Engine) arm(ctx context.Context, kind AlarmKind, shard int, at time.Time) {
	if at.IsZero() || at.After(e.Now().Add(e.Horizon)) {
		return
	}
	// What caused it is stored: a caller that hangs up must not keep the alarm from being set.
	if err := e.Alarms.Arm(context.WithoutCancel(ctx), kind, shard, at); err != nil {
		e.Log.WarnContext(ctx, "alarm not set; the sweeper will ring", "kind", kind, "shard", shard, "error", err)
	}
}

func shardOf(shopID string) int { return shop.Shard(shopID) }
