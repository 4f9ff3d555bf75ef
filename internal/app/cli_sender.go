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
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/maildomain"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// shopSender shows how a shop stands as a sender of email.
type shopSender struct {
	ID   string `arg:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run looks the sender's domain up and counts what became of the last day's email.
func (c *shopSender) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	v, err := senderOf(r.ctx, k.store, &accounts{store: k.store, sealer: k.sealer, config: k.config}, c.ID)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(v)
	}
	state := "sending"
	if v.Paused != "" {
		state = "paused: " + v.Paused
	}
	n := v.Counts
	r.printf("from      %s\nstate     %s\nlast 24 h %d sent, %d delivered, %d marked as spam, %d bounced\n", orNone(v.From), state, n.Sent, n.Delivered, n.Complaints, n.HardBounces)
	for _, f := range v.Domain {
		r.printf("%-8s  %s\n", f.Status, f.Says)
		if f.Advice != "" {
			r.printf("          %s\n", f.Advice)
		}
		if f.RecordName != "" {
			r.printf("          %s %s %s\n", f.RecordName, f.RecordType, f.RecordValue)
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

// senderOf gathers how a shop stands.
func senderOf(ctx context.Context, s *store.Store, a *accounts, shopID string) (v journey.Sender, err error) {
	account, err := a.Account(ctx, shopID, event.Email)
	if err != nil {
		return v, err
	}
	err = s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Shop(ctx, shopID); err != nil {
			return err
		}
		standing, err := tx.Standing(ctx, shopID)
		if err != nil {
			return err
		}
		if standing.Paused() {
			v.Paused, v.PausedSince = standing.Reason, standing.PausedAt
		}
		v.Counts, err = tx.Reputation(ctx, shopID, standing.Since(tx.Now()))
		return err
	})
	if err != nil || account.Sandbox {
		return v, err
	}
	v.From = account.From
	report, err := checkSender(ctx, account.From)
	v.Ready = report.Ready()
	for _, f := range report.Findings {
		c := journey.SenderCheck{Status: string(f.Status), Says: f.Says, Advice: f.Advice}
		if f.Record != nil {
			c.RecordName, c.RecordType, c.RecordValue = f.Record.Name, f.Record.Type, f.Record.Value
		}
		v.Domain = append(v.Domain, c)
	}
	return v, err
}

// Sender gives how a shop stands as a sender of email.
func (r reader) Sender(ctx context.Context, shopID string) (journey.Sender, error) {
	return senderOf(ctx, r.Store, r.accounts, shopID)
}

// lift ends a pause and keeps who did.
func lift(ctx context.Context, e *recovery.Engine, s *store.Store, shopID string) error {
	if err := e.Lift(ctx, shopID); err != nil {
		return err
	}
	return s.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return record(ctx, tx, shopID, access.SettingsSet, shopID, map[string]string{"email_pause": "lifted"})
	})
}

// LiftPause ends a pause of a shop's email.
func (a apiEngine) LiftPause(ctx context.Context, shopID string) error {
	return lift(ctx, a.Engine, a.library.store, shopID)
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
	if err := lift(r.ctx, e, k.store, c.ID); err != nil {
		return err
	}
	r.printf("email may leave again; what bounced or was marked as spam before does not count any more\n")
	return nil
}
