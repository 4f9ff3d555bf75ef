package shopper_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

func TestRulingsOutrankEvidence(t *testing.T) {
	t.Parallel()
	other := event.Key{Kind: event.KeyCustomer, Value: "c2"}
	same := func(at int64, a, b event.Key) shopper.Ruling { return shopper.Rule(a, b, true, at) }
	apart := func(at int64, a, b event.Key) shopper.Ruling { return shopper.Rule(a, b, false, at) }
	ended := func(r shopper.Ruling) shopper.Ruling { r.Ended = true; return r }
	for _, c := range []struct {
		name    string
		names   keys
		pairs   [][]shopper.Pair
		rulings []shopper.Ruling
		want    []keys
	}{
		{"a phone is not hers", keys{ana, phone}, [][]shopper.Pair{seen(9, ana, phone)}, []shopper.Ruling{apart(1, phone, ana)}, []keys{{ana}, {phone}}},
		{"and by no way round", keys{ana, phone, device}, [][]shopper.Pair{seen(9, ana, phone), seen(8, phone, device), seen(7, device, ana)},
			[]shopper.Ruling{apart(1, phone, ana)}, []keys{{ana}, {phone, device}}},
		{"taken back", keys{ana, phone}, [][]shopper.Pair{seen(9, ana, phone)}, []shopper.Ruling{ended(apart(1, phone, ana))}, []keys{{ana, phone}}},
		{"a changed address is the same person's", keys{customer, ana, ben}, [][]shopper.Pair{seen(1, customer, ana), seen(2, customer, ben)},
			[]shopper.Ruling{same(3, ana, ben)}, []keys{{customer, ana, ben}}},
		{"no evidence at all", keys{ana, phone}, nil, []shopper.Ruling{same(3, phone, ana)}, []keys{{ana, phone}}},
		{"a family's phone is hers, whoever used it last", keys{ana, ben, phone}, [][]shopper.Pair{seen(1, ana, phone), seen(2, ben, phone)},
			[]shopper.Ruling{same(1, ana, phone)}, []keys{{ana, phone}, {ben}}},
		{"two customers stay two", keys{customer, other}, nil, []shopper.Ruling{same(3, customer, other)}, []keys{{customer}, {other}}},
		{"also by a third name", keys{customer, other, ana}, nil, []shopper.Ruling{same(3, customer, ana), same(4, other, ana)}, []keys{{customer}, {other, ana}}},
		{"a chain of words never joins whom somebody parted", keys{ana, phone, device}, nil,
			[]shopper.Ruling{apart(1, ana, device), same(2, ana, phone), same(3, phone, device)}, []keys{{ana}, {phone, device}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, shopper.Group(c.names, slices.Concat(c.pairs...), c.rulings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whoever bought is not written to: neither after a split, nor after a join was taken back.
func TestRelatedOutlastsRulings(t *testing.T) {
	t.Parallel()
	evidence := seen(1, ana, phone)
	split := []shopper.Ruling{shopper.Rule(ana, phone, false, 2)}
	if diff := cmp.Diff(keys{ana, phone}, shopper.Related(keys{ana}, evidence, split)); diff != "" {
		t.Error(diff)
	}
	joined := []shopper.Ruling{{A: ana, B: ben, Same: true, At: 2, Ended: true}}
	if diff := cmp.Diff(keys{ana, ben, phone}, shopper.Related(keys{phone}, evidence, joined)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(keys{ana, phone}, shopper.Related(keys{phone}, evidence, nil)); diff != "" {
		t.Error(diff)
	}
}
