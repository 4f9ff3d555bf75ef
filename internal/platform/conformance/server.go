package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
)

// Server is a running Cartograph and one shop of it, to which stories are told
// over HTTP alone: what a platform or plugin sees of it, and what an API key reads.
type Server struct {
	// URL is where it answers, without a slash at its end; ShopID and APIKey are the shop's.
	URL, ShopID, APIKey string
	// Signing is the key that deliveries are signed with.
	Signing string
	// API plays the platform's API, whose address the shop's account names; nil where the shop has none.
	API *API
	// Client makes the calls.
	Client *http.Client
	// Pause waits between two looks at what became of a story, Looks is how many there are at most.
	Pause func(ctx context.Context) error
	Looks int
}

// API plays a platform's API over HTTP.
type API struct{ fake }

// NewAPI makes an API that has nothing yet.
func NewAPI(p Platform) *API { return &API{fake{of: p, pages: map[string]string{}}} }

// Round is one way to tell a story.
type Round string

// The rounds over HTTP.
const (
	RoundInOrder  Round = "in order"
	RoundTwice    Round = "each twice"
	RoundShuffled Round = "shuffled"
	RoundForged   Round = "forged"
)

// Tell tells one story in a round to the server and looks whether it ends as it
// should; told is false for a story that needs the platform's API and has none,
// or that the kit can only tell to an adapter. Of what it wants, the way back
// and answers about consent are not asked: no API key shows them.
func (s Server) Tell(ctx context.Context, p Platform, story Story, r Run, round Round) (found *Finding, told bool) {
	c := &telling{Platform: p, story: story, run: r, signing: s.Signing}
	all := story.Tell(r)
	asks := func(d Delivery) bool { return d.Listed || s.API == nil && d.Then != nil }
	if slices.ContainsFunc(all, asks) || round == RoundForged && p.Unsigned != "" {
		return nil, false
	}
	err := s.tell(ctx, c, all, round)
	if err != nil {
		return &Finding{story.Trait, string(round), err.Error()}, true
	}
	return nil, true
}

func (s Server) tell(ctx context.Context, c *telling, all []Delivery, round Round) error {
	if round == RoundForged {
		return s.refuses(ctx, c, all[0])
	}
	order := map[Round][]int{RoundTwice: twice(len(all)), RoundShuffled: shuffled(len(all), int(c.run.Serial%1000))}[round]
	if order == nil {
		order = inOrder(len(all))
	}
	for at, i := range order {
		if s.API != nil {
			for j := range slices.Max(order[:at+1]) + 1 {
				s.API.put(all[j].Then)
			}
		}
		before := 0
		if s.API != nil {
			before = s.API.asked()
		}
		status, answer, err := s.post(ctx, c, all[i], nil)
		if err != nil {
			return fmt.Errorf("%s: %w", all[i].Name, err)
		}
		if status != http.StatusOK {
			return fmt.Errorf("%s was answered %d %.300s", all[i].Name, status, answer)
		}
		// What the API tells changes with the next delivery: the server gets to ask first.
		if s.API != nil && c.names(all[i]) {
			if err := s.rest(ctx, before); err != nil {
				return err
			}
		}
	}
	return s.ends(ctx, c, all, round)
}

// names reports whether a delivery names things that the API has to tell.
func (c *telling) names(d Delivery) bool {
	events, err := c.Adapter.Parse(c.signed(d, c.run.Now))
	return err == nil && slices.ContainsFunc(events, func(e event.Event) bool { return len(e.Fetch) > 0 })
}

// rests is how many pauses a server gets at most to ask the API about one delivery.
const rests = 40

// quiet is how many pauses without a call mean that the server is done asking.
const quiet = 5

// rest waits until the API was asked something more, and then for quiet.
func (s Server) rest(ctx context.Context, before int) error {
	last, still := before, 0
	for range rests {
		if err := s.Pause(ctx); err != nil {
			return err
		}
		now := s.API.asked()
		if still++; now > last {
			last, still = now, 0
		}
		if last > before && still >= quiet {
			return nil
		}
	}
	return nil
}

// refuses demands that a delivery with one byte changed is refused.
func (s Server) refuses(ctx context.Context, c *telling, d Delivery) error {
	status, answer, err := s.post(ctx, c, d, func(body []byte) []byte { body[len(body)/2] ^= 1; return body })
	// 503 is a refusal too: the keys that the platform publishes could not be read.
	if err == nil && status != http.StatusUnauthorized && status != http.StatusServiceUnavailable {
		err = fmt.Errorf("a changed byte was answered %d %.300s, want 401", status, answer)
	}
	return err
}

func (s Server) post(ctx context.Context, c *telling, d Delivery, change func([]byte) []byte) (int, string, error) {
	in := c.signed(d, c.run.Now)
	if change != nil {
		in.Body = change(bytes.Clone(in.Body))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/webhooks/"+c.Name+"/"+s.ShopID, bytes.NewReader(in.Body))
	if err != nil {
		return 0, "", err
	}
	req.Header = in.Header
	return s.do(req)
}

func (s Server) do(req *http.Request) (int, string, error) {
	reply, err := s.Client.Do(req) // #nosec G704 -- the server that its user names
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, 8<<20))
	return reply.StatusCode, string(body), err
}

// ends looks until the story has ended as it should, or the looks are over.
func (s Server) ends(ctx context.Context, c *telling, all []Delivery, round Round) error {
	want := seen(c.story.Want(c.run))
	if late := c.story.Late; late != nil && round != RoundInOrder {
		want = seen(late(c.story.Want(c.run)))
	}
	var got Want
	for range max(s.Looks, 1) {
		var err error
		if got, err = s.look(ctx, all); err != nil {
			return err
		}
		if late := c.story.Late; late != nil && round != RoundInOrder {
			got = late(got)
		}
		if got = seen(got); text(got) == text(want) {
			return nil
		}
		if err := s.Pause(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("it ended as\n%s\nand should end as\n%s", text(got), text(want))
}

// seen is what of a state an API key shows.
func seen(w Want) Want {
	w.Consents, w.Asked, w.Carts = nil, nil, slices.Clone(w.Carts)
	// A purchase that was announced ("checkout:…") is no order of the platform's, and is not listed.
	w.Orders = slices.DeleteFunc(slices.Clone(w.Orders), func(o Order) bool { return !o.Creditable && strings.Contains(o.ID, ":") })
	for i := range w.Carts {
		if w.Carts[i].WayBack = false; w.Carts[i].State == cart.Abandoned {
			w.Carts[i].State = cart.Open // the story is hours old, and the server has noticed
		}
	}
	return w.sorted()
}

// The parts of the API's answers that are read.
type (
	moneyView struct {
		Minor    int64  `json:"minor"`
		Currency string `json:"currency"`
	}
	cartView struct {
		ID      string     `json:"id"`
		State   cart.State `json:"state"`
		OrderID string     `json:"order_id"`
		Total   moneyView  `json:"total"`
		Items   []struct {
			Title    string    `json:"title"`
			Variant  string    `json:"variant"`
			SKU      string    `json:"sku"`
			Quantity int       `json:"quantity"`
			Price    moneyView `json:"price"`
		} `json:"items"`
		Links []struct {
			Value string `json:"value"`
		} `json:"links"`
	}
	orderView struct {
		ID         string    `json:"id"`
		PlatformID string    `json:"platform_id"`
		Total      moneyView `json:"total"`
		Refunded   moneyView `json:"refunded"`
		Creditable bool      `json:"creditable"`
	}
)

func (m moneyView) money() Money { return written(money.Money{Minor: m.Minor, Currency: m.Currency}) }

// look reads the carts and orders that the deliveries' bodies name.
func (s Server) look(ctx context.Context, all []Delivery) (w Want, err error) {
	var told strings.Builder
	for _, d := range all {
		told.WriteString(d.Body)
		for _, page := range d.Then {
			told.WriteString(page)
		}
	}
	named := func(id string) bool {
		_, bare, _ := strings.Cut(id, ":")
		return strings.Contains(told.String(), id) || bare != "" && strings.Contains(told.String(), bare)
	}
	orders, platformIDs := struct {
		Items []orderView `json:"items"`
	}{}, map[string]string{}
	if err := s.get(ctx, "/api/v1/orders?limit=50", &orders); err != nil {
		return w, err
	}
	for _, o := range orders.Items {
		platformIDs[o.ID] = o.PlatformID
		if !named(o.PlatformID) {
			continue
		}
		end := Order{ID: o.PlatformID, Total: o.Total.money(), Creditable: o.Creditable}
		if o.Refunded.Minor != 0 {
			end.Lost = o.Refunded.money()
		}
		w.Orders = append(w.Orders, end)
	}
	var carts struct {
		Items []struct {
			ID    string `json:"id"`
			Email string `json:"email"`
			Phone string `json:"phone"`
		} `json:"items"`
	}
	if err := s.get(ctx, "/api/v1/carts?limit=12", &carts); err != nil {
		return w, err
	}
	for _, c := range carts.Items {
		var d cartView
		if err := s.get(ctx, "/api/v1/carts/"+c.ID, &d); err != nil {
			return w, err
		}
		if d.State == cart.Merged || !slices.ContainsFunc(d.Links, func(l struct {
			Value string `json:"value"`
		}) bool {
			return named(l.Value)
		}) {
			continue
		}
		end := Cart{State: d.State, Total: d.Total.money(), Email: c.Email, Phone: c.Phone, Order: platformIDs[d.OrderID], Items: []Item{}}
		for _, i := range d.Items {
			end.Items = append(end.Items, Item{Title: i.Title, Variant: i.Variant, SKU: i.SKU, Quantity: i.Quantity, Price: i.Price.money()})
		}
		w.Carts = append(w.Carts, end)
	}
	return w, nil
}

// patience is how often a server that asks for less haste is asked again: an
// account's rate is no fault of what the story is about.
const patience = 300

func (s Server) get(ctx context.Context, path string, v any) error {
	for range patience {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+s.APIKey)
		status, body, err := s.do(req)
		switch {
		case err != nil:
			return err
		case status == http.StatusOK:
			return json.Unmarshal([]byte(body), v)
		case status != http.StatusTooManyRequests:
			return fmt.Errorf("GET %s was answered %d: %.200s", path, status, body)
		}
		if err := s.Pause(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("GET %s was answered 429 every time: raise api_rate for the length of the stories", path)
}

// Serial draws a run's serial from a moment, so that runs told one after the
// other to one shop do not meet.
func Serial(now time.Time, n int) int64 { return (now.Unix()*7+int64(n))%9_999_000 + 1 }
