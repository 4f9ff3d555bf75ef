package delivery

import (
	"slices"
	"strings"
)

// What an inbound text can ask for (Reply.Asks, Inbound.Keyword).
const (
	// Stop withdraws consent, Start gives it back, Help asks who writes.
	Stop  = "stop"
	Start = "start"
	Help  = "help"
	// Begin only opens a conversation (Messenger's “Get Started”): it asks for
	// nothing and consents to nothing. No text is read as it, only that button.
	Begin = "begin"
)

// Reading is how a reply was understood, and so how sure that is.
type Reading string

// The readings.
const (
	// ByKeyword: the whole text is one of the reviewed keywords. Nothing is surer.
	ByKeyword Reading = "keyword"
	// ByFreeText: words around it, or a phrase of its own ("leave me alone"). Only
	// a stop is read that way: 47 CFR 64.1200(a)(10) lets consent be revoked by any
	// reasonable means, while giving it back needs the exact word.
	ByFreeText Reading = "free text"
)

// Reply is what a shopper's text asks for.
type Reply struct {
	// Asks is Stop, Start or Help; "" for everything else, which is a
	// conversation and kept for the merchant.
	Asks string
	// Words are the ones that decided, in lower case without accents and
	// punctuation. They match a reviewed list, so they hold no personal data.
	Words string
	// By is how it was understood; "" when it asks for nothing.
	By Reading
}

// Reason says in a few words what decided (`free text: leave me alone`), for
// Inbound.Reason; "" when the text asks for nothing.
func (r Reply) Reason() string {
	if r.Asks == "" {
		return ""
	}
	return string(r.By) + ": " + r.Words
}

// ReadReply reads what a shopper wrote back, in English, French, German,
// Spanish, Italian, Dutch or Portuguese; the language need not be known. Case,
// accents, punctuation, emoji, invisible and full-width characters do not
// matter. Where a text can be taken either way it is read as a stop: silence
// harms nobody. It does not cover talk about orders ("cancel my order") or
// goods ("I can't stop wearing it").
func ReadReply(text string) Reply {
	if echoed(text) {
		return Reply{}
	}
	said := clauses(text)
	if len(said) == 0 {
		return Reply{}
	}
	whole := strings.Join(said, " ")
	if asks := keywords[whole]; asks != "" && len(said) == 1 {
		return Reply{Asks: asks, Words: whole, By: ByKeyword}
	}
	if words := revocation(said, whole); words != "" {
		return Reply{Asks: Stop, Words: words, By: ByFreeText}
	}
	return Reply{}
}

// revocation finds the words that withdraw consent in free text, or "".
func revocation(said []string, whole string) string {
	if joined := spelled(whole); keywords[joined] == Stop {
		return joined
	}
	if loneStop.MatchString(whole) {
		return whole
	}
	for _, clause := range said {
		if clearStop.MatchString(clause) {
			return clause
		}
	}
	for _, clause := range said {
		clause = strings.TrimSpace(recited.ReplaceAllString(clause, " … "))
		for _, t := range tongues() {
			if words := t.find(clause); words != "" {
				return words
			}
		}
	}
	return ""
}

// spelled joins a word written letter by letter ("s t o p", "S.T.O.P.").
func spelled(whole string) string {
	letters := strings.Fields(whole)
	if len(letters) < 4 || slices.ContainsFunc(letters, func(s string) bool { return len(s) != 1 }) {
		return ""
	}
	return strings.Join(letters, "")
}

// find gives the first phrase of one language in a clause that no word before
// it turns round ("I can't stop …").
func (t tongue) find(clause string) string {
	if words := strings.TrimSpace(t.opening.FindString(clause)); words != "" {
		return words
	}
	for rest := clause; rest != ""; {
		at := t.anywhere.FindStringSubmatchIndex(rest)
		if at == nil || at[1] == 0 {
			return ""
		}
		// Group 1 is the word that turns the phrase round.
		if at[2] < 0 {
			return strings.TrimSpace(rest[at[0]:at[1]])
		}
		rest = rest[at[1]:]
	}
	return ""
}
