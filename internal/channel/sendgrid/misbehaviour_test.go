package sendgrid_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/channel/sendgrid"
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
		New:     func(c *http.Client) channel.Provider { return sendgrid.New(sendgrid.Options{HTTP: c, Now: now}) },
		Account: account,
		Message: outbound(), Large: large,
		Success:    channeltest.Answer{Status: 202, Header: []string{"X-Message-Id: abc"}},
		Nameless:   channeltest.Answer{Status: 202},
		ID:         "abc",
		IDInHeader: true,
	}
}
