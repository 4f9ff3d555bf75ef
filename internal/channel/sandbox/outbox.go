package sandbox

import (
	"encoding/base64"
	"encoding/hex"
	"io"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Sent is one accepted message.
type Sent struct {
	Channel event.Channel
	// ShopID is read from the credentials that the message came with.
	ShopID string
	// To and From are addresses of the channel; From is the page id in Messenger.
	To   string
	From string
	// Subject, HTML and Text are an email's; Text is a text's body, or all a
	// Messenger message says (title and text in lines).
	Subject string
	HTML    string
	Text    string
	// Link is a Messenger button's address; elsewhere links are in the text.
	Link string
	// UnsubscribeURL is the List-Unsubscribe header's address; email only.
	UnsubscribeURL string
	// MessageID is the sender's id: custom argument, metadata or the status
	// callback's query value; empty where none came along.
	MessageID string
	// ProviderID is what the sandbox answered.
	ProviderID string
	// CallbackURL is a text's StatusCallback.
	CallbackURL string
	// At is when it was accepted.
	At time.Time
}

// Outbox gives the messages kept, the newest last.
func (s *Server) Outbox() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.outbox[max(0, len(s.outbox)-s.opts.Keep):])
}

// keep puts a message into the outbox. The oldest are dropped only when it is
// twice its size, so that dropping costs next to nothing per message.
func (s *Server) keep(m Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outbox = append(s.outbox, m)
	if len(s.outbox) >= 2*s.opts.Keep {
		s.outbox = slices.Delete(s.outbox, 0, len(s.outbox)-s.opts.Keep)
	}
}

// follow starts what happens after a message was accepted.
func (s *Server) follow(m Sent, way Callbacks) {
	if !s.opts.AutoDeliver && s.opts.OnMessage == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.work.Go(func() {
		if way != CallbacksFirst {
			s.report(m, way)
		}
		if s.opts.OnMessage != nil && s.ctx.Err() == nil {
			s.opts.OnMessage(s.ctx, m)
		}
	})
}

// random gives n random bytes in hex.
func (s *Server) random(n int) string {
	return hex.EncodeToString(s.bytes(n))
}

// token gives n random bytes in the base64 that stands in URLs.
func (s *Server) token(n int) string {
	return base64.RawURLEncoding.EncodeToString(s.bytes(n))
}

func (s *Server) bytes(n int) []byte {
	b := make([]byte, n)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := io.ReadFull(s.opts.Rand, b); err != nil {
		// crypto/rand never fails; a test's reader that ends gives zeros.
		clear(b)
	}
	return b
}
