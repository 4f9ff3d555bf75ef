package messenger_test

import (
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/channel/channeltest"
	"github.com/cartograph-dev/cartograph/internal/channel/messenger"
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
	// Texts are cut to Meta's limits; links are not.
	large := outbound()
	large.Title, large.ButtonURL = "Blue shirt", "https://r.example/"+strings.Repeat("x", 24<<20)
	return channeltest.Subject{
		New:     func(c *http.Client) channel.Provider { return messenger.New(messenger.Options{HTTP: c, Now: now}) },
		Account: account,
		Message: outbound(), Large: large,
		Success:  channeltest.Answer{Status: 200, Header: []string{"Content-Type: application/json"}, Body: `{"recipient_id":"psid-1","message_id":"m_1"}`},
		Nameless: channeltest.Answer{Status: 200, Body: `{"recipient_id":"psid-1"}`},
		ID:       "m_1",
	}
}
