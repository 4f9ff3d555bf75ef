package wix

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// token is a JSON Web Token taken apart.
type token struct {
	// signed are the bytes under the signature, key the id of the key that is named.
	signed, signature []byte
	key               string
	payload           []byte
}

// split takes a body apart. Anything but three parts signed RS256 is refused as
// unauthorized: "none" and HMAC under a public key are how tokens are forged.
func split(body []byte) (token, error) {
	t := token{}
	body = bytes.Trim(bytes.TrimSpace(body), `"`)
	parts := bytes.Split(body, []byte("."))
	malformed := wire.Malformed("body", "a JSON Web Token signed RS256, as Wix does")
	if len(parts) != 3 {
		return t, malformed
	}
	var decoded [3][]byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.Strict().DecodeString(string(p))
		if err != nil {
			return t, malformed
		}
		decoded[i] = b
	}
	var header struct {
		Algorithm string `json:"alg"`
		Key       string `json:"kid"`
	}
	if json.Unmarshal(decoded[0], &header) != nil || header.Algorithm != "RS256" {
		return t, malformed
	}
	return token{
		signed:    body[:len(parts[0])+1+len(parts[1])],
		signature: decoded[2], key: header.Key, payload: decoded[1],
	}, nil
}

// nested is JSON, or text that holds JSON: Wix encodes twice what it nests.
type nested []byte

// UnmarshalJSON takes either.
func (n *nested) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		b = []byte(text)
	}
	*n = bytes.Clone(bytes.TrimSpace(b))
	return nil
}

// object reports whether there is a JSON object.
func (n nested) object() bool { return len(n) > 0 && n[0] == '{' }

// envelope is what the token says of an event before the event itself.
type envelope struct {
	Type     wire.Text `json:"eventType"`
	Instance wire.Text `json:"instanceId"`
	Data     nested    `json:"data"`
}

// envelope reads the token's claim `data`.
func (t token) envelope() (envelope, error) {
	var claims struct {
		Data nested `json:"data"`
	}
	var env envelope
	if err := wire.Decode(t.payload, &claims); err != nil {
		return env, err
	}
	if !claims.Data.object() {
		return env, missing("data")
	}
	return env, wire.Decode(claims.Data, &env)
}

// message is one event. body is what it is about, as JSON; it may be empty.
type message struct {
	ID         wire.Text `json:"id"`
	Fqdn       wire.Text `json:"entityFqdn"`
	Slug       wire.Text `json:"slug"`
	EntityID   wire.Text `json:"entityId"`
	Time       wire.Time `json:"eventTime"`
	Time2      wire.Time `json:"eventTimestamp"`
	Anonymized wire.Bool `json:"triggeredByAnonymizeRequest"`
	Created    holder    `json:"createdEvent"`
	Updated    holder    `json:"updatedEvent"`
	Deleted    holder    `json:"deletedEvent"`
	Action     holder    `json:"actionEvent"`
	body       []byte
}

// holder is where an event keeps what it is about; the names differ by the kind
// of event and were others in older ones.
type holder struct {
	Entity   nested `json:"entity"`
	Entity2  nested `json:"entityAsJson"`
	Current  nested `json:"currentEntity"`
	Current2 nested `json:"currentEntityAsJson"`
	Gone     nested `json:"deletedEntity"`
	Body     nested `json:"body"`
	Body2    nested `json:"bodyAsJson"`
}

// first gives what is there.
func (h holder) first() nested {
	for _, n := range []nested{h.Entity, h.Entity2, h.Current, h.Current2, h.Gone, h.Body, h.Body2} {
		if n.object() {
			return n
		}
	}
	return nil
}

// message reads the envelope's `data`. Events of an app's life are about nothing.
func (env envelope) message() (m message, err error) {
	if !env.Data.object() {
		return m, nil
	}
	if err = wire.Decode(env.Data, &m); err != nil {
		return m, err
	}
	if m.Time.IsZero() {
		m.Time = m.Time2
	}
	for _, h := range []holder{m.Created, m.Updated, m.Action, m.Deleted} {
		if n := h.first(); n != nil {
			m.body = n
			return m, nil
		}
	}
	return m, nil
}

// about tells what an event is about and what happened to it, from its own
// words or else from the name it was delivered under ("wix.ecom.v1.order_approved").
func (m message) about(topic string) (kind, slug string) {
	fqdn := strings.ToLower(string(m.Fqdn))
	slug = strings.ToLower(string(m.Slug))
	if topic == "appremoved" || strings.HasSuffix(fqdn, ".app_instance") && slug == "removed" {
		return removedKind, ""
	}
	last := topic[strings.LastIndexByte(topic, '.')+1:]
	for _, kind := range []string{abandonedKind, transactionsKind, cartKind, checkoutKind, orderKind, contactKind} {
		if fqdn != "" {
			if strings.HasSuffix(fqdn, "."+kind) && ours(fqdn) {
				return kind, slug
			}
			continue
		}
		if rest, found := strings.CutPrefix(last, kind+"_"); found && ours(topic) {
			return kind, rest
		}
	}
	return "", slug
}

// ours reports the parts of Wix whose events are read; others have orders, too.
func ours(name string) bool {
	return strings.HasPrefix(name, "wix.ecom.") || strings.HasPrefix(name, "wix.contacts.")
}

func missing(field string) error {
	return fault.New(fault.Unprocessable, "the event has no %s", field).
		In(field).Try("send the event as Wix does, with all of its fields")
}
