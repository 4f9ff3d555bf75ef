package message

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// What is kept of one email never shows in another, however many there are at once.
func TestBlocksAreKeptApart(t *testing.T) {
	t.Parallel()
	r := NewRenderer(nil)
	var all sync.WaitGroup
	for i := range maxMade + 60 {
		all.Go(func() {
			tpl := Template{Channel: event.Email, Subject: "x", Locale: []string{"en", "de"}[i%2], Style: Style{Brand: fmt.Sprintf("#%06x", i)},
				Blocks: []Block{{Kind: BlockTotal}, {Kind: BlockButton, Label: fmt.Sprintf("Go to %d!", i/4), Link: "{{ cart.restore_url }}"}}}
			for range 2 {
				out, err := r.Render(t.Context(), tpl, Sample(tpl.Locale))
				if err != nil {
					t.Error(err)
					return
				}
				for _, want := range []string{[]string{"Total<", "Summe<"}[i%2], fmt.Sprintf(`bgcolor="#%06x"`, i), fmt.Sprintf(">Go to %d!<", i/4)} {
					if !strings.Contains(out.HTML, want) {
						t.Errorf("email %d lacks %s", i, want)
					}
				}
			}
		})
	}
	all.Wait()
	if len(r.blocks) > maxMade {
		t.Errorf("%d emails are kept", len(r.blocks))
	}
}
