package config

import (
	"errors"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Problem is one thing that an operator must change.
type Problem struct {
	// Option is the option's name in the file and in the environment, or the
	// place in the file ("cartograph.yaml:3:1") where no option is meant.
	Option string
	// What says what is wrong, without showing a secret.
	What string
	// Remedy says what to do.
	Remedy string
}

// String is the problem on one line.
func (p Problem) String() string {
	line := p.Option + ": " + p.What
	if p.Remedy != "" {
		line += "; " + p.Remedy
	}
	return line
}

// Problems is everything that is wrong, at once. It is the cause inside the
// fault.Misconfigured that Load and Validate return.
type Problems []Problem

// Error gives all problems on one line, for the log.
func (p Problems) Error() string { return p.join(" | ") }

// List gives one problem a line, for a terminal.
func (p Problems) List() string { return p.join("\n") }

func (p Problems) join(separator string) string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, separator)
}

// ProblemsOf gives the problems inside an error of Load or Validate, nil for any other error.
func ProblemsOf(err error) Problems {
	var p Problems
	errors.As(err, &p)
	return p
}

// err is nil when there is no problem.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return fault.Wrap(fault.Misconfigured, p, "the configuration has to change before Cartograph can start")
}

// nearest gives the candidate that a misspelt word most likely means, or "".
func nearest(word string, candidates []string) string {
	best, at := "", 3
	for _, candidate := range candidates {
		if d := distance(word, candidate); d < at {
			best, at = candidate, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or change to get from a to b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
