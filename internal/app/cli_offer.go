package app

import (
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

type offerCommand struct {
	Import offerImport `cmd:"" help:"Add codes that are good once to a stock, from a file."`
	List   offerList   `cmd:"" help:"List the stocks of codes, with what is left of them."`
}

type offerImport struct {
	File  string `arg:"" help:"The file, one code on each line, or CSV with the codes in the first column; - reads standard input."`
	Shop  string `required:"" help:"The shop's id."`
	Codes string `required:"" placeholder:"KEY" help:"The stock that steps name in their offers; a new one is made."`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run adds the codes. What was added before a failure stays: importing the file
// again adds the rest.
func (c *offerImport) Run(r *run) error {
	in := r.term.In
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return fault.Wrap(fault.Misconfigured, err, "cannot read the file").Try("name a file that is there and that this user may read, or - for standard input")
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	if in == nil {
		in = strings.NewReader("")
	}
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	return c.add(r, k, in)
}

func (c *offerImport) add(r *run, k *core, in io.Reader) error {
	e, err := k.privacyEngine(r.ctx)
	if err != nil {
		return err
	}
	added, err := e.AddCodes(r.ctx, c.Shop, c.Codes, in)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(added)
	}
	r.printf("%d added to %s, %d in it already, %d more than once in the file\n", added.Added, added.Stock, added.Known, added.Twice)
	return nil
}

// upTo writes a number of codes that was counted to a bound.
func upTo(n int) string {
	if n >= journey.MaxCodesCounted {
		return strconv.Itoa(n) + "+"
	}
	return strconv.Itoa(n)
}

type offerList struct {
	Shop string `required:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run lists the stocks.
func (c *offerList) Run(r *run) error {
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	stocks, err := k.store.CodeStocks(r.ctx, c.Shop)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]any{"stocks": append([]journey.CodeStock{}, stocks...)})
	}
	if len(stocks) == 0 {
		r.printf("The shop has no stocks of codes. Add one: cartograph offer import --shop %s --codes KEY FILE\n", c.Shop)
	}
	for _, s := range stocks {
		used := "no sequence"
		if len(s.UsedBy) > 0 {
			used = strings.Join(s.UsedBy, ", ")
		}
		r.printf("%-20s %7s left  %7s taken  %7s in three days  offered by %s\n", s.Key, upTo(s.Free), upTo(s.Taken), upTo(s.TakenLately), used)
	}
	return nil
}
