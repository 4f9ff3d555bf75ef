package torture

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/channel/sandbox"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// mailCall posts mail n as Cartograph does and gives the answer's status, 0 for none.
func mailCall(t *testing.T, c *http.Client, url, key, id string) (status int, providerID string) {
	t.Helper()
	body := encode(fields{
		"personalizations": []fields{{"to": []fields{{"email": "buyer@buyers.example"}}}}, "from": fields{"email": "shop@shop.example"},
		"subject": "Your bag", "content": []fields{{"type": "text/plain", "value": "It waits."}}, "custom_args": fields{"message_id": id},
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/v3/mail/send", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer " + key}, "Content-Type": {"application/json"}}
	res, err := c.Do(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body) //nolint:errcheck // the status is all that counts
	return res.StatusCode, res.Header.Get("X-Message-Id")
}

// Whatever a provider answers, the record has exactly what it took, and names
// what its caller cannot know.
func TestEveryMisfortune(t *testing.T) {
	t.Parallel()
	for _, f := range misfortunes {
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			heard := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			defer heard.Close()
			l, secret := newLedger(), []byte("secret")
			b, err := newBox(secret, heard.URL, l, newOracle(rand.New(rand.NewPCG(1, 1))), &skew{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.close()
			b.oracle.burst(map[event.Channel]fate{event.Email: f})
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 5 * time.Second}
			if f == hang {
				client.Timeout = 300 * time.Millisecond
			}
			const calls = 12
			good := 0
			for n := range calls {
				status, id := mailCall(t, client, b.url, sandbox.Accounts(secret, "shop")[event.Email].Key, "m"+strconv.Itoa(n))
				if status == http.StatusAccepted && (id != "" || f == nameless) {
					good++
				}
			}
			if err := b.flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			seen, faults, problems := l.snapshot()
			bad := faults["provider: "+string(f)]
			if bad == 0 || bad == calls {
				t.Fatalf("%d of %d calls met the misfortune", bad, calls)
			}
			wantTaken, wantGood, wantUncertain := calls, calls-bad, bad
			if !f.taken() {
				wantTaken = calls - bad
			}
			if f == slow || f == drip || f == nameless {
				wantGood = calls
			}
			if f.certain() {
				wantUncertain = 0
			}
			if len(seen.Accepted) != wantTaken || good != wantGood || len(seen.Uncertain) != wantUncertain || len(problems) > 0 {
				t.Errorf("%d misfortunes: %d taken (want %d), %d answered well (want %d), %d uncertain (want %d), problems %v",
					bad, len(seen.Accepted), wantTaken, good, wantGood, len(seen.Uncertain), wantUncertain, problems)
			}
		})
	}
}

// A callback that is not heard is made again; one that is kept back never is.
func TestCallbacksInsist(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer deaf.Close()
	l, secret := newLedger(), []byte("secret")
	b, err := newBox(secret, deaf.URL, l, newOracle(rand.New(rand.NewPCG(1, 1))), &skew{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	if status, _ := mailCall(t, client, b.url, sandbox.Accounts(secret, "shop")[event.Email].Key, "m1"); status != http.StatusAccepted {
		t.Fatalf("answered %d", status)
	}
	if err := b.flush(t.Context()); err != nil || calls.Load() != 3 {
		t.Errorf("%d callbacks, %v", calls.Load(), err)
	}
}
