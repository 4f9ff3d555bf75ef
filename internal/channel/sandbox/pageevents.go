package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// pageDelivered posts the echo of a message and its delivery.
func (s *Server) pageDelivered(ctx context.Context, m Sent) error {
	return s.postPage(ctx, m, s.pageEcho(m), s.pageReceipt(m))
}

// pageEcho is the page's own message, as every app of the page hears of it.
func (s *Server) pageEcho(m Sent) fields {
	echo := fields{"mid": m.ProviderID, "is_echo": true, "app_id": 1, "text": m.Text}
	if m.MessageID != "" {
		echo["metadata"] = m.MessageID
	}
	return fields{"sender": person(m.From), "recipient": person(m.To), "timestamp": s.opts.Now().UnixMilli(), "message": echo}
}

// pageReceipt says that the person has the message.
func (s *Server) pageReceipt(m Sent) fields {
	now := s.opts.Now().UnixMilli()
	return fields{"sender": person(m.To), "recipient": person(m.From), "timestamp": now,
		"delivery": fields{"mids": []string{m.ProviderID}, "watermark": now}}
}

// pageRead posts a read event: a watermark, as Messenger sends it, without message ids.
func (s *Server) pageRead(ctx context.Context, m Sent) error {
	now := s.opts.Now().UnixMilli()
	return s.postPage(ctx, m, fields{"sender": person(m.To), "recipient": person(m.From), "timestamp": now,
		"read": fields{"watermark": now}})
}

func (s *Server) pageInbound(ctx context.Context, m Sent, text string) error {
	return s.postPage(ctx, m, fields{"sender": person(m.To), "recipient": person(m.From), "timestamp": s.opts.Now().UnixMilli(),
		"message": fields{"mid": "m_" + s.token(24), "text": text}})
}

// Enter plays a person who comes by an m.me link: the postback with the link's ref.
func (s *Server) Enter(ctx context.Context, shopID, psid, ref string) error {
	m := Sent{Channel: event.Messenger, ShopID: shopID, To: psid, From: pagePrefix + shopID}
	return s.postPage(ctx, m, fields{"sender": person(psid), "recipient": person(m.From), "timestamp": s.opts.Now().UnixMilli(),
		"postback": fields{"mid": "m_" + s.token(24), "title": "Get Started", "payload": "GET_STARTED",
			"referral": fields{"ref": ref, "source": "SHORTLINK", "type": "OPEN_THREAD"}}})
}

func person(id string) fields { return fields{"id": id} }

// postPage posts messaging events of one page, signed as Meta signs.
func (s *Server) postPage(ctx context.Context, m Sent, events ...fields) error {
	body, err := json.Marshal(fields{"object": "page", "entry": []fields{
		{"id": m.From, "time": s.opts.Now().UnixMilli(), "messaging": events}}})
	if err != nil {
		return fault.Wrap(fault.Internal, err, "the events could not be encoded")
	}
	h := hmac.New(sha256.New, []byte(appSecret(s.opts.Secret)))
	h.Write(body)
	return s.post(ctx, s.opts.Callback(m.ShopID, event.Messenger), http.Header{
		"Content-Type":        {"application/json"},
		"User-Agent":          {"facebookexternalua"},
		"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(h.Sum(nil))},
	}, body)
}
