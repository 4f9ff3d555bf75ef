//go:build linux

package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// senders post at the same time, each a body of a mebibyte: together six
// times what the server takes in at once.
const senders, bodyBytes = 200, 1 << 20

// mostMemory is far above what the budget of bodies costs while they are read,
// and far below what all the bodies cost that are posted at once.
const mostMemory = 384 << 20

// More than the server can take is told to come back, before its memory grows;
// what it said 200 to is there.
func TestOverload(t *testing.T) {
	t.Parallel()
	_, shop, server, _ := shopFront(t)
	var mu sync.Mutex
	var taken []string
	told := map[int]int{}
	var all sync.WaitGroup
	for i := range senders {
		b := buyer{token: fmt.Sprint("flood-", i), email: fmt.Sprintf("flood%d@example.com", i), total: "5.00"}
		all.Go(func() {
			raw := flooding(b)
			status, header, text := exchange(t, http.MethodPost, shop.hook(), signed("checkouts/create", raw), raw)
			mu.Lock()
			defer mu.Unlock()
			told[status]++
			switch {
			case status == http.StatusOK:
				taken = append(taken, b.email)
			case status != http.StatusServiceUnavailable || header.Get("Retry-After") == "":
				t.Errorf("%d, Retry-After %q: %s", status, header.Get("Retry-After"), text)
			}
		})
	}
	all.Wait()
	if told[http.StatusOK] == 0 || told[http.StatusServiceUnavailable] == 0 {
		t.Fatalf("%d senders at once were told %v", senders, told)
	}
	if peak := peakMemory(t, server); peak > mostMemory {
		t.Errorf("the server took %d MiB for %d MiB of bodies", peak>>20, senders*bodyBytes>>20)
	}
	slices.Sort(taken)
	same(t, "carts of those who were told 200", shop.emails("flood"), taken)
	logsAreClean(t, server)
}

// flooding is a checkout with a very long note.
func flooding(b buyer) []byte {
	checkout := b.checkout()
	checkout["note"] = strings.Repeat("n", bodyBytes)
	raw, err := json.Marshal(checkout)
	if err != nil {
		panic(err) // a test's own values
	}
	return raw
}

// emails gives the addresses that begin so of all the shop's carts.
func (s *store) emails(prefix string) (out []string) {
	s.t.Helper()
	for cursor := ""; ; {
		var page struct {
			list[cartView]
			Next string `json:"next"`
		}
		s.get("/carts?limit=100&cursor="+cursor, &page)
		for _, c := range page.Items {
			if strings.HasPrefix(c.Email, prefix) {
				out = append(out, c.Email)
			}
		}
		if cursor = page.Next; cursor == "" {
			slices.Sort(out)
			return out
		}
	}
}

// peakMemory gives the most memory a process ever held, in bytes, as Linux counts it.
func peakMemory(t *testing.T, s *process) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		t.Fatalf("this test reads /proc: %v", err)
	}
	var kib int64
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscan(rest, &kib); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("at most %d MiB", kib>>10)
	return kib << 10
}
