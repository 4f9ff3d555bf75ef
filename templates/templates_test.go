package templates

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
)

func shipped(t *testing.T) []message.Template {
	t.Helper()
	all, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no templates are shipped")
	}
	return all
}

func TestLoadReadsFrontMatterAndBody(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"en/shared/a.email.liquid": {Data: []byte("---\r\nsubject: Hi {{ shop.name }}\r\npreheader: Pre\r\ntext: |\r\n  One\r\n\r\n  Two\r\n---\r\n<p>Body</p>\n---\n<p>More</p>\n")},
		"fr/shared/a.sms.liquid":   {Data: []byte("Bonjour\n")},
		"es/x/d.email.liquid":      {Data: []byte("---\nsubject: S\nblocks:\n  - {kind: items, most: 3}\nstyle: {width: 560}\n---\n")},
		"en/x/b.messenger.liquid":  {Data: []byte("---\n---\nText")},
		"snippets/c.html.liquid":   {Data: []byte("not a template")},
		"en/README.md":             {Data: []byte("not a template")},
	}
	got, err := load(tree)
	if err != nil {
		t.Fatal(err)
	}
	want := []message.Template{
		{Key: "a", Channel: event.Email, Locale: "en", Subject: "Hi {{ shop.name }}", Preheader: "Pre",
			Text: "One\n\nTwo", Body: "<p>Body</p>\n---\n<p>More</p>", Version: 1},
		{Key: "b", Channel: event.Messenger, Locale: "en", Body: "Text", Version: 1},
		{Key: "d", Channel: event.Email, Locale: "es", Subject: "S", Blocks: []message.Block{{Kind: "items", Most: 3}}, Style: message.Style{Width: 560}, Version: 1},
		{Key: "a", Channel: event.SMS, Locale: "fr", Body: "Bonjour", Version: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files map[string]string
		code  fault.Code
		field string
	}{
		"unknown channel":    {map[string]string{"en/x/a.fax.liquid": "x"}, fault.Unprocessable, "en/x/a.fax.liquid"},
		"no folder":          {map[string]string{"en/a.sms.liquid": "x"}, fault.Unprocessable, "en/a.sms.liquid"},
		"no key":             {map[string]string{"en/x/.sms.liquid": "x"}, fault.Unprocessable, "en/x/.sms.liquid"},
		"unclosed fence":     {map[string]string{"en/x/a.sms.liquid": "---\nsubject: x\n"}, fault.Unprocessable, "en/x/a.sms.liquid"},
		"broken YAML":        {map[string]string{"en/x/a.sms.liquid": "---\nsubject: [\n---\n"}, fault.Unprocessable, "en/x/a.sms.liquid"},
		"unknown field":      {map[string]string{"en/x/a.sms.liquid": "---\nsubjct: x\n---\n"}, fault.Unprocessable, "en/x/a.sms.liquid"},
		"blocks and a body":  {map[string]string{"en/x/a.email.liquid": "---\nblocks:\n  - kind: divider\n---\n<p>x</p>"}, fault.Unprocessable, "en/x/a.email.liquid"},
		"the same one twice": {map[string]string{"en/x/a.sms.liquid": "x", "en/y/a.sms.liquid": "y"}, fault.Conflict, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := fstest.MapFS{}
			for path, text := range c.files {
				tree[path] = &fstest.MapFile{Data: []byte(text)}
			}
			_, err := load(tree)
			if !fault.Is(err, c.code) {
				t.Fatalf("got %v, want code %s", err, c.code)
			}
			if c.field != "" && !strings.Contains(err.Error(), c.field) {
				t.Errorf("the error does not name the file: %v", err)
			}
		})
	}
}

var tag = regexp.MustCompile(`\{%-?\s*(\w+)`)

func TestSourcesKeepToTheSandbox(t *testing.T) {
	t.Parallel()
	allowed := " if elsif else endif unless endunless case when endcase for endfor assign comment endcomment raw endraw render "
	for _, tpl := range shipped(t) {
		name := tpl.Key + "." + string(tpl.Channel)
		source := strings.Join([]string{tpl.Subject, tpl.Preheader, tpl.Text, tpl.Title, tpl.Image, tpl.Button, tpl.Body}, "\n")
		for _, m := range tag.FindAllStringSubmatch(source, -1) {
			if !strings.Contains(allowed, " "+m[1]+" ") {
				t.Errorf("%s uses the tag %q, which the sandbox refuses", name, m[1])
			}
		}
		for _, word := range []string{"..", "offer.", "!"} {
			text := strings.NewReplacer("!=", "").Replace(source)
			if strings.Contains(text, word) {
				t.Errorf("%s contains %q", name, word)
			}
		}
	}
}

func TestEveryTemplateIsWhole(t *testing.T) {
	t.Parallel()
	for _, tpl := range shipped(t) {
		name := tpl.Key + "." + string(tpl.Channel)
		tpl, err := tpl.Compiled()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if tpl.Body == "" || tpl.Version != 1 {
			t.Errorf("%s has no body or version %d", name, tpl.Version)
		}
		if tpl.Key == message.ConfirmKey {
			continue // it has no way back; see checkRequest
		}
		switch tpl.Channel {
		case event.Email:
			if tpl.Subject == "" || tpl.Preheader == "" || !strings.Contains(tpl.Text, "cart.restore_url") {
				t.Errorf("%s lacks subject, preheader or a text part with the way back", name)
			}
		case event.SMS:
			if !strings.Contains(tpl.Body, "cart.restore_url") || !strings.Contains(tpl.Body, "STOP") || tpl.Subject != "" {
				t.Errorf("%s lacks the way back or the way out", name)
			}
		case event.Messenger:
			if tpl.Title == "" || tpl.Button == "" || utf8.RuneCountInString(tpl.Button) > 20 {
				t.Errorf("%s: title %q, button %q", name, tpl.Title, tpl.Button)
			}
		}
	}
}
