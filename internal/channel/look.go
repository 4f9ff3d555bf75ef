package channel

import (
	"context"
	"io"
	"net/http"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Look asks a provider about an account by a GET that changes nothing, and
// gives status and body. A provider that does not answer is told as health.
func Look(ctx context.Context, c *http.Client, address string, authorize func(*http.Request)) (status int, body []byte, fail *delivery.Health) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, &delivery.Health{Says: "The provider’s address cannot be called: it is no http(s) address."}
	}
	authorize(req)
	req.Header.Set("Accept", "application/json")
	res, err := c.Do(req)
	if err != nil {
		// The error names the address and may name more; its kind is enough.
		return 0, nil, &delivery.Health{Says: "The provider could not be reached. Try again in a minute; if it stays, this server cannot reach the internet."}
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		return 0, nil, &delivery.Health{Code: strconv.Itoa(res.StatusCode), Says: "The provider’s answer broke off. Try again."}
	}
	return res.StatusCode, body, nil
}

// Answered tells what a status means that is the same for every provider.
func Answered(status int, keys string) delivery.Health {
	h := delivery.Health{Code: strconv.Itoa(status)}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		h.Says = "The provider does not accept " + keys + ". Copy it again, whole, and see that it was not revoked."
	case status == http.StatusTooManyRequests:
		h.Says = "The provider asks to wait. Try again in a minute."
	case status >= 500:
		h.Says = "The provider has trouble of its own. Try again later."
	default:
		h.Says = "The provider answered something unexpected."
	}
	return h
}
