package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

type shopperCommand struct {
	Export   shopperExport   `cmd:"" help:"Write everything held about one shopper as one JSON document."`
	Erase    shopperErase    `cmd:"" help:"Erase a shopper from every table and print the proof."`
	Requests shopperRequests `cmd:"" help:"List what the platform asked for on shoppers' behalf, and the proofs of erasure."`
}

// whom is how a command is told whom it is about.
type whom struct {
	Shop      string `required:"" help:"The shop's id."`
	ID        string `name:"id" help:"The shopper's id." placeholder:"ID"`
	Email     string `help:"An email address of theirs." placeholder:"ADDRESS"`
	Phone     string `help:"A phone number of theirs, with its country code." placeholder:"+33…"`
	Customer  string `help:"The platform's customer id." placeholder:"ID"`
	Messenger string `help:"Their page-scoped Messenger id." placeholder:"PSID"`
	Anonymous string `help:"The id of a device of theirs." placeholder:"ID"`
}

func (w whom) who() (recovery.Who, error) {
	out := recovery.Who{ShopperID: w.ID}
	for _, said := range []struct {
		kind event.KeyKind
		text string
	}{
		{event.KeyCustomer, w.Customer}, {event.KeyEmail, w.Email}, {event.KeyPhone, w.Phone},
		{event.KeyMessenger, w.Messenger}, {event.KeyAnonymous, w.Anonymous},
	} {
		if said.text == "" {
			continue
		}
		k, err := shopper.ParseKey(said.kind, said.text)
		if err != nil {
			return out, err
		}
		out.Keys = append(out.Keys, k)
	}
	if out.ShopperID == "" && len(out.Keys) == 0 {
		return out, fault.New(fault.Misconfigured, "nobody is named").Try("give --id, --email, --phone, --customer, --messenger or --anonymous")
	}
	return out, nil
}

// privacyEngine is an engine for commands beside a server: it finds and erases, and sends nothing.
func (c *core) privacyEngine(ctx context.Context) (*recovery.Engine, error) {
	links, err := c.linkSecret(ctx)
	if err != nil {
		return nil, err
	}
	return recovery.New(recovery.Options{
		Store: stored{c.store}, Alarms: noAlarms{}, Meter: newMeter(prometheus.NewRegistry()), Log: c.log, Now: c.now, NewID: newID, Secret: links,
	}), nil
}

type shopperExport struct {
	whom
	Output string `short:"o" help:"File to write, readable by you alone; default: standard output." placeholder:"FILE" type:"path"`
}

// Run writes the document.
func (c *shopperExport) Run(r *run) error {
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	who, err := c.who()
	if err != nil {
		return err
	}
	e, err := k.privacyEngine(r.ctx)
	if err != nil {
		return err
	}
	d, err := e.Dossier(r.ctx, c.Shop, who)
	if err != nil {
		return err
	}
	if c.Output == "" {
		return writeDossier(r.term.Out, d)
	}
	f, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot write the file").Try("name a file in a directory that is there and that this user may write")
	}
	return errors.Join(writeDossier(f, d), f.Close())
}

func writeDossier(w io.Writer, d journey.Dossier) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(d)
}

type shopperErase struct {
	whom
	Reason string `help:"Kept with the proof; no personal data, please." placeholder:"TEXT"`
	DryRun bool   `help:"Only count what would be erased."`
	Yes    bool   `help:"Erase. Without it nothing is changed."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// Run erases, or counts.
func (c *shopperErase) Run(r *run) error {
	if !c.Yes && !c.DryRun {
		return fault.New(fault.Misconfigured, "an erasure cannot be taken back").Try("look first with --dry-run, then erase with --yes")
	}
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	who, err := c.who()
	if err != nil {
		return err
	}
	e, err := k.privacyEngine(r.ctx)
	if err != nil {
		return err
	}
	var done []journey.Erasure
	if c.DryRun {
		done, err = e.EraseDry(r.ctx, c.Shop, who)
	} else {
		done, err = e.Erase(r.ctx, c.Shop, who, "command", c.Reason)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(done)
	}
	for _, er := range done {
		r.printErasure(er)
	}
	return nil
}

func (r *run) printErasure(er journey.Erasure) {
	switch {
	case er.DryRun:
		r.printf("would be erased: shopper %s\n", orNobody(er.ShopperID))
	case er.State == journey.ErasureRunning:
		r.printf("erasure %s of %s is running since %s\n", er.ID, orNobody(er.ShopperID), er.RequestedAt.UTC().Format(time.RFC3339))
	default:
		r.printf("erasure %s of %s, asked for %s, done %s\n", er.ID, orNobody(er.ShopperID),
			er.RequestedAt.UTC().Format(time.RFC3339), er.DoneAt.UTC().Format(time.RFC3339))
	}
	for _, table := range slices.Sorted(maps.Keys(er.Counts)) {
		r.printf("  %-17s %d row(s)\n", table, er.Counts[table])
	}
	for _, id := range er.Identities {
		r.printf("  name %s\n", id)
	}
}

func orNobody(id string) string {
	switch id {
	case "":
		return "nobody known"
	case recovery.WholeShop:
		return "everybody in the shop"
	}
	return id
}

type shopperRequests struct {
	Shop string `required:"" help:"The shop's id."`
	Done string `help:"Note that the person of this request has been given their export." placeholder:"ID"`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run lists requests and proofs.
func (c *shopperRequests) Run(r *run) error {
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	if c.Done != "" {
		req, err := k.store.PrivacyRequest(r.ctx, c.Shop, c.Done)
		if err != nil {
			return err
		}
		e, err := k.privacyEngine(r.ctx)
		if err != nil {
			return err
		}
		if _, err := e.PassedOn(r.ctx, req); err != nil {
			return err
		}
	}
	requests, err := k.store.PrivacyRequests(r.ctx, c.Shop, listed)
	if err != nil {
		return err
	}
	proofs, err := k.store.ErasuresOf(r.ctx, c.Shop, listed)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]any{"requests": requests, "erasures": proofs})
	}
	for _, req := range requests {
		r.printf("%s  %-16s %-8s due %s\n", req.ID, req.Kind, req.State, req.DueAt.UTC().Format(time.RFC3339))
	}
	for _, er := range proofs {
		r.printErasure(er)
	}
	return nil
}
