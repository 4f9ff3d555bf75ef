package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// The names under which a shop's account at its platform is sealed.
const (
	KeyURL     = "platform_url"
	KeyAccount = "platform_account"
	KeyID      = "platform_key"
	KeySecret  = "platform_secret" // #nosec G101 -- a name, not a secret
)

// API is one shop's way to its platform's API. It is made for one call or one
// list and holds secrets: it is never logged.
type API struct {
	// Shop holds the shop's own facts; its Header and Body are empty, ReceivedAt is now.
	Shop event.Delivery
	// Values are the account's, by the names of Needs.
	Values map[string]string
	// Client makes the calls: with a timeout, a limit of calls per second for
	// this shop, and a guard against addresses inside our own network.
	Client *http.Client
}

// maxReply bounds what is read of an answer: 250 orders of 500 lines fit.
const maxReply = 16 << 20

// Get reads a JSON document into v, if v is not nil, and gives its raw bytes.
//
// Errors: fault.Misconfigured where the platform refuses the keys,
// fault.NotFound for 404 and 410, fault.Throttled and fault.Overloaded (with
// the wait the platform asked for) where asking later may help, else
// fault.Unprocessable.
func (a API) Get(ctx context.Context, address string, header map[string]string, v any) ([]byte, http.Header, error) {
	return a.Ask(ctx, http.MethodGet, address, header, nil, v)
}

// Ask makes a call with a JSON body, nil for none; otherwise it is like Get.
func (a API) Ask(ctx context.Context, method, address string, header map[string]string, in, v any) ([]byte, http.Header, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return nil, nil, fault.Wrap(fault.Internal, err, "the question to the platform cannot be written")
		}
		body = bytes.NewReader(text)
	}
	return a.send(ctx, method, address, header, "application/json", body, v)
}

// Form posts a form, as OAuth token endpoints want it; otherwise it is like Get.
func (a API) Form(ctx context.Context, address string, header map[string]string, form url.Values, v any) ([]byte, http.Header, error) {
	return a.send(ctx, http.MethodPost, address, header, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()), v)
}

func (a API) send(ctx context.Context, method, address string, header map[string]string, kind string, body io.Reader, v any) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, nil, fault.Wrap(fault.Misconfigured, err, "the platform's address cannot be read").
			In(KeyURL).Try("write it like https://shop.example")
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Cartograph")
	if body != nil {
		req.Header.Set("Content-Type", kind)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	reply, err := a.Client.Do(req)
	if err != nil {
		return nil, nil, unreached(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(reply.Body, maxReply+1))
	switch {
	case err != nil:
		return nil, nil, unreached(err)
	case len(text) > maxReply:
		return nil, nil, fault.New(fault.Unprocessable, "the platform's answer is larger than %d MB", maxReply>>20)
	}
	if err := a.refused(reply); err != nil {
		return nil, nil, err
	}
	if v != nil {
		if err := json.Unmarshal(text, v); err != nil {
			return nil, nil, fault.Wrap(fault.Unprocessable, err, "the platform's answer is not the JSON it should be").
				Try("check that the address is the platform's API and not a page")
		}
	}
	return text, reply.Header, nil
}

// unreached is a call that brought no answer. Its cause may hold the address,
// and addresses may hold secrets: a fault of the client passes, else only the
// kind of trouble is told.
func unreached(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return known
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fault.Wrap(fault.Overloaded, err, "the platform could not be reached").Try("it is tried again by itself")
}

// refused reads the status of an answer.
func (a API) refused(r *http.Response) error {
	switch code := r.StatusCode; {
	case code < 300:
		return nil
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return fault.New(fault.Misconfigured, "the platform refuses the key (%d)", code).
			In(KeyID).Try("make a new key with the rights that the platform's page of the docs lists, and save it in the settings")
	case code == http.StatusNotFound || code == http.StatusGone:
		return fault.New(fault.NotFound, "the platform does not have it (%d)", code)
	case code == http.StatusTooManyRequests:
		return fault.New(fault.Throttled, "the platform asks to be asked less often").Later(a.wait(r.Header))
	case code >= 500 || code == http.StatusRequestTimeout:
		return fault.New(fault.Overloaded, "the platform has trouble (%d)", code).Later(a.wait(r.Header))
	default:
		return fault.New(fault.Unprocessable, "the platform refuses the question (%d)", code)
	}
}

// maxWait bounds how long a platform can have us wait.
const maxWait = time.Hour

// wait reads how long to wait: Retry-After in seconds or as a date, or
// BigCommerce's own header in milliseconds; zero where nothing is said.
func (a API) wait(h http.Header) time.Duration {
	var d time.Duration
	if ms, err := strconv.ParseInt(h.Get("X-Rate-Limit-Time-Reset-Ms"), 10, 64); err == nil {
		d = time.Duration(min(ms, maxWait.Milliseconds())) * time.Millisecond
	} else if s, err := strconv.ParseFloat(h.Get("Retry-After"), 64); err == nil {
		d = time.Duration(min(s, maxWait.Seconds()) * float64(time.Second))
	} else if at, err := http.ParseTime(h.Get("Retry-After")); err == nil {
		d = at.Sub(a.Shop.ReceivedAt)
	}
	return min(max(d, 0), maxWait)
}

// Base gives the API's address without a slash at its end: the account's own,
// or the given default.
func (a API) Base(otherwise string) string {
	base := strings.TrimSpace(a.Values[KeyURL])
	if base == "" {
		base = otherwise
	}
	return strings.TrimRight(base, "/")
}
