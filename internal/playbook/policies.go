package playbook

import (
	"fmt"
	"strconv"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

// ParsePolicies reads the policy packs and their calendars, as strictly as
// Parse reads a book: unknown fields, missing days and entries that nobody
// reviewed are all refused, each at its line. The name is used in messages only.
func ParsePolicies(data []byte, filename string) (consent.Packs, error) {
	docs, problems := documents(data, filename)
	r := &reader{source: source{file: filename, places: map[string]place{}}, found: problems, bad: map[string]bool{}}
	r.places[""] = place{1, 1}
	var packs []consent.Pack
	var calendars []consent.Calendar
	for _, doc := range docs {
		body := r.bare("", doc.Body)
		if body == nil {
			continue
		}
		parts := r.fields("", body, "calendars", "packs")
		calendars = section(r, calendars, parts, "calendars", r.calendar)
		packs = section(r, packs, parts, "packs", r.pack)
	}
	if len(docs) == 0 && len(r.found) > 0 {
		return consent.Packs{}, r.found.sorted() // there is nothing to judge
	}
	all, err := consent.NewPacks(packs, calendars)
	r.judge(err, "")
	if err := r.found.sorted().Err(); err != nil {
		return consent.Packs{}, err
	}
	return all, nil
}

func (r *reader) pack(at string, n ast.Node) consent.Pack {
	f := r.fields(at, n, "channel", "countries", "source", "url", "reviewed", "note", "hours", "holidays",
		"regions", "per_day", "per_cart", "within", "window", "margin", "consent", "carries")
	p := consent.Pack{
		Channel:    event.Channel(r.text(at+".channel", f["channel"])),
		Countries:  r.texts(at+".countries", f["countries"]),
		Review:     r.review(at, f),
		Week:       r.week(at+".hours", f["hours"]),
		Holidays:   r.text(at+".holidays", f["holidays"]),
		MaxPerDay:  r.count(at+".per_day", f["per_day"]),
		MaxPerCart: r.count(at+".per_cart", f["per_cart"]),
		Within:     r.duration(at+".within", f["within"], "leave it out for no limit"),
		Window:     r.duration(at+".window", f["window"], "leave it out for no limit"),
		Margin:     r.duration(at+".margin", f["margin"], "leave it out for none"),
	}
	for i, e := range r.entries(at+".regions", f["regions"]) {
		here := fmt.Sprintf("%s.regions[%d]", at, i)
		r.stand(here, e)
		p.Regions = append(p.Regions, r.region(here, r.bare(here, e)))
	}
	r.asks(at+".consent", f["consent"], &p)
	p.Carries = r.carries(at+".carries", f["carries"])
	return p
}

// asks reads what consent a pack wants. The map must be there, even if empty,
// so that nobody leaves the question out.
func (r *reader) asks(at string, n ast.Node, p *consent.Pack) {
	f := r.fields(at, r.bare(at, n), "express", "soft_opt_in", "double_opt_in", "names")
	p.Express = r.yes(at+".express", f["express"])
	p.SoftOptIn = r.yes(at+".soft_opt_in", f["soft_opt_in"])
	p.DoubleOptIn = r.yes(at+".double_opt_in", f["double_opt_in"])
	p.ConsentNames = r.text(at+".names", f["names"])
}

func (r *reader) region(at string, n ast.Node) consent.Region {
	f := r.fields(at, n, "codes", "source", "url", "reviewed", "note", "hours", "per_day")
	return consent.Region{
		Codes:     r.texts(at+".codes", f["codes"]),
		Week:      r.week(at+".hours", f["hours"]),
		MaxPerDay: r.count(at+".per_day", f["per_day"]),
		Review:    r.review(at, f),
	}
}

func (r *reader) carries(at string, n ast.Node) consent.Carries {
	f := r.fields(at, r.bare(at, n), "sender", "postal_address", "contact", "help", "rates", "automation", "opt_out")
	c := consent.Carries{
		Sender:        r.yes(at+".sender", f["sender"]),
		PostalAddress: r.yes(at+".postal_address", f["postal_address"]),
		Contact:       r.yes(at+".contact", f["contact"]),
		Help:          r.yes(at+".help", f["help"]),
		Rates:         r.yes(at+".rates", f["rates"]),
		Automation:    r.yes(at+".automation", f["automation"]),
	}
	for _, way := range r.texts(at+".opt_out", f["opt_out"]) {
		c.OptOut = append(c.OptOut, consent.OptOut(way))
	}
	return c
}

func (r *reader) calendar(at string, n ast.Node) consent.Calendar {
	f := r.fields(at, n, "key", "source", "url", "reviewed", "note", "days")
	c := consent.Calendar{Key: r.text(at+".key", f["key"]), Review: r.review(at, f)}
	for i, e := range r.entries(at+".days", f["days"]) {
		here := fmt.Sprintf("%s.days[%d]", at, i)
		r.stand(here, e)
		c.Days = append(c.Days, r.holiday(here, r.bare(here, e)))
	}
	return c
}

// holiday reads a date of every year, or a distance from Easter Sunday.
func (r *reader) holiday(at string, n ast.Node) consent.Holiday {
	f := r.fields(at, n, "name", "date", "after_easter")
	h := consent.Holiday{Name: r.text(at+".name", f["name"])}
	date, moves := r.text(at+".date", f["date"]), r.text(at+".after_easter", f["after_easter"])
	if (date == "") == (moves == "") {
		r.report(at, "the holiday needs a date or a distance from Easter, and not both", `write date: "07-14" or after_easter: 39`)
		return h
	}
	if date != "" {
		// A leap year, so that 29 February is a date.
		day, err := time.Parse(time.DateOnly, "2024-"+date)
		if err != nil {
			r.report(at+".date", "that is no date of a year", `write month and day, such as "07-14"`)
		}
		h.Month, h.Day = day.Month(), day.Day()
		return h
	}
	var err error
	if h.AfterEaster, err = strconv.Atoi(moves); err != nil || h.AfterEaster < -100 || h.AfterEaster > 100 {
		r.report(at+".after_easter", "that is no number of days around Easter", "write 39, or -2 for two days before")
	}
	return h
}

func (r *reader) review(at string, f map[string]ast.Node) consent.Review {
	v := consent.Review{
		Source: r.text(at+".source", f["source"]),
		URL:    r.text(at+".url", f["url"]),
		Note:   r.text(at+".note", f["note"]),
	}
	text := r.text(at+".reviewed", f["reviewed"])
	if text == "" {
		return v
	}
	var err error
	if v.Reviewed, err = time.Parse(time.DateOnly, text); err != nil {
		r.report(at+".reviewed", "that is no date", "write year, month and day, such as 2026-11-22")
	}
	return v
}
