// Package hook is where machines knock: platforms with webhooks and providers
// with callbacks. It reads raw bytes under a cap and hands them on; verifying
// and parsing belong to the engine.
package hook

import (
	"context"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/web/intake"
	"github.com/labstack/echo/v4"
)

// Engine takes in what arrives. Its errors are faults.
type Engine interface {
	// Receive takes one webhook request: it returns only after what it accepted is on disk.
	Receive(ctx context.Context, platform, shopID string, header map[string][]string, body []byte) ([]event.Receipt, error)
	// Greet answers a platform that asks whether an address is ours, before it posts there.
	Greet(ctx context.Context, platform, shopID, challenge string) (answer string, err error)
	// Callback takes one provider request and gives what the provider wants to
	// read. The shop is "" for messenger, whose one address serves every page.
	Callback(ctx context.Context, provider, shopID string, r delivery.Request) (contentType, body string, err error)
}

// Hook answers webhooks and callbacks.
type Hook struct {
	// Engine does the work.
	Engine Engine
	// Gate bounds it.
	Gate *intake.Gate
	// PublicURL is the configured address, without a trailing slash: providers sign it.
	PublicURL string
	// Now is the clock.
	Now func() time.Time
}

// answer is what a platform reads after its webhook was taken in.
type answer struct {
	OK     bool `json:"ok"`
	Events int  `json:"events"`
	// Quarantined counts those of them that make no sense; Detail is why the first does.
	Quarantined int    `json:"quarantined,omitempty"`
	Detail      string `json:"detail,omitempty"`
}

// answered says what became of a delivery. What makes no sense is stored and
// answered 200 all the same, since sending it again cannot mend it: whoever
// writes the sender reads here that it was not understood.
func answered(receipts []event.Receipt) answer {
	a := answer{OK: true, Events: len(receipts)}
	for _, r := range receipts {
		if r.Status != event.Quarantined {
			continue
		}
		if a.Quarantined++; a.Detail == "" {
			a.Detail = r.Message
		}
	}
	return a
}

// Webhook is POST /webhooks/:platform/:shop_id.
func (h *Hook) Webhook(c echo.Context) error {
	body, leave, err := h.Gate.Take(c.Request())
	if err != nil {
		return err
	}
	defer leave()
	req := c.Request()
	header := req.Header
	if token := c.QueryParam("token"); token != "" && header.Get(tokenHeader) == "" {
		header = header.Clone()
		header.Set(tokenHeader, token)
	}
	receipts, err := h.Engine.Receive(req.Context(), c.Param("platform"), c.Param("shop_id"), header, body)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answered(receipts))
}

// tokenHeader carries the token of bridges that can sign nothing; they may also
// write it into the address, as ?token=.
const tokenHeader = "X-Cartograph-Token" // #nosec G101 -- a name, not a secret

// Greet is GET /webhooks/:platform/:shop_id?challenge=: the platform asks
// whether the address is ours. It changes nothing.
func (h *Hook) Greet(c echo.Context) error {
	answer, err := h.Engine.Greet(c.Request().Context(), c.Param("platform"), c.Param("shop_id"), c.QueryParam("challenge"))
	if err != nil {
		return err
	}
	return c.String(http.StatusOK, answer)
}

// Callback answers one provider; the shop is the path's, if it has one.
func (h *Hook) Callback(provider string) echo.HandlerFunc {
	return func(c echo.Context) error {
		body, leave, err := h.Gate.Take(c.Request())
		if err != nil {
			return err
		}
		defer leave()
		req := c.Request()
		kind, text, err := h.Engine.Callback(req.Context(), provider, c.Param("shop_id"), delivery.Request{
			Method: req.Method, URL: h.PublicURL + req.URL.RequestURI(),
			Header: req.Header, Body: body, ReceivedAt: h.Now(),
		})
		if err != nil {
			return err
		}
		if kind == "" {
			kind = echo.MIMETextPlainCharsetUTF8
		}
		return c.Blob(http.StatusOK, kind, []byte(text))
	}
}
