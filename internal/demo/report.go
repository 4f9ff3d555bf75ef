package demo

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Summary is the shop's own report, as the REST API tells it.
type Summary struct {
	// Carts and Messages count by state; Recovered counts carts.
	Carts     map[string]int `json:"carts"`
	Messages  map[string]int `json:"messages"`
	Recovered int            `json:"recovered"`
	// Revenue has a line for each rule and currency.
	Revenue []Revenue `json:"revenue"`
	// Personas are in routing order.
	Personas []Reached `json:"personas"`
}

// Reached is how many carts a persona has met.
type Reached struct {
	Key   string `json:"key"`
	Carts int    `json:"carts"`
}

// Revenue is what one rule credited in one currency.
type Revenue struct {
	Rule   string `json:"rule"`
	Orders int    `json:"orders"`
	// Net is what is left after refunds.
	Net Amount `json:"net"`
}

// Amount is money as the API writes it.
type Amount struct {
	Amount   string `json:"amount"`
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
}

// Recovery is one credited order.
type Recovery struct {
	OrderID string `json:"order_id"`
	// Rule names why it was credited.
	Rule      string    `json:"rule"`
	Net       Amount    `json:"net"`
	OrderedAt time.Time `json:"ordered_at"`
}

// Summary asks for the report.
func (c *Crowd) Summary(ctx context.Context) (Summary, error) {
	var s Summary
	return s, c.ask(ctx, "/api/v1/reports/summary", &s)
}

// Recoveries gives the newest credited orders, the newest first.
func (c *Crowd) Recoveries(ctx context.Context) ([]Recovery, error) {
	var page struct {
		Items []Recovery `json:"items"`
	}
	err := c.ask(ctx, "/api/v1/recoveries", &page)
	return page.Items, err
}

// ask reads one address of the API with the shop's key.
func (c *Crowd) ask(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.o.URL+path, nil)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "%s is no address", path)
	}
	req.Header.Set("Authorization", "Bearer "+c.o.APIKey)
	res, err := c.post.client.Do(req)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "%s was not answered", path)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fault.New(fault.Internal, "%s was answered %d", path, res.StatusCode)
	}
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		return fault.Wrap(fault.Internal, err, "the answer to %s cannot be read", path)
	}
	return nil
}
