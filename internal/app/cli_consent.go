package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/platform/generic"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

type consentCommand struct {
	Import consentImport `cmd:"" help:"Take in answers to requests for consent from a CSV file."`
	List   consentList   `cmd:"" help:"List what a shopper answered, and what counts now."`
}

// importBatch is how many lines of a file are in memory, and in a transaction, at once.
const importBatch = 500

type consentImport struct {
	File   string `arg:"" help:"The file: CSV in UTF-8 with a header; docs/consent.md has its columns." type:"path"`
	Shop   string `required:"" help:"The shop's id."`
	DryRun bool   `help:"Only say what would become of each line."`
	JSON   bool   `name:"json" help:"Print JSON: one object a line that was refused or changes nothing, then the counts."`
}

// importCount is the outcome of an import.
type importCount struct {
	DryRun bool `json:"dry_run"`
	// Lines are those below the header that are not blank; the others add up to it.
	Lines     int `json:"lines"`
	New       int `json:"new"`
	Duplicate int `json:"duplicate"`
	Rejected  int `json:"rejected"`
	// Suppressed and Outranked are yeses among the new ones that allow nothing.
	Suppressed int `json:"suppressed"`
	Outranked  int `json:"outranked"`
}

// Run imports the file. What was taken in before a failure stays: importing the
// file again goes on where it ended.
func (c *consentImport) Run(r *run) error {
	f, err := os.Open(c.File)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot read the file").Try("name a file that is there and that this user may read")
	}
	defer f.Close() //nolint:errcheck // it was only read
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	e, err := k.privacyEngine(r.ctx)
	if err != nil {
		return err
	}
	e.Options.Collect = func(d event.Delivery) ([]recovery.Item, error) { return collect(generic.New(), d) }
	m, err := e.NewImport(r.ctx, c.Shop, filepath.Base(c.File), c.DryRun)
	if err != nil {
		return err
	}
	lines, err := consent.NewLines(f)
	if err != nil {
		return err
	}
	n := importCount{DryRun: c.DryRun}
	err = c.feed(r, lines, m, &n)
	if noted := recordImport(r.ctx, k.store, c.Shop, filepath.Base(c.File), n, err); noted != nil {
		return errors.Join(err, noted)
	}
	if err := c.printCount(r, n); err != nil {
		return err
	}
	switch {
	case err != nil:
		return err
	case n.Rejected > 0:
		return fault.New(fault.Unprocessable, "%d line(s) were refused; the others are as told", n.Rejected).
			Try("mend those lines and import the file again: what is known already changes nothing")
	}
	return nil
}

// feed takes the lines in, batch by batch.
func (c *consentImport) feed(r *run, lines *consent.Lines, m *recovery.Import, n *importCount) error {
	for {
		batch, err := nextLines(lines)
		if err != nil && !errors.Is(err, io.EOF) && len(batch) == 0 {
			return err
		}
		done, failed := m.Take(r.ctx, batch)
		if failed != nil {
			return failed
		}
		for _, d := range done {
			if err := c.printLine(r, d, n); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// nextLines gives the next batch, and with the last one why there is no other.
func nextLines(lines *consent.Lines) ([]consent.Line, error) {
	var batch []consent.Line
	for len(batch) < importBatch {
		l, err := lines.Next()
		if err != nil {
			return batch, err
		}
		batch = append(batch, l)
	}
	return batch, nil
}

// printLine counts a line, and tells of one that is not simply new or known.
func (c *consentImport) printLine(r *run, d recovery.Imported, n *importCount) error {
	n.Lines++
	told := ""
	switch d.Status {
	case event.Rejected:
		n.Rejected++
		told = "refused: " + d.Message
		if d.Field != "" {
			told = "refused: " + d.Field + ": " + d.Message
		}
		if d.Remedy != "" {
			told += "; " + d.Remedy
		}
	case event.Duplicate:
		n.Duplicate++
	default:
		n.New++
		if d.Suppressed != "" {
			n.Suppressed++
			told = "allows nothing: the address is suppressed (" + d.Suppressed + ") and stays so"
		} else if d.Outranked {
			n.Outranked++
			told = "allows nothing: a newer no, or one of the same moment, stands"
		}
	}
	switch {
	case told == "":
		return nil
	case c.JSON:
		return r.printLineJSON(d)
	}
	r.printf("line %d: %s\n", d.Line, told)
	return nil
}

func (c *consentImport) printCount(r *run, n importCount) error {
	if c.JSON {
		return r.printLineJSON(n)
	}
	did := "taken in"
	if n.DryRun {
		did = "would be taken in"
	}
	r.printf("%d line(s): %d %s, %d known already, %d refused.\n", n.Lines, n.New, did, n.Duplicate, n.Rejected)
	if n.Suppressed+n.Outranked > 0 {
		r.printf("Of these, %d say yes to a suppressed address and %d against a newer no: they allow nothing.\n", n.Suppressed, n.Outranked)
	}
	return nil
}

type consentList struct {
	whom
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the ledger of a shopper, or of addresses that no shopper is known by.
func (c *consentList) Run(r *run) error {
	k, err := r.open()
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
	if _, err := k.store.Shop(r.ctx, c.Shop); err != nil {
		return err
	}
	var l journey.ConsentLedger
	id, err := e.Find(r.ctx, c.Shop, who)
	switch {
	case err == nil:
		l, err = k.store.ConsentLedger(r.ctx, c.Shop, id)
	case fault.Is(err, fault.NotFound) && len(who.Keys) > 0:
		l, err = k.store.ConsentLedgerOf(r.ctx, c.Shop, who.Keys)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(ledgerView(l))
	}
	r.printLedger(l)
	return nil
}

func (r *run) printLedger(l journey.ConsentLedger) {
	r.printf("shopper %s\n", orNobody(l.ShopperID))
	for _, s := range l.Now {
		said := "unknown"
		if s.Answer != "" {
			said = fmt.Sprintf("%s since %s, %s%s", s.Answer, s.At.UTC().Format(time.RFC3339), s.Source, extra(s.Confirmed, s.Names))
		}
		if s.Suppressed != "" {
			said += "; suppressed: " + s.Suppressed
		}
		r.printf("  %-10s%s%s\n", s.Channel, before(s.Address, ": "), said)
	}
	for _, e := range l.Lines {
		r.printf("%s  %-10s%-4s%s%s%s (%s)\n", e.At.UTC().Format(time.RFC3339), e.Channel, e.Answer, before(e.Address, ": "), e.Source,
			extra(e.Confirmed, e.Names), e.Evidence)
	}
	if l.Older {
		r.printf("…and older ones.\n")
	}
}

// before gives a text with what parts it from the next, or "".
func before(text, then string) string {
	if text == "" {
		return ""
	}
	return text + then
}

func extra(confirmed bool, names []string) string {
	s := ""
	if confirmed {
		s = ", confirmed"
	}
	if len(names) > 0 {
		s += ", names " + strings.Join(names, " ")
	}
	return s
}

// ledgerJSON is a ledger as commands print it.
type ledgerJSON struct {
	ShopperID string         `json:"shopper_id,omitempty"`
	Now       []standingJSON `json:"now"`
	Lines     []entryJSON    `json:"lines"`
	Older     bool           `json:"older"`
}

// standingJSON is how one address stands; entryJSON is one line.
type (
	standingJSON struct {
		Address string `json:"address,omitempty"`
		event.Consent
		Suppressed string `json:"suppressed,omitempty"`
	}
	entryJSON struct {
		Address string `json:"address,omitempty"`
		event.Consent
		Evidence string `json:"evidence"`
	}
)

func ledgerView(l journey.ConsentLedger) ledgerJSON {
	v := ledgerJSON{ShopperID: l.ShopperID, Now: []standingJSON{}, Lines: []entryJSON{}, Older: l.Older}
	for _, s := range l.Now {
		answer := s.Answer
		if answer == "" {
			answer = "unknown"
		}
		v.Now = append(v.Now, standingJSON{Address: s.Address, Suppressed: s.Suppressed, Consent: event.Consent{
			Channel: s.Channel, Answer: answer, Confirmed: s.Confirmed, Names: s.Names, Source: s.Source, At: s.At,
		}})
	}
	for _, e := range l.Lines {
		v.Lines = append(v.Lines, entryJSON{Address: e.Address, Consent: e.Consent, Evidence: e.Evidence})
	}
	return v
}
