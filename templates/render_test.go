package templates

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// item makes one line; the price is in minor units.
func item(title, variant string, quantity int, price int64, currency, image string) event.Item {
	each := money.Money{Minor: price, Currency: currency}
	return event.Item{Title: title, Variant: variant, Quantity: quantity, Price: each, LineTotal: each.Times(quantity),
		URL: "https://hazelandoak.example/p/" + strings.ToLower(strings.Fields(title)[0]), ImageURL: image}
}

// bag makes an input around the lines.
func bag(firstName string, items ...event.Item) message.Input {
	in := message.Input{
		Shop: message.Shop{Name: "Hazel & Oak", Domain: "hazelandoak.example", Currency: items[0].Price.Currency, Locale: "en",
			SupportEmail: "hello@hazelandoak.example", Address: "12 Mill Lane, Bath BA1 2QQ, United Kingdom"},
		Locale: "en", PublicURL: "https://shop.example.com", Zone: time.UTC,
	}
	in.Shopper.Traits.FirstName = shopper.Said{Value: firstName, At: 1}
	total := money.Money{Currency: items[0].Price.Currency}
	for _, i := range items {
		total.Minor += i.LineTotal.Minor
	}
	in.Cart = cart.Cart{Facts: cart.Facts{Contents: cart.Snapshot{Contents: event.Contents{Items: items, Total: total}, At: 1}, LastActivity: 1}}
	return in
}

// inLocale is the input as it is when a template of the locale was chosen for it.
func inLocale(in message.Input, locale string) message.Input {
	in.Locale, in.Shop.Locale = locale, locale
	return in
}

// situations are the carts every template must cope with.
func situations() map[string]message.Input {
	const image = "https://cdn.hazelandoak.example/scarf.jpg"
	all := map[string]message.Input{
		"one": bag("Zoë", item("Merino scarf, hand-finished edge", "Ochre", 1, 5990, "EUR", image)),
		"five": bag("Daniel",
			item("Merino scarf, hand-finished edge", "Ochre", 1, 5990, "EUR", image),
			item("Stoneware mug", "", 2, 1400, "EUR", ""),
			item("Oak serving board with a rather long name that wraps", "Large / oiled", 1, 104900, "EUR", image),
			item("Tea towel", "Striped", 3, 990, "EUR", image),
			item("Linen shirt", "M", 1, 7900, "EUR", image)),
		"many": bag("Maximiliane-Charlotte",
			item("Mug", "", 1, 1400, "EUR", ""), item("Bowl", "", 1, 1400, "EUR", ""), item("Plate", "", 1, 1400, "EUR", ""),
			item("Jug", "", 1, 1400, "EUR", ""), item("Vase", "", 1, 1400, "EUR", ""), item("Lamp", "", 1, 1400, "EUR", ""),
			item("Rug", "", 1, 1400, "EUR", ""), item("Clock", "", 1, 1400, "EUR", "")),
		"nameless": bag("", item("Stoneware mug", "", 2, 1400, "EUR", ""), item("Tea towel", "Striped", 1, 990, "EUR", "")),
		"yen":      bag("Aoi", item("Furoshiki <silk> & \"cotton\"", "Indigo", 2, 4800, "JPY", image)),
	}
	bare := bag("", item("Mug", "", 1, 1400, "EUR", ""))
	bare.Shop.SupportEmail, bare.Shop.Address = "", ""
	bare.Cart.Facts.Contents.Contents = event.Contents{}
	all["bare"] = bare
	return all
}

// links are tokens as long as real ones.
var links = map[message.Link]string{
	message.LinkRestore:     "Rr3xT0k3nRr3xT0k3nRr3x",
	message.LinkUnsubscribe: "Uu3xT0k3nUu3xT0k3nUu3x",
	message.LinkWhy:         "Ww3xT0k3nWw3xT0k3nWw3x",
	message.LinkConfirm:     "Cc3xT0k3nCc3xT0k3nCc3x",
}

var holes = regexp.MustCompile(`\{\{|\}\}|\{%|%\}|<nil>|%!|\bnull\b| ,| \.(?:\s|$)|\(\)|,:|, :|: :`)

func TestEveryTemplateRenders(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for name, in := range situations() {
		for _, tpl := range shipped(t) {
			t.Run(name+"/"+tpl.Locale+"/"+tpl.Key+"."+string(tpl.Channel), func(t *testing.T) {
				t.Parallel()
				in := inLocale(in, tpl.Locale)
				got, err := renderer.Render(context.Background(), tpl, in)
				if err != nil {
					t.Fatal(err)
				}
				got = message.Fill(got, links)
				for field, text := range map[string]string{"subject": got.Subject, "text": got.Text, "title": got.Title, "button": got.ButtonTitle} {
					if m := holes.FindString(text); m != "" {
						t.Errorf("the %s shows %q: %s", field, m, text)
					}
				}
				switch {
				case tpl.Key == message.ConfirmKey:
					checkRequest(t, got)
				case tpl.Channel == event.Email:
					checkEmail(t, got, in)
				case tpl.Channel == event.SMS:
					checkSMS(t, got)
				case tpl.Channel == event.Messenger:
					checkMessenger(t, got)
				}
				keep(t, tpl.Locale+"-"+name+"-"+tpl.Key, got)
			})
		}
	}
}

const restoreURL = "https://shop.example.com/r/Rr3xT0k3nRr3xT0k3nRr3x"

func checkEmail(t *testing.T, got message.Rendered, in message.Input) {
	t.Helper()
	if n := utf8.RuneCountInString(got.Subject); n == 0 || n > 60 {
		t.Errorf("the subject has %d characters: %s", n, got.Subject)
	}
	if m := regexp.MustCompile(`\{\{|\}\}|\{%|%\}|<nil>|%!`).FindString(got.HTML); m != "" {
		t.Errorf("the HTML shows %q", m)
	}
	for part, text := range map[string]string{"HTML": got.HTML, "text": got.Text} {
		if n := strings.Count(text, restoreURL); n != 1 {
			t.Errorf("the %s part has the way back %d times, want once", part, n)
		}
		for _, path := range []string{"/u/" + links[message.LinkUnsubscribe], "/why/" + links[message.LinkWhy]} {
			if !strings.Contains(text, path) {
				t.Errorf("the %s part lacks %s", part, path)
			}
		}
	}
	for n, i := range in.Cart.Items() {
		if n < 6 && !strings.Contains(got.Text, i.Title) {
			t.Errorf("the text part lacks %q", i.Title)
		}
	}
	if asks := asksForReply(t, in.Locale).MatchString(got.HTML + got.Text); asks != (in.Shop.SupportEmail != "") {
		t.Errorf("it asks for a reply: %t; support address: %q", asks, in.Shop.SupportEmail)
	}
	if strings.Contains(got.Text, "\n\n\n") || strings.Contains(got.Text, "<") && !strings.Contains(got.Text, "<silk>") {
		t.Errorf("the text part is untidy:\n%s", got.Text)
	}
}

// asksForReply finds the words that ask for an answer.
func asksForReply(t *testing.T, locale string) *regexp.Regexp {
	t.Helper()
	words, ok := map[string]string{
		"en": `Reply to this mail|One line in reply`, "fr": `Répondez à cet e-mail`,
		"de": `Antworten Sie auf diese E-Mail`, "es": `Responde a este correo`,
	}[locale]
	if !ok {
		t.Fatalf("nobody said how %s asks for a reply", locale)
	}
	return regexp.MustCompile(words)
}

// checkRequest: a request to confirm has the way to say yes and to say no, and
// nothing that sells: else it needs the consent that it asks for.
func checkRequest(t *testing.T, got message.Rendered) {
	t.Helper()
	yes := "https://shop.example.com/c/" + links[message.LinkConfirm]
	if got.HTML == "" {
		if !strings.Contains(got.Text, "STOP") || !strings.Contains(got.Text, yes) && !strings.Contains(got.Text, "YES") {
			t.Errorf("it lacks the way to say yes or no: %s", got.Text)
		}
	}
	for part, text := range map[string]string{"HTML": got.HTML, "text": got.Text} {
		if got.HTML != "" && (strings.Count(text, yes) != 1 || !strings.Contains(text, "/u/")) {
			t.Errorf("the %s part lacks the way to say yes or no: %s", part, text)
		}
		if strings.Contains(text, "/r/") || strings.Contains(text, "Mug") {
			t.Errorf("the %s part tells of the cart: %s", part, text)
		}
	}
	if got.HTML != "" && !strings.Contains(got.HTML, `class="button"`) {
		t.Errorf("its button is none that the layout knows in the dark: %s", got.HTML)
	}
}

func checkSMS(t *testing.T, got message.Rendered) {
	t.Helper()
	if got.Segments != 1 || got.Encoding != message.EncodingGSM7 {
		t.Errorf("%d segments in %s: %s", got.Segments, got.Encoding, got.Text)
	}
	// Room for a longer address than this shop's, or a longer name.
	if n := utf8.RuneCountInString(got.Text); n > 145 {
		t.Errorf("%d characters leave no room for a longer shop name: %s", n, got.Text)
	}
	for _, want := range []string{restoreURL, "Hazel & Oak", "STOP"} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("it lacks %q: %s", want, got.Text)
		}
	}
}

func checkMessenger(t *testing.T, got message.Rendered) {
	t.Helper()
	// A card's line under the title shows 80 characters.
	for field, c := range map[string]struct {
		text string
		max  int
	}{"text": {got.Text, 80}, "title": {got.Title, 80}, "button": {got.ButtonTitle, 20}} {
		if n := utf8.RuneCountInString(c.text); n > c.max {
			t.Errorf("the %s has %d characters, more than %d: %s", field, n, c.max, c.text)
		}
	}
	if got.ButtonURL != restoreURL {
		t.Errorf("the button leads to %s", got.ButtonURL)
	}
}

// keep writes the rendered message where TEMPLATES_OUT says, to be looked at in a browser.
func keep(t *testing.T, name string, got message.Rendered) {
	t.Helper()
	dir := os.Getenv("TEMPLATES_OUT")
	if dir == "" || got.HTML == "" {
		return
	}
	for ext, text := range map[string]string{".html": got.HTML, ".txt": "Subject: " + got.Subject + "\n\n" + got.Text} {
		if err := os.WriteFile(filepath.Join(dir, name+ext), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryTemplateMayBeSaved(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for _, tpl := range shipped(t) {
		if err := renderer.Check(tpl); err != nil {
			t.Errorf("%s.%s: %v", tpl.Key, tpl.Channel, err)
		}
	}
}

func TestSnippetsServeBothFormats(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for name, want := range map[string]string{"cart_items": "Merino scarf", "button": "Go", "signature": "a person answers"} {
		tpl := message.Template{Channel: event.Email, Subject: "S"}
		tpl.Body = "{% render '" + name + "', label: 'Go' %}"
		tpl.Text = tpl.Body
		got, err := renderer.Render(context.Background(), tpl, situations()["one"])
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(got.HTML, want) || !strings.Contains(got.Text, want) || strings.Contains(got.Text, "<") {
			t.Errorf("%s gives %q as text and as HTML\n%s", name, got.Text, got.HTML)
		}
	}
}
