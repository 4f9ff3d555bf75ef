package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Options are what a Crowd needs from outside. Every field is required unless
// it says otherwise.
type Options struct {
	// URL is the server's address without a trailing slash. Client must reach it.
	URL    string
	Client *http.Client
	// ShopID, Domain and Zone are the demo shop's, Secret signs its webhooks, APIKey reads its reports.
	ShopID, Domain, Secret, APIKey string
	Zone                           *time.Location
	// Now is the demo's clock. Sleep waits for a time of that clock and fails only when ctx ends.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// Enter plays a person who opens a chat with the shop's Messenger page.
	Enter func(ctx context.Context, psid, ref string) error
	// Trouble hears of everything that did not work. It is called from several goroutines.
	Trouble func(error)
	// Seed decides who comes.
	Seed uint64
	// Shoppers is how many come in all; 0 for no end.
	Shoppers int
	// Every is the mean time between two arrivals, by the demo's clock.
	Every time.Duration
}

// Letter is a message as it reached the shopper.
type Letter struct {
	Channel event.Channel
	// To is the address, number or page-scoped id.
	To string
	// Text is all it says; Link is a Messenger button's address.
	Text, Link string
	// UnsubscribeURL is an email's List-Unsubscribe address; else "".
	UnsubscribeURL string
	// Provider hears what the shopper does with it.
	Provider Provider
}

// Provider is the company that carried a letter. It reports what it sees to
// the shop; what it cannot see is an error.
type Provider interface {
	Open(ctx context.Context) error
	MachineOpen(ctx context.Context) error
	Click(ctx context.Context, link string) error
	Stop(ctx context.Context) error
	Bounce(ctx context.Context) error
	Complain(ctx context.Context) error
}

// Tally is what the crowd has seen so far.
type Tally struct {
	// Shoppers have arrived; Webhooks were posted and answered 200.
	Shoppers int
	Webhooks int
	// Letters counts those that reached a mailbox, phone or chat.
	Letters map[event.Channel]int
	// Trouble counts what did not work.
	Trouble int
}

// remembered is how many shoppers can still be written to. Sequences last four
// days; far fewer than that arrive in so long a time.
const remembered = 5000

// Crowd is the simulated shoppers of one shop.
type Crowd struct {
	o    Options
	post *poster
	// work are the shoppers on their way.
	work sync.WaitGroup

	mu    sync.Mutex
	ctx   context.Context
	tally Tally
	// known finds a shopper by address, order drops the oldest.
	known map[string]*visitor
	order []*visitor
}

// New makes a crowd that is still at home.
func New(o Options) *Crowd {
	c := &Crowd{o: o, known: map[string]*visitor{}, tally: Tally{Letters: map[event.Channel]int{}}}
	client := *o.Client
	// A restored cart lies in the shop, which is not of this world.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.post = &poster{o: &c.o, client: &client}
	return c
}

// Run lets shoppers arrive until ctx ends, and returns when the last has gone
// home. Nobody acts afterwards.
func (c *Crowd) Run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	c.ctx = ctx
	c.mu.Unlock()
	c.arrive(ctx)
	<-ctx.Done()
	cancel()
	c.mu.Lock()
	c.ctx = nil
	c.mu.Unlock()
	c.work.Wait()
}

// arrive sends in one shopper after the other.
func (c *Crowd) arrive(ctx context.Context) {
	r := rand.New(rand.NewPCG(c.o.Seed, 1<<63))
	for n := 0; c.o.Shoppers == 0 || n < c.o.Shoppers; n++ {
		v := c.visitor(Draw(c.o.Seed, n))
		c.start(func(ctx context.Context) error { return v.come(ctx) })
		wait := c.o.Every/2 + time.Duration(r.Int64N(int64(c.o.Every)+1))
		if c.o.Sleep(ctx, wait) != nil {
			return
		}
	}
}

// visitor makes a shopper known by all their addresses.
func (c *Crowd) visitor(p Plan) *visitor {
	v := &visitor{crowd: c, bag: newBag(&p, c.o.Seed)}
	v.platform = shopify{c.post, c.o.Zone}
	if p.Generic {
		v.platform = generic{c.post}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tally.Shoppers++
	for _, address := range p.addresses() {
		c.known[address] = v
	}
	if c.order = append(c.order, v); len(c.order) > remembered {
		c.forget(c.order[0])
		c.order = c.order[1:]
	}
	return v
}

func (c *Crowd) forget(v *visitor) {
	for _, address := range v.bag.addresses() {
		if c.known[address] == v {
			delete(c.known, address)
		}
	}
}

func (p Plan) addresses() []string {
	var out []string
	for _, a := range []string{p.Email, p.Phone, p.PSID} {
		if a != "" {
			out = append(out, a)
		}
	}
	return out
}

// Read hands a letter to the shopper it is addressed to. It returns at once.
func (c *Crowd) Read(l Letter) {
	c.mu.Lock()
	v := c.known[l.To]
	c.tally.Letters[l.Channel]++
	c.mu.Unlock()
	if v != nil {
		c.start(func(ctx context.Context) error { return v.read(ctx, l) })
	}
}

// start begins something that a shopper does, unless the demo is over.
func (c *Crowd) start(do func(context.Context) error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx := c.ctx
	if ctx == nil {
		return
	}
	c.work.Go(func() {
		if err := do(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			c.trouble(err)
		}
	})
}

func (c *Crowd) trouble(err error) {
	c.mu.Lock()
	c.tally.Trouble++
	c.mu.Unlock()
	c.o.Trouble(err)
}

// Tally gives what happened so far.
func (c *Crowd) Tally() Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tally
	t.Webhooks, t.Letters = int(c.post.posted.Load()), map[event.Channel]int{}
	for channel, n := range c.tally.Letters {
		t.Letters[channel] = n
	}
	return t
}
