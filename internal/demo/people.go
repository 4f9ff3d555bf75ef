package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// origin is where a shopper comes from, with names people there have.
type origin struct {
	country, locale string
	first, last     []string
}

func origins() map[string]origin {
	return map[string]origin{
		"FR": {"FR", "fr", []string{"Camille", "Louise", "Jules", "Nora", "Antoine", "Manon", "Hugo", "Sarah"}, []string{"Martin", "Bernard", "Petit", "Moreau", "Girard", "Lambert", "Roux"}},
		"DE": {"DE", "de", []string{"Lena", "Jonas", "Mia", "Felix", "Clara", "Emil", "Greta", "Paul"}, []string{"Weber", "Schmidt", "Wagner", "Keller", "Vogel", "Hofmann", "Brandt"}},
		"BE": {"BE", "fr", []string{"Emma", "Lucas", "Marie", "Arthur", "Julie", "Nathan"}, []string{"Peeters", "Janssens", "Dubois", "Lambert", "Claes"}},
		"GB": {"GB", "en-GB", []string{"Olivia", "Harry", "Freya", "Oscar", "Imogen", "Callum"}, []string{"Taylor", "Hughes", "Walker", "Bennett", "Shaw"}},
	}
}

// name gives the shopper a name and a mailbox in a domain reserved for
// examples, so that no letter could ever reach a stranger.
func (p *Plan) name(r *rand.Rand, o origin) {
	p.First, p.Last = o.first[r.IntN(len(o.first))], o.last[r.IntN(len(o.last))]
	p.Country, p.Locale = o.country, o.locale
	host := []string{"example.com", "example.org", "example.net"}[r.IntN(3)]
	p.Email = fmt.Sprintf("%s.%s.%d@%s", strings.ToLower(p.First), strings.ToLower(p.Last), p.N+1, host)
}

// phoneOf gives one of the 200 mobile numbers that Germany's regulator keeps
// for films and examples; a long demo uses them again.
func phoneOf(n int) string {
	if n %= 200; n >= 100 {
		return fmt.Sprintf("+4917604069%03d", n-100)
	}
	return fmt.Sprintf("+49171392%04d", n)
}
