package app

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// shopSender shows how a shop stands as a sender of email.
type shopSender struct {
	ID   string `arg:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// senderView is what the command prints.
type senderView struct {
	From      string             `json:"from"`
	Paused    bool               `json:"paused"`
	Reason    string             `json:"reason,omitempty"`
	Sent      int                `json:"sent_24h"`
	Delivered int                `json:"delivered_24h"`
	Complaint int                `json:"complaints_24h"`
	Bounced   int                `json:"hard_bounces_24h"`
	Domain    *maildomain.Report `json:"domain,omitempty"`
}

// Run looks the sender's domain up and counts what became of the last day's email.
func (c *shopSender) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	v, err := k.sender(r.ctx, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(v)
	}
	state := "sending"
	if v.Paused {
		state = "paused: " + v.Reason
	}
	r.printf("from      %s\nstate     %s\nlast 24 h %d sent, %d delivered, %d marked as spam, %d bounced\n", orNone(v.From), state, v.Sent, v.Delivered, v.Complaint, v.Bounced)
	if v.Domain != nil {
		for _, f := range v.Domain.Findings {
			r.printf("%-8s  %s\n", f.Status, f.Says)
			if f.Advice != "" {
				r.printf("          %s\n", f.Advice)
			}
			if f.Record != nil {
				r.printf("          %s %s %s\n", f.Record.Name, f.Record.Type, f.Record.Value)
			}
		}
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "(none: the sandbox)"
	}
	return s
}

// sender gathers how a shop stands.
func (c *core) sender(ctx context.Context, shopID string) (v senderView, err error) {
	account, err := (&accounts{store: c.store, sealer: c.sealer, config: c.config}).Account(ctx, shopID, event.Email)
	if err != nil {
		return v, err
	}
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		s, err := tx.Standing(ctx, shopID)
		if err != nil {
			return err
		}
		n, err := tx.Reputation(ctx, shopID, s.Since(tx.Now()))
		v.Paused, v.Reason = s.Paused(), s.Reason
		v.Sent, v.Delivered, v.Complaint, v.Bounced = n.Sent, n.Delivered, n.Complaints, n.HardBounces
		return err
	})
	if err != nil || account.Sandbox {
		return v, err
	}
	v.From = account.From
	report, err := checkSender(ctx, account.From)
	v.Domain = &report
	return v, err
}

// checkSender looks up what mailbox providers ask of the domain of an address.
func checkSender(ctx context.Context, from string) (maildomain.Report, error) {
	a, err := mail.ParseAddress(from)
	if err != nil {
		return maildomain.Report{}, fault.New(fault.Misconfigured, "the sender address cannot be read").In("email_from").Try("write an address such as shop@example.com")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return maildomain.Checker{}.Check(ctx, a.Address[strings.LastIndexByte(a.Address, '@')+1:], maildomain.Options{})
}

// shopLift ends a pause of a shop's email.
type shopLift struct {
	ID string `arg:"" help:"The shop's id."`
}

// Run lifts it and keeps who did.
func (c *shopLift) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	e := recovery.New(recovery.Options{
		Store: stored{k.store}, Alarms: noAlarms{}, Meter: newMeter(prometheus.NewRegistry()), Log: k.log, Now: k.now, NewID: newID,
	})
	if err := e.Lift(r.ctx, c.ID); err != nil {
		return err
	}
	err = k.store.Write(r.ctx, func(ctx context.Context, tx *store.Tx) error {
		return record(ctx, tx, c.ID, access.SettingsSet, c.ID, map[string]string{"email_pause": "lifted"})
	})
	if err != nil {
		return err
	}
	r.printf("email may leave again; what bounced or was marked as spam before does not count any more\n")
	return nil
}
