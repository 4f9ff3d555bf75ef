package channeltest

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

const (
	html = "<!DOCTYPE html><html><h1>Service Unavailable</h1></html>"
	day  = 24 * time.Hour
)

// said is one whole answer and what it means.
type said struct {
	answer Answer
	want   delivery.Verdict
}

// later is "not now" with the status as its code.
func later(status int, after time.Duration) delivery.Verdict {
	return delivery.Verdict{Outcome: delivery.Later, Code: strconv.Itoa(status), After: after}
}

func verdict(o delivery.Outcome, status int) delivery.Verdict {
	return delivery.Verdict{Outcome: o, Code: strconv.Itoa(status)}
}

// limits are the ways to say "too many requests".
func limits() map[string]said {
	limited := func(header ...string) Answer { return Answer{Status: 429, Header: header} }
	date := func(d time.Duration) string { return "Retry-After: " + Now.Add(d).Format(http.TimeFormat) }
	return map[string]said{
		"429 without a word":                 {limited(), later(429, 0)},
		"429 with HTML":                      {Answer{Status: 429, Body: html}, later(429, 0)},
		"429 with seconds":                   {limited("Retry-After: 7"), later(429, 7*time.Second)},
		"429 with a date":                    {limited(date(90 * time.Second)), later(429, 90*time.Second)},
		"429 with a date that has passed":    {limited(date(-time.Hour)), later(429, 0)},
		"429 with a date in ten years":       {limited(date(3650 * day)), later(429, day)},
		"429 with ten years of seconds":      {limited("Retry-After: 315360000"), later(429, day)},
		"429 with more seconds than a clock": {limited("Retry-After: 99999999999999999999"), later(429, day)},
		"429 with negative seconds":          {limited("Retry-After: -5"), later(429, 0)},
		"429 with nonsense":                  {limited("Retry-After: soon"), later(429, 0)},
		"429 with two headers":               {limited("Retry-After: 7", "Retry-After: 900"), later(429, 7*time.Second)},
	}
}

// outages are whole answers of servers in trouble, and of what stands before them.
func (s Subject) outages() map[string]said {
	all := map[string]said{
		"500 without a body":    {Answer{Status: 500}, verdict(delivery.Unsure, 500)},
		"502 without a body":    {Answer{Status: 502}, verdict(delivery.Unsure, 502)},
		"503 with HTML":         {Answer{Status: 503, Body: html}, verdict(delivery.Unsure, 503)},
		"503 that names a time": {Answer{Status: 503, Header: []string{"Retry-After: 5"}, Body: html}, verdict(delivery.Unsure, 503)},
		"504 with HTML":         {Answer{Status: 504, Body: html}, verdict(delivery.Unsure, 504)},
		"520 of a proxy":        {Answer{Status: 520}, verdict(delivery.Unsure, 520)},
		"408":                   {Answer{Status: 408}, verdict(delivery.Unsure, 408)},
		"a success":             {s.Success, delivery.Verdict{Outcome: delivery.OK, Code: strconv.Itoa(s.Success.Status), ProviderID: s.ID}},
		"a success, no id":      {s.Nameless, verdict(delivery.OK, s.Nameless.Status)},
		"a success, HTML":       {Answer{Status: s.Success.Status, Body: html}, verdict(delivery.Unsure, s.Success.Status)},
		"a success, half JSON":  {Answer{Status: s.Success.Status, Body: `{"sid":"SM`}, verdict(delivery.Unsure, s.Success.Status)},
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		to := []string{"Location: /elsewhere"}
		all[fmt.Sprint("a redirect by ", status)] = said{Answer{Status: status, Header: to}, verdict(delivery.Broken, status)}
	}
	return all
}

// answers: one whole answer, one verdict, one request; and the connection is
// kept for the next call, since an outage must not cost one per message.
func (s Subject) answers(t *testing.T) {
	t.Parallel()
	all := s.outages()
	for name, c := range limits() {
		all[name] = c
	}
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := Serve(t, func(x *Exchange) { x.Answer(c.answer) })
			p := s.New(client(t, patience))
			const calls = 5
			for range calls {
				s.check(t, p.Send(t.Context(), s.Account(srv.URL), s.Message), c.want)
			}
			once(t, srv, calls)
			// On a busy machine the transport gives up a connection now and then.
			if n := srv.Connections.Load(); n == calls {
				t.Errorf("%d calls took %d connections: none was kept", calls, n)
			}
		})
	}
}
