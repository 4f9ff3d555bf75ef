package persona

import "context"

// Surveyed tells how one persona fared among some carts.
type Surveyed struct {
	Key string `json:"key"`
	// Matches counts the carts that its own rule fits, Takes those it gets: no
	// persona above it fits them.
	Matches int `json:"matches"`
	Takes   int `json:"takes"`
	// Failed counts the carts for which the rule had no answer.
	Failed int `json:"failed"`
	// Also counts, by the key of each other persona with a rule, the carts that fit both.
	Also map[string]int `json:"also"`
	// ShadowedBy is the persona above that takes all that this one's rule fits; "" for none.
	ShadowedBy string `json:"shadowed_by,omitempty"`
	// Examples are the places in the survey's list of the first carts it gets.
	Examples []int `json:"examples"`
}

// Survey is how a list of personas shares some carts out.
type Survey struct {
	Carts  int        `json:"carts"`
	Places []Surveyed `json:"places"`
	// Taker is, for every cart, the place of the persona that gets it; -1 for none.
	Taker []int `json:"-"`
}

// maxExamples is how many examples a survey keeps for each persona.
const maxExamples = 5

// Take asks every rule about every cart, other than routing, which stops at
// the first that fits: so it can tell which rules overlap.
func Take(ctx context.Context, rules *Rules, personas []Persona, carts []Facts) (Survey, error) {
	s := Survey{Carts: len(carts), Places: make([]Surveyed, len(personas)), Taker: make([]int, len(carts))}
	over := make([]map[string]int, len(personas))
	for i, p := range personas {
		s.Places[i] = Surveyed{Key: p.Key, Also: map[string]int{}, Examples: []int{}}
		over[i] = map[string]int{}
	}
	fit := make([]bool, len(personas))
	for n, f := range carts {
		s.Taker[n] = -1
		for i, p := range personas {
			t := try(ctx, rules, p, f)
			if err := ctx.Err(); err != nil {
				return s, interrupted(err)
			}
			if fit[i] = t.Matched; t.Err != "" {
				s.Places[i].Failed++
			}
			if t.Matched && s.Taker[n] < 0 {
				s.Taker[n] = i
			}
		}
		s.count(n, personas, fit, over)
	}
	s.shadows(over)
	return s, nil
}

// count notes who fits one cart; over counts whose matches go to whom.
func (s *Survey) count(n int, personas []Persona, fit []bool, over []map[string]int) {
	taker := s.Taker[n]
	for i := range personas {
		if !fit[i] {
			continue
		}
		p := &s.Places[i]
		p.Matches++
		if i == taker {
			p.Takes++
			if len(p.Examples) < maxExamples {
				p.Examples = append(p.Examples, n)
			}
		} else {
			over[i][personas[taker].Key]++
		}
		for j := range personas {
			if j != i && fit[j] && personas[i].Rule != "" && personas[j].Rule != "" {
				p.Also[personas[j].Key]++
			}
		}
	}
}

// shadows names the persona above that takes all of another's matches.
func (s *Survey) shadows(over []map[string]int) {
	for i := range s.Places {
		p := &s.Places[i]
		for key, n := range over[i] {
			if p.Matches > 0 && n == p.Matches {
				p.ShadowedBy = key
			}
		}
	}
}
