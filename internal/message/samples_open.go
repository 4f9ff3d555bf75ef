package message

// Sampled is an input that templates are shown and checked with.
type Sampled struct {
	// About says what is special about it.
	About string
	In    Input
}

// Samples are the awkward inputs that every template must render for, the
// ordinary one first.
func Samples(locale string) []Sampled {
	var out []Sampled
	for _, s := range samples(first(locale, "en")) {
		out = append(out, Sampled{About: s.about, In: s.in})
	}
	return out
}
