package cart

import (
	"maps"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// nameOf is a name as Seen has it.
func nameOf(k event.Key) string { return string(k.Kind) + ":" + k.Value }

// seen notes when names were said. The map is copied, since facts are copied as values.
func (f *Facts) seen(keys []event.Key, at int64) {
	if len(keys) == 0 {
		return
	}
	f.Seen = maps.Clone(f.Seen)
	if f.Seen == nil {
		f.Seen = map[string]int64{}
	}
	for _, k := range keys {
		if was, known := f.Seen[nameOf(k)]; !known || at > was {
			f.Seen[nameOf(k)] = at
		}
	}
}

// Names gives the people seen on the cart, each name with when it was last said.
func (f Facts) Names() []shopper.Named {
	out := make([]shopper.Named, len(f.Keys))
	for i, k := range f.Keys {
		out[i] = shopper.Named{Key: k, At: f.Seen[nameOf(k)]}
	}
	return out
}

// Anchor gives the name by which a cart's shopper is found: the address that it
// is written to, the newest said, since it is that person's consent that counts;
// else the strongest name. ok is false while nobody is named.
func (f Facts) Anchor() (k event.Key, ok bool) {
	if f.Email.Value != "" {
		return event.Key{Kind: event.KeyEmail, Value: f.Email.Value}, true
	}
	if len(f.Keys) == 0 {
		return event.Key{}, false
	}
	return f.Keys[0], true
}
