package persona

import "github.com/cartograph-dev/cartograph/internal/fault"

// MaxKey is the longest a key may be, in bytes.
const MaxKey = 64

// CheckKey says what is wrong with the key of a persona, sequence or template.
// A key is lower-case letters and digits, in words joined by "-" or "_", so
// that it can stand in a URL, a file and a report without quoting.
func CheckKey(key string) *fault.Error {
	const remedy = `use lower-case letters, digits and hyphens, such as "value-conscious"`
	switch {
	case key == "":
		return fault.New(fault.Unprocessable, "the key is missing").Try(remedy)
	case len(key) > MaxKey:
		return fault.New(fault.Unprocessable, "the key is longer than %d characters", MaxKey).Try(remedy)
	case !slug(key):
		return fault.New(fault.Unprocessable, "%q is not a key", key).Try(remedy)
	}
	return nil
}

// Reserved is the word that stands in addresses for the persona or sequence
// that is being made (/personas/new): one of that key would have no page.
const Reserved = "new"

// CheckOwnKey says what is wrong with the key that a persona or sequence is to
// have: what CheckKey says, and that it is not the reserved word.
func CheckOwnKey(key string) *fault.Error {
	if key == Reserved {
		return fault.New(fault.Unprocessable, "%q cannot be a key: it is the address of the page where one is made", key).
			Try(`take another word, such as "newcomer"`)
	}
	return CheckKey(key)
}

// slug reports whether s is words of a-z and 0-9 joined by single "-" or "_".
func slug(s string) bool {
	joined := true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			joined = false
		case (c == '-' || c == '_') && !joined:
			joined = true
		default:
			return false
		}
	}
	return !joined
}
