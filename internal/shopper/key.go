package shopper

import (
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// maxName is the longest name that can be looked for.
const maxName = 320

// ParseKey reads a name as a merchant types it, the one way it is stored.
func ParseKey(kind event.KeyKind, text string) (event.Key, error) {
	if strength[kind] == 0 && kind != event.KeyCustomer {
		return event.Key{}, fault.New(fault.Unprocessable, "there is no kind of name %q", kind).In("kind").
			Try("the kinds are customer, email, phone, messenger and anonymous")
	}
	k := event.Key{Kind: kind, Value: event.Clean(text, maxName)}
	bad := func(remedy string) (event.Key, error) {
		return event.Key{}, fault.New(fault.Unprocessable, "this is no %s", kind).In(string(kind)).Try(remedy)
	}
	switch kind {
	case event.KeyEmail:
		k.Value = strings.ToLower(k.Value)
		if at := strings.LastIndex(k.Value, "@"); at < 1 || at == len(k.Value)-1 || strings.Contains(k.Value, " ") {
			return bad("write an address such as ada@example.com")
		}
	case event.KeyPhone:
		k.Value = strings.Map(func(r rune) rune {
			if slices.Contains([]rune(" .-/()"), r) {
				return -1
			}
			return r
		}, k.Value)
		digits, plus := strings.CutPrefix(k.Value, "+")
		if !plus || len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
			return bad("write it with its country code, such as +33612345678")
		}
	}
	if k.Value == "" {
		return bad("write the value as the shop's platform has it")
	}
	return k, nil
}
