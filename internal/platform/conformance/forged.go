package conformance

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// forged holds the adapter to what it must refuse and must take: one byte of
// the body changed, the signature gone, another key; a key that is being
// rotated, a delivery that comes three days late.
func (c *telling) forged() (findings []Finding) {
	add := func(round string, err error) {
		if err != nil {
			findings = append(findings, Finding{c.story.Trait, round, err.Error()})
		}
	}
	d := c.story.Tell(c.run)[0]
	in := c.signed(d, c.run.Now)
	for _, at := range []int{0, len(in.Body) / 3, len(in.Body) / 2, len(in.Body) - 1} {
		bad := in
		bad.Body = bytes.Clone(in.Body)
		bad.Body[at] ^= 1
		add(fmt.Sprintf("byte %d changed", at), c.altered(bad))
	}
	_, other := c.Secrets(2)
	add("another key", c.refused(in, other))
	add("no key", c.refused(in))
	bare := in
	bare.Header = map[string][]string{}
	for name, value := range d.Header {
		bare.Header[http.CanonicalHeaderKey(name)] = []string{value}
	}
	if !bytes.Equal(in.Body, []byte(d.Body)) || !sameHeaders(bare.Header, in.Header) {
		bare.Body = []byte(d.Body)
		add("not signed", c.refused(bare, c.verifying))
	}
	add("a key being rotated", c.Adapter.Verify(in, []string{other, c.verifying}))
	late := c.signed(d, c.run.Now.Add(-72*time.Hour))
	late.ReceivedAt = c.run.Now
	add("three days late", c.Adapter.Verify(late, []string{c.verifying}))
	return findings
}

// altered demands that a changed body is refused. Where the platform does not
// sign bodies it demands that this is true, so that nothing is excused needlessly.
func (c *telling) altered(d event.Delivery) error {
	if c.Unsigned == "" {
		return c.refused(d, c.verifying)
	}
	if err := c.Adapter.Verify(d, []string{c.verifying}); err != nil {
		return fmt.Errorf("the platform is said not to sign bodies, and a changed one was refused: %w", err)
	}
	return nil
}

func sameHeaders(a, b map[string][]string) bool {
	return maps.EqualFunc(a, b, func(x, y []string) bool { return len(x) == len(y) })
}

func (c *telling) refused(d event.Delivery, secrets ...string) error {
	if err := c.Adapter.Verify(d, secrets); !fault.Is(err, fault.Unauthorized) {
		return fmt.Errorf("it was not refused as unauthorized: %v", err)
	}
	return nil
}
