package sequence

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// Offer is what a step promises beside its words: a code, what it is worth and
// for how long it is good. What a code does, the shop's platform does: Cartograph
// hands it on and keeps its promise in every later message of the cart.
type Offer struct {
	// Code is one code for everybody, such as COMEBACK10. Either it or Codes is given.
	Code string `json:"code,omitempty"`
	// Codes is the key of a stock of codes that are good once: each cart gets its own.
	Codes string `json:"codes,omitempty"`
	// Value is what it is worth, in the few words that messages show ("10 %").
	Value string `json:"value"`
	// ValidFor is how long it is good from when it is made; the platform has to be set to the same.
	ValidFor time.Duration `json:"valid_for"`
}

const (
	// MinValidFor is the shortest time an offer may be good for: by then its message has hardly been read.
	MinValidFor = time.Hour
	// maxValidFor is the longest; what is good for longer is no offer.
	maxValidFor = 365 * 24 * time.Hour
	// maxCode bounds a code in bytes, maxValue the words of a value in characters.
	maxCode, maxValue = 64, 60
)

// Key tells offers apart: a cart is made each of them once, whatever step names it.
func (o Offer) Key() string {
	if o.Codes != "" {
		return "codes:" + o.Codes
	}
	return "code:" + o.Code
}

// SameOffer reports whether two steps promise the same; nil is no offer.
func SameOffer(a, b *Offer) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// CheckCode checks one code as platforms have them: what a shopper can type and
// an address can carry.
func CheckCode(code string) *fault.Error {
	if code == "" {
		return fault.New(fault.Unprocessable, "the code is empty").Try("write a code such as COMEBACK10")
	}
	if len(code) > maxCode {
		return fault.New(fault.Unprocessable, "a code of %d letters is too long", utf8.RuneCountInString(code)).
			Try(fmt.Sprintf("use at most %d letters and digits", maxCode))
	}
	if i := strings.IndexFunc(code, func(r rune) bool { return !codeRune(r) }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(code[i:])
		return fault.New(fault.Unprocessable, "a code cannot hold %q", r).Try("use letters, digits and - _ . + only")
	}
	return nil
}

func codeRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.+", r)
}

// CheckStock checks the key of a stock of codes.
func CheckStock(key string) *fault.Error { return persona.CheckOwnKey(key) }

// checkOffer checks a step's offer; nil is none.
func checkOffer(o *Offer, at string) []error {
	if o == nil {
		return nil
	}
	var errs []error
	switch {
	case o.Code == "" && o.Codes == "":
		errs = append(errs, fault.New(fault.Unprocessable, "the offer has no code").In(at+".code").
			Try("give code: COMEBACK10 for everybody, or codes: with the key of a stock of codes"))
	case o.Code != "" && o.Codes != "":
		errs = append(errs, fault.New(fault.Unprocessable, "the offer has both one code and a stock of codes").In(at+".codes").
			Try("leave out either code or codes"))
	case o.Code != "":
		if err := CheckCode(o.Code); err != nil {
			errs = append(errs, err.In(at+".code"))
		}
	default:
		if err := CheckStock(o.Codes); err != nil {
			errs = append(errs, err.In(at+".codes"))
		}
	}
	return append(append(errs, checkValue(o.Value, at)...), checkValidFor(o.ValidFor, at)...)
}

func checkValue(value, at string) []error {
	switch n := utf8.RuneCountInString(strings.TrimSpace(value)); {
	case n == 0:
		return []error{fault.New(fault.Unprocessable, "the offer does not say what it is worth").In(at + ".value").
			Try(`write it as messages are to show it, such as "10 %" or "free shipping"`)}
	case n > maxValue || strings.ContainsAny(value, "\n\r\t"):
		return []error{fault.New(fault.Unprocessable, "what the offer is worth is too long").In(at + ".value").
			Try(fmt.Sprintf("say it in one line of at most %d characters", maxValue))}
	}
	return nil
}

func checkValidFor(d time.Duration, at string) []error {
	switch {
	case d < MinValidFor || d%time.Second != 0:
		return []error{fault.New(fault.Unprocessable, "the offer is good for less than an hour").In(at + ".valid_for").
			Try("give a time of at least 1h, such as 48h, and set the same at your platform")}
	case d > maxValidFor:
		return []error{fault.New(fault.Unprocessable, "the offer is good for more than a year").In(at + ".valid_for").
			Try("give a time of at most 365d")}
	}
	return nil
}

// diffOffer says what changes of a step's offer.
func diffOffer(a, b *Offer) []string {
	switch {
	case SameOffer(a, b):
		return nil
	case a == nil:
		return []string{"offer added: " + b.String()}
	case b == nil:
		return []string{"offer removed: " + a.String()}
	}
	return []string{"offer " + a.String() + " → " + b.String()}
}

// String says an offer in a few words: "10 % by COMEBACK10, good for 48h".
func (o Offer) String() string {
	by := o.Code
	if o.Codes != "" {
		by = "a code of " + o.Codes
	}
	return o.Value + " by " + by + ", good for " + span(o.ValidFor)
}

// StocksOf gives the stocks that sequences name, with the keys of those sequences.
func StocksOf(live []Sequence) map[string][]string {
	out := map[string][]string{}
	for _, s := range live {
		for _, step := range s.Steps {
			if o := step.Offer; o != nil && o.Codes != "" && !step.Paused && !slices.Contains(out[o.Codes], s.Key) {
				out[o.Codes] = append(out[o.Codes], s.Key)
			}
		}
	}
	return out
}
