package templates

import (
	"regexp"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/message"
)

// typography is what careful printers of a language never do, with why.
func typography() map[string]map[string]*regexp.Regexp {
	never := map[string]*regexp.Regexp{
		"a straight quotation mark or apostrophe": regexp.MustCompile(`["']`),
		"two spaces":                          regexp.MustCompile(`\S  +\S`),
		"a space before a comma or full stop": regexp.MustCompile(`[ \x{a0}\x{202f}][,.]`),
		"three dots for an ellipsis":          regexp.MustCompile(`\.\.`),
	}
	with := func(more map[string]string) map[string]*regexp.Regexp {
		all := map[string]*regexp.Regexp{}
		for why, r := range never {
			all[why] = r
		}
		for why, r := range more {
			all[why] = regexp.MustCompile(r)
		}
		return all
	}
	return map[string]map[string]*regexp.Regexp{
		"fr": with(map[string]string{
			"no narrow no-break space before a high mark": `[^\x{202f}][;!?]`,
			"no no-break space before a colon":            `[^\x{a0}]:`,
			"quotation marks not set apart":               `«[^\x{a0}]|[^\x{a0}]»|[„“”]`,
			"tu instead of vous":                          `(?i)(?:^|\P{L})(?:tu|toi|ton|tes|t’)(?:\P{L}|$)`,
			"elision that a value may need":               `(?i)(?:^|\P{L})(?:d|l|de|le|la|que|qu|au|du)[ ’]◊`,
		}),
		"de": with(map[string]string{
			"foreign quotation marks": `[«»”]|„[^“]*(?:„|$)|(?:^|“)[^„]*“`,
			"du instead of Sie":       `(?i)(?:^|\P{L})(?:du|dich|dir|deine?[mnrs]?|euch|eure?[mnrs]?)(?:\P{L}|$)`,
			"an English word":         `(?i)(?:^|[^\pL-])(?:checkout|bag|mail|button|tab|deal|shopping)(?:\P{L}|$)`,
			"a value to be declined":  `(?i)(?:^|\P{L})(?:des|dem|den|der|die|das|eines|einem|einer) ◊`,
		}),
		"es": with(map[string]string{
			"a question or call not opened and closed": `¿[^?]*(?:¿|$)|(?:^|\?)[^¿]*\?|¡[^!]*(?:¡|$)|(?:^|!)[^¡]*!`,
			"foreign quotation marks":                  `[„“”]`,
			"usted or vosotros instead of tú":          `(?i)(?:^|\P{L})(?:usted|ustedes|vosotros|vosotras|vuestr[oa]s?|os)(?:\P{L}|$)`,
			"an English word":                          `(?i)(?:^|\P{L})(?:checkout|bag|mail|email|e-mail|online|click)(?:\P{L}|$)`,
			"a preposition that melts into a value":    `(?i)(?:^|\P{L})(?:del|al|y|o) ◊`,
		}),
	}
}

func TestTypographyRulesBite(t *testing.T) {
	t.Parallel()
	for locale, bad := range map[string][]string{
		"fr": {"Vraiment ?", "Vraiment?", "Voici :", "Voici:", "l'eau", "« ici »", "à toi", "les e-mails de ◊", "fin .", "alors..."},
		"de": {"\"so\"", "«so»", "„so", "so“", "für dich", "Zum Checkout", "des ◊", "so  nicht"},
		"es": {"Seguro?", "¿Seguro", "Hola!", "\"así\"", "escriba usted", "por email", "Ana y ◊"},
	} {
		for _, text := range bad {
			found := false
			for _, rule := range typography()[locale] {
				found = found || rule.MatchString(text)
			}
			if !found {
				t.Errorf("%s: no rule minds %q", locale, text)
			}
		}
	}
	for locale, good := range map[string][]string{
		"fr": {"Vraiment\u202f?", "Voici\u00a0: «\u00a0ici\u00a0»", "Bonjour ◊, chez ◊\u00a0:", "le total (◊)"},
		"de": {"„so“ und „so“", "bei ◊: per E-Mail", "Preise und Ausführungen"},
		"es": {"¿Seguro? ¡Sí! ¿Y ahora?", "Hola, ◊: un clic en ◊"},
	} {
		for _, text := range good {
			for why, rule := range typography()[locale] {
				if rule.MatchString(text) {
					t.Errorf("%s: %q is said to have %s", locale, text, why)
				}
			}
		}
	}
}

func TestSiblingsAreSetByTheirLanguagesRules(t *testing.T) {
	t.Parallel()
	for _, p := range pairs(t) {
		checkTypography(t, p.it)
	}
}

func checkTypography(t *testing.T, m message.Template) {
	t.Helper()
	rules := typography()[m.Locale]
	if len(rules) == 0 {
		t.Errorf("there are no rules for %s", m.Locale)
	}
	for field, source := range sayings(m) {
		text := prose(source)
		for why, rule := range rules {
			if found := rule.FindString(text); found != "" {
				t.Errorf("%s/%s.%s, %s: %s in %q", m.Locale, m.Key, m.Channel, field, why, found)
			}
		}
	}
}
