package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// nobody is the Remote of an engine that was given none: there is nobody to ask.
type nobody struct{}

var errNobody = fault.New(fault.Misconfigured, "this engine can ask no platform")

// Can tells that nothing can be asked.
func (nobody) Can(string) Abilities { return Abilities{} }

// Fetch is never called, as are those below.
func (nobody) Fetch(context.Context, shop.Shop, event.Reference) ([]Told, error) {
	return nil, errNobody
}

// Changed asks nobody.
func (nobody) Changed(context.Context, shop.Shop, time.Time, string) ([]Told, string, error) {
	return nil, "", errNobody
}

// Products asks nobody.
func (nobody) Products(context.Context, shop.Shop, []event.Item) ([]Product, error) {
	return nil, errNobody
}

// Open asks nobody.
func (nobody) Open(context.Context, shop.Shop, Closed) (string, error) { return "", errNobody }

// Keys asks nobody.
func (nobody) Keys(context.Context, shop.Shop, event.Delivery) ([]string, error) {
	return nil, errNobody
}

// Greet answers nobody.
func (nobody) Greet(string, string) (string, bool) { return "", false }
