// Package channeltest is one list of misfortunes that every provider must
// survive with the same verdicts: limits, outages, hangs, drips, resets at each
// point of a call, floods and nonsense. Providers' own tests run it by Run and
// add what is theirs alone.
package channeltest

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cartograph-dev/cartograph/internal/channel"
	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// Now is the time at which everything in the list happens.
var Now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// Subject is a provider under test.
type Subject struct {
	// New makes it on an HTTP client; its clock must stand at Now.
	New func(*http.Client) channel.Provider
	// Account gives an account whose calls go to an API root.
	Account func(base string) delivery.Account
	// Message is a message to send, Large one of many megabytes.
	Message, Large delivery.Outbound
	// Success is the provider's answer to a message it took, with the id ID;
	// Nameless the same answer without an id.
	Success, Nameless Answer
	ID                string
	// IDInHeader says that a success is whole with its header, whatever becomes of its body.
	IDInHeader bool
}

// Run holds a provider to the whole list.
func Run(t *testing.T, s Subject) {
	t.Helper()
	t.Run("answers", s.answers)
	t.Run("broken answers", s.brokenAnswers)
	t.Run("time runs out", s.timeRunsOut)
	t.Run("never reached", s.neverReached)
	t.Run("kept connections", s.keptConnections)
}

// client makes a client with a pool of its own, emptied at the end of the test.
func client(t *testing.T, timeout time.Duration) *http.Client {
	t.Helper()
	c := channel.NewHTTPClient()
	c.Timeout = timeout
	t.Cleanup(c.CloseIdleConnections)
	return c
}

// patience is for calls that end by what the server does.
const patience = time.Minute

// check compares verdicts but for the reason, which must be there, short, and
// silent about the person and the shop's secrets.
func (s Subject) check(t *testing.T, got, want delivery.Verdict) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(delivery.Verdict{}, "Reason")); diff != "" {
		t.Errorf("verdict (-want +got):\n%s\nreason: %s", diff, got.Reason)
	}
	if (got.Reason == "") != (got.Outcome == delivery.OK) || len(got.Reason) > 200 {
		t.Errorf("%s with the reason %q", got.Outcome, got.Reason)
	}
	a := s.Account("http://127.0.0.1")
	for _, private := range []string{s.Message.To, s.Message.ToName, s.Message.Text, a.Key, a.ID, "127.0.0.1"} {
		if private != "" && strings.Contains(got.Reason+got.Code, private) {
			t.Errorf("the verdict repeats %q: %+v", private, got)
		}
	}
}

// once demands that a message arrived exactly so often.
func once(t *testing.T, srv *Server, want int32) {
	t.Helper()
	if got := srv.Received.Load(); got != want {
		t.Errorf("the message arrived %d times, want %d", got, want)
	}
}
