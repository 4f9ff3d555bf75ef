package persona

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Validate checks a shop's whole list of personas except for the meaning of
// the rules (see Rules.Validate). All faults are given at once, joined, each a
// *fault.Error whose Field names its place ("personas[2].key").
func Validate(personas []Persona) error {
	return errors.Join(validate(personas, func(string) error { return nil })...)
}

// Validate is Validate with every rule compiled too.
func (r *Rules) Validate(personas []Persona) error {
	return errors.Join(validate(personas, r.Check)...)
}

func validate(personas []Persona, compile func(string) error) []error {
	if len(personas) == 0 {
		return []error{fault.New(fault.Unprocessable, "there is no persona").In("personas").
			Try("keep at least one, without a rule, that catches all")}
	}
	var errs []error
	first := map[string]int{}
	for i, p := range personas {
		at := fmt.Sprintf("personas[%d]", i)
		if err := CheckOwnKey(p.Key); err != nil {
			errs = append(errs, err.In(at+".key"))
		} else if j, twice := first[p.Key]; twice {
			errs = append(errs, fault.New(fault.Unprocessable, "the key %q is already that of persona %d", p.Key, j+1).
				In(at+".key").Try("give each persona its own key"))
		} else {
			first[p.Key] = i
		}
		errs = append(errs, CheckChannels(p.Likes, at+".likes")...)
		errs = append(errs, checkRule(p.Rule, i == len(personas)-1, at, compile)...)
	}
	return errs
}

// checkRule wants a rule on every persona but the last.
func checkRule(rule string, last bool, at string, compile func(string) error) []error {
	switch {
	case last && rule != "":
		return append(Locate(compile(rule), at+".rule"),
			fault.New(fault.Unprocessable, "the last persona has a rule, so some carts would have no persona").
				In(at+".rule").Try("end the list with a persona without a rule: it catches all"))
	case !last && rule == "":
		return []error{fault.New(fault.Unprocessable, "a persona without a rule catches all, so those after it are never reached").
			In(at + ".rule").Try("give it a rule or move it to the end")}
	case rule == "":
		return nil
	}
	return Locate(compile(rule), at+".rule")
}

// CheckChannels wants known channels, none twice. Faults are placed at the
// list's path with the index.
func CheckChannels(channels []event.Channel, at string) []error {
	var errs []error
	known := []event.Channel{event.Email, event.SMS, event.Messenger}
	for i, c := range channels {
		here := fmt.Sprintf("%s[%d]", at, i)
		if !slices.Contains(known, c) {
			errs = append(errs, fault.New(fault.Unprocessable, "%q is not a channel", string(c)).
				In(here).Try("use email, sms or messenger"))
		} else if slices.Contains(channels[:i], c) {
			errs = append(errs, fault.New(fault.Unprocessable, "the channel %s is named twice", c).
				In(here).Try("name each channel once"))
		}
	}
	return errs
}

// Locate puts an error at a path, as a list of one; none for nil.
func Locate(err error, at string) []error {
	if err == nil {
		return nil
	}
	var e *fault.Error
	if errors.As(err, &e) {
		located := *e
		return []error{located.In(at)}
	}
	return []error{fault.Wrap(fault.Unprocessable, err, "it is not valid").In(at)}
}
