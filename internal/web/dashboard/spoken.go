package dashboard

import (
	"context"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// spoken says what a shop's personas and sequences are called by people: their
// keys are for files and addresses.
type spoken struct {
	// personas are the personas' own names, sequences the live sequences, by their keys.
	personas  map[string]string
	sequences map[string]sequence.Sequence
}

// spokenOf makes it of what is live.
func spokenOf(people []persona.Persona, sequences []sequence.Sequence) spoken {
	c := spoken{personas: map[string]string{}, sequences: map[string]sequence.Sequence{}}
	for _, p := range people {
		c.personas[p.Key] = p.Name
	}
	for _, s := range sequences {
		c.sequences[s.Key] = s
	}
	return c
}

// spokenLines makes it of a board of sequences, which holds drafts too.
func spokenLines(people []persona.Persona, lines []journey.SequenceLine) spoken {
	c := spokenOf(people, nil)
	for _, l := range lines {
		c.sequences[l.Sequence.Key] = l.Sequence
	}
	return c
}

// spoken reads what a shop's personas and sequences are called.
func (d *Dashboard) spoken(ctx context.Context, shopID string) (spoken, error) {
	people, err := d.Reader.Personas(ctx, shopID)
	if err != nil {
		return spoken{}, err
	}
	sequences, err := d.Reader.Sequences(ctx, shopID)
	return spokenOf(people, sequences), err
}

// PersonaName is what a persona is called: "Careful comparer (Priya)". A name of
// one word is taken for a first name, which alone says nothing; a longer one
// stands by itself.
func (f frame) PersonaName(key string) string {
	words, name := keyWords(key), strings.TrimSpace(f.spoken.personas[key])
	switch {
	case name == "" || strings.EqualFold(name, words):
		return words
	case strings.ContainsAny(name, " -"):
		return name
	}
	return words + " (" + name + ")"
}

// PersonaFirst is the shortest that a persona goes by: its own name.
func (f frame) PersonaFirst(key string) string {
	return first(strings.TrimSpace(f.spoken.personas[key]), keyWords(key))
}

// SequenceName is what a sequence is called: whom it is for and what it follows.
// One that is live no more is called by the words of its key.
func (f frame) SequenceName(key string) string {
	if s, ok := f.spoken.sequences[key]; ok {
		return f.SequenceTitle(s)
	}
	return keyWords(key)
}

// SequenceTitle is SequenceName of one that is at hand: "Careful comparer (Priya) · checkout left behind".
func (f frame) SequenceTitle(s sequence.Sequence) string {
	whom := "Everyone else"
	if s.Persona != "" {
		whom = f.PersonaName(s.Persona)
	}
	return whom + " · " + followed(s.Trigger)
}

// followed names what a sequence follows.
func followed(t sequence.Trigger) string {
	switch t {
	case sequence.CartAbandoned:
		return "cart left behind"
	case sequence.CheckoutAbandoned:
		return "checkout left behind"
	case sequence.PaymentFailed:
		return "payment failed"
	case sequence.OrderPlaced:
		return "order placed"
	}
	return spaced(string(t))
}
