package maildomain

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// answer is what the DNS said about one name.
type answer struct {
	// records are the TXT records; none when there are none.
	records []string
	// failed is true when nobody could say: no answer, a server that fails, nonsense.
	failed bool
	// why tells what failed, in words that hold no address.
	why string
}

// resolver is the one that was given, or the system's.
func (c Checker) resolver() Resolver {
	if c.Resolver == nil {
		return net.DefaultResolver
	}
	return c.Resolver
}

// txt asks for a name's TXT records. A name that does not exist, or has none,
// is an answer without records.
func (c Checker) txt(ctx context.Context, name string) answer {
	records, err := c.resolver().LookupTXT(ctx, name+".")
	var dns *net.DNSError
	switch {
	case err == nil:
		return answer{records: records}
	case errors.As(err, &dns) && dns.IsNotFound:
		return answer{}
	case errors.Is(err, context.Canceled):
		return answer{failed: true, why: "the lookup was given up"}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return answer{failed: true, why: "the name servers did not answer in time"}
	}
	return answer{failed: true, why: "the name servers could not answer, or answered with an error"}
}

// alias gives the name at the end of a name's CNAMEs, or "" where there are
// none or they could not be followed. It only helps to explain.
func (c Checker) alias(ctx context.Context, name string) string {
	to, err := c.resolver().LookupCNAME(ctx, name+".")
	to = strings.ToLower(strings.TrimSuffix(to, "."))
	if err != nil || to == name || !hostname(to) {
		return ""
	}
	return to
}

// unknown is the finding of a lookup that failed.
func unknown(check, name string, a answer) Finding {
	return Finding{
		Check: check, Rule: check + ".lookup", Status: Unknown, Name: name,
		Says:   "It could not be looked up: " + a.why + ". This says nothing about the record.",
		Advice: "Ask again in a few minutes. If it stays so, ask whoever runs the domain's name servers.",
	}
}

// below reports whether a name is a domain or lies below it.
func below(name, domain string) bool { return name == domain || strings.HasSuffix(name, "."+domain) }

// shown prepares what strangers published for a page or a terminal: without
// control characters and not without end.
func shown(records ...string) string {
	const most = 600
	clean := func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}
	s := strings.Map(clean, strings.Join(records, " | "))
	if len(s) <= most {
		return s
	}
	cut := most
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + " …"
}

// tag is one "name=value" of a DKIM or DMARC record.
type tag struct{ name, value string }

// parseTags reads a list of tags (RFC 6376 §3.2): names and values trimmed, in
// their order. ok is false when a part is no tag or a name comes twice.
func parseTags(record string) (tags []tag, ok bool) {
	for part := range strings.SplitSeq(record, ";") {
		if strings.TrimSpace(part) == "" {
			continue // a semicolon too many hurts nobody
		}
		name, value, found := strings.Cut(part, "=")
		t := tag{strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)}
		twice := slices.ContainsFunc(tags, func(other tag) bool { return other.name == t.name })
		if !found || t.name == "" || twice {
			return nil, false
		}
		tags = append(tags, t)
	}
	return tags, true
}
