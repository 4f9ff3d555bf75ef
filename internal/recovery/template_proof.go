package recovery

import (
	"context"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// What a template is shown with is named by one word: "sample:KEY" for one of
// the samples, "cart:ID" for one of the shop's own carts; "" is the ordinary
// sample.
const (
	withSample = "sample:"
	withCart   = "cart:"
)

// ProveTemplate renders a template for somebody to look at, exactly as a step
// would, with a sample or one of the shop's carts. Nothing is stored, nothing
// is sent, and the links hold placeholders.
func (e *Engine) ProveTemplate(ctx context.Context, shopID string, t message.Template, with string) (journey.Proof, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return journey.Proof{}, err
	}
	if t, err = readDraft(t); err != nil {
		return journey.Proof{}, err
	}
	in, label, err := e.proofInput(ctx, sh, t, with)
	if err != nil {
		return journey.Proof{}, err
	}
	if err := e.offered(ctx, sh.ID, t.Key, &in); err != nil {
		return journey.Proof{}, err
	}
	p := journey.Proof{Template: t, With: label}
	p.Rendered, p.Problems, err = e.Renderer.Try(ctx, t, in)
	return p, err
}

// proofInput makes the input that a template is shown with.
func (e *Engine) proofInput(ctx context.Context, sh shop.Shop, t message.Template, with string) (message.Input, string, error) {
	if id, ok := strings.CutPrefix(with, withCart); ok {
		return e.cartInput(ctx, sh, t, id)
	}
	samples := message.Samples(t.Locale)
	at := slices.IndexFunc(samples, func(s message.NamedSample) bool { return with == "" || with == withSample+s.Key })
	if at < 0 {
		return message.Input{}, "", fault.New(fault.Unprocessable, "there is no such sample").In("with").
			Try("choose one of the samples, or one of the shop's carts")
	}
	in := samples[at].Input
	// The shop speaks for itself, except where the sample is about what it lacks.
	own := e.shopFacts(sh)
	own.Currency = in.Shop.Currency
	if in.Shop.Address == "" {
		own.Address, own.SupportEmail = "", ""
	}
	in.Shop = own
	e.asSent(&in, sh, t)
	return in, samples[at].About, nil
}

// cartInput makes the input of one of the shop's own carts.
func (e *Engine) cartInput(ctx context.Context, sh shop.Shop, t message.Template, id string) (message.Input, string, error) {
	c, who, past, err := e.Store.TemplateCart(ctx, sh.ID, id)
	if err != nil {
		return message.Input{}, "", err
	}
	in := message.Input{Shop: e.shopFacts(sh), Shopper: who, History: past, Cart: c}
	e.asSent(&in, sh, t)
	return in, "one of your carts", nil
}

// asSent completes an input with what does not depend on the cart.
func (e *Engine) asSent(in *message.Input, sh shop.Shop, t message.Template) {
	in.Locale, in.PublicURL = t.Locale, e.PublicURL
	in.Carries = e.Packs.For(t.Channel, sh.Country).Carries
	in.Zone, in.ShopZone, in.Now = sh.Zone(), sh.Zone(), e.Now()
}

// shopFacts are what templates may say of a shop.
func (e *Engine) shopFacts(s shop.Shop) message.Shop {
	return message.Shop{
		Name: s.Name, Domain: s.Domain, Currency: s.Currency, Locale: s.Locale,
		SupportEmail: s.Settings.SupportEmail, Address: s.Settings.Address,
	}
}
