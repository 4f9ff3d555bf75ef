package dashboard

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/labstack/echo/v4"
)

// codesView is a shop's stocks of codes.
type codesView struct {
	frame
	Stocks []journey.CodeStock
	// Added is what became of codes that were just handed in, Removed how many were removed; nil for neither.
	Added   *journey.CodesAdded
	Removed *codesRemoved
	// Wrongs are why nothing was done; Stock and Text what was typed then.
	Wrongs      []wrong
	Stock, Text string
}

// codesRemoved is what a removal did.
type codesRemoved struct {
	Stock string
	Count int
}

// Codes is GET /codes; after something was done, the address tells what.
func (d *Dashboard) Codes(c echo.Context, m member) error {
	v, stock := codesView{}, c.QueryParam("stock")
	if n := number(c.QueryParam("added"), -1); n >= 0 {
		v.Added = &journey.CodesAdded{Stock: stock, Added: n, Known: max(number(c.QueryParam("known"), 0), 0), Twice: max(number(c.QueryParam("twice"), 0), 0)}
	}
	if n := number(c.QueryParam("removed"), -1); n >= 0 {
		v.Removed = &codesRemoved{Stock: stock, Count: n}
	}
	return d.showCodes(c, m, http.StatusOK, v)
}

func (d *Dashboard) showCodes(c echo.Context, m member, status int, v codesView) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	if v.Stocks, err = d.Playbook.CodeStocks(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	v.frame = d.frame(m, "Codes", "sequences", sandbox)
	return d.show(c, status, "codes.html", v)
}

// AddCodes is POST /codes: codes that were pasted, or a file of them.
func (d *Dashboard) AddCodes(c echo.Context, m member) error {
	in, err := postedCodes(c)
	if err == nil {
		var added journey.CodesAdded
		if added, err = d.Playbook.AddCodes(c.Request().Context(), m.shop.ID, in.stock, in.text()); err == nil {
			return d.to(c, m, "/codes", "stock", in.stock, "added", strconv.Itoa(added.Added), "known", strconv.Itoa(added.Known), "twice", strconv.Itoa(added.Twice))
		}
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	v := codesView{Wrongs: list, Stock: in.stock}
	if len(in.pasted) <= shownAgain {
		v.Text = in.pasted
	}
	return d.showCodes(c, m, status, v)
}

// shownAgain bounds what a form is given back of what was pasted, in bytes.
const shownAgain = 64 << 10

// codesIn is what a form hands in.
type codesIn struct {
	stock, pasted, file string
}

// text is all of it, one code a line.
func (in codesIn) text() io.Reader {
	if in.file == "" {
		return strings.NewReader(in.pasted)
	}
	if strings.TrimSpace(in.pasted) == "" {
		return strings.NewReader(in.file)
	}
	return io.MultiReader(strings.NewReader(in.pasted), strings.NewReader("\n"), strings.NewReader(in.file))
}

// postedCodes reads the form part by part; never more of it than codes may take.
func postedCodes(c echo.Context) (in codesIn, err error) {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, sequence.MaxCodesBytes+64<<10)
	parts, err := req.MultipartReader()
	if err != nil {
		f, err := form(c)
		return codesIn{stock: strings.TrimSpace(f.Get("stock")), pasted: f.Get("codes")}, err
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return in, unreadCodes(err)
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return in, unreadCodes(err)
		}
		switch part.FormName() {
		case "stock":
			in.stock = strings.TrimSpace(string(text))
		case "codes":
			in.pasted = string(text)
		case "file":
			in.file = string(text)
		}
	}
}

func unreadCodes(err error) error {
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return fault.Wrap(fault.TooLarge, err, "these are more than %d MB", sequence.MaxCodesBytes>>20).In("codes").Try("hand the codes in in parts")
	}
	return fault.Wrap(fault.Invalid, err, "the form cannot be read").Try("choose the file again")
}

// RemoveCodes is POST /codes/:key/remove.
func (d *Dashboard) RemoveCodes(c echo.Context, m member) error {
	key := c.Param("key")
	n, err := d.Playbook.RemoveCodes(c.Request().Context(), m.shop.ID, key)
	if err == nil {
		return d.to(c, m, "/codes", "stock", key, "removed", strconv.Itoa(n))
	}
	list, status, ok := faultsOf(err)
	if !ok {
		return err
	}
	return d.showCodes(c, m, status, codesView{Wrongs: list})
}

// Many writes a number of codes that was counted to a bound.
func (v codesView) Many(n int) string { return v.Counted(n, n >= journey.MaxCodesCounted) }

// StockPath is where a stock's free codes are removed.
func (v codesView) StockPath(key string) string { return "/codes/" + url.PathEscape(key) + "/remove" }

// WrongIn gives what is wrong with a field, "" for nothing.
func (v codesView) WrongIn(field string) string {
	for _, w := range v.Wrongs {
		if w.Field == field {
			return capital(w.Detail) + ". " + capital(w.Remedy) + "."
		}
	}
	return ""
}
