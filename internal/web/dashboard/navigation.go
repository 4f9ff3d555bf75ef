package dashboard

import "github.com/cartograph-dev/cartograph/internal/access"

// place is one entry of the navigation.
type place struct {
	// Section is what a page's frame names to be marked as the current one.
	Section, Name, Path string
	// owners is true for what only owners may open.
	owners bool
}

// area is a named part of the navigation.
type area struct {
	// Name is its heading, "" for the part without one.
	Name   string
	Places []place
}

// areas are all of them, in the order of a merchant's day: what happened, to
// whom, by which words, and how the shop is set up.
var areas = []area{
	{"", []place{{Section: "overview", Name: "Overview", Path: "/"}}},
	{"Shoppers", []place{
		{Section: "carts", Name: "Carts", Path: "/carts"},
		{Section: "shoppers", Name: "Shoppers", Path: "/shoppers"},
	}},
	{"Messages", []place{
		{Section: "messages", Name: "Outbox", Path: "/messages"},
		{Section: "inbox", Name: "Inbox", Path: "/inbox"},
		{Section: "decisions", Name: "Decisions", Path: "/decisions"},
	}},
	{"Playbook", []place{
		{Section: "personas", Name: "Personas", Path: "/personas"},
		{Section: "sequences", Name: "Sequences", Path: "/sequences"},
		{Section: "templates", Name: "Templates", Path: "/templates"},
	}},
	{"Results", []place{
		{Section: "orders", Name: "Orders", Path: "/orders"},
		{Section: "recoveries", Name: "Recoveries", Path: "/recoveries"},
	}},
	{"Shop", []place{
		{Section: "settings", Name: "Settings", Path: "/settings"},
		{Section: "sender", Name: "Email sender", Path: "/sender"},
		{Section: "quarantine", Name: "Quarantine", Path: "/quarantine"},
		{Section: "audit", Name: "Audit log", Path: "/audit", owners: true},
	}},
}

// Areas gives what the reader may open.
func (f frame) Areas() []area {
	var out []area
	for _, a := range areas {
		open := area{Name: a.Name}
		for _, p := range a.Places {
			if !p.owners || f.Role.May(access.Manage) {
				open.Places = append(open.Places, p)
			}
		}
		if len(open.Places) > 0 {
			out = append(out, open)
		}
	}
	return out
}
