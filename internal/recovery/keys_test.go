package recovery_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// The platform of these tests publishes its keys, which the generic adapter
// takes for shared ones: what counts is when they are asked for and believed.
func publishing(keys ...string) func() *farShop {
	return func() *farShop { return &farShop{can: recovery.Abilities{Keys: true}, keyTexts: keys} }
}

// knock posts a delivery signed by a key and gives how it was answered.
func (w *world) knock(n int, key string) fault.Code {
	w.t.Helper()
	body := asJSON(fields{"thin": fields{"kind": "cart", "id": "c1"}, "n": n})
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write(body)
	header := http.Header{"X-Cartograph-Signature": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	_, err := w.engine.Receive(w.t.Context(), "generic", w.shop.ID, header, body)
	return fault.CodeOf(err)
}

// A forged delivery may decide which key is asked for: it neither makes forget
// the keys that are known nor is the reason to ask without bound.
func TestForgeriesSpoilNoKeys(t *testing.T) {
	farWorld(t, publishing("k1"), func(t *testing.T, w *world, far *farShop) {
		same(t, "the first delivery", w.knock(1, "k1"), "")
		w.clock.Add(2 * time.Minute)
		for n, keys := range [][]string{nil, {"of another delivery"}} {
			far.keyTexts = keys
			same(t, "a forgery", w.knock(10+n, "forged"), fault.Unauthorized)
			same(t, "a delivery after it", w.knock(20+n, "k1"), "")
			w.clock.Add(2 * time.Minute)
		}
		same(t, "times asked", len(far.asked), 3)
		for n := range 50 {
			w.knock(100+n, "forged")
		}
		same(t, "times asked in a flood", len(far.asked), 4)
	})
}

// While it is not known by which keys the platform signs, nothing is refused for good.
func TestKeysThatCannotBeReadRefuseNothing(t *testing.T) {
	farWorld(t, publishing("k1"), func(t *testing.T, w *world, far *farShop) {
		far.trouble = fault.New(fault.Overloaded, "down")
		for n := range 3 {
			same(t, "while the platform is down", w.knock(n, "k1"), fault.Overloaded)
		}
		same(t, "times asked", len(far.asked), 1)
		far.trouble = nil
		w.clock.Add(time.Minute)
		same(t, "when it is back", w.knock(0, "k1"), "")
		same(t, "another's", w.knock(9, "forged"), fault.Unauthorized)
	})
}

// A key that the platform takes back is not believed for ever.
func TestKeysThatWereTakenBack(t *testing.T) {
	farWorld(t, publishing("k1"), func(t *testing.T, w *world, far *farShop) {
		same(t, "before", w.knock(1, "k1"), "")
		far.keyTexts = []string{"k2"}
		w.clock.Add(25 * time.Hour)
		same(t, "a day after", w.knock(2, "k1"), fault.Unauthorized)
		same(t, "right after that", w.knock(3, "k1"), fault.Unauthorized)
		same(t, "by the new one", w.knock(4, "k2"), "")
		far.trouble = fault.New(fault.Overloaded, "down")
		w.clock.Add(25 * time.Hour)
		same(t, "while nobody can say", w.knock(5, "k2"), "")
	})
}
