// Package persona decides who a shopper looks like: ordered rules, the first
// that matches wins, the last has none and catches all.
package persona

import "github.com/cartograph-dev/cartograph/internal/event"

// Persona is a kind of shopper with its human side and its rule.
type Persona struct {
	// Key names it in sequences ("value-conscious").
	Key string `json:"key"`
	// Name and Portrait make it a person ("Katie", "26, works in marketing, …").
	Name     string `json:"name"`
	Portrait string `json:"portrait,omitempty"`
	// Goals, Pains and Objections are what a copywriter needs to know.
	Goals      []string `json:"goals,omitempty"`
	Pains      []string `json:"pains,omitempty"`
	Objections []string `json:"objections,omitempty"`
	// Likes are the channels they like, for the reader; steps decide.
	Likes []event.Channel `json:"likes,omitempty"`
	// Rule is CEL over shopper and cart; empty only on the last persona, the catch-all.
	Rule string `json:"rule,omitempty"`
}
