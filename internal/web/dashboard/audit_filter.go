package dashboard

import (
	"encoding/csv"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/labstack/echo/v4"
)

// auditFilter is what narrows the audit log.
type auditFilter struct {
	// Actor is an id or a kind of actor, Action the action's name, From and To days
	// of the shop's calendar, both included. Empty for all.
	Actor, Action, From, To string
	query                   journey.Query
}

// auditFilterOf reads it out of the address.
func auditFilterOf(c echo.Context, zone *time.Location) (auditFilter, error) {
	f := auditFilter{Actor: c.QueryParam("actor"), Action: c.QueryParam("action"), From: c.QueryParam("from"), To: c.QueryParam("to")}
	f.query = journey.Query{Actor: f.Actor, State: f.Action}
	var err1, err2 error
	if f.From != "" {
		f.query.Since, err1 = time.ParseInLocation(time.DateOnly, f.From, zone)
	}
	if f.To != "" {
		f.query.Until, err2 = time.ParseInLocation(time.DateOnly, f.To, zone)
		f.query.Until = f.query.Until.AddDate(0, 0, 1)
	}
	if err1 != nil || err2 != nil {
		return f, fault.New(fault.Invalid, "this is no day").In("from").Try("write days as 2026-03-31")
	}
	return f, nil
}

// pairs gives the filter for links.
func (f auditFilter) pairs() []string {
	return []string{"actor", f.Actor, "action", f.Action, "from", f.From, "to", f.To}
}

// Any reports whether it narrows anything.
func (f auditFilter) Any() bool { return f.Actor+f.Action+f.From+f.To != "" }

// pickable is one value of a list to choose from.
type pickable struct {
	Value, Label string
}

// auditView is a page of the audit log.
type auditView struct {
	listView[access.Entry]
	Filter auditFilter
	Actors []pickable
	// File is where the same lines are read as a table.
	File string
}

// Actions are those to choose from, in words.
func (v auditView) Actions() (out []pickable) {
	for _, a := range slices.Sorted(maps.Keys(done)) {
		out = append(out, pickable{string(a), done[a]})
	}
	slices.SortFunc(out, func(a, b pickable) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// Audit is GET /audit: who did what, for owners.
func (d *Dashboard) Audit(c echo.Context, m member) error {
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := auditView{listView: listView[access.Entry]{frame: d.frame(m, "Audit log", "audit", sandbox), Path: "/audit"}}
	if v.Filter, err = auditFilterOf(c, v.Zone); err != nil {
		return err
	}
	if v.Actors, err = d.actors(c, m); err != nil {
		return err
	}
	q := v.Filter.query
	q.Limit, q.Cursor = pageSize, c.QueryParam("cursor")
	rows, err := d.Reader.Audit(c.Request().Context(), m.shop.ID, q)
	if err != nil {
		return err
	}
	v.Items, v.File = rows.Items, v.Link("/audit.csv", v.Filter.pairs()...)
	if rows.Next != "" {
		v.Next = v.Link("/audit", append(v.Filter.pairs(), "cursor", rows.Next)...)
	}
	return d.show(c, http.StatusOK, "audit.html", v)
}

// actors are who can be chosen: people, programs, and the kinds without a name.
func (d *Dashboard) actors(c echo.Context, m member) (out []pickable, err error) {
	people, _, err := d.Desk.People(c.Request().Context(), m.shop.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out = append(out, pickable{p.ID, p.Email})
	}
	keys, err := d.Desk.Keys(c.Request().Context(), m.shop.ID)
	for _, k := range keys {
		out = append(out, pickable{k.ID, "API key “" + k.Name + "”"})
	}
	return append(out, pickable{string(access.ByCommand), "the command line"}, pickable{string(access.ByNobody), "somebody unknown"}), err
}

// maxAuditFile bounds the lines of one file.
const maxAuditFile = 10_000

// AuditFile is GET /audit.csv: the same lines, newest first, for a spreadsheet.
func (d *Dashboard) AuditFile(c echo.Context, m member) error {
	f := d.frame(m, "", "", nil)
	filter, err := auditFilterOf(c, f.Zone)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="audit.csv"`)
	w := csv.NewWriter(c.Response())
	q := filter.query
	q.Limit = 200
	lines := [][]string{{"time", "who", "kind", "action", "object", "detail"}}
	for written := 0; ; {
		rows, err := d.Reader.Audit(c.Request().Context(), m.shop.ID, q)
		if err != nil {
			return err
		}
		for _, e := range rows.Items {
			lines = append(lines, []string{f.Stamp(e.At), f.Actor(e), string(e.Actor.Kind), string(e.Action), f.Object(e), f.Detail(e)})
		}
		for _, l := range lines {
			if err := w.Write(harmless(l)); err != nil {
				return err
			}
		}
		written, lines = written+len(rows.Items), nil
		if q.Cursor = rows.Next; q.Cursor == "" || written >= maxAuditFile {
			w.Flush()
			return w.Error()
		}
	}
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(cells []string) []string {
	for i, c := range cells {
		if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
			cells[i] = "'" + c
		}
	}
	return cells
}
