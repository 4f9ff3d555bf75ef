package message

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// inText renders a body with the text engine and the ordinary sample.
func inText(t *testing.T, body string) (string, error) {
	t.Helper()
	out, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.Messenger, Body: body}, Sample("en"))
	return out.Text, err
}

// refused asserts a fault.Unprocessable about a field whose words include part.
func refused(t *testing.T, err error, field, part string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) {
		t.Fatalf("got %v, want a fault about %q", err, part)
	}
	if f.Code != fault.Unprocessable || f.Field != field || !strings.Contains(f.Message, part) {
		t.Errorf("got %s %s %q, want unprocessable %s …%s…", f.Code, f.Field, f.Message, field, part)
	}
	if f.Remedy == "" {
		t.Errorf("%q has no remedy", f.Message)
	}
}

func TestHostileTemplatesAreRefused(t *testing.T) {
	t.Parallel()
	double := func(filter string, n int) string {
		return "{% assign s = 'aaaaaaaaaaaaaaaa' %}" + strings.Repeat("{% assign s = s | "+filter+" %}", n) + "{{ s | size }}"
	}
	// fed fills a list of a thousand texts to work on.
	fed := "{% assign s = 'b,a,c,d,' %}" + strings.Repeat("{% assign s = s | append: s %}", 7) +
		"{% assign l = s | split: ',' %}"
	tests := map[string]struct{ body, part string }{
		"endless loop":          {"{% for i in (1..1000000000) %}{% assign a = i %}{% endfor %}", "ranges"},
		"range out of memory":   {`{{ (1..2000000000) | join: "," | size }}`, "ranges"},
		"range, spaced":         {"{{ ( 1 .. 9 ) | size }}", "ranges"},
		"range after a string":  {`{{ "a\"" | append: (1..9) }}`, "ranges"},
		"range in a parameter":  {"{% assign x = (1..9) %}", "ranges"},
		"huge index":            {"{{ shopper.tags[99999999999999999999] }}", "digits"},
		"cycle type assertion":  {"{% assign forloop = 1 %}{% cycle 'a','b' %}", "cycle"},
		"reading files":         {`{% include "go.mod" %}`, "include"},
		"reading files, render": {`{% render "go.mod" %}`, "no snippet"},
		"a computed snippet":    {"{% render shop.name %}", "quotation marks"},
		"doubling append":       {double("append: s", 24), "longer than"},
		"doubling prepend":      {double("prepend: s", 24), "longer than"},
		"replace growth":        {double("replace: 'a', s", 7), "longer than"},
		"replace_first growth":  {double("replace_first: 'a', s", 24), "longer than"},
		"replace_last growth":   {double("replace_last: 'a', s", 24), "longer than"},
		"url_encode growth":     {double("url_encode | replace: '5', '%%' | replace: 'a', '%'", 30), "longer than"},
		"concat growth":         {"{% assign a = cart.items %}" + strings.Repeat("{% assign a = a | concat: a %}", 20), "list of more"},
		"join growth":           {fed + "{{ l | join: s }}", "longer than"},
		"nested loops":          {strings.Repeat("{% for a in cart.items %}", 16) + "x" + strings.Repeat("{% endfor %}", 16), "turns"},
		"loops full of sorting": {fed + "{% for a in l %}{{ l | sort | first }}{% endfor %}", "too much work"},
		"loops full of uniq":    {fed + "{% for a in l %}{{ l | uniq | first }}{% endfor %}", "too much work"},
		"loops of comparisons":  {fed + "{% for a in l %}" + strings.Repeat("{% if s contains 'zz' %}{% endif %}", 200) + "{% endfor %}", "too much work"},
		"too much output":       {fed + "{% for a in l %}" + strings.Repeat("{{ s }}", 3) + "{% endfor %}", "more than 512 KB"},
		"deep nesting":          {strings.Repeat("{% if true %}", 21) + strings.Repeat("{% endif %}", 21), "nested"},
		"large source":          {strings.Repeat("x", maxSource+1), "larger"},
		"quadratic scanning":    {"{% a " + strings.Repeat("{{b}}", 20_000), "not closed"},
		"long expression":       {"{{ shop.name" + strings.Repeat(" | upcase", 300) + " }}", "longer"},
		"capture":               {"{% capture x %}a{% endcapture %}", "capture"},
		"our own tick":          {"{% tick 1 %}", "tick"},
		"go method":             {"{{ shop.String }}", "shop.String"},
		"a whole object":        {"{{ cart }}", "whole object"},
		"objects in a list":     {"{{ cart.items | join: ',' }}", "whole object"},
		"internals":             {"{{ cart | json }}", "no filter"},
		"the clock":             {"{{ 'now' | date: '%1000000000d' }}", "no filter"},
		"statement end":         {"{{ shop.name; }}", "means nothing"},
		"slice overflow":        {"{{ 'x' | slice: '9223372036854775807', '9223372036854775807' }}", "cannot be rendered"},
		"break outside a loop":  {"{% break %}", "cannot be rendered"},
		"NUL":                   {"a\x00b", "NUL"},
		"not UTF-8":             {"a\xffb", "UTF-8"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := inText(t, tt.body)
			if err == nil {
				t.Fatalf("rendered %q", out)
			}
			refused(t, err, "body", tt.part)
		})
	}
}

func TestMistakesAreNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, part string }{
		"misspelt field":         {"a\nb {{ shopper.frist_name }}", `line 2: there is no variable "shopper.frist_name"`},
		"misspelt root":          {"{{ shoper.first_name }}", `"shoper"`},
		"with a default":         {"{{ shopper.frist_name | default: 'x' }}", "frist_name"},
		"in a branch not taken":  {"{% if false %}{{ cart.itmes }}{% endif %}", "cart.itmes"},
		"of a loop variable":     {"{% for p in cart.items limit: 2 %}\n{{ p.nmae }}{% endfor %}", `line 2: there is no variable "p.nmae"`},
		"in a condition":         {"{% unless cart.has_cupon %}{% endunless %}", "has_cupon"},
		"in a filter's argument": {"{{ shop.name | append: shop.nmae }}", "shop.nmae"},
		"below a plain value":    {"{{ shop.name.first }}", "shop.name.first"},
		"below an element":       {"{{ cart.items.first.titel }}", "titel"},
		"beyond the list":        {"x\n{{ cart.items[7].title }}", "line 2: a variable is not known"},
		"by index":               {"{{ cart.items[0].titel }}", "not known"},
		"unknown filter":         {"{{ shop.name | upcased }}", `no filter "upcased"`},
		"unknown filter, key":    {"{{ shop.name | appendix: 'x' }}", `no filter "appendix"`},
		"else if":                {"{% if true %}{% else if false %}{% endif %}", "else"},
		"unclosed output":        {"Hi {{ shop.name", "not closed"},
		"output over lines":      {"{{ shop.name\n | upcase }}", "several lines"},
		"unclosed block":         {"\n{% for i in cart.items %}", "line 2: {% for %} is not closed"},
		"crossed blocks":         {"{% if true %}{% for i in cart.items %}{% endif %}{% endfor %}", "too early"},
		"unclosed comment":       {"{% comment %}{{ x }}", "not closed"},
		"unclosed quotation":     {"{{ 'abc }}", "quotation mark"},
		"assignment as test":     {"{% if cart.stage = 'cart' %}{% endif %}", "does not compare"},
		"syntax":                 {"a\n{{ 'a' 'b' }}", "line 2: syntax error"},
		"a filter's complaint":   {"a\n{{ 5 | divided_by: 0 }}", `line 2: the filter "divided_by"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := inText(t, tt.body)
			if err == nil {
				t.Fatalf("rendered %q", out)
			}
			refused(t, err, "body", tt.part)
		})
	}
}

func TestErrorsHoldNoShopperData(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"{{ shopper.email | round }}", "{{ shopper.first_name | sort }}", "{% for i in cart.items limit: shopper.email %}{% endfor %}"} {
		_, err := inText(t, body)
		if err == nil || strings.Contains(err.Error(), "ana@") || strings.Contains(err.Error(), "Ana") {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestLiquidWorks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"loop":            {"{% for i in cart.items %}{{ forloop.index }}{{ i.title }};{% endfor %}", "1Linen shirt;2Canvas bag;"},
		"trimmed head":    {"{% for i in cart.items -%}\n   {{ i.title }}{% endfor %}", "Linen shirtCanvas bag"},
		"reversed, limit": {"{% for i in cart.items reversed limit: 1 %}{{ i.title }}{% endfor %}", "Canvas bag"},
		"tick in raw":     {"{% raw %}{% for i in x %}{{ y }}{% endfor %}{% endraw %}", "{% for i in x %}{{ y }}{% endfor %}"},
		"comment":         {"a{% comment %}{% nope %}{{ 1..2 }}{% endcomment %}b", "ab"},
		"case":            {"{% case cart.stage %}{% when 'checkout', 'payment' %}co{% else %}x{% endcase %}", "co"},
		"numbers":         {"{% if cart.total_amount > 50 and cart.item_count == 3 %}big{% endif %}", "big"},
		"cents":           {"{{ cart.total_amount | times: 10 | divided_by: 100 | money }}", "€8.40"},
		"whole":           {"{{ 7 | divided_by: 2 }}", "3"},
		"money of money":  {"{{ cart.total | money }}", "€84.00"},
		"contains":        {"{% if shopper.tags contains 'vip' %}vip{% endif %}", "vip"},
		"dots in quotes":  {`{{ "a\".." }}{{ 'b..' }}`, `a"..b..`},
		"no escaping":     {"{{ 'a & b' | escape }} <b>", "a & b <b>"},
		"stock":           {"{% for i in cart.items %}{% if i.stock and i.stock < 5 %}{{ i.stock }} left{% endif %}{% endfor %}", "3 left"},
		"stock unknown":   {"{% for i in cart.items %}{% if i.stock < 5 %}x{% else %}-{% endif %}{% endfor %}", "x-"},
		"date":            {"{{ offer.expires }}", "March 19, 2026"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := inText(t, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEmptyButKnown(t *testing.T) {
	t.Parallel()
	in := Sample("en")
	in.Shopper.Traits.FirstName.Value, in.Shopper.Traits.Tags.Value, in.Offer = "", "", Offer{}
	tests := map[string]string{
		"[{{ shopper.first_name }}]":                                                        "[]",
		"{{ shopper.first_name | default: 'there' }}":                                       "there",
		"{{ shopper.first_name | upcase | append: '!' }}":                                   "!",
		"{% if shopper.first_name %}y{% else %}n{% endif %}":                                "n",
		`{% if shopper.first_name != "" %}y{% else %}n{% endif %}`:                          "n",
		"{% if shopper.first_name == blank %}y{% else %}n{% endif %}":                       "y",
		"{% if shopper.first_name == nil %}y{% else %}n{% endif %}":                         "y",
		"{% if shopper.first_name and true %}y{% else %}n{% endif %}":                       "n",
		"{% unless offer.code %}none{% endunless %}":                                        "none",
		"{{ shopper.first_name.size }}":                                                     "0",
		"{% assign x = shopper.first_name %}{{ x | default: 'there' }}":                     "there",
		"{% for t in shopper.tags %}{{ t }}{% else %}no tags{% endfor %}":                   "no tags",
		"{% if offer.expires contains '2026' %}y{% else %}n{% endif %}":                     "n",
		"{% case offer.code %}{% when 'A' %}a{% else %}other{% endcase %}":                  "other",
		"{% if shop.name != blank and shop.name != '' %}named{% endif %}":                   "named",
		"{% for i in cart.items %}{% if i.variant %}{{ i.variant }}{% endif %}{% endfor %}": "Blue / M",
	}
	r := NewRenderer(nil)
	for body, want := range tests {
		got, err := r.Render(t.Context(), Template{Channel: event.Messenger, Body: body}, in)
		if got.Text != want || err != nil {
			t.Errorf("%s gives %q, %v; want %q", body, got.Text, err, want)
		}
	}
}

func TestRenderingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := NewRenderer(nil).Render(ctx, Template{Channel: event.SMS, Body: "{{ shop.name }}"}, Sample("en"))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSnippets(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{
		"snippets/hello.txt.liquid":   {Data: []byte("Hello {{ who | default: 'x' }} of {{ shop.name }}{% assign inner = 'kept' %}")},
		"snippets/hello.html.liquid":  {Data: []byte("<i>{{ who }}</i>")},
		"snippets/forever.txt.liquid": {Data: []byte("{% render 'forever' %}")},
		"snippets/broken.html.liquid": {Data: []byte("{{ shop.nmae }}")},
		"secret.txt.liquid":           {Data: []byte("secret")},
	}
	r := NewRenderer(files)
	render := func(body string) (string, error) {
		out, err := r.Render(t.Context(), Template{Channel: event.Messenger, Body: body}, Sample("en"))
		return out.Text, err
	}
	for body, want := range map[string]string{
		"{% render 'hello', who: shopper.first_name %}":                                     "Hello Ana of Atelier Nord",
		"{% assign who = 'Bo' %}{% render 'hello' %}":                                       "Hello Bo of Atelier Nord",
		"{% for i in cart.items %}{% render 'hello', who: i.title | upcase %};{% endfor %}": "Hello LINEN SHIRT of Atelier Nord;Hello CANVAS BAG of Atelier Nord;",
	} {
		if got, err := render(body); got != want || err != nil {
			t.Errorf("%s gives %q, %v", body, got, err)
		}
	}
	for body, part := range map[string]string{
		"{% render 'forever' %}":                   "nested",
		"{% render 'secret' %}":                    "no snippet",
		"{% render '../secret' %}":                 "no snippet",
		"{% render 'hello' %}":                     "a variable in the snippet hello is not known",
		"{% render 'hello', who: 1 %}{{ inner }}":  "inner",
		"{% render 'hello' with shopper %}":        "key: value",
		"{% render 'hello', who: shopper.frist %}": "shopper.frist",
		"{% render 'hello', who: (1..2) %}":        "ranges",
	} {
		_, err := render(body)
		if err == nil {
			t.Errorf("%s rendered", body)
			continue
		}
		refused(t, err, "body", part)
	}
	if err := r.Check(Template{Channel: event.SMS, Body: "x"}); err == nil || !strings.Contains(err.Error(), "broken.html.liquid") {
		t.Errorf("a broken snippet goes unnoticed: %v", err)
	}
}

func TestRendererIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			in := Sample("en")
			in.Shop.Name = strings.Repeat("n", i+1)
			for range 50 {
				out, err := r.Render(context.Background(), Template{Channel: event.Messenger,
					Body: "{% for i in cart.items %}{{ shop.name | append: '!' }}{% endfor %}"}, in)
				if want := strings.Repeat(in.Shop.Name+"!", 2); err != nil || out.Text != want {
					t.Errorf("got %q, %v, want %q", out.Text, err, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	for i := range 100 {
		body := strings.Repeat("x", 120<<10) + strings.Repeat("y", i)
		if _, err := r.compiled(r.text, body); err != nil {
			t.Fatal(err)
		}
	}
	if r.cached > maxCachedBytes || len(r.cache) == 0 || len(r.cache) != len(r.sizes) {
		t.Errorf("%d bytes in %d entries", r.cached, len(r.cache))
	}
}
