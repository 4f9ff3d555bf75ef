package dashboard

import (
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// Whatever an address says is refused as invalid, or narrows the list the same
// way when the page writes it into its own links.
func FuzzNarrowedBy(f *testing.F) {
	f.Add("email", "2026-11-03T09:30:00.123Z", "1.5s")
	f.Add("", "", "")
	f.Add("pigeon", "yesterday", "-1s")
	f.Add("sms", "2026-11-03T09:30:00+05:30", "2562047h47m16.854775807s")
	f.Fuzz(func(t *testing.T, channel, since, late string) {
		ask := func(channel, since, late string) (narrowed, error) {
			q := url.Values{"channel": {channel}, "since": {since}, "late": {late}}
			return narrowedBy(echo.New().NewContext(httptest.NewRequest("GET", "/messages?"+q.Encode(), nil), httptest.NewRecorder()))
		}
		n, err := ask(channel, since, late)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		q := n.query()
		again, err := ask(q[1], q[3], q[5])
		if err != nil || !again.Since.Equal(n.Since) || again.Channel != n.Channel || again.LateBy != n.LateBy {
			t.Fatalf("%v: %s", err, cmp.Diff(n.query(), again.query()))
		}
	})
}
