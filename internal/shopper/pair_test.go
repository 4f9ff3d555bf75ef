package shopper_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// seen makes the evidence of one event that gave some names at a minute.
func seen(minute int64, keys ...event.Key) []shopper.Pair {
	var named []shopper.Named
	for _, k := range keys {
		named = append(named, shopper.Named{Key: k, At: minute * 60_000})
	}
	return shopper.Pairs(named)
}

type keys = []event.Key

func TestGroup(t *testing.T) {
	t.Parallel()
	other := event.Key{Kind: event.KeyCustomer, Value: "c2"}
	for _, c := range []struct {
		name  string
		names keys
		pairs [][]shopper.Pair
		want  []keys
	}{
		{"no evidence", keys{ana, phone}, nil, []keys{{ana}, {phone}}},
		{"one event", keys{ana, phone}, [][]shopper.Pair{seen(1, phone, ana)}, []keys{{ana, phone}}},
		{"a device turns out to be hers", keys{device, ana, phone}, [][]shopper.Pair{seen(1, device, phone), seen(2, phone, ana)}, []keys{{ana, phone, device}}},
		{"a shared phone is whose it was last", keys{ana, ben, phone}, [][]shopper.Pair{seen(1, ana, phone), seen(2, ben, phone)}, []keys{{ana}, {ben, phone}}},
		{"it comes back to her", keys{ana, ben, phone}, [][]shopper.Pair{seen(3, ana, phone), seen(2, ben, phone)}, []keys{{ana, phone}, {ben}}},
		{"a customer with a new address", keys{customer, ana, ben}, [][]shopper.Pair{seen(1, customer, ana), seen(2, customer, ben)}, []keys{{customer, ben}, {ana}}},
		{"an address with a new account", keys{customer, other, ana}, [][]shopper.Pair{seen(1, customer, ana), seen(2, other, ana)}, []keys{{customer}, {other, ana}}},
		{"two addresses in one event are two people", keys{ana, ben, device}, [][]shopper.Pair{seen(1, ana, ben, device)}, []keys{{ana, device}, {ben}}},
		{"what hangs on the phone goes along", keys{ana, ben, phone, device}, [][]shopper.Pair{seen(1, ana, phone), seen(2, phone, device), seen(3, ben, phone)}, []keys{{ana}, {ben, phone, device}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, shopper.Group(c.names, slices.Concat(c.pairs...), nil)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRelated(t *testing.T) {
	t.Parallel()
	evidence := slices.Concat(seen(1, ana, phone), seen(2, ben, phone), seen(3, device, phone))
	for _, c := range []struct{ from, want keys }{
		{keys{ana}, keys{ana, phone, device}}, // and not Ben: that would be two people
		{keys{device}, keys{ana, ben, phone, device}},
		{keys{customer}, keys{customer}},
		{nil, nil},
	} {
		if diff := cmp.Diff(c.want, shopper.Related(c.from, evidence, nil)); diff != "" {
			t.Errorf("related to %v: %s", c.from, diff)
		}
	}
}

// A placeholder that half the shop was seen with joins nobody to anybody.
func TestCrowd(t *testing.T) {
	t.Parallel()
	till := event.Key{Kind: event.KeyPhone, Value: "+10000000000"}
	var names keys
	var evidence []shopper.Pair
	for i := range int64(40) {
		k := event.Key{Kind: event.KeyEmail, Value: string(rune('a'+i%26)) + string(rune('a'+i/26)) + "@x"}
		names, evidence = append(names, k), append(evidence, seen(i, k, till)...)
	}
	if got := shopper.Group(append(names, till), evidence, nil); len(got) != len(names)+1 {
		t.Errorf("%d groups of %d people and a till", len(got), len(names))
	}
	if got := shopper.Related(names[:1], evidence, nil); len(got) != 1 {
		t.Errorf("related by the till: %v", got)
	}
	few := evidence[:5]
	if got := shopper.Related(names[:1], few, nil); !slices.Contains(got, till) {
		t.Errorf("a phone of five people is followed: %v", got)
	}
}

// Whatever the order in which evidence and people's words are learned, people end
// the same; and who was ever one person with somebody stays related to them.
func TestGroupAnyOrder(t *testing.T) {
	t.Parallel()
	all := keys{customer, ana, ben, phone, device, {Kind: event.KeyMessenger, Value: "m1"}, {Kind: event.KeyAnonymous, Value: "d2"}, {Kind: event.KeyCustomer, Value: "c2"}}
	rapid.Check(t, func(t *rapid.T) {
		var evidence []shopper.Pair
		for range rapid.IntRange(1, 7).Draw(t, "events") {
			named := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 4, rapid.ID[event.Key]).Draw(t, "names")
			evidence = append(evidence, seen(rapid.Int64Range(0, 4).Draw(t, "minute"), named...)...)
		}
		rulings := drawRulings(t, all)
		want := shopper.Group(all, evidence, rulings)
		mixed, said := evidence, rulings
		if len(evidence) > 1 {
			mixed = rapid.Permutation(evidence).Draw(t, "order")
		}
		if len(rulings) > 1 {
			said = rapid.Permutation(rulings).Draw(t, "words")
		}
		if diff := cmp.Diff(want, shopper.Group(all, append(mixed, mixed...), said)); diff != "" {
			t.Fatalf("another order:\n%s", diff)
		}
		lawful(t, want, rulings)
		some := mixed[:rapid.IntRange(0, len(mixed)).Draw(t, "learned")]
		few := said[:rapid.IntRange(0, len(said)).Draw(t, "heard")]
		// A ruling that has ended by now may have stood then.
		then := slices.Clone(few)
		for i := range then {
			then[i].Ended = then[i].Ended && rapid.Bool().Draw(t, "ended by then")
		}
		for _, group := range shopper.Group(all, some, then) {
			if related := shopper.Related(group[:1], evidence, rulings); len(shopper.Union(related, group)) != len(related) {
				t.Fatalf("%v were one person, and %v is related to %v alone", group, group[0], related)
			}
		}
	})
}

func drawRulings(t *rapid.T, all keys) (out []shopper.Ruling) {
	for at := range rapid.Int64Range(0, 4).Draw(t, "rulings") {
		two := rapid.SliceOfNDistinct(rapid.SampledFrom(all), 2, 2, rapid.ID[event.Key]).Draw(t, "of")
		r := shopper.Rule(two[0], two[1], rapid.Bool().Draw(t, "same"), at)
		r.Ended = rapid.IntRange(0, 3).Draw(t, "ended") == 0
		for i := range out {
			out[i].Ended = out[i].Ended || out[i].A == r.A && out[i].B == r.B
		}
		out = append(out, r)
	}
	return out
}

// lawful: nobody is two customers, nobody has two addresses unless somebody said
// so, and nobody is whom somebody said they are not.
func lawful(t *rapid.T, groups []keys, rulings []shopper.Ruling) {
	for _, g := range groups {
		customers, emails, said := 0, 0, false
		for _, k := range g {
			switch k.Kind {
			case event.KeyCustomer:
				customers++
			case event.KeyEmail:
				emails++
			}
		}
		for _, r := range rulings {
			both := slices.Contains(g, r.A) && slices.Contains(g, r.B) && !r.Ended
			if both && !r.Same {
				t.Fatalf("%v are one person against somebody's word", g)
			}
			said = said || both
		}
		if customers > 1 || emails > 1 && !said {
			t.Fatalf("%v are one person", g)
		}
	}
}
