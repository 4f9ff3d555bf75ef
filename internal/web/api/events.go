package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"reflect"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
)

var problemType = reflect.TypeFor[problem.Problem]()

// eventsIn is the body as it came: its reading is the engine's, whose
// vocabulary is wider than one schema.
type eventsIn struct {
	RawBody []byte `contentType:"application/json"`
}

// Taken is what became of the events of one request.
type Taken struct {
	// Accepted, Duplicate and Rejected count receipts; quarantined ones are accepted: they are stored.
	Accepted  int `json:"accepted" doc:"Stored now"`
	Duplicate int `json:"duplicate" doc:"Already stored before; nothing changed"`
	Rejected  int `json:"rejected" doc:"Not stored; the receipt says why"`
	// Results hold one receipt per event.
	Results []event.Receipt `json:"results" nullable:"false" doc:"One receipt per event, in the order of the request"`
}

func (a *API) events() {
	op := huma.Operation{
		OperationID: "collectEvents", Method: http.MethodPost, Path: "/api/v1/events", Tags: []string{"Events"}, Metadata: needs(access.EventsWrite),
		Summary: "Send events",
		Description: "One event, a list of events, or {\"batch\": [...]}. The names are those of Segment's e-commerce " +
			"specification; GA4's are aliases. An event that was answered is on disk. Sending it again changes nothing, " +
			"as long as its messageId is the same. Names that count: Product Viewed, Product Added, Product Removed, Cart Viewed, Cart Updated " +
			"(the whole contents; prefer it), Cart Emptied, Cart Deleted, Checkout Started, Checkout Updated, Checkout Step Completed, Payment Failed, " +
			"Order Completed, Order Updated, Order Cancelled, Order Refunded, Consent Updated, and calls of the type identify. Any other is stored, " +
			"its receipt says so, and nothing else happens. So that no message follows a purchase, give an order what its cart was known by: " +
			"cart_id, checkout_id, or the same userId, anonymousId, email or phone.",
		// One byte more than the cap: the library counts the cap itself as over.
		MaxBodyBytes: a.Gate.MaxBytes() + 1, SkipValidateBody: true,
		Middlewares: huma.Middlewares{a.enter},
	}
	operation(a, op, a.collect)
	// The library documents raw bytes; say what belongs into them.
	content := a.huma.OpenAPI().Paths[op.Path].Post.RequestBody.Content
	content["application/json"] = &huma.MediaType{
		Schema:  a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[TrackedEvent](), true, "TrackedEvent"),
		Example: exampleEvent(),
	}
}

// enter takes a place at the gate and the body with it, before the library
// reads it without a limit on all of them together.
func (a *API) enter(ctx huma.Context, next func(huma.Context)) {
	r := humaecho.Unwrap(ctx).Request()
	body, leave, err := a.Gate.Take(r)
	if err != nil {
		a.refuse(ctx, err)
		return
	}
	defer leave()
	r.Body = io.NopCloser(bytes.NewReader(body))
	next(ctx)
}

func (a *API) collect(ctx context.Context, s shop.Shop, in *eventsIn) (*answer[Taken], error) {
	// The library reuses its buffer; what is stored must be our own.
	receipts, err := a.Engine.Collect(ctx, s.ID, bytes.Clone(in.RawBody))
	if err != nil {
		return nil, err
	}
	t := count(receipts)
	if t.Rejected > 0 && t.Rejected == len(receipts) {
		p := problem.Of(fault.New(fault.Unprocessable, "no event was taken in").Try("mend what the results name"))
		if len(receipts) == 1 {
			p.Detail, p.Field, p.Remedy = receipts[0].Message, receipts[0].Field, receipts[0].Remedy
		}
		p.Results = t.Results
		return nil, p
	}
	return &answer[Taken]{Body: t}, nil
}

func count(receipts []event.Receipt) Taken {
	t := Taken{Results: append([]event.Receipt{}, receipts...)}
	for _, r := range receipts {
		switch r.Status {
		case event.Duplicate:
			t.Duplicate++
		case event.Rejected:
			t.Rejected++
		default:
			t.Accepted++
		}
	}
	return t
}

// TrackedEvent documents the common form of an event. More properties are
// welcome: the engine reads the vocabulary's own.
type TrackedEvent struct {
	_ struct{} `additionalProperties:"true"`
	// Event is what happened.
	Event string `json:"event" doc:"What happened: Product Added, Product Removed, Cart Updated, Cart Viewed, Checkout Started, Order Completed, …" example:"Cart Updated"`
	// MessageID makes repeating harmless.
	MessageID string `json:"messageId,omitempty" doc:"The sender's own id of this event; the same for every repetition"`
	// Timestamp is when it happened.
	Timestamp string `json:"timestamp,omitempty" doc:"When it happened, RFC 3339; now if left out"`
	// UserID and AnonymousID say who did it.
	UserID      string `json:"userId,omitempty" doc:"The shop's own customer id"`
	AnonymousID string `json:"anonymousId,omitempty" doc:"A device's id, before the shopper is known"`
	// Context holds traits and locale.
	Context map[string]any `json:"context,omitempty" doc:"traits.email, traits.phone, locale, timezone, …"`
	// Properties hold the cart or order.
	Properties map[string]any `json:"properties,omitempty" doc:"cart_id, checkout_id, order_id, currency, total, products, coupon, recovery_url, consent, …"`
}

func exampleEvent() map[string]any {
	return map[string]any{
		"event": "Cart Updated", "messageId": "evt-1", "timestamp": "2026-11-03T09:30:00Z", "userId": "c-77",
		"context": map[string]any{"traits": map[string]any{"email": "ada@example.com"}, "locale": "en-GB"},
		"properties": map[string]any{
			"cart_id": "k-1", "currency": "EUR", "total": "49.90", "consent": map[string]any{"email": true},
			"products": []any{map[string]any{
				"product_id": "p-1", "name": "Blue scarf", "quantity": 1, "price": "49.90", "url": "https://shop.example/p-1",
			}},
		},
	}
}
