package maildomain

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// SPF is one SPF record (RFC 7208).
type SPF struct {
	// Includes are the domains it includes, in lower case, without those that hold macros.
	Includes []string
	// Redirect is the domain whose record takes over, or "".
	Redirect string
	// All is the qualifier of its all: '-', '~', '?' or '+'; zero where it has none.
	All byte
	// Lookups counts its terms that cost receivers a lookup (§4.6.4), without
	// what the included records cost themselves.
	Lookups int
}

// isSPF reports whether a TXT record is an SPF record (§4.5).
func isSPF(record string) bool {
	version, _, _ := strings.Cut(record, " ")
	return strings.EqualFold(version, "v=spf1")
}

// ParseSPF reads an SPF record. A term nobody knows is an error, as it is for
// receivers; what stands after all is read, but never applies.
func ParseSPF(record string) (SPF, error) {
	if !isSPF(record) {
		return SPF{}, fault.New(fault.Unprocessable, "the SPF record does not begin with v=spf1")
	}
	var s SPF
	for _, term := range strings.Fields(record)[1:] {
		if err := s.term(term); err != nil {
			return SPF{}, err
		}
	}
	if s.All != 0 && s.Redirect != "" {
		s.Redirect, s.Lookups = "", s.Lookups-1 // never reached (§6.1)
	}
	return s, nil
}

// term takes one term in.
func (s *SPF) term(term string) error {
	if name, value, ok := modifier(term); ok {
		if name == "redirect" {
			if s.Redirect != "" || value == "" {
				return fault.New(fault.Unprocessable, "the SPF record redirects to nowhere, or twice")
			}
			s.Redirect = strings.ToLower(strings.TrimSuffix(value, "."))
			s.Lookups++
		}
		return nil
	}
	qualifier, rest := byte('+'), term
	if strings.IndexByte("+-~?", term[0]) >= 0 {
		qualifier, rest = term[0], term[1:]
	}
	name, argument := rest, ""
	if i := strings.IndexAny(rest, ":/"); i >= 0 {
		name, argument = rest[:i], strings.TrimPrefix(rest[i:], ":")
	}
	return s.mechanism(qualifier, strings.ToLower(name), argument)
}

// modifier reads "name=value"; a mechanism has no '=' before its ':' or '/'.
func modifier(term string) (name, value string, ok bool) {
	i := strings.IndexAny(term, "=:/")
	if i < 1 || term[i] != '=' {
		return "", "", false
	}
	return strings.ToLower(term[:i]), term[i+1:], true
}

// mechanism takes one mechanism in.
func (s *SPF) mechanism(qualifier byte, name, argument string) error {
	switch name {
	case "all":
		if s.All == 0 {
			s.All = qualifier
		}
	case "include":
		if argument == "" {
			return fault.New(fault.Unprocessable, "the SPF record includes nothing")
		}
		s.Lookups++
		if !strings.Contains(argument, "%") {
			s.Includes = append(s.Includes, strings.ToLower(strings.TrimSuffix(argument, ".")))
		}
	case "a", "mx", "ptr", "exists":
		s.Lookups++
	case "ip4", "ip6":
		if argument == "" {
			return fault.New(fault.Unprocessable, "the SPF record names an empty network")
		}
	default:
		return fault.New(fault.Unprocessable, "the SPF record has a term that nobody knows, so none of it counts")
	}
	return nil
}

// including adds an include to a record, before its all or redirect.
func including(record, domain string) string {
	terms := strings.Fields(record)
	at := len(terms)
	for i, t := range terms {
		if low := strings.ToLower(t); strings.TrimLeft(low, "+-~?") == "all" || strings.HasPrefix(low, "redirect=") {
			at = i
			break
		}
	}
	out := append(append(append([]string{}, terms[:at]...), "include:"+domain), terms[at:]...)
	return strings.Join(out, " ")
}
