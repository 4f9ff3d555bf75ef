package event

import (
	"encoding/json"
	"strings"
)

// Shared reports whether a shop's webhook secret is one that only the shop and
// its sender know. Beside such ones stand texts that are no secret at all: a
// platform's public keys (PEM or a key set) and the marks that say which of a
// platform's customers the shop is ("instance:…", "client:…"). Whoever knows
// those could sign with them, so they are never the key of a signature, a token
// or an address of ours.
func Shared(secret string) bool {
	s := strings.TrimSpace(secret)
	switch {
	case s == "", strings.Contains(s, "-----BEGIN "):
		return false
	case s[0] == '{' && json.Valid([]byte(s)):
		return false
	}
	for _, line := range strings.Split(s, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "instance:") && !strings.HasPrefix(line, "client:") {
			return true
		}
	}
	return false
}
