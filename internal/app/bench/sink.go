package bench

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// sink stands in for SendGrid: it takes every mail and does no more with it
// than note to which shopper it went.
type sink struct {
	url  string
	http *http.Server

	mu sync.Mutex
	// mails counts what each shopper's number got.
	mails map[int64]int
	// posts and bytes count all requests, also those that go to nobody.
	posts int
	bytes int64
}

// mails is what arrived for a range of shoppers.
type mails struct {
	// shoppers is how many got mail, doubles how many mails too many there were.
	shoppers, doubles int
}

func openSink(ctx context.Context) (*sink, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fault.Wrap(fault.Misconfigured, err, "cannot listen on the loopback address")
	}
	s := &sink{url: "http://" + l.Addr().String(), mails: map[int64]int{}}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go s.http.Serve(l) //nolint:errcheck // it ends with close, and reports just that
	return s, nil
}

func (s *sink) close() { s.http.Close() }

// bodies keeps the buffers that mails are read into.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// ServeHTTP takes one mail.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(body)
	body.Reset()
	if _, err := io.Copy(body, r.Body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	n := recipient(body.Bytes())
	s.mu.Lock()
	s.posts++
	s.bytes += int64(body.Len())
	if n > 0 {
		s.mails[n]++
	}
	id := s.posts
	s.mu.Unlock()
	w.Header().Set("X-Message-Id", "sink-"+strconv.Itoa(id))
	w.WriteHeader(http.StatusAccepted)
}

// recipient gives the number of the shopper a mail is for, 0 if there is none.
func recipient(body []byte) int64 {
	at := bytes.Index(body, []byte("buyer-"+mark))
	if at < 0 {
		return 0
	}
	at += len("buyer-" + mark)
	if len(body) < at+digits {
		return 0
	}
	n, err := strconv.ParseInt(string(body[at:at+digits]), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// sizes gives how many posts there were and how long they are on average.
func (s *sink) sizes() (posts int, average int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.posts == 0 {
		return 0, 0
	}
	return s.posts, int(s.bytes / int64(s.posts))
}

// count gives what the n shoppers from first on got.
func (s *sink) count(first int64, n int) (m mails) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := first; i < first+int64(n); i++ {
		if got := s.mails[i]; got > 0 {
			m.shoppers++
			m.doubles += got - 1
		}
	}
	return m
}
