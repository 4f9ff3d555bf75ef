package wire

import (
	"fmt"
	"slices"
)

// Notes collects what was odd but acceptable. Notes are stored with the event
// and shown to the merchant, so they hold no personal data.
type Notes []string

// maxNotes bounds what one hostile event can make us store.
const maxNotes = 20

// Add adds a note once; after maxNotes further ones are dropped.
func (n *Notes) Add(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if len(*n) < maxNotes && !slices.Contains(*n, s) {
		*n = append(*n, s)
	}
}
