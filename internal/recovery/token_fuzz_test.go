package recovery_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// FuzzToken tries tokens on every door that links open: only the token that was
// given out for a door opens it; any other is not found, with the same words,
// and changes nothing.
func FuzzToken(f *testing.F) {
	w := newWorld(f, storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(f)})
	w.waiting(1)
	w.due()
	mail := w.delivered()
	good := map[string]string{}
	for _, purpose := range []string{"r", "u", "why"} {
		good[purpose] = token(f, mail, purpose)
	}
	for _, s := range []string{"", "AAAAAAAAAAAAAAAAAAAAAA", "\x00", "\xff", "' OR 1=1 --", recovery.HashToken("x"), "restore-link-goes-here"} {
		f.Add(s, uint(0), byte(1))
	}
	written := func() string {
		return fmt.Sprint(w.count("touches"), w.count("suppressions"), w.count("consents"))
	}
	before := written()
	f.Fuzz(func(t *testing.T, s string, at uint, mask byte) {
		w.t = t
		defer func() { w.t = f }()
		tries := []string{s}
		for _, secret := range good {
			forged := []byte(secret)
			forged[at%uint(len(forged))] ^= mask
			tries = append(tries, string(forged), secret+s, s+secret)
		}
		words := map[string]bool{}
		for _, try := range tries {
			if try == good["r"] || try == good["u"] || try == good["why"] {
				continue
			}
			for _, err := range closed(w.engine, try) {
				wantCode(t, fmt.Sprintf("the token %q", try), err, fault.NotFound)
				words[fmt.Sprint(err)] = true
			}
		}
		// A token opens its own door only.
		for _, purpose := range []string{"u", "why"} {
			_, err := w.engine.LinkPage(context.Background(), linkKind(purpose), good["r"])
			wantCode(t, "a restore token at "+purpose, err, fault.NotFound)
			words[fmt.Sprint(err)] = true
		}
		if len(words) > 1 {
			t.Fatalf("the refusals differ, which tells tokens apart: %v", words)
		}
		if after := written(); after != before {
			t.Fatalf("rows before %s, after %s", before, after)
		}
	})
}

// closed tries a token at every door.
func closed(e *recovery.Engine, token string) []error {
	ctx := context.Background()
	var all []error
	for _, purpose := range []string{"r", "u", "why"} {
		_, err := e.LinkPage(ctx, linkKind(purpose), token)
		all = append(all, err)
	}
	_, err := e.Restore(ctx, token)
	_, why := e.Why(ctx, token)
	_, choices := e.Preferences(ctx, token)
	return append(all, err, why, choices, e.Prefer(ctx, token, event.Email, event.No, ""), e.NoteClick(ctx, message.LinkRestore, token, attribution.Visit{Method: "GET", UserAgent: "agent"}), e.Seen(ctx, token, attribution.Visit{Method: "POST"}), e.Unsubscribe(ctx, token, true))
}
