package demo

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Draw makes the plan of shopper n.
func Draw(seed uint64, n int) Plan {
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	p := Plan{N: n, AnswersTo: 1, Currency: "EUR", Pace: time.Minute + time.Duration(r.IntN(150))*time.Second}
	if part, ok := opening(n); ok {
		p.Kind, p.Reach, p.End, p.Reply = part.Kind, part.Reach, part.End, part.Reply
		p.Country, p.RefundShare, p.Pace = part.Country, part.RefundShare, time.Minute
	} else {
		p.improvise(r)
	}
	p.appear(r)
	p.shop(r)
	p.habits(r)
	return p
}

// opening is how the demo begins: one of each story, so that nobody waits long
// to see it. It gives false once chance takes over.
func opening(n int) (Plan, bool) {
	parts := []Plan{
		{Kind: Thrifty, Reach: ByEmail, End: Leaves, Reply: Returns},
		{Kind: Newcomer, Reach: ByEmail, End: BuysAtOnce, Reply: Ignores},
		{Kind: Thrifty, Reach: ByMessenger, End: Leaves, Reply: Returns},
		{Kind: Thrifty, Reach: BySMS, End: Leaves, Reply: Returns},
		{Kind: Devoted, Reach: BySMS, End: Leaves, Reply: Returns},
		{Kind: Newcomer, Reach: Silent, End: Leaves, Reply: Ignores},
		{Kind: Returning, Reach: BySMS, End: Leaves, Reply: Opens},
		{Kind: Newcomer, Reach: ByEmail, End: PaymentFails, Reply: Returns, Country: "GB"},
		{Kind: Comparing, Reach: ByEmail, End: Leaves, Reply: Returns, RefundShare: 0.5},
		{Kind: Thrifty, Reach: BySMS, End: Leaves, Reply: Stops},
		{Kind: Newcomer, Reach: Nameless, End: Leaves, Reply: Ignores},
		{Kind: Thrifty, Reach: ByEmail, End: Empties, Reply: Ignores},
	}
	if n >= len(parts) {
		return Plan{}, false
	}
	return parts[n], true
}

// improvise draws the story. More come back than would in life: a demo has
// minutes to show what a shop sees in a week.
func (p *Plan) improvise(r *rand.Rand) {
	p.Kind = draw(r, odds[Kind]{Newcomer, 30}, odds[Kind]{Thrifty, 28}, odds[Kind]{Comparing, 18}, odds[Kind]{Returning, 16}, odds[Kind]{Devoted, 8})
	p.End = draw(r, odds[Ending]{Leaves, 68}, odds[Ending]{BuysAtOnce, 22}, odds[Ending]{PaymentFails, 5}, odds[Ending]{Empties, 5})
	p.Reply = draw(r, odds[Reply]{Returns, 26}, odds[Reply]{Ignores, 27}, odds[Reply]{Opens, 18}, odds[Reply]{Looks, 10},
		odds[Reply]{Remembers, 7}, odds[Reply]{Stops, 6}, odds[Reply]{Bounces, 5}, odds[Reply]{Complains, 1})
	p.RefundShare = draw(r, odds[float64]{0, 88}, odds[float64]{0.5, 6}, odds[float64]{1, 6})
	if r.IntN(5) == 0 {
		p.AnswersTo = 2
	}
	switch p.Kind {
	case Thrifty:
		p.Reach = draw(r, odds[Reach]{BySMS, 34}, odds[Reach]{ByMessenger, 34}, odds[Reach]{ByEmail, 22}, odds[Reach]{Silent, 10})
	case Returning, Devoted:
		p.Reach = draw(r, odds[Reach]{BySMS, 45}, odds[Reach]{ByEmail, 47}, odds[Reach]{Silent, 8})
	default:
		p.Reach = draw(r, odds[Reach]{ByEmail, 82}, odds[Reach]{Silent, 13}, odds[Reach]{Nameless, 5})
	}
}

// appear gives the shopper a name, a home and addresses.
func (p *Plan) appear(r *rand.Rand) {
	country := draw(r, odds[string]{"FR", 50}, odds[string]{"DE", 22}, odds[string]{"BE", 14}, odds[string]{"GB", 14})
	if p.Country != "" {
		country = p.Country
	}
	switch p.Reach {
	case BySMS:
		country, p.Phone = "DE", phoneOf(p.N)
	case ByMessenger:
		p.PSID = fmt.Sprintf("61%014d", p.N+1)
	}
	p.name(r, origins()[country])
	p.Device = draw(r, odds[string]{"desktop", 55}, odds[string]{"mobile", 45})
	if p.Kind == Thrifty {
		p.Device = "mobile"
	}
}

// shop decides where the cart is reported, what is in it and what was bought before.
func (p *Plan) shop(r *rand.Rand) {
	p.Generic = r.IntN(3) == 0
	switch {
	case p.Reach == Nameless:
		// Shopify's cart webhooks name nobody; a checkout would.
		p.Generic = false
	case p.PSID != "", p.End == PaymentFails:
		// Shopify reports neither Messenger ids nor failed payments.
		p.Generic = true
	}
	p.Checkout = p.Reach != Nameless && (!p.Generic || r.IntN(2) == 0)
	if p.Generic && p.Country == "GB" {
		p.Currency = "GBP"
	}
	p.Basket = basket(r, p.Kind, p.Currency)
	past := 0
	switch p.Kind {
	case Devoted:
		past = 5 + r.IntN(3)
	case Returning:
		past = 1
	}
	for i := range past {
		p.Past = append(p.Past, Past{
			Ago:   time.Duration(24*(14+i*45+r.IntN(30))) * time.Hour,
			Lines: basket(r, p.Kind, p.Currency),
		})
	}
}

// habits draws what their mailbox and their platform do by themselves.
func (p *Plan) habits(r *rand.Rand) {
	p.Proxied, p.Scanned, p.Repeats = r.IntN(3) == 0, r.IntN(6) == 0, r.IntN(10) == 0
	if p.Reply == Bounces && p.Reach == ByMessenger {
		p.Reply = Ignores
	}
}

// odds is a choice with its weight.
type odds[T any] struct {
	value  T
	weight int
}

func draw[T any](r *rand.Rand, choices ...odds[T]) T {
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	at := r.IntN(total)
	for _, c := range choices {
		if at -= c.weight; at < 0 {
			return c.value
		}
	}
	return choices[0].value
}
