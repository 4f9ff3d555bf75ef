package dashboard

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

func TestWhatSequencesAreCalled(t *testing.T) {
	t.Parallel()
	f := frame{spoken: spokenOf(
		[]persona.Persona{{Key: "careful-comparer", Name: "Priya"}, {Key: "vip", Name: "Our best customers"}, {Key: "gift_givers", Name: "Gift givers"}, {Key: "night-owl"}},
		[]sequence.Sequence{
			{Key: "a", Persona: "careful-comparer", Trigger: sequence.CheckoutAbandoned}, {Key: "b", Persona: "vip", Trigger: sequence.CartAbandoned},
			{Key: "c", Persona: "gift_givers", Trigger: sequence.OrderPlaced}, {Key: "d", Persona: "night-owl", Trigger: "back_in_stock"}, {Key: "e", Trigger: sequence.PaymentFailed},
		})}
	for key, want := range map[string]string{
		"vip_sms": "VIP SMS", "a": "Careful comparer (Priya) · checkout left behind", "b": "Our best customers · cart left behind", "c": "Gift givers · order placed",
		"d": "Night owl · back in stock", "e": "Everyone else · payment failed", "gone-for_good": "Gone for good", "": "",
	} {
		if got := f.SequenceName(key); got != want {
			t.Errorf("%q is called %q, want %q", key, got, want)
		}
	}
	if got, want := f.Rule("persona.careful-comparer"), "The shopper looks like Careful comparer (Priya)."; got != want {
		t.Errorf("routing reads %q, want %q", got, want)
	}
	if got, want := f.PersonaFirst("careful-comparer")+f.PersonaFirst("night-owl"), "PriyaNight owl"; got != want {
		t.Errorf("the shortest names are %q, want %q", got, want)
	}
	if got, want := f.PersonaName("gone-one"), "Gone one"; got != want {
		t.Errorf("a persona that is gone is called %q, want %q", got, want)
	}
}
