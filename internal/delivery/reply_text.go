package delivery

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is how many bytes of a reply are read: more than a text of ten parts
// or a Messenger message can hold.
const longest = 4000

// clauses brings a text into the form the phrases are written in: small letters
// without accents, words parted by one blank, one string for each part of a
// sentence. Full-width and other forms become plain letters (NFKD), invisible
// characters vanish, emoji and other signs part words.
func clauses(text string) []string {
	s := plainLetters(held(text))
	var said []string
	for _, part := range strings.FieldsFunc(s, endsClause) {
		if words := wordsOf(part); len(words) > 0 {
			said = append(said, strings.Join(words, " "))
		}
	}
	return said
}

// held trims blanks and cuts what is too long, between two characters.
func held(text string) string {
	text = strings.TrimSpace(text)
	if len(text) <= longest {
		return text
	}
	n := longest
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// plainLetters folds case, accents and forms. Upper first, then lower: letters
// that share a capital (ı and i, ς and σ) end alike.
func plainLetters(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r) && unicode.ToUpper(r) == r, unicode.Is(unicode.Cf, r):
			// An accent, a variation selector, a zero-width character.
		case r == 'ß', r == 'ẞ':
			b.WriteString("ss")
		case strings.ContainsRune("’‘ʼʹ′`´＇", r):
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
		}
	}
	return b.String()
}

func endsClause(r rune) bool {
	return strings.ContainsRune(".,;:!?¡¿…\n\r()[]{}<>|。、！？，", r) || r == '\u2028' || r == '\u2029'
}

// wordsOf splits a clause into words of letters and digits. An apostrophe joins
// an English ending to its word ("don't" is dont) and parts a French elision
// from the next ("m'écrivez" is m ecrivez).
func wordsOf(clause string) []string {
	var words []string
	for _, w := range strings.FieldsFunc(clause, parts) {
		w = strings.Trim(w, "'")
		head, tail, elided := strings.Cut(w, "'")
		switch {
		case elided && contracted[tail]:
			words = append(words, head+tail)
		case elided:
			words = append(words, strings.FieldsFunc(w, func(r rune) bool { return r == '\'' })...)
		case w != "":
			words = append(words, w)
		}
	}
	return words
}

func parts(r rune) bool { return r != '\'' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// contracted are the endings English contracts.
var contracted = map[string]bool{"t": true, "s": true, "m": true, "d": true, "re": true, "ve": true, "ll": true, "all": true}

// tapback is how phones without iMessage or RCS show a reaction: our own text,
// opt-out line and all, in quotes after a verb ("Liked “… Reply STOP …”"). The
// verbs are the ones iOS and Google Messages write.
var tapback = regexp.MustCompile(`(?i)^\s*(?:(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted .{1,20} to|removed an? .{1,40} from|` +
	`a aimé|a adoré|n[’']a pas aimé|a ri de|a mis en évidence|a réagi .{1,20} à|` +
	`le gustó|le encantó|no le gustó|se rió de|ha messo mi piace a|ha adorato|gefällt|liebt|vond leuk|gostou de|adorou)` +
	`|[^\pL\pN\s]{1,8}\s+(?:to|à|zu|a))\s+[“"«„']`)

// echoed reports whether a text is a reaction to a message of ours and no reply.
func echoed(text string) bool { return tapback.MatchString(text) }
