package message

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// segments looks at what a text message costs: carriers charge each part.
// Twilio recommends at most 320 characters (its glossary, "SMS character limit").
func (a *adviser) segments() {
	switch n := a.r.Segments; {
	case n >= 4:
		a.say("sms-segments", LevelWarning, "body", "shorten it; each part is charged", "the text is sent and charged as %d messages with this cart", n)
	case n >= 2:
		a.say("sms-segments", LevelHint, "body", "shorten it if it can be said in one", "the text is sent and charged as %d messages with this cart", n)
	}
	if a.r.Encoding != EncodingUCS2 {
		return
	}
	r, at, column, line := firstForeign(a.r.Text)
	level, from := LevelWarning, "It is in your text."
	if !strings.ContainsRune(normalize(a.t.Body), r) {
		level, from = LevelHint, "It comes from this shopper or cart."
	}
	a.say("sms-ucs2", level, "body", instead(r), "character %d (line %d, column %d), %s, makes every part hold 67 characters in place of 153. %s", at, line, column, named(r), from)
}

// firstForeign finds the first character outside GSM-7, counting from 1.
func firstForeign(text string) (r rune, at, column, line int) {
	line = 1
	for _, r = range text {
		at, column = at+1, column+1
		if !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmExtension, r) {
			return r, at, column, line
		}
		if r == '\n' {
			line, column = line+1, 0
		}
	}
	return 0, 0, 0, 0
}

func named(r rune) string {
	if !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) {
		return fmt.Sprintf("an unseen one (%U)", r)
	}
	return fmt.Sprintf("“%c” (%U)", r, r)
}

// instead suggests what to write in place of a character outside GSM 03.38.
func instead(r rune) string {
	for _, p := range []struct{ from, to string }{
		{"ç", "Ç or c"}, {"á", "à or a"}, {"âãą", "a or à"}, {"êëę", "é or è"}, {"íîï", "ì or i"}, {"óôõ", "ò or o"}, {"úûů", "ù or u"},
		{"ÁÀÂÃĄ", "A or Ä"}, {"ÈÊËĘ", "É or E"}, {"ÍÎÏÌ", "I"}, {"ÓÒÔÕ", "O or Ö"}, {"ÚÙÛŮ", "U or Ü"}, {"œ", "oe"}, {"Œ", "OE"},
		{"ćč", "c"}, {"łľ", "l"}, {"ńň", "n"}, {"śš", "s"}, {"źżž", "z"}, {"ř", "r"}, {"ýÿ", "y"}, {"ğ", "g"}, {"ı", "i"}, {"×", "x"}, {"½", "1/2"}, {"™®©", "nothing"},
	} {
		if strings.ContainsRune(p.from, r) {
			return "write " + p.to + " instead"
		}
	}
	if r > 0x2000 && !unicode.IsLetter(r) {
		return "leave the picture or sign out, or write it in words"
	}
	return "leave it out if it is only one; a text in this script needs it"
}

// phone looks at the rest of a text message.
func (a *adviser) phone() {
	if !stopWord.MatchString(a.t.Body) {
		// CTIA Messaging Principles 5.1.3; France's CNIL and others ask the same.
		a.say("no-opt-out", LevelHint, "body", "write it yourself, in as few words as you like, with STOP in capitals",
			"the text does not say how to stop, so “%s” is added to it", wordsOf(a.t.Locale).optOut)
	}
	if a.t.Key != ConfirmKey && !strings.Contains(a.r.Text, LinkRestore.Placeholder()) {
		a.say("no-way-back", LevelWarning, "body", "add {{ cart.restore_url }}", "nothing in it leads back to the cart")
	}
	for word := range strings.FieldsSeq(a.r.Text) {
		if strings.Contains(word, "://") && !ours(word) {
			a.link(strings.TrimRight(word, ".,;:!?)"), "link")
			continue
		}
		host, _, _ := strings.Cut(strings.ToLower(word), "/")
		for _, s := range shorteners() {
			if host == s {
				a.say("link-shortened", LevelWarning, "body", "use {{ cart.restore_url }}, which is short already", "%s hides where the link leads; carriers block texts with such links", s)
			}
		}
	}
}

// maxButtonTemplate is how much text Messenger takes with a button below it and
// no picture (Meta, "Button template": 640 characters).
const maxButtonTemplate = 640

// card looks at Messenger's limits (Meta, "Generic template" and "Send API"):
// title and subtitle 80, button 20, text 2,000, text above a button 640. What
// is longer was cut already.
func (a *adviser) card() {
	cut := func(s string, most int) bool { return strings.HasSuffix(s, "…") && units(s) >= most-1 }
	if cut(a.r.Title, maxMessengerTitle) {
		a.say("messenger-title", LevelWarning, "title", "shorten it, for example with | truncate: 60", "the title is cut at %d characters", maxMessengerTitle)
	}
	if cut(a.r.ButtonTitle, maxMessengerButton) {
		a.say("messenger-button", LevelWarning, "button", "use two or three short words", "the button’s label is cut at %d characters", maxMessengerButton)
	}
	switch n := units(a.r.Text); {
	case a.r.Title != "" && a.r.ImageURL != "" && n > maxMessengerTitle:
		a.say("messenger-text", LevelWarning, "body", "say it in fewer words, or take the title out", "the text has %d characters; below a card’s title %d are shown", n, maxMessengerTitle)
	case a.r.Title != "" && a.r.ImageURL == "" && n+units(a.r.Title)+2 > maxButtonTemplate:
		a.say("messenger-text", LevelWarning, "body", "say it in fewer words", "title and text have %d characters; above a button %d are shown", n+units(a.r.Title)+2, maxButtonTemplate)
	case cut(a.r.Text, maxMessengerText):
		a.say("messenger-text", LevelWarning, "body", "say it in fewer words", "the text is cut at %d characters", maxMessengerText)
	}
	if a.t.Image != "" && a.r.ImageURL == "" {
		a.say("messenger-image", LevelHint, "image", "give an address that begins with https://", "there is no picture with this cart: its address is missing or not secure")
	}
}

func units(s string) int { return len(utf16.Encode([]rune(s))) }
