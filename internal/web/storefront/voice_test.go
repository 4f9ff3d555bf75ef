package storefront

import (
	"regexp"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// The pages address shoppers as the shipped messages do that lead to them.
func TestOneFormOfAddress(t *testing.T) {
	t.Parallel()
	other := map[string]*regexp.Regexp{
		"fr": regexp.MustCompile(`(?i)(?:^|\P{L})(?:tu|toi|ton|tes|t’)(?:\P{L}|$)`),
		"de": regexp.MustCompile(`(?i)(?:^|\P{L})(?:du|dich|dir|deine?[mnrs]?|euch|eure?[mnrs]?)(?:\P{L}|$)`),
		"es": regexp.MustCompile(`(?i)(?:^|\P{L})(?:usted|ustedes|su|le|vosotr[oa]s|vuestr[oa]s?)(?:\P{L}|$)`),
	}
	for tag, bad := range map[string]string{"fr": "À toi", "de": "für dich", "es": "Ver su carrito"} {
		if !other[tag].MatchString(bad) {
			t.Errorf("%s: %q is not minded", tag, bad)
		}
	}
	for _, l := range languages {
		rule := other[l.tag.String()]
		if rule == nil {
			continue // English has one form only
		}
		for name, text := range flat(l.words) {
			if found := rule.FindString(text); found != "" {
				t.Errorf("%s: %s says %q: %s", l.tag, name, found, text)
			}
		}
	}
}

// What a shopper agrees to says in the law's own words that it is a consent, to
// advertising (in the languages whose law asks to hear so), that it can be
// withdrawn, and for text messages how, and that no purchase hangs on it.
func TestConsentIsCalledByItsName(t *testing.T) {
	t.Parallel()
	for tag, words := range map[string][]string{
		"fr": {"consentement", "publicitaires", "retirer"},
		"de": {"Einwilligung", "Werbe", "widerrufen"},
		"es": {"consentimiento", "publicitarios", "retirarlo"},
	} {
		found := false
		for _, l := range languages {
			if l.tag.String() != tag {
				continue
			}
			found = true
			for channel, text := range l.words.Agree {
				for _, w := range words {
					if !strings.Contains(text, w) {
						t.Errorf("%s, %s: it does not say %q: %s", tag, channel, w, text)
					}
				}
			}
			if sms := l.words.Agree[event.SMS]; !strings.Contains(sms, "STOP") || !regexp.MustCompile(`condition|Bedingung|condición`).MatchString(sms) {
				t.Errorf("%s: a text message's consent lacks the way out or that it is no condition: %s", tag, sms)
			}
		}
		if !found {
			t.Errorf("there is no language %s", tag)
		}
	}
}

// The page that asks whether to stop does not read as if it were done: who
// closes it then would go on being written to.
func TestAskingIsNotDoing(t *testing.T) {
	t.Parallel()
	button := map[string]string{"en": "button", "fr": "bouton", "de": "Knopf", "es": "botón"}
	for _, l := range languages {
		tag := l.tag.String()
		for channel, text := range l.words.StopLead {
			if !strings.Contains(text, button[tag]) {
				t.Errorf("%s, %s: it does not say what is still to be done: %s", tag, channel, text)
			}
		}
	}
}

// French sets a narrow space before these marks, as the messages do.
func TestFrenchMarks(t *testing.T) {
	t.Parallel()
	marks := regexp.MustCompile(`[^\x{202f}][;!?]`)
	if !marks.MatchString("Merci\u00a0!") {
		t.Error("a wide space is not minded")
	}
	for name, text := range flat(french) {
		if found := marks.FindString(text); found != "" {
			t.Errorf("%s has %q: %s", name, found, text)
		}
	}
}
