package consent

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// check wants an entry that a reader can trace and that means something.
func (p Pack) check(path string) error {
	found := []error{p.Review.check(path), p.Week.check(path + ".hours"), p.Carries.check(path + ".carries")}
	refuse := func(wrong bool, field, message, remedy string) {
		if wrong {
			found = append(found, fault.New(fault.Unprocessable, "%s", message).In(path+"."+field).Try(remedy))
		}
	}
	refuse(!slices.Contains(channels, p.Channel), "channel", "there is no such channel", "write email, sms or messenger")
	refuse(!codes(p.Countries, 2, 2), "countries", "a country code is not two capital letters", "write ISO 3166-1 alpha-2 codes")
	refuse(p.MaxPerDay < 0, "per_day", "the cap is negative", "leave it out for no cap")
	refuse(p.MaxPerCart < 0, "per_cart", "the cap is negative", "leave it out for no cap")
	refuse(p.Within < 0, "within", "the time is negative", "leave it out for no limit")
	refuse(p.Window < 0 || p.Margin < 0 || p.Margin > p.Window, "window", "the margin does not fit into the window", "give a margin below the window")
	refuse(p.Channel == event.Messenger && p.Window == 0, "window", "Messenger needs a window", "give the platform's, 24h")
	refuse(p.Express && p.SoftOptIn, "soft_opt_in", "soft opt-in cannot be enough where only a yes is", "leave one of the two out")
	var seen []string
	for i, r := range p.Regions {
		here := entry(path+".regions", i)
		found = append(found, r.check(here))
		for _, code := range r.Codes {
			if slices.Contains(seen, code) {
				found = append(found, fault.New(fault.Unprocessable, "the region %q is listed twice", code).
					In(here+".codes").Try("keep one of them"))
			}
			seen = append(seen, code)
		}
	}
	return errors.Join(found...)
}

func (r Region) check(path string) error {
	found := []error{r.Review.check(path), r.Week.check(path + ".hours")}
	if len(r.Codes) == 0 || !codes(r.Codes, 1, 3) {
		found = append(found, fault.New(fault.Unprocessable, "the region's codes are missing or not codes").
			In(path+".codes").Try("write the second parts of ISO 3166-2 codes, such as FL"))
	}
	if r.MaxPerDay < 0 {
		found = append(found, fault.New(fault.Unprocessable, "the cap is negative").In(path+".per_day").Try("leave it out for no cap"))
	}
	return errors.Join(found...)
}

func (r Review) check(path string) error {
	var found []error
	for _, f := range []struct {
		missing bool
		field   string
	}{{r.Source == "", "source"}, {r.Reviewed.IsZero(), "reviewed"}, {r.Note == "", "note"}} {
		if f.missing {
			found = append(found, fault.New(fault.Unprocessable, "the entry has no %s", f.field).
				In(path+"."+f.field).Try("every entry says where it comes from, when it was reviewed, and what to know about it"))
		}
	}
	return errors.Join(found...)
}

func (c Carries) check(path string) error {
	var found []error
	if !c.Sender {
		found = append(found, fault.New(fault.Unprocessable, "the message need not say who sends it").
			In(path+".sender").Try("no law known lets a sender stay unnamed; write sender: true"))
	}
	if len(c.OptOut) == 0 {
		found = append(found, fault.New(fault.Unprocessable, "the message need not say how to stop it").
			In(path+".opt_out").Try("list link, header or reply"))
	}
	for _, o := range c.OptOut {
		if o != OptOutLink && o != OptOutHeader && o != OptOutReply {
			found = append(found, fault.New(fault.Unprocessable, "there is no such way to opt out").
				In(path+".opt_out").Try("list link, header or reply"))
		}
	}
	return errors.Join(found...)
}

// codes reports whether every text is of capital letters and digits and of a length.
func codes(texts []string, shortest, longest int) bool {
	for _, s := range texts {
		if len(s) < shortest || len(s) > longest {
			return false
		}
		for _, r := range s {
			if (r < 'A' || r > 'Z') && (r < '0' || r > '9') {
				return false
			}
		}
	}
	return true
}

func entry(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
