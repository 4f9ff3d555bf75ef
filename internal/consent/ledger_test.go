package consent_test

import (
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
)

func TestNewest(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	line := func(minute int, a event.Answer, who, cart, address string) consent.Entry {
		return consent.Entry{
			Consent:   event.Consent{Channel: event.Email, Answer: a, At: start.Add(time.Duration(minute) * time.Minute)},
			ShopperID: who, CartID: cart, Address: address,
		}
	}
	for _, c := range []struct {
		name  string
		lines []consent.Entry
		want  event.Answer
	}{
		{"nothing said", nil, ""},
		{"the newest counts, in whatever order they are stored", []consent.Entry{line(2, event.Yes, "ada", "", "a"), line(1, event.No, "ada", "", "a")}, event.Yes},
		{"of two at one moment the no counts", []consent.Entry{line(1, event.No, "ada", "", "a"), line(1, event.Yes, "ada", "", "a")}, event.No},
		{"another shopper's no of the address", []consent.Entry{line(1, event.Yes, "ada", "", "a"), line(2, event.No, "bob", "", "a")}, event.No},
		{"another shopper's no, and the owner's later yes of it", []consent.Entry{line(1, event.No, "bob", "", "a"), line(2, event.Yes, "ada", "", "a")}, event.Yes},
		{"another shopper's no, and the owner's later yes that names no address", []consent.Entry{line(1, event.No, "bob", "", "a"), line(2, event.Yes, "ada", "", "")}, event.Yes},
		{"a no of another address of the shopper's", []consent.Entry{line(1, event.Yes, "ada", "", "a"), line(2, event.No, "ada", "", "b")}, event.No},
		{"a later yes that names no address counts for all", []consent.Entry{line(1, event.No, "ada", "", "a"), line(2, event.Yes, "ada", "", "")}, event.Yes},
		{"another's no of another address", []consent.Entry{line(1, event.Yes, "ada", "", "a"), line(2, event.No, "bob", "", "b")}, event.Yes},
		{"a yes of the address by whoever", []consent.Entry{line(1, event.Yes, "", "", "a")}, event.Yes},
		{"a no on the cart, of nobody yet", []consent.Entry{line(1, event.Yes, "ada", "", "a"), line(2, event.No, "", "cart", "")}, event.No},
		{"a no on another cart", []consent.Entry{line(1, event.Yes, "ada", "", "a"), line(2, event.No, "", "other", "")}, event.Yes},
		{"a no on the cart, then the shopper's yes", []consent.Entry{line(1, event.No, "", "cart", ""), line(2, event.Yes, "ada", "", "a")}, event.Yes},
		{"a yes on the cart, of nobody", []consent.Entry{line(1, event.Yes, "", "cart", "")}, event.Yes},
		{"a yes on the cart, of nobody, after the shopper's no", []consent.Entry{line(1, event.No, "ada", "", "a"), line(2, event.Yes, "", "cart", "")}, event.No},
		{"a yes on the cart, of nobody, after another's no of the address", []consent.Entry{line(1, event.No, "bob", "", "a"), line(2, event.Yes, "", "cart", "")}, event.No},
		{"lines of nobody are nobody's", []consent.Entry{line(1, event.No, "", "", "")}, ""},
	} {
		if got := consent.Newest(c.lines, "ada", "cart", "a"); got.Answer != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.Answer, c.want)
		}
	}
	if got := consent.Newest([]consent.Entry{line(1, event.No, "", "", "")}, "", "", ""); got.Answer != "" {
		t.Errorf("asked for nobody: %q", got.Answer)
	}
}
