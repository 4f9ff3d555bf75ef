package torture

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/cartograph-dev/cartograph/internal/demo"
)

// ending is how a shopper's story ends.
type ending int

// The endings.
const (
	// leaves: never buys.
	leaves ending = iota
	// buysCart: buys, and the order names the cart.
	buysCart
	// buysEmail, buysPhone: buys on another device; the order knows another
	// cart, and the shopper by this name alone.
	buysEmail
	buysPhone
)

// shopper is one simulated person with one cart, drawn beforehand.
type shopper struct {
	shop shop
	// n is unlike that of every other shopper of the round.
	n   int
	end ending
	// born is when they were made: it decides where their phone is from, so that it may be written to.
	born time.Time
	// wait is how long after the cart's last event the order is placed.
	wait time.Duration
	// shuffled says that the webhooks come in a random order.
	shuffled bool
	// repeats are how often deliveries are repeated after they were answered.
	repeats float64
	// writes says that they wrote to the shop's Messenger page before.
	writes bool
	rand   *rand.Rand
}

// draw makes shopper n. Purchases cluster around the moments at which messages leave.
func draw(r *rand.Rand, shops []shop, n int, now time.Time) shopper {
	s := shopper{
		shop: shops[r.IntN(len(shops))], n: n, born: now, shuffled: r.IntN(5) == 0, repeats: 0.15, writes: r.IntN(3) == 0,
		rand: rand.New(rand.NewPCG(r.Uint64(), r.Uint64())),
	}
	if r.IntN(3) > 0 {
		s.end = []ending{buysCart, buysCart, buysEmail, buysPhone}[r.IntN(4)]
	}
	s.wait = time.Duration(r.IntN(9000)) * time.Millisecond
	if r.IntN(2) == 0 {
		after := stepTimes[r.IntN(len(stepTimes))]
		s.wait = after + time.Duration(r.IntN(1400)-200)*time.Millisecond
	}
	return s
}

func (s shopper) cart() string  { return fmt.Sprintf("cart-%06d", s.n) }
func (s shopper) order() string { return fmt.Sprintf("9%06d", s.n) }
func (s shopper) email() string { return fmt.Sprintf("buyer-%06d@buyers.example", s.n) }
func (s shopper) phone() string { return demo.AwakePhone(s.born, s.n) }
func (s shopper) psid() string  { return fmt.Sprintf("psid-%06d", s.n) }

// story gives the shopper's webhooks before the order, in the order in which they happened.
func (s shopper) story(now time.Time) []post {
	if s.shop.Platform == "shopify" {
		return s.shopifyStory(now)
	}
	return s.genericStory(now)
}

// purchase gives the order's webhook; false for a shopper who leaves.
func (s shopper) purchase(now time.Time) (post, bool) {
	switch {
	case s.end == leaves:
		return post{}, false
	case s.shop.Platform == "shopify":
		return s.shopifyOrder(now), true
	}
	return s.genericOrder(now), true
}

// lines is what lies in the cart.
func (s shopper) price() string { return fmt.Sprintf("%d.50", 20+s.n%90) }
