package channeltest

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
)

// pause is the rhythm of a drip: short, so that a deadline of any length sees
// many bytes.
const pause = 2 * time.Millisecond

// slow are the ways to let a caller wait for ever once the request is there.
// Code is the one of the verdict; where it is a status, the head came through.
func (s Subject) slow() map[string]struct {
	act  func(*Exchange)
	want delivery.Verdict
} {
	lost := delivery.Verdict{Outcome: delivery.Unsure, Code: "timeout"}
	torn := verdict(delivery.Unsure, s.Success.Status)
	if s.IDInHeader {
		torn.Outcome, torn.ProviderID = delivery.OK, s.ID
	}
	head := s.Success.head()
	return map[string]struct {
		act  func(*Exchange)
		want delivery.Verdict
	}{
		"a hang":                  {func(x *Exchange) { x.Await() }, lost},
		"a hang in the headers":   {func(x *Exchange) { x.Write(head); x.Await() }, lost},
		"a hang in the body":      {func(x *Exchange) { x.Write(head + "Content-Length: 999\r\n\r\n"); x.Await() }, torn},
		"a drip of headers":       {func(x *Exchange) { x.Write(head + "X-More: "); x.drip("x") }, lost},
		"a drip of body":          {func(x *Exchange) { x.Write(head + "\r\n"); x.drip("x") }, torn},
		"a drip of chunks":        {func(x *Exchange) { x.Write(head + "Transfer-Encoding: chunked\r\n\r\n"); x.drip("1\r\nx\r\n") }, torn},
		"a drip of informational": {func(x *Exchange) { x.drip("HTTP/1.1 103 \r\n\r\n") }, lost},
		"a drip of an outage":     {func(x *Exchange) { x.Write("HTTP/1.1 503 \r\n\r\n"); x.drip("x") }, verdict(delivery.Unsure, 503)},
	}
}

// timeRunsOut: the client's own limit ends every call, however alive the other
// side looks, and what the provider had in hand is never said to be unsent.
//
// The limit starts short and doubles until the call got as far as the case is
// about, so that a busy machine makes the test slower and not red.
func (s Subject) timeRunsOut(t *testing.T) {
	t.Parallel()
	for name, c := range s.slow() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for limit := 50 * time.Millisecond; ; limit *= 2 {
				srv := Serve(t, c.act)
				got := s.New(client(t, limit)).Send(t.Context(), s.Account(srv.URL), s.Message)
				arrived := srv.Received.Load()
				if arrived == 1 && got.Code == c.want.Code || limit > patience {
					s.check(t, got, c.want)
					once(t, srv, 1)
					return
				}
				// It ended earlier than meant, which must have been told rightly all the same.
				if arrived > 1 || arrived == 1 && got.Outcome != delivery.Unsure {
					t.Fatalf("limit %v: arrived %d times, verdict %+v", limit, arrived, got)
				}
			}
		})
	}
}

// drip writes a text again and again, with a pause, until the caller has gone.
func (x *Exchange) drip(text string) {
	x.shut = true
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for x.Write(text) {
		<-tick.C
	}
}
