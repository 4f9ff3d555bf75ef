package message

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxSMS is what providers take at most, in UTF-16 units.
const maxSMS = 1_600

// stopWord finds the opt-out keyword, in capitals as it is always written;
// "don't stop" tells nobody how to leave.
var stopWord = regexp.MustCompile(`\bSTOP\b`)

// helpWord finds the keyword that asks for help.
var helpWord = regexp.MustCompile(`\bHELP\b`)

// sms renders a text message, with the way out in it.
func (p *pass) sms() (Rendered, error) {
	body, err := p.liquid(p.r.text, "body", p.t.Body)
	if err != nil {
		return Rendered{}, err
	}
	body = tidy(normalize(body))
	if body == "" {
		return Rendered{}, inField(refuse(0, "write what the message says", "the text message is empty"), "body")
	}
	body = p.carry(body)
	if n := len(utf16.Encode([]rune(body))); n > maxSMS {
		return Rendered{}, inField(refuse(0, "shorten it; 320 are recommended", "the text message has %d characters, more than %d", n, maxSMS), "body")
	}
	segments, encoding := Segments(body)
	return Rendered{Text: body, Segments: segments, Encoding: encoding}, nil
}

// normalize replaces typographic characters that would make every part of the
// message shorter (and so dearer) by plain ones, and drops control characters.
func normalize(s string) string {
	s = strings.NewReplacer(
		"\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u2009", " ", "\u200b", "", "\ufeff", "", "\u00ad", "",
		"‘", "'", "’", "'", "‚", "'", "‛", "'", "′", "'", "`", "'", "´", "'",
		"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "«\u00a0", `"`, "\u00a0»", `"`, "«", `"`, "»", `"`, "″", `"`,
		"…", "...", "–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-", "•", "-", "\t", " ",
	).Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return -1
		}
		return r
	}, s)
}

// The GSM 03.38 alphabet: one septet each, and the extension at two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "^{}\\[~]|€\f"
)

// The encodings of Segments.
const (
	EncodingGSM7 = "gsm-7"
	EncodingUCS2 = "ucs-2"
)

// Segments counts the parts an SMS is sent and charged in, and names its
// encoding. One character outside GSM-7 turns the whole text into UCS-2.
// Neither an extension character's two septets nor an emoji's two units are
// parted, so a text may need one part more than its length suggests.
func Segments(text string) (n int, encoding string) {
	if text == "" {
		return 0, EncodingGSM7
	}
	sizes := make([]int, 0, len(text))
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			sizes = append(sizes, 1)
		case strings.ContainsRune(gsmExtension, r):
			sizes = append(sizes, 2)
		default:
			return parts(ucs2Sizes(text), 70, 67), EncodingUCS2
		}
	}
	return parts(sizes, 160, 153), EncodingGSM7
}

func ucs2Sizes(text string) []int {
	var sizes []int
	for _, r := range text {
		sizes = append(sizes, utf16Len(r))
	}
	return sizes
}

// parts fills parts with characters of the given sizes; one part alone holds
// more, for it needs no header.
func parts(sizes []int, alone, each int) int {
	total := 0
	for _, s := range sizes {
		total += s
	}
	if total <= alone {
		return 1
	}
	n, used := 1, 0
	for _, s := range sizes {
		if used+s > each {
			n, used = n+1, 0
		}
		used += s
	}
	return n
}
