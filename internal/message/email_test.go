package message

import (
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func email(t *testing.T, tpl Template, in Input) Rendered {
	t.Helper()
	tpl.Channel = event.Email
	if tpl.Subject == "" {
		tpl.Subject = "Your bag"
	}
	out, err := NewRenderer(nil).Render(t.Context(), tpl, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// inOrder asserts that the parts appear one behind the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, p := range parts {
		_, after, ok := strings.Cut(rest, p)
		if !ok {
			t.Fatalf("%q is missing, or comes too early, in:\n%s", p, text)
		}
		rest = after
	}
}

func TestEmailLayout(t *testing.T) {
	t.Parallel()
	out := email(t, Template{Preheader: "Still yours, {{ shopper.first_name }}", Body: "<h1>Hi</h1>"}, Sample("en"))
	inOrder(t, out.HTML,
		"<!DOCTYPE html>", `<html lang="en" dir="ltr"`, `<meta name="viewport"`, `<meta name="color-scheme" content="light dark">`,
		"prefers-color-scheme: dark", "<body", "display:none", "Still yours, Ana", "<!--[if mso]>", `width="600"`, "max-width:600px",
		"Atelier Nord", `class="card"`, "<h1>Hi</h1>", "Atelier Nord", "1 Harbour Street, 1000 Example",
		`href="https://go.shop.example/why/`+LinkWhy.Placeholder()+`"`, "Why did I get this?",
		`href="https://go.shop.example/u/`+LinkUnsubscribe.Placeholder()+`"`, "Unsubscribe", "<![endif]-->", "</html>")
	if strings.Contains(out.HTML, "ZgotmplZ") {
		t.Error("the layout's engine refused a value")
	}
	if n := strings.Count(out.HTML, "<table"); n != strings.Count(out.HTML, "</table>") {
		t.Errorf("%d tables are opened and another number closed", n)
	}
}

func TestEmailSpeaksTheLocale(t *testing.T) {
	t.Parallel()
	out := email(t, Template{Body: "{{ cart.total }} {{ offer.expires }}"}, Sample("fr-FR"))
	inOrder(t, out.HTML, `lang="fr"`, "84,00\u00a0€ 19 mars 2026", "Se désinscrire")
	inOrder(t, out.Text, "Pourquoi ai-je reçu cet e-mail\u202f? https://", "Se désinscrire\u00a0: https://")
	if out := email(t, Template{Body: "x"}, Sample("he")); !strings.Contains(out.HTML, `dir="rtl"`) {
		t.Error("Hebrew is not written from right to left")
	}
}

func TestEmailEscapesWhatShopsAndShoppersWrite(t *testing.T) {
	t.Parallel()
	in := Sample("en")
	in.Shop.Name = `<img src=x onerror=alert(1)>`
	in.Shopper.Traits.FirstName.Value = `"><script>alert(1)</script>`
	in.Cart.Facts.Contents.Items[0].Title = "<script>alert(1)</script> & more"
	in.Cart.Facts.Contents.Items[0].URL = "javascript:alert(1)"
	in.Cart.Facts.Contents.Items[0].ImageURL = "data:text/html,<script>alert(1)</script>"
	body := `<a title="{{ shopper.first_name }}">{{ shopper.first_name | safe }}</a>
{% for i in cart.items %}<a href="{{ i.url }}"><img src="{{ i.image_url }}"></a>{{ i.title }} | {{ i.title | escape }}
{% endfor %}{{ shop.name | append: "<b>" | newline_to_br }}`
	out := email(t, Template{Preheader: "{{ shopper.first_name }}", Body: body}, in)
	for _, bad := range []string{"<script", "<img src=x", "javascript:", "data:text", "&amp;lt;", "&amp;amp;", `"><` + "script"} {
		if strings.Contains(out.HTML, bad) {
			t.Errorf("the mail holds %q:\n%s", bad, out.HTML)
		}
	}
	inOrder(t, out.HTML, `<a href=""><img src="">`, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more | &lt;script&gt;alert(1)&lt;/script&gt; &amp; more")
}

func TestEmailRefusesScriptLinks(t *testing.T) {
	t.Parallel()
	in := Sample("en")
	in.Cart.Facts.Contents.Items[0].Title = "javascript:alert(1)"
	for _, body := range []string{`<a href="{{ cart.items.first.title }}">x</a>`, `<a HREF = ' JavaScript:x'>x</a>`, `<img src=vbscript:x>`} {
		_, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.Email, Subject: "s", Body: body}, in)
		refused(t, err, "body", "runs a script")
	}
}

func TestWholePagesKeepTheirShape(t *testing.T) {
	t.Parallel()
	page := "<!doctype html><HTML><body class=\"x\"><p>Hi</p></body></html>"
	out := email(t, Template{Preheader: "Peek", Body: page}, Sample("en"))
	inOrder(t, out.HTML, `<body class="x"><div style="display:none`, "Peek", "<p>Hi</p>", "/why/", "/u/"+LinkUnsubscribe.Placeholder(), "</body></html>")
	if strings.Contains(out.HTML, `class="card"`) {
		t.Error("a whole page was set into the layout")
	}
	own := strings.Replace(page, "Hi", `<a href="{{ message.unsubscribe_url }}">Leave</a>`, 1)
	if out := email(t, Template{Body: own}, Sample("en")); strings.Contains(out.HTML, "/why/") {
		t.Error("a page with its own way out got a second one")
	}
	hidden := strings.Replace(page, "Hi", `<!-- {{ message.unsubscribe_url }} -->`, 1)
	if out := email(t, Template{Body: hidden}, Sample("en")); strings.Count(out.HTML, LinkUnsubscribe.Placeholder()) != 2 {
		t.Error("a mention in a comment passes for a way out")
	}
	in := Sample("en")
	in.Shopper.Traits.FirstName.Value = `href="/u/` + LinkUnsubscribe.Placeholder()
	named := strings.Replace(page, "Hi", `{{ shopper.first_name }}`, 1)
	if out := email(t, Template{Body: named}, in); strings.Count(out.HTML, LinkUnsubscribe.Placeholder()) != 1 {
		t.Error("a shopper's name stands for the way out")
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	in := Sample("en")
	in.Shopper.Traits.FirstName.Value = "Ana\r\nBcc: all@shop.example\x00 & co"
	out := email(t, Template{Subject: "{{ shopper.first_name }}\r\nX: {{ 'y' }}\u2028z", Body: "x"}, in)
	if want := "Ana Bcc: all@shop.example & co X: y z"; out.Subject != want {
		t.Errorf("got %q, want %q", out.Subject, want)
	}
	out = email(t, Template{Subject: strings.Repeat("é", 500), Body: "x"}, in)
	if n := len([]rune(out.Subject)); n != maxSubject || !strings.HasSuffix(out.Subject, "é…") {
		t.Errorf("%d runes: %q", n, out.Subject)
	}
	in.Shopper.Traits.FirstName.Value = ""
	_, err := NewRenderer(nil).Render(t.Context(), Template{Channel: event.Email, Subject: " {{ shopper.first_name }}\n", Body: "x"}, in)
	refused(t, err, "subject", "empty")
	_, err = NewRenderer(nil).Render(t.Context(), Template{Channel: event.Email, Subject: "x", Body: "{{ shopper.first_name }}"}, in)
	refused(t, err, "body", "empty")
}

func TestPlainTextPart(t *testing.T) {
	t.Parallel()
	body := `<!-- a > b --><style>p{}</style><p style="x">Hi <b>Ana</b></p><table><tr><td>Shirt</td><td>€5</td></tr><tr><td>Bag</td></tr></table>` +
		`<ul><li>one</li><li>two</li></ul><a href="{{ cart.restore_url }}">Buy &amp; go</a> 1 > 0<br />end`
	out := email(t, Template{Body: body}, Sample("en"))
	inOrder(t, out.Text, "Hi Ana\n", "Shirt €5\nBag", "- one\n- two", "Buy & go <https://go.shop.example/r/"+LinkRestore.Placeholder()+"> 1 > 0\nend\n",
		"\n--\nAtelier Nord, 1 Harbour Street, 1000 Example\n", "/why/"+LinkWhy.Placeholder(), "/u/"+LinkUnsubscribe.Placeholder())
	if strings.Contains(out.Text, "a > b") || strings.Contains(out.Text, "p{}") || strings.Contains(out.Text, "\n\n\n") {
		t.Errorf("comments, styles or gaps in:\n%s", out.Text)
	}
	own := email(t, Template{Body: "<p>x</p>", Text: "Hi & {{ shop.name }}\nLeave: {{ message.unsubscribe_url }}"}, Sample("en"))
	inOrder(t, own.Text, "Hi & Atelier Nord\nLeave: https://", "Why did I get this?")
	if strings.Count(own.Text, LinkUnsubscribe.Placeholder()) != 1 {
		t.Errorf("two ways out in:\n%s", own.Text)
	}
}

func TestStrayBracketsCostLittle(t *testing.T) {
	t.Parallel()
	out := email(t, Template{Body: "x" + strings.Repeat(">", 120<<10)}, Sample("en"))
	if strings.Count(out.Text, ">") < 120<<10 {
		t.Error("brackets were lost")
	}
}
