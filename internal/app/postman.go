package app

import (
	"context"
	"log/slog"
	"sync"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// postman writes to people who work with Cartograph: links for a new password,
// invitations. It uses the installation's email account, else the shop's own;
// never the sandbox, where nobody would get it.
type postman struct {
	accounts *accounts
	email    interface {
		Send(ctx context.Context, a delivery.Account, m delivery.Outbound) delivery.Verdict
	}
	log *slog.Logger
	// places bounds the letters on their way, under waits for them.
	places chan struct{}
	under  sync.WaitGroup
}

// maxLetters is how many such letters are on their way at once.
const maxLetters = 8

// account finds one that reaches people; false when there is none.
func (p *postman) account(ctx context.Context, shops []string) (delivery.Account, bool) {
	if acc, ok := p.accounts.standard(event.Email); ok {
		return acc, true
	}
	for _, id := range shops {
		acc, err := p.accounts.Account(ctx, id, event.Email)
		if err != nil {
			p.log.WarnContext(ctx, "a shop's email account cannot be read", "shop", id, "error", err)
			continue
		}
		if !acc.Sandbox {
			return acc, true
		}
	}
	return delivery.Account{}, false
}

// send writes one letter and reports whether the provider took it. What went
// wrong is logged without the address.
func (p *postman) send(ctx context.Context, shops []string, to, subject, text string) bool {
	acc, ok := p.account(ctx, shops)
	if !ok {
		return false
	}
	v := p.email.Send(ctx, acc, delivery.Outbound{Channel: event.Email, To: to, FromName: "Cartograph", Subject: subject, Text: text})
	if v.Outcome != delivery.OK {
		p.log.WarnContext(ctx, "a letter to a user did not leave", "outcome", v.Outcome, "code", v.Code, "reason", v.Reason)
	}
	return v.Outcome == delivery.OK
}

// later does work beside the request, so that how long it takes tells nothing.
// Too much at once is left undone: people ask again.
func (p *postman) later(ctx context.Context, work func(ctx context.Context)) {
	select {
	case p.places <- struct{}{}:
	default:
		p.log.WarnContext(ctx, "too many letters to users at once; one was left unwritten")
		return
	}
	ctx = context.WithoutCancel(ctx)
	p.under.Go(func() {
		defer func() { <-p.places }()
		work(ctx)
	})
}

// close waits for the letters under way; each call has a time limit of its own.
func (p *postman) close() { p.under.Wait() }

func (p *postman) invitation(ctx context.Context, shopID, to, shopName, link string) bool {
	return p.send(ctx, []string{shopID}, to, "You are invited to "+shopName+" on Cartograph",
		"Hello,\n\nyou are invited to work on “"+shopName+"” in Cartograph, which brings abandoned carts back.\n\n"+
			"Join here, within seven days:\n"+link+"\n\nIf you do not know this shop, ignore this message.\n")
}

func (p *postman) newPassword(ctx context.Context, shops []string, to, link string) bool {
	return p.send(ctx, shops, to, "A new password for Cartograph",
		"Hello,\n\nsomebody, hopefully you, asked for a new password at Cartograph.\n\n"+
			"Choose it here, within ten minutes; the link works once:\n"+link+"\n\n"+
			"If it was not you, nothing has changed, and you can ignore this message.\n")
}
