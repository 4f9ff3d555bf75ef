package delivery_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

var (
	states = []delivery.State{
		delivery.Reserved, delivery.Sending, delivery.Accepted, delivery.Delivered, delivery.Bounced, delivery.Failed,
		delivery.Unknown, delivery.Rejected, delivery.Cancelled, delivery.Complained,
	}
	statuses = []delivery.Status{
		delivery.Processed, delivery.Delivery, delivery.Bounce, delivery.Failure, delivery.Deferral,
		delivery.Open, delivery.Click, delivery.Complaint, delivery.Unsubscribed, "some new word",
	}
)

func TestNext(t *testing.T) {
	t.Parallel()
	tests := []struct {
		now  delivery.State
		says delivery.Status
		want delivery.State
	}{
		{delivery.Sending, delivery.Processed, delivery.Accepted},
		{delivery.Sending, delivery.Delivery, delivery.Delivered},
		{delivery.Unknown, delivery.Processed, delivery.Accepted},
		{delivery.Unknown, delivery.Deferral, delivery.Accepted},
		{delivery.Unknown, delivery.Delivery, delivery.Delivered},
		{delivery.Unknown, delivery.Bounce, delivery.Bounced},
		{delivery.Unknown, delivery.Failure, delivery.Failed},
		{delivery.Unknown, delivery.Open, delivery.Delivered},
		{delivery.Accepted, delivery.Deferral, delivery.Accepted},
		{delivery.Accepted, delivery.Click, delivery.Delivered},
		{delivery.Accepted, delivery.Unsubscribed, delivery.Delivered},
		{delivery.Delivered, delivery.Processed, delivery.Delivered},
		{delivery.Delivered, delivery.Bounce, delivery.Bounced}, // a late bounce
		{delivery.Delivered, delivery.Complaint, delivery.Complained},
		{delivery.Bounced, delivery.Delivery, delivery.Bounced},
		{delivery.Bounced, delivery.Open, delivery.Bounced},
		{delivery.Failed, delivery.Delivery, delivery.Failed},
		{delivery.Complained, delivery.Delivery, delivery.Complained},
		{delivery.Complained, delivery.Bounce, delivery.Complained},
		{delivery.Rejected, delivery.Delivery, delivery.Rejected},
		{delivery.Cancelled, delivery.Bounce, delivery.Cancelled},
		{delivery.Accepted, "some new word", delivery.Accepted},
	}
	for _, tt := range tests {
		if got := delivery.Next(tt.now, delivery.Report{Status: tt.says}); got != tt.want {
			t.Errorf("%s, then %s: %s, want %s", tt.now, tt.says, got, tt.want)
		}
	}
}

// TestAnyOrderEndsAlike: providers repeat and reorder callbacks, so neither may matter.
func TestAnyOrderEndsAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.SampledFrom(states).Draw(t, "from")
		said := rapid.SliceOfN(rapid.SampledFrom(statuses), 0, 8).Draw(t, "said")
		again := rapid.Permutation(said).Draw(t, "reordered")
		if len(said) > 0 {
			again = append(again, rapid.SliceOf(rapid.SampledFrom(said)).Draw(t, "repeated")...)
		}
		if one, other := fold(from, said), fold(from, again); one != other {
			t.Fatalf("from %s, %v ends in %s but %v in %s", from, said, one, again, other)
		}
	})
}

func fold(s delivery.State, said []delivery.Status) delivery.State {
	for _, status := range said {
		s = delivery.Next(s, delivery.Report{Status: status})
	}
	return s
}

// TestNothingGoesBack: no report brings a message back to where it would be sent again.
func TestNothingGoesBack(t *testing.T) {
	t.Parallel()
	for _, from := range states {
		for _, status := range statuses {
			to := delivery.Next(from, delivery.Report{Status: status})
			if from.Left() && !to.Left() {
				t.Errorf("%s, then %s: %s has not left", from, status, to)
			}
			if to != from && (to == delivery.Unknown || to == delivery.Sending || to == delivery.Reserved) {
				t.Errorf("%s, then %s: went to %s", from, status, to)
			}
		}
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	for _, s := range states {
		want := s != delivery.Reserved && s != delivery.Rejected && s != delivery.Cancelled
		if s.Left() != want {
			t.Errorf("%s.Left() = %v", s, !want)
		}
	}
}

func TestRequestGet(t *testing.T) {
	t.Parallel()
	r := delivery.Request{Header: map[string][]string{"X-Two": {"a", "b"}, "X-None": {}}}
	for name, want := range map[string]string{"X-Two": "a", "X-None": "", "X-Missing": ""} {
		if got := r.Get(name); got != want {
			t.Errorf("Get(%s) = %q, want %q", name, got, want)
		}
	}
}
