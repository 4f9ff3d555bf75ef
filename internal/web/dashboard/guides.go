package dashboard

import (
	"slices"
	"strings"
)

// PlatformGuide is a platform with how a shop on it is connected.
type PlatformGuide struct {
	// Key is the adapter's name, Name what people call it.
	Key, Name string
	// Common ones come first where a platform is chosen.
	Common bool
	// Steps are what to do there, in order; the address and the secret stand beside them.
	Steps []string
	// Secret says where the secret comes from or goes; Theirs is true where the
	// platform makes it, and it is pasted here. Label is what it is called there,
	// "" for a secret.
	Secret, Label string
	Theirs        bool
	// Lines is true where what is pasted may be a key of several lines; Unneeded
	// where a shop works without any secret being entered.
	Lines, Unneeded bool
	// Account says what of the account at the platform's API goes to Settings →
	// Platform, and what for; "" where there is none.
	Account string
}

// Asks is what the secret is called where it is entered.
func (g PlatformGuide) Asks() string {
	switch {
	case g.Label != "":
		return g.Label
	case g.Theirs:
		return "The secret that " + g.Name + " shows"
	}
	return "A secret of your own"
}

// Guides gives the instructions there are, in the order in which a platform is
// chosen: the common ones, the others by name, and what fits any shop.
func Guides() []PlatformGuide { return slices.Concat(hostedGuides(), ownGuides(), lastGuides()) }

// guideGroup is a part of the choice of a platform.
type guideGroup struct {
	Name   string
	Guides []PlatformGuide
}

// guideGroups parts the platforms for choosing.
func guideGroups() []guideGroup {
	common, more, last := guideGroup{Name: "Common"}, guideGroup{Name: "More platforms"}, guideGroup{Name: "Any other shop"}
	for _, g := range Guides() {
		switch {
		case g.Key == anyPlatform:
			last.Guides = append(last.Guides, g)
		case g.Common:
			common.Guides = append(common.Guides, g)
		default:
			more.Guides = append(more.Guides, g)
		}
	}
	slices.SortFunc(more.Guides, func(a, b PlatformGuide) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return []guideGroup{common, more, last}
}

// anyPlatform takes the events of every shop.
const anyPlatform = "generic"

// guideOf gives the instructions of a shop's platform.
func guideOf(platform string) PlatformGuide {
	all := Guides()
	for _, g := range all {
		if g.Key == platform {
			return g
		}
	}
	return all[len(all)-1]
}

func lastGuides() []PlatformGuide {
	return []PlatformGuide{{Key: anyPlatform, Name: "Something else",
		Steps: []string{
			"Post your shop’s events as JSON to the address shown here: Product Added, Cart Viewed, Checkout Started, Order Completed (Segment’s names; those of Google Analytics work too).",
			"Sign each body with the secret: the header X-Cartograph-Signature holds sha256= and the hex HMAC-SHA256 of the body. Standard Webhooks signatures are taken as well.",
			"Or post to /api/v1/events with an API key instead; see the API’s documentation.",
		},
		Secret: "Have a secret made here, and sign with it."}}
}
