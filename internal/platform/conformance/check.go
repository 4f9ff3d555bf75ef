package conformance

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
)

// Finding is one way in which a platform broke its story.
type Finding struct {
	// Trait is the story's, Round how it was told ("shuffled 3"), What went wrong.
	Trait Trait
	Round string
	What  string
}

// String is the finding as a line.
func (f Finding) String() string { return fmt.Sprintf("%s, %s: %s", f.Trait, f.Round, f.What) }

// Check tells all stories to the adapter itself: in order, each delivery twice,
// shuffled, from the end; and holds its signature to what it must refuse.
func Check(ctx context.Context, p Platform, now time.Time) (findings []Finding) {
	signing, verifying := p.Secrets(1)
	for _, t := range Traits() {
		s, told := p.Story(t)
		if why := p.Cannot[t]; told == (why != "") {
			findings = append(findings, Finding{t, "kit", "a platform tells a story or says why it cannot: exactly one of both"})
		}
		if !told {
			continue
		}
		c := &telling{Platform: p, story: s, run: Run{Serial: 1, Now: now}, signing: signing, verifying: verifying}
		findings = append(findings, c.rounds(ctx)...)
		if t == Bought {
			findings = append(findings, c.forged()...)
		}
	}
	return findings
}

// Result is what came of one trait's story, told once and in order.
type Result struct {
	Trait Trait
	// Well is true when it ended as it should. Cannot says why it is not told.
	Well   bool
	Cannot string
}

// Results tells every story of a platform once, for the matrix of what each can.
func Results(ctx context.Context, p Platform, now time.Time) (out []Result) {
	signing, verifying := p.Secrets(1)
	for _, t := range Traits() {
		r := Result{Trait: t, Cannot: p.Cannot[t]}
		if s, ok := p.Story(t); ok {
			c := &telling{Platform: p, story: s, run: Run{Serial: 1, Now: now}, signing: signing, verifying: verifying}
			got, err := c.tell(ctx, inOrder(len(s.Tell(c.run))))
			r.Well = err == nil && text(got) == text(s.Want(c.run).sorted())
		}
		out = append(out, r)
	}
	return out
}

// Story gives a trait's story.
func (p Platform) Story(t Trait) (Story, bool) {
	i := slices.IndexFunc(p.Stories, func(s Story) bool { return s.Trait == t })
	if i < 0 {
		return Story{}, false
	}
	return p.Stories[i], true
}

// telling is one story told to one adapter.
type telling struct {
	Platform
	story              Story
	run                Run
	signing, verifying string
}

// shuffles is how many orders of arrival are tried where not all can be.
const shuffles = 24

func (c *telling) rounds(ctx context.Context) (findings []Finding) {
	n := len(c.story.Tell(c.run))
	type arrival struct {
		round string
		order []int
	}
	orders := []arrival{{"in order", inOrder(n)}, {"from the end", reversed(n)}, {"each twice", twice(n)}}
	for i := range shuffles {
		orders = append(orders, arrival{fmt.Sprintf("shuffled %d", i), shuffled(n, i)})
	}
	want := c.story.Want(c.run).sorted()
	for _, o := range orders {
		round := o.round
		got, err := c.tell(ctx, o.order)
		want := want
		if late := c.story.Late; late != nil && round != "in order" {
			got, want = late(got).sorted(), late(c.story.Want(c.run)).sorted()
		}
		switch {
		case err != nil:
			findings = append(findings, Finding{c.story.Trait, round, err.Error()})
		case text(got) != text(want):
			findings = append(findings, Finding{c.story.Trait, round, fmt.Sprintf("it ended as\n%s\nand should end as\n%s", text(got), text(want))})
		}
	}
	return findings
}

// tell delivers in an order, asks the API for what was only named, and gives the end.
func (c *telling) tell(ctx context.Context, order []int) (Want, error) {
	api := &fake{of: c.Platform, pages: map[string]string{}}
	server := httptest.NewServer(api)
	defer server.Close()
	all := c.story.Tell(c.run)
	var events []event.Event
	for at, i := range order {
		// What the API tells is never older than what was already posted about.
		for j := range max(i, slices.Max(order[:at+1])) + 1 {
			api.put(all[j].Then)
		}
		found, err := c.deliver(ctx, all[i], server.URL, c.run.Now.Add(time.Duration(at)*time.Second))
		if err != nil {
			return Want{}, fmt.Errorf("%s: %w", all[i].Name, err)
		}
		events = append(events, found...)
	}
	return outcome(events), nil
}

func (c *telling) deliver(ctx context.Context, d Delivery, apiURL string, at time.Time) ([]event.Event, error) {
	in := c.signed(d, at)
	if d.Listed {
		return c.list(ctx, apiURL, in)
	}
	if err := c.Adapter.Verify(in, []string{c.verifying}); err != nil {
		return nil, err
	}
	events, err := c.Adapter.Parse(in)
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Clone(events) {
		for _, ref := range e.Fetch {
			told, err := c.fetch(ctx, ref, apiURL, in)
			if err != nil {
				return nil, fmt.Errorf("asking for %s %s: %w", ref.Kind, ref.ID, err)
			}
			events = append(events, told...)
		}
	}
	return events, nil
}

func (c *telling) fetch(ctx context.Context, ref event.Reference, apiURL string, in event.Delivery) (events []event.Event, err error) {
	f, ok := c.Adapter.(platform.Fetcher)
	if !ok {
		return nil, fault.New(fault.Internal, "the adapter names things to fetch and cannot fetch")
	}
	api := c.api(apiURL, in)
	answers, err := f.Fetch(ctx, api, ref)
	if err != nil {
		return nil, err
	}
	return c.read(api.Shop, answers)
}

// list asks for all that changed since the story began, page by page.
func (c *telling) list(ctx context.Context, apiURL string, in event.Delivery) (events []event.Event, err error) {
	l, ok := c.Adapter.(platform.Lister)
	if !ok {
		return nil, fault.New(fault.Internal, "the story lists and the adapter cannot")
	}
	api := c.api(apiURL, in)
	for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
		if pages == maxPages {
			return nil, fault.New(fault.Internal, "the list does not end within %d pages", maxPages)
		}
		page, err := l.List(ctx, api, c.run.At(0), cursor)
		if err != nil {
			return nil, fmt.Errorf("listing: %w", err)
		}
		told, err := c.read(api.Shop, page.Answers)
		if err != nil {
			return nil, err
		}
		events, cursor = append(events, told...), page.Next
	}
	return events, nil
}

// maxPages bounds a list that hands out cursors without end.
const maxPages = 50

// callsWithin bounds a call to the fake, as calls to real platforms are bounded.
const callsWithin = 30 * time.Second

// api is the shop's way to the fake.
func (c *telling) api(apiURL string, in event.Delivery) platform.API {
	values := map[string]string{}
	for k, v := range c.Values {
		values[k] = v
	}
	values[platform.KeyURL] = apiURL
	in.Header, in.Body = nil, nil
	return platform.API{Shop: in, Values: values, Client: &http.Client{Timeout: callsWithin}}
}

// read parses what the API told.
func (c *telling) read(shop event.Delivery, answers []platform.Answer) (events []event.Event, err error) {
	for _, a := range answers {
		shop.Header, shop.Body = a.Header, a.Body
		told, err := c.Adapter.Parse(shop)
		if err != nil {
			return nil, err
		}
		events = append(events, told...)
	}
	return events, nil
}

// Facts gives a delivery the facts of the shop that stories happen in.
func Facts(d event.Delivery) event.Delivery {
	d.Currency, d.Country, d.Locale = "EUR", "FR", "en"
	return d
}

// signed makes the request that the platform would post at a moment.
func (c *telling) signed(d Delivery, at time.Time) event.Delivery {
	in := Facts(event.Delivery{Header: map[string][]string{}, ReceivedAt: at, ShopID: "shop-1", Domain: c.Domain})
	for name, value := range d.Header {
		in.Header[http.CanonicalHeaderKey(name)] = []string{value}
	}
	in.Body = c.Sign(in.Header, []byte(d.Body), c.signing, at)
	return in
}
