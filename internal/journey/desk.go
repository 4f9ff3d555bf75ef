package journey

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// What the pages for personas and sequences read.

// PersonaList is one of the lists of personas that a shop has had.
type PersonaList struct {
	// Revision counts the lists from 1.
	Revision int               `json:"revision"`
	Personas []persona.Persona `json:"personas"`
	// By names who saved it, "" where that is not known any more.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// PersonaCard is one persona with what it does.
type PersonaCard struct {
	persona.Persona
	// Routed counts the carts that were given to it in the last 30 days, Share their percentage of all.
	Routed int `json:"routed"`
	Share  int `json:"share"`
	// Now is how it fares among the sampled carts by today's rules, NowShare its percentage of them.
	Now      persona.Surveyed `json:"now"`
	NowShare int              `json:"now_share"`
	// Overlaps are the other personas whose rules fit the same sampled carts, the most first.
	Overlaps []PersonaOverlap `json:"overlaps"`
	// Sequences are the keys of the live sequences made for it.
	Sequences []string `json:"sequences"`
	// Examples are sampled carts that it gets.
	Examples []SampleCart `json:"examples"`
}

// PersonaOverlap is how many sampled carts fit another persona's rule too.
type PersonaOverlap struct {
	Key   string `json:"key"`
	Name  string `json:"name"`
	Carts int    `json:"carts"`
}

// SampleCart is one of the sampled carts, as far as a page shows it.
type SampleCart struct {
	CartID string      `json:"cart_id"`
	Name   string      `json:"name"`
	Total  money.Money `json:"total"`
	Lines  int         `json:"lines"`
	At     time.Time   `json:"at"`
}

// PersonaBoard is all personas of a shop.
type PersonaBoard struct {
	Revision int           `json:"revision"`
	Cards    []PersonaCard `json:"cards"`
	// Sampled is how many of the last abandoned carts were looked at, the oldest of them from SampledSince.
	Sampled      int       `json:"sampled"`
	SampledSince time.Time `json:"sampled_since"`
	// Routed counts the carts given to any persona since RoutedSince; MoreRouted says that the newest are still being counted.
	Routed      int       `json:"routed"`
	RoutedSince time.Time `json:"routed_since"`
	MoreRouted  bool      `json:"more_routed"`
}

// RuleReach is what a rule would do before it is saved.
type RuleReach struct {
	// Sampled is how many carts were looked at, Matches how many the rule fits,
	// Takes how many it would get at its place in the list.
	Sampled int       `json:"sampled"`
	Since   time.Time `json:"since"`
	Matches int       `json:"matches"`
	Takes   int       `json:"takes"`
	// From tells who gets those carts now, the most first.
	From []PersonaOverlap `json:"from"`
	// ShadowedBy is the persona above that takes all that it fits; "" for none.
	ShadowedBy string `json:"shadowed_by,omitempty"`
	// Failed counts the carts for which the rule had no answer.
	Failed int `json:"failed,omitempty"`
	// Examples are carts that it fits.
	Examples []SampleCart `json:"examples"`
}

// SequenceVersion is one published version.
type SequenceVersion struct {
	Version int  `json:"version"`
	Live    bool `json:"live"`
	// By names who published it, "" where that is not known.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// SequenceDraft is a sequence that is being changed.
type SequenceDraft struct {
	Sequence sequence.Sequence `json:"sequence"`
	// Base is the version it was begun from, 0 for a new sequence. Revision rises with every change.
	Base     int `json:"base"`
	Revision int `json:"revision"`
	// By names who changed it last, "" where that is not known.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at"`
}

// SequencePause says that a sequence is paused.
type SequencePause struct {
	Key string    `json:"key"`
	By  string    `json:"by,omitempty"`
	At  time.Time `json:"at"`
}

// The kinds of work on many waiting carts.
const (
	// ChoreWake looks again after the carts that a pause put off, ChoreMove moves
	// those that wait in older versions to a new one.
	ChoreWake = "wake"
	ChoreMove = "move"
)

// SequenceChore is work on many waiting carts, done in the background.
type SequenceChore struct {
	ShopID string `json:"shop_id"`
	Key    string `json:"key"`
	Kind   string `json:"kind"`
	// Version is the one that carts are moved to.
	Version int `json:"version,omitempty"`
	// Place is how far it came.
	Place string `json:"-"`
	// Done counts the carts it changed, Stayed those that it left as they were.
	Done      int       `json:"done"`
	Stayed    int       `json:"stayed"`
	StartedAt time.Time `json:"started_at"`
	// EndedAt is zero while it goes on.
	EndedAt time.Time `json:"ended_at"`
}

// StepName says which step of which version of a sequence is meant.
type StepName struct {
	Key     string
	Version int
	// Step counts from 0.
	Step int
}

// StepCount counts one outcome of one step by one rule.
type StepCount struct {
	// Key is the sequence's, "" for routing.
	Key     string
	Version int
	Step    int
	// Outcome is an Outcome, or "clicked" for messages whose link a person followed.
	Outcome string
	Rule    string
	Count   int
}

// Clicked is the outcome under which confirmed clicks are counted.
const Clicked = "clicked"

// StepCounts are counts with what they cover.
type StepCounts struct {
	Counts []StepCount
	// More is true when the newest rows are too many to be counted on the way: they come with the next sweep.
	More bool
}

// StepRevenue is what one step's messages recovered in one currency.
type StepRevenue struct {
	Key     string
	Version int
	Step    int
	Orders  int
	// Net is the orders' totals less what was given back.
	Net money.Money
}

// StepBoard is one step with what it came to.
type StepBoard struct {
	sequence.Step
	// Waiting counts the carts that wait for it, WaitingMore that there are more than were counted.
	Waiting     int  `json:"waiting"`
	WaitingMore bool `json:"waiting_more"`
	// Sent, Clicked and Failed count messages of the last 30 days.
	Sent    int `json:"sent"`
	Clicked int `json:"clicked"`
	Failed  int `json:"failed"`
	// Skipped counts by rule why it was not sent, the most first.
	Skipped []RuleCount `json:"skipped"`
	// Orders and Net are what it recovered, one amount per currency.
	Orders int           `json:"orders"`
	Net    []money.Money `json:"net"`
}

// SequenceBoard is one version of a sequence with what it came to.
type SequenceBoard struct {
	Sequence sequence.Sequence `json:"sequence"`
	// Live is true for the version that new carts enter.
	Live  bool        `json:"live"`
	Steps []StepBoard `json:"steps"`
	// Draft is nil while nobody changes it; Changes say in words what publishing it would change.
	Draft   *SequenceDraft `json:"draft,omitempty"`
	Changes []string       `json:"changes,omitempty"`
	// Pause is nil while it runs.
	Pause    *SequencePause    `json:"pause,omitempty"`
	Versions []SequenceVersion `json:"versions"`
	// Older counts the carts that wait in each older version, by version; up to the cap.
	Older []OlderVersion `json:"older"`
	// Chores are work that goes on or was done.
	Chores []SequenceChore `json:"chores"`
	// Since is the first day that is counted, More that the newest are still being counted.
	Since time.Time `json:"since"`
	More  bool      `json:"more"`
	// All is what all versions together came to in that time.
	All SequenceEarned `json:"all"`
}

// OlderVersion counts the carts that still go through an older version.
type OlderVersion struct {
	Version int  `json:"version"`
	Waiting int  `json:"waiting"`
	More    bool `json:"more"`
}

// SequenceEarned is what a sequence came to.
type SequenceEarned struct {
	Waiting     int           `json:"waiting"`
	WaitingMore bool          `json:"waiting_more"`
	Sent        int           `json:"sent"`
	Skipped     int           `json:"skipped"`
	Clicked     int           `json:"clicked"`
	Orders      int           `json:"orders"`
	Net         []money.Money `json:"net"`
}

// SequenceLine is one sequence in the overview.
type SequenceLine struct {
	Sequence sequence.Sequence `json:"sequence"`
	Earned   SequenceEarned    `json:"earned"`
	Paused   bool              `json:"paused"`
	// Drafted is true while somebody changes it; New that it was never published.
	Drafted bool `json:"drafted"`
	New     bool `json:"new"`
}

// ChannelHours is what one channel's law and the shop's hours do to a step.
type ChannelHours struct {
	Channel event.Channel `json:"channel"`
	// Held are examples of hours at which one may not write; none where every hour is allowed.
	Held []HeldHour `json:"held"`
	// Law says in sentences what the law asks besides, Source where that is written.
	Law    []string `json:"law"`
	Source string   `json:"source,omitempty"`
}

// HeldHour is an example of a step that comes due at the wrong time.
type HeldHour struct {
	// Due and Leaves are by the shop's clock; Leaves is zero where no later hour is right either.
	Due    time.Time `json:"due"`
	Leaves time.Time `json:"leaves"`
	Rule   string    `json:"rule"`
}
