package sequence

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Diff says in words what changes from one version to another, one line a
// change; none when nothing does. Steps are compared by their place, after
// those that were only moved, added or removed are matched by their template.
func Diff(old, new Sequence) []string {
	var out []string
	for _, f := range []struct{ name, from, to string }{
		{"stage", string(old.Stage), string(new.Stage)}, {"trigger", string(old.Trigger), string(new.Trigger)},
		{"persona", personaName(old.Persona), personaName(new.Persona)},
	} {
		if f.from != f.to {
			out = append(out, fmt.Sprintf("%s: %s → %s", f.name, words(f.from), words(f.to)))
		}
	}
	return append(out, diffSteps(old.Steps, new.Steps)...)
}

func personaName(key string) string {
	if key == "" {
		return "everyone else"
	}
	return key
}

func words(s string) string { return strings.ReplaceAll(s, "_", " ") }

func diffSteps(old, new []Step) []string {
	var out []string
	match := matchSteps(old, new)
	kept := map[int]bool{}
	for i, j := range match {
		switch {
		case j < 0:
			out = append(out, fmt.Sprintf("step %d added: %s", i+1, describe(new[i])))
			continue
		case changed(old[j], new[i]):
			out = append(out, fmt.Sprintf("step %d: %s", i+1, strings.Join(diffStep(old[j], new[i]), "; ")))
		}
		kept[j] = true
	}
	for j := range old {
		if !kept[j] {
			out = append(out, fmt.Sprintf("step %d removed: %s", j+1, describe(old[j])))
		}
	}
	return append(out, reordered(match)...)
}

// matchSteps gives for each new step the old one it was, or -1: the longest
// common run by template, then whatever stands at the same place.
func matchSteps(old, new []Step) []int {
	match, used := make([]int, len(new)), map[int]bool{}
	for i := range new {
		match[i] = -1
	}
	for i := range new {
		for j := range old {
			// The same words at the same place come first, then the same words anywhere.
			if j == i && old[j].Template == new[i].Template {
				match[i], used[j] = j, true
			}
		}
	}
	for i := range new {
		for j := range old {
			if match[i] < 0 && !used[j] && old[j].Template == new[i].Template {
				match[i], used[j] = j, true
			}
		}
	}
	for i := range new {
		if match[i] < 0 && i < len(old) && !used[i] {
			match[i], used[i] = i, true
		}
	}
	return match
}

func reordered(match []int) []string {
	last := -1
	for i, j := range match {
		if j < 0 {
			continue
		}
		if j < last {
			return []string{fmt.Sprintf("the order changed: what was step %d is now step %d", j+1, i+1)}
		}
		last = j
	}
	return nil
}

func changed(a, b Step) bool { return len(diffStep(a, b)) > 0 }

func diffStep(a, b Step) []string {
	var out []string
	if a.After != b.After {
		out = append(out, span(a.After)+" → "+span(b.After))
	}
	out = append(out, diffChannels(a.Channels, b.Channels)...)
	if a.Template != b.Template {
		out = append(out, "template "+a.Template+" → "+b.Template)
	}
	switch {
	case a.When == b.When:
	case a.When == "":
		out = append(out, "condition added: "+b.When)
	case b.When == "":
		out = append(out, "condition removed: "+a.When)
	default:
		out = append(out, "condition "+a.When+" → "+b.When)
	}
	if a.Lateness() != b.Lateness() {
		out = append(out, "at most late "+span(a.Lateness())+" → "+span(b.Lateness()))
	}
	if a.Paused != b.Paused {
		out = append(out, map[bool]string{true: "paused", false: "not paused any more"}[b.Paused])
	}
	return append(out, diffOffer(a.Offer, b.Offer)...)
}

func diffChannels(a, b []event.Channel) []string {
	var out []string
	for _, c := range b {
		if !slices.Contains(a, c) {
			out = append(out, "channel "+string(c)+" added")
		}
	}
	for _, c := range a {
		if !slices.Contains(b, c) {
			out = append(out, "channel "+string(c)+" removed")
		}
	}
	if len(out) == 0 && !slices.Equal(a, b) {
		out = append(out, "channels now in the order "+channelList(b))
	}
	return out
}

func channelList(channels []event.Channel) string {
	var names []string
	for _, c := range channels {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func describe(s Step) string {
	return fmt.Sprintf("%s after %s by %s", s.Template, span(s.After), channelList(s.Channels))
}

// span writes a time as files do: "90s", "1h30m", "24h", and days beyond two.
func span(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0 && d > 48*time.Hour:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return strings.TrimSuffix(d.String(), "0s")
	}
	return d.String()
}
