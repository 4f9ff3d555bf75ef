package dashboard

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/labstack/echo/v4"
)

// How much of the newest the overview shows.
const (
	overviewMessages = 3
	overviewCarts    = 8
)

// overviewView is the first page.
type overviewView struct {
	reportView
	Summary journey.Summary
	// Standing counts the carts as they stand now, whatever days are chosen.
	Standing []tile
	// Attention is what needs a person first, Lateness how late messages left.
	Attention []notice
	Lateness  []latenessRow
	// Net is all recovered revenue less refunds, one amount per currency.
	Net      []money.Money
	States   []count
	Messages []message.Message
	Carts    []journey.CartRow
	// Start is how far the first set-up has come; nil when it is done, and for who cannot do it.
	Start *startCard
	// Empty is true until the first cart came; Webhook is then shown.
	Empty   bool
	Webhook string
}

// recovered narrows a list of carts to those whose order was credited.
const recovered = "recovered"

// tile is one number with the list behind it.
type tile struct {
	Name, Note, Link string
	Count            int
}

// count is one small number with the list behind it.
type count struct {
	Name  string
	Count int
}

// Overview is GET /.
func (d *Dashboard) Overview(c echo.Context, m member) error {
	ctx := c.Request().Context()
	f := d.frame(m, "Overview", "overview", nil)
	f.Live = true
	var (
		sum      journey.Summary
		report   reportView
		messages journey.Page[message.Message]
		carts    journey.Page[journey.CartRow]
		start    *startCard
		names    spoken
		failed   [6]error
		reads    sync.WaitGroup
	)
	// Side by side: none needs what another finds.
	reads.Go(func() { sum, failed[0] = d.Reader.Summary(ctx, m.shop.ID) })
	reads.Go(func() { report, failed[1] = d.report(c, m, f) })
	reads.Go(func() {
		messages, failed[2] = d.Reader.Messages(ctx, m.shop.ID, journey.Query{Limit: overviewMessages})
	})
	reads.Go(func() { carts, failed[3] = d.Reader.Carts(ctx, m.shop.ID, journey.Query{Limit: overviewCarts}) })
	reads.Go(func() { start, failed[4] = d.startCard(c, m) })
	reads.Go(func() { names, failed[5] = d.spoken(ctx, m.shop.ID) })
	reads.Wait()
	if err := errors.Join(failed[:]...); err != nil {
		return err
	}
	f.Sandboxed, f.spoken = sum.SandboxChannels, names
	report.frame = f
	report.call()
	v := overviewView{
		reportView: report, Summary: sum, Standing: tiles(f, sum), Net: net(sum.Revenue), Messages: messages.Items, Carts: carts.Items, Empty: len(carts.Items) == 0,
		Webhook: d.PublicURL + "/webhooks/" + m.shop.Platform + "/" + m.shop.ID,
		Start:   start, Attention: attention(f, sum), Lateness: latenessRows(f, sum.Lateness),
	}
	for _, state := range slices.Sorted(maps.Keys(sum.Messages)) {
		v.States = append(v.States, count{Name: state, Count: sum.Messages[state]})
	}
	return d.show(c, http.StatusOK, "overview.html", v)
}

func tiles(f frame, s journey.Summary) []tile {
	return []tile{
		{"open", "shopping right now", f.Link("/carts", "state", string(cart.Open)), s.Carts[cart.Open]},
		{"abandoned", "being followed up", f.Link("/carts", "state", string(cart.Abandoned)), s.Carts[cart.Abandoned]},
		{"recovered", "ordered after a message", f.Link("/carts", "state", recovered), s.Recovered},
		{"ordered", "with or without our help", f.Link("/carts", "state", string(cart.Ordered)), s.Carts[cart.Ordered]},
	}
}

// net adds the rules of one currency: an order is credited by one rule only.
func net(lines []journey.Revenue) []money.Money {
	var out []money.Money
	for _, r := range lines {
		at := slices.IndexFunc(out, func(m money.Money) bool { return m.Currency == r.Net.Currency })
		if at < 0 {
			out = append(out, r.Net)
			continue
		}
		out[at].Minor += r.Net.Minor
	}
	return out
}
