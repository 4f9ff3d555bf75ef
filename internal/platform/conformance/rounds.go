package conformance

import "math/rand/v2"

func inOrder(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func reversed(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = n - 1 - i
	}
	return out
}

// twice repeats each delivery at once, and all of them once more at the end.
func twice(n int) (out []int) {
	for i := range n {
		out = append(out, i, i)
	}
	return append(out, inOrder(n)...)
}

// shuffled gives the seed's own order.
func shuffled(n, seed int) []int {
	return rand.New(rand.NewPCG(uint64(seed), 7)).Perm(n) // #nosec G115 G404 -- it has to be the same each time
}
