package magento

import (
	"context"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// client marks the secret that names the shop's credential at Adobe
// ("client:531f2f76…"). It is no key: it is held against the event's recipient.
const client = "client:"

// The headers of Adobe's two signatures and of the keys they were made with.
func headers() [2][2]string {
	return [2][2]string{
		{"X-Adobe-Digital-Signature-1", "X-Adobe-Public-Key1-Path"},
		{"X-Adobe-Digital-Signature-2", "X-Adobe-Public-Key2-Path"},
	}
}

// Verify checks either of Adobe's signatures (RSA-SHA256 of the raw body) and
// that all events are for this shop's credential: Adobe signs for all its
// customers with the same keys, so the signature alone does not tell them apart.
// Or it checks the signature of the companion module, whose keys are the secrets
// that are neither a public key nor a client's name.
func (*Adapter) Verify(d event.Delivery, secrets []string) error {
	var hmac, clients []string
	for _, s := range secrets {
		ids := clientsIn(s)
		clients = append(clients, ids...)
		if len(ids) == 0 && len(wire.PublicKeys([]string{s})) == 0 {
			hmac = append(hmac, s)
		}
	}
	if wire.ByCompanion(d) {
		return wire.VerifyCompanion(d, hmac)
	}
	if err := verifyAdobe(d, wire.PublicKeys(secrets)); err != nil {
		return err
	}
	return forUs(d.Body, clients)
}

// clientsIn gives the credentials that a secret names, one a line.
func clientsIn(secret string) (ids []string) {
	for _, line := range strings.Split(secret, "\n") {
		if id, found := strings.CutPrefix(strings.TrimSpace(line), client); found && strings.TrimSpace(id) != "" {
			ids = append(ids, strings.TrimSpace(id))
		}
	}
	return ids
}

func verifyAdobe(d event.Delivery, keys []wire.PublicKey) error {
	signed := false
	for _, h := range headers() {
		text := strings.TrimSpace(d.Get(h[0]))
		if text == "" {
			continue
		}
		signed = true
		sig, err := base64.StdEncoding.Strict().DecodeString(text)
		if err == nil && wire.SignedRSA(sig, "", keys, d.Body) {
			return nil
		}
	}
	switch name := headers()[0][0]; {
	case !signed:
		return wire.Missing(name)
	case len(keys) == 0:
		return wire.NoKey()
	default:
		return wire.Mismatch(name)
	}
}

// forUs demands that every event is addressed to one of the shop's credentials.
func forUs(body []byte, clients []string) error {
	if len(clients) == 0 {
		return fault.New(fault.Unauthorized, "this shop has no client id of Adobe's, so nobody knows whether an event is for it").
			Try("add client: and the credential's client id from the Adobe Developer Console to the shop's webhook secrets")
	}
	events, _, err := unpack(body)
	if err != nil {
		return fault.Wrap(fault.Unauthorized, err, "it cannot be read whom the delivery is for").In("recipient_client_id").
			Try("send events in the CloudEvents format")
	}
	for _, e := range events {
		if !slices.Contains(clients, wire.First(e.Recipient, e.RecipientOld)) {
			return fault.New(fault.Unauthorized, "the delivery is for another client id than this shop's").
				In("recipient_client_id").Try("check the client: line of the shop's webhook secrets")
		}
	}
	if len(events) == 0 {
		return fault.New(fault.Unauthorized, "the delivery is for nobody").In("recipient_client_id").Try("send at least one event")
	}
	return nil
}

// keyHost is the one place where Adobe publishes its keys.
const keyHost = "https://static.adobeioevents.com"

// keyPath is what a key's path looks like; a header must not lead us elsewhere.
var keyPath = regexp.MustCompile(`^/(prod|stage)/keys/pub-key-[A-Za-z0-9-]{1,64}\.pem$`)

// Keys asks Adobe for the keys that the delivery's headers name.
func (*Adapter) Keys(ctx context.Context, api platform.API, d event.Delivery) ([]string, error) {
	var keys []string
	for _, h := range headers() {
		path := strings.TrimSpace(d.Get(h[1]))
		if !keyPath.MatchString(path) {
			continue
		}
		text, _, err := api.Get(ctx, keyHost+path, map[string]string{"Accept": "application/x-pem-file, text/plain, */*"}, nil)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if pem := string(text); len(wire.PublicKeys([]string{pem})) == 1 && len(clientsIn(pem)) == 0 {
			keys = append(keys, pem)
		}
	}
	return keys, nil
}
