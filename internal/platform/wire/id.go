package wire

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// maxID is the longest id that is stored as it came.
const maxID = 200

// ID makes a platform's id safe to store and compare. One that is too long, or
// that cleaning would change, becomes its hash: cutting could make two ids one.
func ID(s string) string {
	clean := event.Clean(s, len(s)+maxID)
	if clean == "" || (len(clean) <= maxID && clean == trim(s)) {
		return clean
	}
	return "sha256:" + Sum([]byte(s))
}

// trim removes the blanks that Clean removes at both ends.
func trim(s string) string { return First(Text(s)) }

// Sum is the hexadecimal SHA-256 of the parts, each set off by its length.
func Sum(parts ...[]byte) string {
	h := sha256.New()
	for _, p := range parts {
		var n [8]byte
		for i, l := 0, len(p); i < len(n); i++ {
			n[i] = byte(l >> (8 * i)) // #nosec G115 -- one byte of the number after the other
		}
		if len(parts) > 1 {
			h.Write(n[:])
		}
		h.Write(p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Links builds a list of links without blanks and repetitions.
type Links []event.Link

// Add adds links of one kind for the ids that say something.
func (l *Links) Add(kind event.LinkKind, ids ...Text) {
	for _, id := range ids {
		link := event.Link{Kind: kind, Value: ID(string(id))}
		if link.Value == "" || link.Value == "0" || l.has(link) {
			continue
		}
		*l = append(*l, link)
	}
}

func (l *Links) has(link event.Link) bool {
	for _, have := range *l {
		if have == link {
			return true
		}
	}
	return false
}

// Segment reports whether an id can be a segment of an API's path as it stands:
// letters, digits, - and _. An id that a body told must not lead elsewhere.
func Segment(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for _, r := range id {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' {
			return false
		}
	}
	return true
}
