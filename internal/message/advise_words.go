package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// temptation is a phrase that does a message no good, with the reason.
type temptation struct{ words, why string }

// The reasons. Filters of today look at senders far more than at words, but
// these phrases are those that SpamAssassin's rules and mailbox providers'
// advice for senders name again and again, and readers have learnt to distrust.
const (
	whyMoney   = "promises of free money are what filters and readers look for first"
	whyHurry   = "pressing people for time without saying till when is a mark of junk mail, and misleading where it is not true"
	whyClick   = "it does not say what happens; screen readers read links out alone"
	whySurely  = "it promises what nobody can hold"
	whyFlatter = "it is how frauds begin"
)

// temptations lists them for a language, in lower case; none where we cannot judge.
func temptations(lang string) []temptation {
	switch lang {
	case "en", "":
		return []temptation{{"100% free", whyMoney}, {"free money", whyMoney}, {"cash bonus", whyMoney}, {"act now", whyHurry}, {"last chance", whyHurry},
			{"urgent", whyHurry}, {"don't delete", whyHurry}, {"click here", whyClick}, {"risk-free", whySurely}, {"guaranteed", whySurely},
			{"no obligation", whySurely}, {"congratulations", whyFlatter}, {"you have been selected", whyFlatter}, {"dear friend", whyFlatter}}
	case "fr":
		return []temptation{{"100 % gratuit", whyMoney}, {"100% gratuit", whyMoney}, {"argent facile", whyMoney}, {"agissez maintenant", whyHurry}, {"dernière chance", whyHurry},
			{"urgent", whyHurry}, {"cliquez ici", whyClick}, {"sans risque", whySurely}, {"garanti à 100", whySurely}, {"sans engagement", whySurely},
			{"félicitations", whyFlatter}, {"vous avez été sélectionné", whyFlatter}, {"cher ami", whyFlatter}}
	case "de":
		return []temptation{{"100 % kostenlos", whyMoney}, {"100% kostenlos", whyMoney}, {"schnelles geld", whyMoney}, {"jetzt handeln", whyHurry}, {"letzte chance", whyHurry},
			{"dringend", whyHurry}, {"hier klicken", whyClick}, {"klicken sie hier", whyClick}, {"ohne risiko", whySurely}, {"garantiert", whySurely},
			{"herzlichen glückwunsch", whyFlatter}, {"sie wurden ausgewählt", whyFlatter}, {"lieber freund", whyFlatter}}
	case "es":
		return []temptation{{"100 % gratis", whyMoney}, {"100% gratis", whyMoney}, {"dinero fácil", whyMoney}, {"actúa ya", whyHurry}, {"última oportunidad", whyHurry},
			{"urgente", whyHurry}, {"haz clic aquí", whyClick}, {"haga clic aquí", whyClick}, {"sin riesgo", whySurely}, {"garantizado", whySurely},
			{"sin compromiso", whySurely}, {"enhorabuena", whyFlatter}, {"has sido seleccionado", whyFlatter}, {"querido amigo", whyFlatter}}
	}
	return nil
}

// saysPhrase finds a phrase as whole words; both in lower case.
func saysPhrase(text, phrase string) bool {
	text = strings.NewReplacer("’", "'", "\u00a0", " ", "\u202f", " ").Replace(text)
	for from := 0; ; {
		i := strings.Index(text[from:], phrase)
		if i < 0 {
			return false
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(phrase):])
		if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
			return true
		}
		from = i + len(phrase)
	}
}
