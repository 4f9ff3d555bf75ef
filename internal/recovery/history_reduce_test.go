package recovery_test

import (
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// reducer makes the first failing script small by leaving out whatever the
// failure does not need. It knows scripts, and so is much faster than rapid's
// own shrinking, which goes on beside it.
type reducer struct{ done string }

// of gives what the smallest script found breaks, with that script. Later
// failures of the same run, which rapid makes while shrinking, are told as they are.
func (r *reducer) of(sc script, told string, judge func(script) (string, bool)) string {
	if r.done != "" {
		return told + "\nthe first failure, reduced:\n" + r.done
	}
	for smaller := true; smaller; {
		smaller = false
		for next := range simpler(sc) {
			if said, bad := judge(next); bad && class(said) == class(told) {
				sc, told, smaller = next, said, true
				break
			}
		}
	}
	r.done = told
	return told
}

// class tells failures of different kinds apart.
func class(told string) string { return told[:min(len(told), 14)] }

// simpler gives scripts with one thing less.
func simpler(sc script) func(yield func(script) bool) {
	return func(yield func(script) bool) {
		for i := range sc.lines {
			next := sc
			next.lines = slices.Delete(slices.Clone(sc.lines), i, i+1)
			if !yield(next) {
				return
			}
		}
		for i := range sc.fates {
			next := sc
			next.fates = slices.Delete(slices.Clone(sc.fates), i, i+1)
			if !yield(next) {
				return
			}
		}
		for i, e := range sc.events {
			for _, plain := range plainer(e) {
				next := sc
				next.events = slices.Clone(sc.events)
				next.events[i] = plain
				if !yield(next) {
					return
				}
			}
		}
		if sc.shop != 0 {
			sc.shop = 0
			yield(sc)
		}
	}
}

// plainer gives an event with one thing less.
func plainer(e event.Event) (out []event.Event) {
	for i := range e.Person.Keys {
		o := e
		o.Person.Keys = slices.Delete(slices.Clone(e.Person.Keys), i, i+1)
		out = append(out, o)
	}
	for i, l := range e.Links {
		if l.Kind != event.LinkOrder {
			o := e
			o.Links = slices.Delete(slices.Clone(e.Links), i, i+1)
			out = append(out, o)
		}
	}
	if len(e.Consents) > 0 {
		o := e
		o.Consents = nil
		out = append(out, o)
	}
	return out
}
