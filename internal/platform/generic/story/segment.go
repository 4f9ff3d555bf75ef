package story

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- as Segment signs
	"encoding/hex"
	"encoding/json"
	"maps"
	"time"

	kit "github.com/cartograph-dev/cartograph/internal/platform/conformance"
)

// Segment is the same sender behind Segment: each event as its webhook
// destination posts it, every other one in a batch, signed with HMAC-SHA1.
func Segment() kit.Platform {
	p := Platform()
	p.Title = "Segment webhooks"
	p.Sign = func(header map[string][]string, body []byte, signing string, _ time.Time) []byte {
		h := hmac.New(sha1.New, []byte(signing))
		h.Write(body)
		header["X-Signature"] = []string{hex.EncodeToString(h.Sum(nil))}
		return body
	}
	for i := range p.Stories {
		tell := p.Stories[i].Tell
		p.Stories[i].Tell = func(r kit.Run) []kit.Delivery { return forwarded(r, tell(r)) }
	}
	return p
}

// forwarded gives the deliveries as Segment passes them on.
func forwarded(r kit.Run, all []kit.Delivery) []kit.Delivery {
	for i, d := range all {
		var call object
		dec := json.Unmarshal([]byte(d.Body), &call)
		if dec != nil {
			continue
		}
		maps.Copy(call, object{"channel": "client", "version": 2, "projectId": "8hXkC2vQZ1", "integrations": object{},
			"receivedAt": r.RFC3339(119), "sentAt": r.RFC3339(119), "originalTimestamp": call["timestamp"],
			"context": object{"ip": "203.0.113.7", "locale": "fr-FR", "library": object{"name": "analytics.js", "version": "next-1.70.0"},
				"page": object{"path": "/cart", "title": "Purchase", "url": "https://shop.example/cart"}, "userAgent": "Mozilla/5.0 (Windows NT 10.0)"}})
		var body any = call
		if i%2 == 1 {
			page := object{"type": "page", "name": "Purchase", "anonymousId": r.UUID(1), "messageId": r.UUID(150 + i), "timestamp": r.RFC3339(1)}
			body = []any{page, call}
		}
		text, _ := json.Marshal(body)
		all[i].Body = string(text)
	}
	return all
}
