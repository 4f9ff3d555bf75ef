package sandbox

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Deliver reports a message as taken and delivered.
func (s *Server) Deliver(ctx context.Context, m Sent) error {
	switch m.Channel {
	case event.Email:
		return s.mailEvents(ctx, m, mailEvent{kind: "processed"}, delivered())
	case event.SMS:
		if err := s.textStatus(ctx, m, "sent", ""); err != nil {
			return err
		}
		return s.textStatus(ctx, m, "delivered", "")
	}
	return s.pageDelivered(ctx, m)
}

// Open reports that a person opened a message. SMS has no such report; Meta's
// names a moment, not a message.
func (s *Server) Open(ctx context.Context, m Sent) error {
	switch m.Channel {
	case event.Email:
		return s.mailEvents(ctx, m, mailEvent{kind: "open", more: fields{"sg_machine_open": false, "useragent": "Mozilla/5.0"}})
	case event.Messenger:
		return s.pageRead(ctx, m)
	}
	return unheardOf(m.Channel, "an open")
}

// MachineOpen reports that a mail proxy fetched an email's pictures.
func (s *Server) MachineOpen(ctx context.Context, m Sent) error {
	if m.Channel != event.Email {
		return unheardOf(m.Channel, "a machine's open")
	}
	return s.mailEvents(ctx, m, mailEvent{kind: "open", more: fields{"sg_machine_open": true}})
}

// Click reports a click on a link of an email.
func (s *Server) Click(ctx context.Context, m Sent, link string) error {
	if m.Channel != event.Email {
		return unheardOf(m.Channel, "a click")
	}
	return s.mailEvents(ctx, m, mailEvent{kind: "click", more: fields{"url": link, "url_offset": fields{"index": 0, "type": "html"}}})
}

// Bounce reports that the address does not exist.
func (s *Server) Bounce(ctx context.Context, m Sent) error {
	switch m.Channel {
	case event.Email:
		return s.mailEvents(ctx, m, mailEvent{kind: "bounce", more: fields{
			"type": "bounce", "status": "5.1.1", "bounce_classification": "Invalid Address", "reason": "550 5.1.1 <" + m.To + ">: user unknown"}})
	case event.SMS:
		return s.textStatus(ctx, m, "undelivered", "30005")
	}
	return unheardOf(m.Channel, "a bounce")
}

// Complain reports that an email was marked as spam.
func (s *Server) Complain(ctx context.Context, m Sent) error {
	if m.Channel != event.Email {
		return unheardOf(m.Channel, "a spam complaint")
	}
	return s.mailEvents(ctx, m, mailEvent{kind: "spamreport"})
}

// Stop withdraws: the shopper answers STOP, or unsubscribes at SendGrid.
func (s *Server) Stop(ctx context.Context, m Sent) error {
	if m.Channel == event.Email {
		return s.mailEvents(ctx, m, mailEvent{kind: "unsubscribe"})
	}
	return s.Reply(ctx, m, "STOP")
}

// Reply is a shopper's answer to a text or Messenger message.
func (s *Server) Reply(ctx context.Context, m Sent, text string) error {
	switch m.Channel {
	case event.SMS:
		return s.textInbound(ctx, m, text)
	case event.Messenger:
		return s.pageInbound(ctx, m, text)
	}
	return unheardOf(m.Channel, "a reply")
}

func unheardOf(ch event.Channel, what string) error {
	return fault.New(fault.Unprocessable, "%s providers do not report %s", ch, what)
}

// tries is how often AutoDeliver posts before it gives up; a real provider goes on for hours.
const tries = 6

// report is AutoDeliver's reporting, in the way a fault wants it.
func (s *Server) report(m Sent, way Callbacks) {
	if !s.opts.AutoDeliver || way == CallbacksNever {
		return
	}
	deliver := s.Deliver
	if way == CallbacksBackwards {
		deliver = s.deliverBackwards
	}
	s.insist(m, deliver)
	if way == CallbacksTwice {
		s.insist(m, deliver)
	}
}

// deliverBackwards says what Deliver says, the last first, each in a post of its own.
func (s *Server) deliverBackwards(ctx context.Context, m Sent) error {
	var last, first func() error
	switch m.Channel {
	case event.Email:
		last = func() error { return s.mailEvents(ctx, m, delivered()) }
		first = func() error { return s.mailEvents(ctx, m, mailEvent{kind: "processed"}) }
	case event.SMS:
		last = func() error { return s.textStatus(ctx, m, "delivered", "") }
		first = func() error { return s.textStatus(ctx, m, "sent", "") }
	default:
		last = func() error { return s.postPage(ctx, m, s.pageReceipt(m)) }
		first = func() error { return s.postPage(ctx, m, s.pageEcho(m)) }
	}
	if err := last(); err != nil {
		return err
	}
	return first()
}

func delivered() mailEvent {
	return mailEvent{kind: "delivered", more: fields{"response": "250 2.0.0 OK", "tls": 1}}
}

// insist delivers, again after a growing wait where that fails.
func (s *Server) insist(m Sent, deliver func(context.Context, Sent) error) {
	wait := 250 * time.Millisecond
	for try := 1; ; try++ {
		err := deliver(s.ctx, m)
		if err == nil || s.ctx.Err() != nil {
			return
		}
		if try == tries {
			if s.opts.OnFailure != nil {
				s.opts.OnFailure(err)
			}
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
			wait *= 2
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
	}
}

// post makes one callback; anything but 2xx is an error. No URL: nothing to do.
func (s *Server) post(ctx context.Context, url string, header http.Header, body []byte) error {
	if url == "" {
		return nil
	}
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return fault.Wrap(fault.Internal, ctx.Err(), "the callback was given up")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "the callback URL cannot be called")
	}
	req.Header = header
	res, err := s.call.Do(req)
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the callback found nobody")
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return fault.Wrap(fault.Internal, err, "the callback's answer broke off")
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fault.New(fault.Internal, "the callback was answered %d", res.StatusCode)
	}
	return nil
}
