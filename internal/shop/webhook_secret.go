package shop

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"regexp"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

const (
	// minWebhookSecret and maxWebhookSecret bound a signing secret, which is one
	// line; the platforms' own have up to some hundred characters.
	minWebhookSecret, maxWebhookSecret = 12, 500
	// maxPublicKey bounds a public key or a set of them: some keys of 4,096 bits.
	maxPublicKey = 8000
)

// namedLine is a line that names whose deliveries count, beside a key that signs
// for many shops: the site at Wix, the credential at Adobe.
var namedLine = regexp.MustCompile(`^[ \t]*(instance|client):[ \t]*[A-Za-z0-9._@-]+[ \t]*$`)

// CheckWebhookSecret brings what a platform's deliveries are verified by into
// form: a signing secret, which is one line, or a public key (PEM), a set of them
// (JWKS) and lines that name the shop there. It never repeats the value.
func CheckWebhookSecret(value string) (string, error) {
	value = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	switch {
	case strings.Contains(value, "PRIVATE KEY-----"):
		return "", badWebhookSecret("it is a private key, and only its owner may hold it",
			"paste the public key, and have the private one changed if it was shown to anybody else")
	case IsPublicKey(value):
		return value, checkPublic(value)
	case len(value) < minWebhookSecret || len(value) > maxWebhookSecret || strings.ContainsFunc(value, control):
		return "", badWebhookSecret("it is shorter than 12 characters, or not a secret",
			"paste the platform’s secret whole, or leave the field empty to have one made")
	}
	return value, nil
}

// IsPublicKey reports a webhook secret that is none: a public key, a set of them,
// or lines that name the shop at its platform. Everybody may know those, so
// nothing may be signed with their text.
func IsPublicKey(value string) bool {
	value = strings.TrimSpace(value)
	return strings.HasPrefix(value, "{") || strings.Contains(value, "-----BEGIN ") || namedLine.MatchString(firstLine(value))
}

// WebhookHint tells a webhook secret's owner which it is: the end of a secret, the
// kind of a public key, whose end says nothing, and the name of a line.
func WebhookHint(value string) string {
	switch value = strings.TrimSpace(value); {
	case strings.HasPrefix(value, "{"):
		return "a key set"
	case strings.Contains(value, "-----BEGIN "):
		return "a public key"
	case namedLine.MatchString(firstLine(value)):
		name, rest, _ := strings.Cut(value, ":")
		return name + ": " + Hint(strings.TrimSpace(rest))
	}
	return Hint(value)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSuffix(line, "\r")
}

func checkPublic(value string) error {
	if len(value) > maxPublicKey {
		return badWebhookSecret("it is longer than 8,000 characters", "save each key on its own")
	}
	if strings.HasPrefix(value, "{") {
		return checkKeySet(value)
	}
	var rest []string
	for _, line := range strings.Split(value, "\n") {
		if !namedLine.MatchString(line) {
			rest = append(rest, line)
		}
	}
	text := strings.TrimSpace(strings.Join(rest, "\n"))
	if text == "" {
		return nil
	}
	block, more := pem.Decode([]byte(text))
	switch {
	case block == nil || !strings.HasPrefix(text, "-----BEGIN ") || !readable(block):
		return badWebhookSecret("the public key cannot be read",
			"paste it whole, from -----BEGIN to the end of the line -----END, and below it nothing but a line such as “instance: …”")
	case strings.TrimSpace(string(more)) != "":
		return badWebhookSecret("there is more than one public key in it, or other text", "save each key on its own")
	}
	return nil
}

func readable(b *pem.Block) bool {
	if _, err := x509.ParsePKIXPublicKey(b.Bytes); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PublicKey(b.Bytes); err == nil {
		return true
	}
	_, err := x509.ParseCertificate(b.Bytes)
	return err == nil
}

// checkKeySet holds a JSON Web Key Set (RFC 7517) to having public keys only.
func checkKeySet(value string) error {
	var set struct {
		Keys []struct {
			Type    string `json:"kty"`
			Private string `json:"d"`
		} `json:"keys"`
	}
	if json.Unmarshal([]byte(value), &set) != nil || len(set.Keys) == 0 {
		return badWebhookSecret("the key set cannot be read", `paste the whole JSON, which begins with {"keys":`)
	}
	for _, k := range set.Keys {
		if k.Private != "" || k.Type == "oct" {
			return badWebhookSecret("there is a private key in the set, and only its owner may hold it", "paste the public set")
		}
	}
	return nil
}

func control(r rune) bool { return r < ' ' || r == 0x7f }

func badWebhookSecret(what, remedy string) error {
	return fault.New(fault.Unprocessable, "%s", what).In("secret").Try(remedy)
}
