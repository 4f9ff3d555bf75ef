//go:build pictures

package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/cartograph-dev/cartograph/internal/app"
	"github.com/cartograph-dev/cartograph/internal/demo"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// pictureBook has every shipped persona written to within seconds, by its own
// shipped template.
const pictureBook = `
sequences:
  - {key: cart-vip-advocate, stage: purchase, trigger: cart_abandoned, persona: vip-advocate,
     steps: [{after: 6s, channels: [email], template: vip-note, max_late: 1h}]}
  - {key: cart-returning-customer, stage: purchase, trigger: cart_abandoned, persona: returning-customer,
     steps: [{after: 6s, channels: [sms, email], template: returning-pickup, max_late: 1h}]}
  - {key: cart-careful-comparer, stage: purchase, trigger: cart_abandoned, persona: careful-comparer,
     steps: [{after: 6s, channels: [email], template: comparer-shortlist, max_late: 1h},
             {after: 20s, channels: [email], template: comparer-questions, max_late: 1h}]}
  - {key: cart-value-conscious, stage: purchase, trigger: cart_abandoned, persona: value-conscious,
     steps: [{after: 6s, channels: [messenger, sms, email], template: value-saved, max_late: 1h},
             {after: 16s, channels: [email], template: value-plain-numbers, max_late: 1h}]}
  - {key: cart-first-time-visitor, stage: purchase, trigger: cart_abandoned, persona: first-time-visitor,
     steps: [{after: 6s, channels: [email], template: first-hello, max_late: 1h}]}
`

// pictured is how many shoppers the pictures show.
const pictured = 60

// TestPictures writes screenshots of a busy shop into a folder, for the
// documentation and for the eye. It judges nothing, so it is built only when
// asked for:
//
//	CARTOGRAPH_SCREENSHOTS=dir go test -tags pictures -run TestPictures ./internal/app
func TestPictures(t *testing.T) {
	dir := os.Getenv("CARTOGRAPH_SCREENSHOTS")
	if dir == "" {
		t.Fatal("name a folder to write pictures to in CARTOGRAPH_SCREENSHOTS")
	}
	browser := startBrowser(t)
	b := openBazaar(t, app.WallClock(), pictureBook, "abandon_after=4s")
	w := openWindow(t, browser)
	w.signIn(b)
	crowd := newCrowd()
	b.bustle(t, crowd)
	w.as(look{width: 1280})
	w.visit(b.url + "/")
	w.picture(filepath.Join(dir, "overview.png"))
	b.posted("checkouts/create", b.puzzle(crowd[0], 7900, 0))
	b.posted("checkouts/update", b.puzzle(crowd[1], 5900, 0))
	bought, waiting := crowd[40], crowd[41]
	letter := b.letter(t, waiting, event.Email)
	for name, path := range map[string]string{
		"overview": "/", "carts": "/carts", "cart": "/carts/" + b.cartOf(bought), "messages": "/messages",
		"why": "/carts/" + b.cartOf(bought) + "/why", "quarantine": "/quarantine", "replay": "/quarantine/replay?topic=checkouts%2Fcreate", "quarantined": "/quarantine/" + b.held()[0].ID,
		"overview-90": "/?range=90d&compare=1", "shoppers": "/shoppers", "shopper": "/shoppers/" + b.shopperOf(bought), "erase": "/shoppers/" + b.shopperOf(bought) + "/erase", "inbox": "/inbox",
		"identity": "/shoppers/" + b.shopperOf(bought) + "/identity",
		"message":  "/messages/" + b.messageTo(waiting, event.Email), "decisions": "/decisions", "orders": "/orders",
		"recoveries": "/recoveries", "personas": "/personas", "persona": "/personas/value-conscious", "persona-new": "/personas/new", "sequences": "/sequences",
		"sequence": "/sequences/cart-value-conscious", "sequence-draft": "/sequences/cart-value-conscious/draft", "codes": "/codes", "docs": "/docs", "sign-in": "/sign-in", "audit": "/audit", "account": "/account", "sender": "/sender",
		"templates": "/templates", "template": "/templates/value-saved/email/en", "template-sms": "/templates/value-saved/sms/en", "template-messenger": "/templates/value-saved/messenger/en",
		"template-words": "/templates/words", "template-import": "/templates/import", "template-versions": "/templates/value-saved/email/en/versions", "template-retire": "/templates/value-saved/sms/en/retire",
		"restore": strings.TrimPrefix(linkOf(t, letter, "/r/"), b.url), "why-shopper": strings.TrimPrefix(linkOf(t, letter, "/why/"), b.url),
		"unsubscribe": strings.TrimPrefix(linkOf(t, letter, "/u/"), b.url),
	} {
		for suffix, l := range map[string]look{"-desk": {width: 1280}, "-dark": {width: 768, dark: true}, "-phone": {width: 390, height: 844}, "-narrow": {width: 360, height: 800, dark: true}} {
			w.as(l)
			w.visit(b.url + path)
			w.picture(filepath.Join(dir, name+suffix+".png"))
		}
	}
}

// bustle lets the crowd come one after the other; some have bought before,
// some come back from their message and buy.
func (b *bazaar) bustle(t *testing.T, crowd []visitor) {
	t.Helper()
	began := time.Now()
	for i, v := range crowd {
		if i%4 == 3 {
			for past := range 1 + i/4%2*5 {
				before := v
				before.token = fmt.Sprintf("%s-past-%d", v.token, past)
				b.posted("orders/create", before.order(2000+10*i+past, b.clock.Now().AddDate(0, 0, -9*past-20)))
			}
		}
		until(t, "the next one comes in", func() bool { return time.Since(began) > time.Duration(i)*600*time.Millisecond })
		b.fills(v)
		// Who came fifteen before has been written to by now.
		if back := i - 15; back > 0 && back%3 == 1 && !crowd[back].silent {
			b.comesBack(t, crowd[back], 1000+back, back%5 != 0, back%13 == 0)
		}
	}
}

// comesBack lets a visitor buy after their message, most by its link.
func (b *bazaar) comesBack(t *testing.T, v visitor, number int, byLink, regrets bool) {
	t.Helper()
	letter := b.letter(t, v, "")
	if byLink {
		exchange(t, http.MethodPost, linkOf(t, letter, "/r/"), nil, nil)
	}
	refunded := 0
	if regrets {
		refunded = v.lines[0].price
	}
	b.buys(v, number, refunded)
}

// newCrowd makes the same visitors every time.
func newCrowd() (all []visitor) {
	r := rand.New(rand.NewPCG(7, 11))
	first := []string{"Camille", "Lena", "Oscar", "Freya", "Jonas", "Nora", "Hugo", "Clara", "Imogen", "Paul", "Manon", "Felix", "Greta", "Arthur", "Mia"}
	last := []string{"Moreau", "Weber", "Bennett", "Keller", "Dubois", "Hofmann", "Claes", "Walker", "Girard", "Brandt"}
	shelf := []goods{
		{"Merino scarf, hand-finished edge", "Ochre", 1, 5990}, {"Stoneware mug", "Slate", 2, 1400}, {"Oak serving board", "Large, oiled", 1, 7900},
		{"Tea towel", "Striped", 3, 990}, {"Linen shirt", "M", 1, 8900}, {"Wool throw", "Moss", 1, 14900}, {"Beeswax candle", "", 2, 1850},
		{"Walnut stool", "", 1, 21900}, {"Enamel jug", "Cream", 1, 3400}, {"Lambswool slippers", "40", 1, 6450},
	}
	for i := range pictured {
		v := visitor{first: first[i%len(first)], last: last[r.IntN(len(last))], token: fmt.Sprintf("pic-%02d", i), silent: i%9 == 8}
		v.email = strings.ToLower(fmt.Sprintf("%s.%s.%d@example.com", v.first, v.last, i+1))
		if i%5 == 2 {
			v.phone = demo.AwakePhone(time.Now(), 39200+i)
		}
		for _, n := range r.Perm(len(shelf))[:1+r.IntN(3)] {
			v.lines = append(v.lines, shelf[n])
		}
		all = append(all, v)
	}
	return all
}

// picture takes a screenshot of the window as it is.
func (w *window) picture(file string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, png, 0o644)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
