package api

import (
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Summary is the overview: every number counts or sums rows.
type Summary struct {
	// Carts counts carts by state.
	Carts     map[string]int `json:"carts" doc:"Carts by state"`
	Recovered int            `json:"recovered" doc:"Carts whose order was credited to a message"`
	Revenue   []Revenue      `json:"revenue" nullable:"false" doc:"One line per currency and rule; currencies are never added together"`
	Messages  map[string]int `json:"messages" doc:"Messages by state"`
	Decisions []RuleCount    `json:"decisions" nullable:"false"`
	Personas  []Reach        `json:"personas" nullable:"false" doc:"In routing order"`
	// LatenessP50 and P99 are the week's over all channels.
	LatenessP50 float64         `json:"lateness_p50_seconds" doc:"Median time from due to leaving, over the last 7 days"`
	LatenessP99 float64         `json:"lateness_p99_seconds" doc:"The same, for the slowest hundredth"`
	Lateness    []Lateness      `json:"lateness" nullable:"false" doc:"For the last 24 hours and 7 days, all channels together and each"`
	Health      []Health        `json:"channel_health" nullable:"false" doc:"How the shop's providers have been answering, for channels that ever failed"`
	EmailRests  string          `json:"email_rests,omitempty" doc:"Why the shop's email is paused: too much of it bounced or was marked as spam"`
	Quarantined int             `json:"quarantined" doc:"Events that verified but made no sense; they can be replayed"`
	Report      *Report         `json:"report,omitempty" doc:"What happened on the days that were asked for"`
	Sandbox     []event.Channel `json:"sandbox_channels" nullable:"false" doc:"Channels without keys: their messages go to nobody"`
}

// Revenue is what one rule credited in one currency.
type Revenue struct {
	// Rule is why it was credited.
	Rule     attribution.Rule `json:"rule"`
	Orders   int              `json:"orders"`
	Gross    Money            `json:"gross"`
	Refunded Money            `json:"refunded"`
	Net      Money            `json:"net"`
}

// RuleCount is how often a rule decided.
type RuleCount struct {
	// Outcome and Rule name it.
	Outcome journey.Outcome `json:"outcome"`
	Rule    string          `json:"rule"`
	Count   int             `json:"count"`
}

// Reach is a persona's share of the carts that were routed.
type Reach struct {
	// Key names the persona.
	Key     string  `json:"key"`
	Name    string  `json:"name"`
	Rule    string  `json:"rule,omitempty"`
	Carts   int     `json:"carts"`
	Percent float64 `json:"percent"`
}

func viewSummary(s journey.Summary) Summary {
	carts := map[string]int{}
	for state, n := range s.Carts {
		carts[string(state)] = n
	}
	messages := s.Messages
	if messages == nil {
		messages = map[string]int{}
	}
	return Summary{
		Carts: carts, Recovered: s.Recovered, Messages: messages, EmailRests: s.EmailRests, Quarantined: s.Quarantined,
		Revenue: each(s.Revenue, func(r journey.Revenue) Revenue {
			return Revenue{Rule: r.Rule, Orders: r.Orders, Gross: viewMoney(r.Gross), Refunded: viewMoney(r.Refunded), Net: viewMoney(r.Net)}
		}),
		Decisions: each(s.Decisions, func(r journey.RuleCount) RuleCount { return RuleCount(r) }),
		Personas:  each(s.Personas, func(r journey.Reach) Reach { return Reach(r) }),
		Lateness:  each(s.Lateness, viewLateness), Health: each(s.Health, viewHealth),
		LatenessP50: s.LatenessP50.Seconds(), LatenessP99: s.LatenessP99.Seconds(),
		Sandbox: append([]event.Channel{}, s.SandboxChannels...),
	}
}
