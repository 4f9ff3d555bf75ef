package event_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestShared(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string]bool{
		"":      false,
		" \n":   false,
		"whsec": true,
		"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----":                 false,
		"instance:1-2\n-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n": false,
		`{"keys":[]}`:         false,
		"{not json":           true,
		"instance:1-2":        false,
		" client:531f\n":      false,
		"client:531f\nsecret": true,
	} {
		if got := event.Shared(secret); got != want {
			t.Errorf("Shared(%q) is %v", secret, got)
		}
	}
}
