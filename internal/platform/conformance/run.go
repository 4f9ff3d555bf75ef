package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Run makes one telling of a story unlike any other: ids, addresses and times
// are drawn from it, so that a story can be told to the same shop again.
type Run struct {
	// Serial is unique among runs, from 1 to 9,999,999.
	Serial int64
	// Now is the end of the story; what it tells lies in the hours before.
	Now time.Time
}

// ID is a number that nobody else in the shop has; n, below 1,000, tells those of one story apart.
func (r Run) ID(n int) int64 { return 7_000_000_000 + r.Serial*1000 + int64(n) }

// Text is the same as text.
func (r Run) Text(n int) string { return strconv.FormatInt(r.ID(n), 10) }

// Token is 32 hexadecimal digits.
func (r Run) Token(n int) string {
	sum := sha256.Sum256([]byte(r.Text(n)))
	return hex.EncodeToString(sum[:16])
}

// UUID is the token written as one.
func (r Run) UUID(n int) string {
	t := r.Token(n)
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", t[:8], t[8:12], t[13:16], t[17:20], t[20:])
}

// Email is the shopper's address, Phone their number: a French mobile one that
// is valid, in E.164.
func (r Run) Email() string { return "kim." + strconv.FormatInt(r.Serial, 10) + "@example.com" }

// Phone is the shopper's number.
func (r Run) Phone() string { return fmt.Sprintf("+3361%07d", r.Serial%10_000_000) }

// At is so many minutes into the story, in UTC and whole seconds. A story lasts two hours.
func (r Run) At(minutes int) time.Time {
	return r.Now.UTC().Truncate(time.Second).Add(time.Duration(minutes)*time.Minute - 2*time.Hour)
}

// RFC3339 is At as text.
func (r Run) RFC3339(minutes int) string { return r.At(minutes).Format(time.RFC3339) }
