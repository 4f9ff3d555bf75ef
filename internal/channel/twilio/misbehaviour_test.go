package twilio_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/channel/twilio"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"))
}

func TestMisbehaviour(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, subject())
}

// subject is the provider as the common list knows it.
func subject() channeltest.Subject {
	large := outbound()
	large.Text = strings.Repeat("Your bag. ", 2_400_000)
	return channeltest.Subject{
		New:     func(c *http.Client) channel.Provider { return twilio.New(twilio.Options{HTTP: c, Now: now}) },
		Account: account,
		Message: outbound(), Large: large,
		Success:  channeltest.Answer{Status: 201, Header: []string{"Content-Type: application/json"}, Body: `{"sid":"SM1","status":"queued","num_segments":"1","error_code":null}`},
		Nameless: channeltest.Answer{Status: 201, Body: `{"status":"queued"}`},
		ID:       "SM1",
	}
}
