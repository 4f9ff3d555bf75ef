package twilio

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"

	"github.com/cartograph-dev/cartograph/internal/channel"
)

// call is the library's client for exactly one request: it brings the context,
// the base URL, a body that is bounded and closed, and typed errors.
type call struct {
	ctx        context.Context
	http       *http.Client
	base       *url.URL
	sid, token string
	trail      channel.Trail
	// status is the answer's, 0 while there is none; empty says it had no body.
	status int
	empty  bool
}

var _ client.BaseClient = (*call)(nil)

// AccountSid implements client.BaseClient.
func (c *call) AccountSid() string { return c.sid }

// SetTimeout implements client.BaseClient; the context and the HTTP client hold the time.
func (c *call) SetTimeout(time.Duration) {}

// SetOauth implements client.BaseClient; OAuth is not used.
func (c *call) SetOauth(client.OAuth) {}

// OAuth implements client.BaseClient.
func (c *call) OAuth() client.OAuth { return nil }

// SendRequest implements client.BaseClient for the library's form posts.
func (c *call) SendRequest(method, raw string, data url.Values, headers map[string]interface{}, _ ...byte) (*http.Response, error) {
	target, err := c.target(raw)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(c.trail.Follow(c.ctx), method, target, strings.NewReader(data.Encode()))
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(c.sid, c.token)
	for k, v := range headers {
		req.Header.Set(k, fmt.Sprint(v))
	}
	req.Header.Set("Accept", "application/json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	c.status = res.StatusCode
	body, err := io.ReadAll(res.Body)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, newAnswerError(res, body)
	}
	c.empty = err == nil && len(bytes.TrimSpace(body)) == 0
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// target moves the library's URL to our base.
func (c *call) target(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(c.base.String(), "/") + u.EscapedPath(), nil
}

func (c *call) code() string { return strconv.Itoa(c.status) }

// answerError is an answer outside 2xx.
type answerError struct {
	status int
	// code is Twilio's own number, 0 when the body is not Twilio's.
	code    int
	message string
	header  http.Header
}

func newAnswerError(res *http.Response, body []byte) *answerError {
	e := &answerError{status: res.StatusCode, header: res.Header}
	var b struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &b) == nil {
		e.code, e.message = b.Code, b.Message
	}
	return e
}

// Error implements error.
func (e *answerError) Error() string {
	return fmt.Sprintf("twilio answered %d with code %d", e.status, e.code)
}
