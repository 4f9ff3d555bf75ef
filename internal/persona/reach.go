package persona

import (
	"cmp"
	"maps"
	"slices"
)

// Share is one persona's part of all carts.
type Share struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
	// Percent is rounded so that all shares make exactly 100.
	Percent int `json:"percent"`
}

// Reach turns counts per persona key into percentages by the largest
// remainder, greatest share first. Without any cart every share is 0; a
// negative count is taken as 0.
func Reach(counts map[string]int) []Share {
	shares, total := make([]Share, 0, len(counts)), 0
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		n := max(counts[key], 0)
		total += n
		shares = append(shares, Share{Key: key, Count: n})
	}
	slices.SortStableFunc(shares, func(a, b Share) int { return cmp.Compare(b.Count, a.Count) })
	if total == 0 {
		return shares
	}
	byRemainder, left := make([]int, len(shares)), 100
	for i := range shares {
		byRemainder[i] = i
		shares[i].Percent = shares[i].Count * 100 / total
		left -= shares[i].Percent
	}
	slices.SortStableFunc(byRemainder, func(a, b int) int {
		return cmp.Compare(shares[b].Count*100%total, shares[a].Count*100%total)
	})
	for _, i := range byRemainder[:left] {
		shares[i].Percent++
	}
	return shares
}
