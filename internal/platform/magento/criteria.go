package magento

import (
	"net/url"
	"strconv"
	"strings"
)

// criteria is a search of the REST API.
type criteria struct {
	// groups hold all at once; of a group's filters one is enough.
	groups [][]filter
	// sort are fields, the first one first, all ascending.
	sort []string
	// size is how many are told; no page but the first is ever asked for.
	size int
	// fields are all that is told, so that no more of a person leaves the shop
	// than is read. Magento makes null of lists that are empty then.
	fields string
}

// filter is a condition on one field ("gteq", "gt", "in", "eq", "notnull").
type filter struct{ field, condition, value string }

// query writes the search. Spaces become %20: Magento reads a + as itself where
// it checks signatures.
func (c criteria) query() string {
	var pairs []string
	add := func(name, value string) {
		pairs = append(pairs, escape(name)+"="+escape(value))
	}
	for g, group := range c.groups {
		for f, one := range group {
			at := "searchCriteria[filter_groups][" + strconv.Itoa(g) + "][filters][" + strconv.Itoa(f) + "]"
			add(at+"[field]", one.field)
			add(at+"[value]", one.value)
			add(at+"[condition_type]", one.condition)
		}
	}
	for i, field := range c.sort {
		at := "searchCriteria[sortOrders][" + strconv.Itoa(i) + "]"
		add(at+"[field]", field)
		add(at+"[direction]", "ASC")
	}
	add("searchCriteria[pageSize]", strconv.Itoa(c.size))
	add("searchCriteria[currentPage]", "1")
	if c.fields != "" {
		add("fields", c.fields)
	}
	return strings.Join(pairs, "&")
}

// escape writes a text as RFC 3986 has it: only letters, digits and -._~ stay.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
