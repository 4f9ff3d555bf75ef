package message

import (
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// codes gives "code level field" of each advice.
func codes(all []Advice) (out []string) {
	for _, a := range all {
		out = append(out, a.Code+" "+string(a.Level)+" "+a.Field)
	}
	return out
}

// sound is an email with nothing to say about.
func sound() Template {
	return Template{Key: "sound", Channel: event.Email, Locale: "en", Subject: "Your bag is saved", Preheader: "Nothing is ordered yet",
		Body: `<p>Hi there, thank you for looking in. We saved what you had picked, so that you find it again when you have time.</p>
<p><a href="{{ cart.restore_url }}">Return to my bag</a> <img src="https://shop.example/a.jpg" alt="A shirt"></p>`}
}

// chatter is n words of nothing in particular.
func chatter(n int) string { return strings.TrimSpace(strings.Repeat("word ", n)) }

func TestAdvise(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Template){
		"":                                    func(*Template) {},
		"subject-long hint subject":           func(t *Template) { t.Subject = chatter(10) },
		"subject-long warning subject":        func(t *Template) { t.Subject = chatter(16) },
		"subject-capitals warning subject":    func(t *Template) { t.Subject = "YOUR BAG IS SAVED" },
		"subject-exclamation warning subject": func(t *Template) { t.Subject = "Saved!!" },
		"subject-reply warning subject":       func(t *Template) { t.Subject = "Re: your bag" },
		"preheader-missing hint preheader":    func(t *Template) { t.Preheader = "" },
		"preheader-repeats hint preheader":    func(t *Template) { t.Preheader = "Your bag is saved" },
		"preheader-long hint preheader":       func(t *Template) { t.Preheader = chatter(30) },
		"preheader-visible warning body":      func(t *Template) { t.Body = "<div>Nothing is ordered yet</div>" + t.Body },
		"image-only warning body": func(t *Template) {
			t.Body = `<a href="{{ cart.restore_url }}"><img src="https://shop.example/a.jpg" alt="All of it"></a>`
		},
		"alt-missing warning body": func(t *Template) { t.Body += `<img src="https://shop.example/b.jpg">` },
		"no-way-back warning body": func(t *Template) {
			t.Body = strings.Replace(t.Body, "{{ cart.restore_url }}", "https://shop.example", 1)
		},
		"link-relative error body":      func(t *Template) { t.Body += `<a href="/cart">x</a>` },
		"link-no-scheme error body":     func(t *Template) { t.Body += `<a href="www.shop.example">x</a>` },
		"link-insecure warning body":    func(t *Template) { t.Body += `<a href='http://shop.example'>x</a>` },
		"link-shortened warning body":   func(t *Template) { t.Body += `<a href=https://bit.ly/x>x</a>` },
		"link-empty warning body":       func(t *Template) { t.Body += `<a href="">x</a>` },
		"link-broken error body":        func(t *Template) { t.Body += `<a href="https://%zz">x</a>` },
		"size-near warning body":        func(t *Template) { t.Body += "<!--" + strings.Repeat("x", 90<<10) + "-->" },
		"size-clipped error body":       func(t *Template) { t.Body += "<!--" + strings.Repeat("x", 102<<10) + "-->" },
		"exclamation hint body":         func(t *Template) { t.Body += "<p>a! b! c! d!</p>" },
		"spam-words hint subject":       func(t *Template) { t.Subject = "Last chance" },
		"spam-words hint body":          func(t *Template) { t.Locale, t.Body = "fr", t.Body+"<p>Cliquez ici</p>" },
		"spam-words hint preheader":     func(t *Template) { t.Locale, t.Preheader = "de", "Garantiert der beste Preis" },
		"locale-unknown error locale":   func(t *Template) { t.Locale = "klingon!" },
		"locale-foreign warning locale": func(t *Template) { t.Locale = "cs" },
	} {
		tpl := sound()
		change(&tpl)
		r, err := NewRenderer(nil).Render(t.Context(), tpl, Sample("en"))
		if err != nil {
			t.Fatalf("%s: %v", want, err)
		}
		if got := strings.Join(codes(Advise(tpl, r)), ", "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAdviseOnPhones(t *testing.T) {
	t.Parallel()
	sms := Template{Key: "a", Channel: event.SMS, Locale: "en", Body: "Saved for you: {{ cart.restore_url }} Reply STOP to opt out"}
	card := Template{Key: "a", Channel: event.Messenger, Locale: "en", Title: "Your bag", Body: "Saved", Image: "https://shop.example/a.jpg"}
	for _, c := range []struct {
		want   string
		from   Template
		change func(*Template)
	}{
		{"", sms, func(*Template) {}},
		{"", card, func(*Template) {}},
		{"sms-segments hint body", sms, func(t *Template) { t.Body += chatter(30) }},
		{"sms-segments warning body", sms, func(t *Template) { t.Body += chatter(120) }},
		{"sms-ucs2 warning body", sms, func(t *Template) { t.Body = "Reçu: {{ cart.restore_url }} STOP" }},
		{"sms-ucs2 hint body", sms, func(t *Template) {
			t.Body = "Ana {{ shopper.first_name }} {{ cart.restore_url }} STOP"
		}},
		{"no-opt-out hint body", sms, func(t *Template) { t.Body = "Saved: {{ cart.restore_url }}" }},
		{"no-way-back warning body", sms, func(t *Template) { t.Body = "Saved. STOP to end" }},
		{"link-shortened warning body", sms, func(t *Template) { t.Body += " bit.ly/x" }},
		{"link-insecure warning body", sms, func(t *Template) { t.Body += " http://shop.example/x." }},
		{"capitals hint body", sms, func(t *Template) {
			t.Body = "YOUR BAG IS SAVED AND WAITING FOR YOU TO COME BACK AND LOOK AT IT AGAIN AND ORDER: {{ cart.restore_url }} STOP"
		}},
		{"messenger-title warning title", card, func(t *Template) { t.Title = chatter(40) }},
		{"messenger-button warning button", card, func(t *Template) { t.Button = chatter(8) }},
		{"messenger-text warning body", card, func(t *Template) { t.Body = chatter(30) }},
		{"messenger-text warning body", card, func(t *Template) { t.Title, t.Body = "", chatter(900) }},
		{"messenger-image hint image, messenger-text warning body", card, func(t *Template) { t.Image, t.Body = "http://shop.example/a.jpg", chatter(150) }},
	} {
		tpl := c.from
		c.change(&tpl)
		in := Sample("en")
		in.Shopper.Traits.FirstName = said("Zoë")
		r, err := NewRenderer(nil).Render(t.Context(), tpl, in)
		if err != nil {
			t.Fatalf("%s: %v", c.want, err)
		}
		got := codes(Advise(tpl, r))
		slices.Sort(got)
		if strings.Join(got, ", ") != c.want {
			t.Errorf("got %q, want %q, for %q", got, c.want, r.Text)
		}
	}
}

// The character that makes a text dear is named with its place and a way out.
func TestAdviseNamesTheCharacter(t *testing.T) {
	t.Parallel()
	tpl := Template{Key: "a", Channel: event.SMS, Locale: "fr", Body: "Votre panier\nest gardé, ça va : {{ cart.restore_url }} STOP"}
	r, err := NewRenderer(nil).Render(t.Context(), tpl, Sample("fr"))
	if err != nil {
		t.Fatal(err)
	}
	got := Advise(tpl, r)
	if len(got) != 2 || got[1].Code != "sms-ucs2" && got[0].Code != "sms-ucs2" {
		t.Fatalf("%+v", got)
	}
	a := got[slices.IndexFunc(got, func(a Advice) bool { return a.Code == "sms-ucs2" })]
	if !strings.Contains(a.Message, "character 25 (line 2, column 12), “ç” (U+00E7)") || a.Remedy != "write Ç or c instead" {
		t.Errorf("%s (%s)", a.Message, a.Remedy)
	}
}

// What stands in for a character can itself be written in GSM-7.
func TestInsteadIsPlain(t *testing.T) {
	t.Parallel()
	for _, r := range "çáâãąêëęíîïóôõúûůÁÀÂÈÊÍÓÚœŒćčłńśźżřýğı×½" {
		if strings.ContainsRune(gsmBasic+gsmExtension, r) {
			t.Errorf("%c needs no substitute", r)
		}
		for _, s := range instead(r) {
			if !strings.ContainsRune(gsmBasic, s) {
				t.Errorf("%c: %q holds %c, which is no better", r, instead(r), s)
			}
		}
	}
}
