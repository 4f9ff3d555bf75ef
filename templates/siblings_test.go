package templates

import (
	"context"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// siblings are the languages in which every English template is shipped too.
func siblings() []string { return []string{"de", "es", "fr"} }

// pair is one English template beside the same one in another language.
type pair struct {
	path   string
	en, it message.Template
}

// pairs gives every English template with each of its siblings.
func pairs(t *testing.T) (all []pair) {
	t.Helper()
	bySlot := map[string]message.Template{}
	slot := func(m message.Template, locale string) string {
		return locale + "/" + m.Key + "." + string(m.Channel)
	}
	for _, m := range shipped(t) {
		bySlot[slot(m, m.Locale)] = m
	}
	for _, m := range shipped(t) {
		for _, locale := range siblings() {
			if it, ok := bySlot[slot(m, locale)]; ok && m.Locale == "en" {
				all = append(all, pair{path: slot(m, locale), en: m, it: it})
			}
		}
	}
	if len(all) == 0 {
		t.Fatal("no template has a sibling")
	}
	return all
}

// sayings are what a template says, by name.
func sayings(m message.Template) map[string]string {
	return map[string]string{"subject": m.Subject, "preheader": m.Preheader, "text": m.Text, "body": m.Body,
		"title": m.Title, "button": m.Button}
}

var (
	liquidTag = regexp.MustCompile(`\{%.*?%\}|\{\{.*?\}\}`)
	htmlMark  = regexp.MustCompile(`<[^>]*>`)
	letter    = regexp.MustCompile(`\pL`)
	label     = regexp.MustCompile(`label: '([^']*)'`)
)

// prose is what is left for a reader to read: the labels of buttons, and the
// text without tags and marks. A value is a ◊, for it is a word too.
func prose(source string) string {
	var labels strings.Builder
	for _, m := range label.FindAllStringSubmatch(source, -1) {
		labels.WriteString("\n" + m[1])
	}
	source = liquidTag.ReplaceAllStringFunc(source, func(tag string) string {
		if strings.HasPrefix(tag, "{{") {
			return "◊"
		}
		return ""
	})
	return htmlMark.ReplaceAllString(source, "") + labels.String()
}

func TestEveryTemplateHasItsSiblings(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	err := fs.WalkDir(FS, ".", func(path string, d fs.DirEntry, err error) error {
		have[path] = !d.IsDir() && strings.HasSuffix(path, extension)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	english := 0
	for path, file := range have {
		locale, rest, _ := strings.Cut(path, "/")
		switch {
		case !file || locale == snippets:
		case locale != "en":
			if !have["en/"+rest] {
				t.Errorf("%s has no English original", path)
			}
		default:
			english++
			for _, other := range siblings() {
				if !have[other+"/"+rest] {
					t.Errorf("%s has no sibling in %s", path, other)
				}
			}
		}
	}
	if english == 0 {
		t.Error("no English template was seen")
	}
}

func TestSiblingsAreTranslated(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		theirs := sayings(p.it)
		for field, en := range sayings(p.en) {
			switch said := prose(en); {
			case !letter.MatchString(said):
			case theirs[field] == "":
				t.Errorf("%s: the %s is missing", p.path, field)
			case prose(theirs[field]) == said:
				t.Errorf("%s: the %s is still English: %s", p.path, field, said)
			}
		}
	}
}

var variable = regexp.MustCompile(`\b(?:shopper|cart|shop|item|offer|message)\.[a-z_]+(?:\.size)?`)

// variables lists what a template asks of its cart, once each.
func variables(m message.Template) []string {
	var tags []string
	for _, source := range append(slices.Collect(maps.Values(sayings(m))), m.Image) {
		tags = append(tags, liquidTag.FindAllString(source, -1)...)
	}
	all := variable.FindAllString(strings.Join(tags, " "), -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// variables are the sibling's, but for a count that English can do without:
// other languages have a singular where it has none.
func (p pair) variables() []string {
	original := variables(p.en)
	return slices.DeleteFunc(variables(p.it), func(v string) bool {
		return v == "cart.item_count" && !slices.Contains(original, v)
	})
}

// The find of one mug is no finds.
func TestSiblingsCountWhatIsInTheCart(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	one, several := situations()["one"], situations()["five"]
	counted := 0
	for _, p := range pairs(t) {
		if !slices.Contains(variables(p.it), "cart.item_count") {
			continue
		}
		counted++
		a, b := renderIn(t, renderer, p.it, one), renderIn(t, renderer, p.it, several)
		if p.it.Channel == event.Email && a.Subject == b.Subject && strings.Contains(p.it.Subject, "item_count") {
			t.Errorf("%s: one and several have the subject %q", p.path, a.Subject)
		}
		for _, words := range [][2]string{
			{"cet article", "ces articles"}, {"diesen Artikel", "diese Artikel"}, {"este artículo", "estos artículos"},
			{"rouvaille est", "rouvailles sont"}, {"Fundstück ist", "Fundstücke sind"}, {"hallazgo ", "hallazgos "},
		} {
			singular, plural := words[0], words[1]
			if s := a.Subject + a.Text + a.HTML; strings.Contains(s, plural) {
				t.Errorf("%s says %q of one", p.path, plural)
			}
			if s := b.Subject + b.Text + b.HTML; strings.Contains(s, singular) {
				t.Errorf("%s says %q of several", p.path, singular)
			}
		}
	}
	if counted == 0 {
		t.Error("no sibling counts")
	}
}

func TestSiblingsUseTheSameVariables(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		if p.en.Key == message.ConfirmKey && p.en.Channel == event.SMS {
			// American carriers want a yes by keyword; elsewhere a link is the easier way.
			continue
		}
		if len(p.en.Blocks) != len(p.it.Blocks) {
			continue // what the one says by its kinds of blocks, the other says by snippets and variables
		}
		if diff := cmp.Diff(variables(p.en), p.variables()); diff != "" {
			t.Errorf("%s (- English, + this one):\n%s", p.path, diff)
		}
	}
}

func TestSiblingsHaveTheSameParts(t *testing.T) {
	t.Parallel()
	part := regexp.MustCompile(`\{% render '\w+'|<h1|<p |<a |<strong`)
	count := func(source string) map[string]int {
		n := map[string]int{}
		for _, m := range part.FindAllString(source, -1) {
			n[m]++
		}
		return n
	}
	for _, p := range pairs(t) {
		if len(p.en.Blocks) != len(p.it.Blocks) {
			continue // the one is made of blocks, whose elements are chosen for it
		}
		if diff := cmp.Diff(count(p.en.Body), count(p.it.Body)); diff != "" {
			t.Errorf("%s, the body (- English, + this one):\n%s", p.path, diff)
		}
		if diff := cmp.Diff(count(p.en.Text), count(p.it.Text)); diff != "" {
			t.Errorf("%s, the text (- English, + this one):\n%s", p.path, diff)
		}
	}
}

// A subject of 30 to 50 characters says enough and is not cut off on a phone.
func TestSubjectsOfSiblingsFit(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for _, p := range pairs(t) {
		if p.it.Channel != event.Email {
			continue
		}
		for name, in := range situations() {
			for _, shop := range []string{"Hazel & Oak", strings.Repeat("Maison Longuenom ", 4)} {
				in.Shop.Name = shop
				got, err := renderer.Render(context.Background(), p.it, inLocale(in, p.it.Locale))
				if err != nil {
					t.Fatal(err)
				}
				if n := utf8.RuneCountInString(got.Subject); n < 30 || n > 50 {
					t.Errorf("%s, cart %q: the subject has %d characters: %s", p.path, name, n, got.Subject)
				}
			}
		}
	}
}

// Segments are money: a language may cost at most one more than English, and
// where the shop's own name stays within GSM-7, the text does as well.
func TestTextMessagesOfSiblingsCostNoMore(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	for _, p := range pairs(t) {
		if p.it.Channel != event.SMS {
			continue
		}
		for _, shop := range []string{"Oy", "Hazel & Oak", "Maison des Fleurs et des Jardins", "Crêperie du Château"} {
			in := situations()["one"]
			in.Shop.Name = shop
			en, it := renderIn(t, renderer, p.en, in), renderIn(t, renderer, p.it, in)
			if it.Segments > en.Segments+1 {
				t.Errorf("%s from %q takes %d segments, English %d: %s", p.path, shop, it.Segments, en.Segments, it.Text)
			}
			if _, name := message.Segments(shop); it.Encoding != name {
				t.Errorf("%s from %q is %s: %s", p.path, shop, it.Encoding, it.Text)
			}
		}
	}
}

func renderIn(t *testing.T, r *message.Renderer, m message.Template, in message.Input) message.Rendered {
	t.Helper()
	got, err := r.Render(context.Background(), m, inLocale(in, m.Locale))
	if err != nil {
		t.Fatal(err)
	}
	return message.Fill(got, links)
}

func TestSnippetsSpeakTheLanguage(t *testing.T) {
	t.Parallel()
	renderer := message.NewRenderer(Snippets())
	seven := bag("Zoë", slices.Repeat([]event.Item{item("Mug", "", 1, 1400, "EUR", "")}, 7)...)
	eight := situations()["many"]
	for locale, want := range map[string]struct{ total, one, two string }{
		"en": {"Total: €98.00", "and one more", "and 2 more"},
		"fr": {"Total\u00a0: 98,00\u00a0€", "et un autre article", "et 2 autres articles"},
		"de": {"Summe: 98,00\u00a0€", "und ein weiterer Artikel", "und 2 weitere Artikel"},
		"es": {"Total: 98,00\u00a0€", "y un artículo más", "y 2 artículos más"},
	} {
		tpl := message.Template{Channel: event.Email, Subject: "S", Body: "{% render 'cart_items' %}", Text: "{% render 'cart_items' %}", Locale: locale}
		a, b := renderIn(t, renderer, tpl, seven), renderIn(t, renderer, tpl, eight)
		if !strings.Contains(a.Text, want.total) {
			t.Errorf("%s lacks %q:\n%s", locale, want.total, a.Text)
		}
		for _, part := range []struct{ said, in string }{{want.one, a.Text}, {want.one, a.HTML}, {want.two, b.Text}, {want.two, b.HTML}} {
			if !strings.Contains(part.in, part.said) {
				t.Errorf("%s lacks %q:\n%s", locale, part.said, part.in)
			}
		}
	}
}
