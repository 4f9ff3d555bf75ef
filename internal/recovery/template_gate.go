package recovery

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// gateCarts is how many of the shop's newest carts a template must render for.
const gateCarts = 5

// CheckTemplate is the gate before publishing: names that exist, every awkward
// sample and the shop's newest carts render, there is a way out, links lead
// somewhere. What stops comes first.
func (e *Engine) CheckTemplate(ctx context.Context, shopID string, t message.Template) ([]journey.TemplateFinding, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return nil, err
	}
	if t, err = readDraft(t); err != nil {
		return nil, err
	}
	g := gate{e: e, shop: sh, t: t}
	for _, p := range append(e.Renderer.Problems(t), message.LinkProblems(t)...) {
		g.stop(p)
	}
	if !g.stopped() {
		if err := g.renders(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(g.found, func(a, b journey.TemplateFinding) int { return rank(a) - rank(b) })
	return g.found, nil
}

func rank(f journey.TemplateFinding) int {
	if f.Stops {
		return 0
	}
	return 1
}

// gate collects what is found.
type gate struct {
	e     *Engine
	shop  shop.Shop
	t     message.Template
	found []journey.TemplateFinding
}

func (g *gate) stop(p message.Problem) { g.add(p, true) }

func (g *gate) add(p message.Problem, stops bool) {
	f := journey.TemplateFinding{Problem: p, Stops: stops}
	same := func(o journey.TemplateFinding) bool {
		return o.Field == p.Field && o.Line == p.Line && o.Message == p.Message
	}
	if !slices.ContainsFunc(g.found, same) {
		g.found = append(g.found, f)
	}
}

func (g *gate) stopped() bool {
	return slices.ContainsFunc(g.found, func(f journey.TemplateFinding) bool { return f.Stops })
}

// renders tries every sample and the newest carts.
func (g *gate) renders(ctx context.Context) error {
	for i, s := range message.Samples(g.t.Locale) {
		in := s.Input
		g.e.asSent(&in, g.shop, g.t)
		out, err := g.render(ctx, in, s.About)
		if err != nil {
			return err
		}
		if i == 0 && !g.stopped() {
			g.advise(out)
		}
	}
	newest, err := g.e.Store.Carts(ctx, g.shop.ID, journey.Query{Limit: gateCarts})
	if err != nil {
		return err
	}
	for _, row := range newest.Items {
		in, about, err := g.e.cartInput(ctx, g.shop, g.t, row.ID)
		if fault.Is(err, fault.NotFound) {
			continue // merged or erased since
		}
		if err != nil {
			return err
		}
		if _, err := g.render(ctx, in, about); err != nil {
			return err
		}
	}
	return nil
}

func (g *gate) render(ctx context.Context, in message.Input, about string) (message.Rendered, error) {
	out, problems, err := g.e.Renderer.Try(ctx, g.t, in)
	for _, p := range problems {
		g.stop(p.With(about))
	}
	if err == nil && len(problems) == 0 {
		g.wayOut(out, in)
	}
	return out, err
}

// advise adds what the author may want to change.
func (g *gate) advise(out message.Rendered) {
	for _, a := range message.Advise(g.t, out) {
		g.add(message.Problem{Field: first(a.Field, "body"), Message: a.Message, Remedy: a.Remedy}, false)
	}
}

var saysStop = regexp.MustCompile(`\bSTOP\b`)

// wayOut looks whether the reader is told how to stop these messages, by the
// template or by what is added to every message.
func (g *gate) wayOut(out message.Rendered, in message.Input) {
	link := in.PublicURL + "/" + string(message.LinkUnsubscribe) + "/" + message.LinkUnsubscribe.Placeholder()
	told := true
	switch g.t.Channel {
	case event.Email:
		told = strings.Contains(out.HTML, link) && strings.Contains(out.Text, link)
	case event.SMS:
		told = saysStop.MatchString(out.Text)
	case event.Messenger:
		if !saysStop.MatchString(out.Text) {
			g.add(message.Problem{Field: "body", Message: "the message does not say how to stop such messages",
				Remedy: "add a few words, such as: Reply STOP to end"}, false)
		}
	}
	if !told {
		g.stop(message.Problem{Field: "body", Message: "the message does not say how to stop such messages",
			Remedy: "link to {{ message.unsubscribe_url }}, or say: Reply STOP to opt out"})
	}
}

// PublishTemplate makes the draft that its publisher saw the next version, if
// it passes the gate: then findings are advice, else they say what stands in
// the way and the error is fault.Unprocessable.
func (e *Engine) PublishTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen, note string) (version int, found []journey.TemplateFinding, err error) {
	state, err := e.Store.TemplateState(ctx, shopID, n)
	switch {
	case err != nil:
		return 0, nil, err
	case !state.Drafted():
		return 0, nil, fault.New(fault.NotFound, "there is no draft to publish").Try("save one first")
	case state.Draft.Revision != seen:
		return 0, nil, fault.New(fault.Conflict, "the draft was changed since you looked at it").In("revision").
			Try("look at the draft as it is now, then publish it")
	}
	if found, err = e.CheckTemplate(ctx, shopID, state.Draft.Template); err != nil {
		return 0, found, err
	}
	if len(found) > 0 && found[0].Stops {
		return 0, found, fault.New(fault.Unprocessable, "the template was not published: %s", found[0].Message).
			In(found[0].Field).Try(first(found[0].Remedy, "mend what is listed, then publish again"))
	}
	err = e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		version, err = e.publishDraft(ctx, tx, shopID, n, seen, note)
		return err
	})
	return version, found, err
}

// publishDraft turns a draft into a version. Who changed it since it was
// checked keeps it from being published.
func (e *Engine) publishDraft(ctx context.Context, tx Tx, shopID string, n journey.TemplateName, seen, note string) (int, error) {
	state, err := tx.TemplateState(ctx, shopID, n)
	if err != nil {
		return 0, err
	}
	if err := tx.DropDraft(ctx, shopID, n, seen); err != nil {
		return 0, err
	}
	if journey.SameTemplate(state.Draft.Template, state.Live) {
		// Nothing would change for anybody: the draft is over, and no version is made of it.
		return state.Live.Version, nil
	}
	version, err := tx.PublishTemplate(ctx, shopID, state.Draft.Template)
	if err != nil {
		return 0, err
	}
	if note = event.Clean(note, 200); note != "" {
		if err := tx.NoteTemplate(ctx, shopID, n, version, note); err != nil {
			return 0, err
		}
	}
	return version, e.recordTemplate(ctx, tx, shopID, access.TemplatePublished, n, map[string]string{"version": count(version)})
}
