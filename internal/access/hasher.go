package access

import (
	"context"
	"io"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Hasher hashes passwords a few at a time: each takes 19 MiB, and a flood of
// sign-ins must not take the machine's memory.
type Hasher struct {
	cost   Cost
	random io.Reader
	// places are taken while hashing, queue while waiting for one.
	places, queue chan struct{}
	// nobody is the stored form of no one's password, for unknown accounts.
	nobody string
}

// waiting is how many may wait for a place; more are told to come later.
const waiting = 64

// NewHasher makes a hasher with so many places. random gives salts.
func NewHasher(cost Cost, places int, random io.Reader) *Hasher {
	return &Hasher{
		cost: cost, random: random, places: make(chan struct{}, places), queue: make(chan struct{}, places+waiting),
		nobody: cost.Hash("", make([]byte, SaltSize)),
	}
}

// Hash makes the stored form of a password that CheckPassword let pass.
func (h *Hasher) Hash(ctx context.Context, password string) (stored string, err error) {
	salt := make([]byte, SaltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fault.Wrap(fault.Internal, err, "there is no randomness for a salt")
	}
	err = h.inside(ctx, func() { stored = h.cost.Hash(password, salt) })
	return stored, err
}

// Verify compares a password with its stored form. Without one ("" for an
// unknown account or one without a password) it takes the same time and fails.
// again asks for the password to be stored anew, at today's costs.
func (h *Hasher) Verify(ctx context.Context, password, stored string) (ok, again bool, err error) {
	known := stored != ""
	if !known {
		stored = h.nobody
	}
	// Longer than any that can be set: it is wrong, and not worth hashing whole.
	if len(password) > 4*maxPassword {
		password, known = "", false
	}
	err = h.inside(ctx, func() { ok, again = h.cost.Verify(password, stored) })
	return ok && known, again && ok && known, err
}

// inside runs work at a place, once there is one.
func (h *Hasher) inside(ctx context.Context, work func()) error {
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return fault.New(fault.Overloaded, "too many people sign in at once").Try("try again in some seconds")
	}
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-ctx.Done():
		return fault.Wrap(fault.Overloaded, ctx.Err(), "too many people sign in at once").Try("try again in some seconds")
	}
	work()
	return nil
}
