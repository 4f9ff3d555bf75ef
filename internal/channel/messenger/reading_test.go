package messenger_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

// reading takes every message, and keeps what it was sent.
type reading struct {
	t    *testing.T
	body *any
}

// RoundTrip implements http.RoundTripper.
func (r reading) RoundTrip(req *http.Request) (*http.Response, error) {
	defer req.Body.Close()
	if err := json.NewDecoder(req.Body).Decode(r.body); err != nil {
		r.t.Error(err)
	}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("")), Request: req}, nil
}
