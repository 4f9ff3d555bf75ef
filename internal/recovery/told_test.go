package recovery_test

import (
	"testing"
	"time"
)

// twoSequences share words: a cart that goes on to the checkout enters the second.
const twoSequences = `
personas:
  - {key: everyone, name: Sam}
sequences:
  - key: bag
    stage: purchase
    trigger: cart_abandoned
    steps:
      - {after: 1h, channels: [email], template: hello, max_late: 6h}
      - {after: 24h, channels: [email], template: goodbye, max_late: 6h}
  - key: checkout
    stage: purchase
    trigger: checkout_abandoned
    steps:
      - {after: 1h, channels: [email], template: nearly, when: '!("goodbye" in cart.told)', max_late: 6h}
      - {after: 2h, channels: [email], template: hello, when: '!("hello" in cart.told)', max_late: 6h}
      - {after: 3h, channels: [email], template: goodbye, when: '!("goodbye" in cart.told)', max_late: 6h}
templates:
  - {key: hello, channel: email, locale: en, subject: "Hello", body: "<p><a href=\"{{ cart.restore_url }}\">Hello</a></p>"}
  - {key: nearly, channel: email, locale: en, subject: "Nearly", body: "<p><a href=\"{{ cart.restore_url }}\">Nearly</a></p>"}
  - {key: goodbye, channel: email, locale: en, subject: "Our last note", body: "<p><a href=\"{{ cart.restore_url }}\">Bye</a></p>"}
`

// A condition knows what was written about the cart in any sequence, so that
// nobody reads the same words twice or gets mail after a last note.
func TestAConditionKnowsWhatWasTold(t *testing.T) {
	for name, c := range map[string]struct {
		before time.Duration
		want   []string
	}{
		"nothing was":   {10 * time.Minute, []string{"0 email accepted nearly", "1 email accepted hello", "2 email accepted goodbye"}},
		"one was":       {2 * time.Hour, []string{"0 email accepted hello", "0 email accepted nearly", "2 email accepted goodbye"}},
		"the last was":  {30 * time.Hour, []string{"0 email accepted hello", "1 email accepted goodbye"}},
		"neither twice": {90 * time.Minute, []string{"0 email accepted hello", "0 email accepted nearly", "2 email accepted goodbye"}},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, w *world) {
				who := fields{"email": "ada@example.org"}
				w.send(gen("Cart Updated", w.now(), adaCart("c1").with(who)))
				w.pass(c.before)
				w.send(gen("Checkout Started", w.now(), adaCart("c1").with(who)))
				w.pass(40 * time.Hour)
				same(t, "messages", w.states(), c.want)
			}, book(twoSequences), consentMode("off"))
		})
	}
}
