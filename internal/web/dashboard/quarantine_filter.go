package dashboard

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// maxChoices bounds what the quarantine offers to narrow by: reasons may be many.
const maxChoices = 40

// heldFilter is what the quarantine is narrowed by, and what it can be narrowed by.
type heldFilter struct {
	journey.Held
	// Topics and Reasons are what there is, the most first.
	Topics, Reasons []heldChoice
}

// heldChoice is a topic or a reason to choose.
type heldChoice struct {
	// Value stands in the address, Name on the page.
	Value, Name string
	// N counts the events, Chosen is true for what is shown.
	N      int
	Chosen bool
}

// heldOf reads a filter as an address or a form has it.
func heldOf(get func(string) string) journey.Held {
	return journey.Held{Topic: clip(get("topic"), 200), Reason: journey.ReasonKey(get("reason"))}
}

// query writes it for an address.
func (h heldFilter) query() []string { return []string{"topic", h.Topic, "reason", h.Reason} }

// Any reports whether something narrows the list.
func (h heldFilter) Any() bool { return h.Topic != "" || h.Reason != "" }

// TopicName is the topic in words.
func (h heldFilter) TopicName() string { return topicName(h.Topic) }

func topicName(value string) string {
	if value == journey.Topicless {
		return "no topic"
	}
	return value
}

// filterOf makes the choices of what is in quarantine. What is chosen is
// offered even where it is there no more.
func filterOf(h journey.Held, kinds []journey.HeldKind) heldFilter {
	topics, reasons := map[string]int{}, map[string]int{}
	for _, k := range kinds {
		topics[cmp.Or(k.Topic, journey.Topicless)] += k.N
		if k.Reason != "" {
			reasons[k.Reason] += k.N
		}
	}
	return heldFilter{Held: h, Topics: choices(topics, h.Topic, topicName), Reasons: choices(reasons, h.Reason, shortReason)}
}

// shortReason cuts what would make a list of choices wider than a page.
func shortReason(reason string) string {
	const most = 80
	if r := []rune(reason); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return reason
}

func choices(n map[string]int, chosen string, name func(string) string) []heldChoice {
	values := slices.SortedFunc(maps.Keys(n), func(a, b string) int { return cmp.Or(n[b]-n[a], cmp.Compare(a, b)) })
	values = values[:min(len(values), maxChoices)]
	if chosen != "" && !slices.Contains(values, chosen) {
		values = append(values, chosen)
	}
	var out []heldChoice
	for _, v := range values {
		out = append(out, heldChoice{Value: v, Name: name(v), N: n[v], Chosen: v == chosen})
	}
	return out
}
