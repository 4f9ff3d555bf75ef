package sequence

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

func newRules(t *testing.T) *persona.Rules {
	t.Helper()
	r, err := persona.NewRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// good is a valid sequence to spoil.
func good() Sequence {
	return Sequence{
		Key: "cart-mobile", Stage: Purchase, Trigger: CartAbandoned, Persona: "mobile",
		Steps: []Step{
			{After: time.Hour, Channels: []event.Channel{event.Messenger, event.SMS, event.Email}, Template: "reminder", MaxLate: 6 * time.Hour},
			{After: 24 * time.Hour, Channels: []event.Channel{event.Email}, Template: "answers", When: "size(cart.items) > 1"},
		},
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil func(*Sequence)
		want  []string
	}{
		"good":             {func(*Sequence) {}, nil},
		"for everybody":    {func(s *Sequence) { s.Persona = "" }, nil},
		"one second":       {func(s *Sequence) { s.Steps[0].After = time.Second }, nil},
		"key":              {func(s *Sequence) { s.Key = "Cart Mobile" }, []string{"key"}},
		"reserved key":     {func(s *Sequence) { s.Key = "new" }, []string{"key"}},
		"stage":            {func(s *Sequence) { s.Stage = "checkout" }, []string{"stage"}},
		"trigger":          {func(s *Sequence) { s.Trigger = "" }, []string{"trigger"}},
		"persona":          {func(s *Sequence) { s.Persona = "Mobile!" }, []string{"persona"}},
		"no steps":         {func(s *Sequence) { s.Steps = nil }, []string{"steps"}},
		"after zero":       {func(s *Sequence) { s.Steps[0].After = 0 }, []string{"steps[0].after"}},
		"after negative":   {func(s *Sequence) { s.Steps[0].After = -time.Hour }, []string{"steps[0].after"}},
		"half a second":    {func(s *Sequence) { s.Steps[0].After = time.Second / 2 }, []string{"steps[0].after"}},
		"same time":        {func(s *Sequence) { s.Steps[1].After = time.Hour }, []string{"steps[1].after"}},
		"back in time":     {func(s *Sequence) { s.Steps[1].After = time.Minute }, []string{"steps[1].after"}},
		"no channel":       {func(s *Sequence) { s.Steps[0].Channels = nil }, []string{"steps[0].channels"}},
		"unknown channel":  {func(s *Sequence) { s.Steps[0].Channels[1] = "fax" }, []string{"steps[0].channels[1]"}},
		"repeated channel": {func(s *Sequence) { s.Steps[0].Channels[2] = event.Messenger }, []string{"steps[0].channels[2]"}},
		"no template":      {func(s *Sequence) { s.Steps[1].Template = "" }, []string{"steps[1].template"}},
		"template key":     {func(s *Sequence) { s.Steps[1].Template = "a b" }, []string{"steps[1].template"}},
		"condition":        {func(s *Sequence) { s.Steps[1].When = "size(cart.itms) > 1" }, []string{"steps[1].when"}},
		"lateness":         {func(s *Sequence) { s.Steps[1].MaxLate = -1 }, []string{"steps[1].max_late"}},
		"offer":            {func(s *Sequence) { s.Steps[1].Offer = &Offer{Code: "COMEBACK10", Value: "10 %", ValidFor: time.Hour} }, nil},
		"offer of a stock": {func(s *Sequence) { s.Steps[1].Offer = &Offer{Codes: "spring", Value: "10 %", ValidFor: 48 * time.Hour} }, nil},
		"empty offer":      {func(s *Sequence) { s.Steps[1].Offer = &Offer{} }, []string{"steps[1].offer.code", "steps[1].offer.value", "steps[1].offer.valid_for"}},
		"both codes":       {func(s *Sequence) { s.Steps[1].Offer = &Offer{Code: "A", Codes: "b", Value: "v", ValidFor: time.Hour} }, []string{"steps[1].offer.codes"}},
		"a code of words":  {func(s *Sequence) { s.Steps[1].Offer = &Offer{Code: "TEN OFF", Value: "v", ValidFor: time.Hour} }, []string{"steps[1].offer.code"}},
		"a stock's key":    {func(s *Sequence) { s.Steps[1].Offer = &Offer{Codes: "Spring!", Value: "v", ValidFor: time.Hour} }, []string{"steps[1].offer.codes"}},
		"a long value": {func(s *Sequence) {
			s.Steps[1].Offer = &Offer{Code: "A", Value: strings.Repeat("é", 61), ValidFor: time.Hour}
		},
			[]string{"steps[1].offer.value"}},
		"good for minutes": {func(s *Sequence) { s.Steps[1].Offer = &Offer{Code: "A", Value: "v", ValidFor: 59 * time.Minute} }, []string{"steps[1].offer.valid_for"}},
		"good for years":   {func(s *Sequence) { s.Steps[1].Offer = &Offer{Code: "A", Value: "v", ValidFor: 366 * 24 * time.Hour} }, []string{"steps[1].offer.valid_for"}},
		"all at once": {func(s *Sequence) { *s = Sequence{Steps: []Step{{}}} },
			[]string{"key", "stage", "trigger", "steps[0].after", "steps[0].channels", "steps[0].template"}},
	} {
		s := good()
		tc.spoil(&s)
		var got []string
		if err := Validate(s, newRules(t).Check); err != nil {
			for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
				got = append(got, e.(*fault.Error).Field)
				if !fault.Is(e, fault.Unprocessable) || e.(*fault.Error).Remedy == "" {
					t.Errorf("%s: %v", name, e)
				}
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTiming(t *testing.T) {
	t.Parallel()
	last := time.Date(2026, 3, 28, 23, 30, 0, 0, time.UTC)
	step := Step{After: time.Hour, MaxLate: 6 * time.Hour}
	due := DueAt(step, last)
	if want := last.Add(time.Hour); !due.Equal(want) {
		t.Fatalf("due at %v, want %v", due, want)
	}
	for _, tc := range []struct {
		step    Step
		now     time.Duration // from due
		late    time.Duration
		tooLate bool
	}{
		{step, -time.Minute, 0, false},
		{step, 0, 0, false},
		{step, time.Second, time.Second, false},
		{step, 6 * time.Hour, 6 * time.Hour, false},
		{step, 6*time.Hour + 1, 6*time.Hour + 1, true},
		{Step{}, DefaultMaxLate, DefaultMaxLate, false},
		{Step{}, DefaultMaxLate + 1, DefaultMaxLate + 1, true},
		{Step{MaxLate: time.Second}, 2 * time.Second, 2 * time.Second, true},
	} {
		if late, tooLate := Late(tc.step, due, due.Add(tc.now)); late != tc.late || tooLate != tc.tooLate {
			t.Errorf("%v after due: late %v, too late %v; want %v, %v", tc.now, late, tooLate, tc.late, tc.tooLate)
		}
	}
}

func TestNext(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		steps, at, next int
		ok              bool
	}{{2, -1, 0, true}, {2, 0, 1, true}, {2, 1, 0, false}, {2, 9, 0, false}, {0, -1, 0, false}, {2, -7, 0, true}} {
		if next, ok := Next(Sequence{Steps: make([]Step, tc.steps)}, tc.at); next != tc.next || ok != tc.ok {
			t.Errorf("after %d of %d: %d, %v; want %d, %v", tc.at, tc.steps, next, ok, tc.next, tc.ok)
		}
	}
}

// seq names a sequence by key, for a trigger and persona.
func seq(key string, version int, trigger Trigger, forPersona string) Sequence {
	return Sequence{Key: key, Version: version, Trigger: trigger, Persona: forPersona}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	seqs := []Sequence{
		seq("all", 9, CartAbandoned, ""),
		seq("mobile-1", 1, CartAbandoned, "mobile"),
		seq("mobile-3", 3, CartAbandoned, "mobile"),
		seq("mobile-2", 2, CartAbandoned, "mobile"),
		seq("tie", 3, CartAbandoned, "mobile"),
		seq("vip-thanks", 1, OrderPlaced, "vip"),
	}
	for _, tc := range []struct {
		trigger Trigger
		persona string
		want    string
	}{
		{CartAbandoned, "mobile", "mobile-3"},
		{CartAbandoned, "vip", "all"},
		{CartAbandoned, "", "all"},
		{OrderPlaced, "vip", "vip-thanks"},
		{OrderPlaced, "mobile", ""},
		{PaymentFailed, "mobile", ""},
	} {
		got, ok := Choose(seqs, tc.trigger, tc.persona)
		if got.Key != tc.want || ok != (tc.want != "") {
			t.Errorf("%s for %q: %q, %v; want %q", tc.trigger, tc.persona, got.Key, ok, tc.want)
		}
	}
}

func TestTriggerForAndPick(t *testing.T) {
	t.Parallel()
	inCart, atCheckout := cart.Facts{Stage: cart.StageCart}, cart.Facts{Stage: cart.StageCheckout}
	atPayment, failed := cart.Facts{Stage: cart.StagePayment}, cart.Facts{Stage: cart.StageCheckout, FailedAt: 5}
	every := []Sequence{
		seq("p", 1, PaymentFailed, ""), seq("k", 1, CheckoutAbandoned, "vip"),
		seq("c", 1, CartAbandoned, ""), seq("o", 1, OrderPlaced, ""),
	}
	for _, tc := range []struct {
		name      string
		facts     cart.Facts
		available []Sequence
		trigger   Trigger
		// vip and mobile are the keys of what is picked for these personas.
		vip, mobile string
	}{
		{"cart", inCart, every, CartAbandoned, "c", "c"},
		{"nothing known", cart.Facts{}, every, CartAbandoned, "c", "c"},
		{"checkout", atCheckout, every, CheckoutAbandoned, "k", "c"},
		{"payment", atPayment, every, CheckoutAbandoned, "k", "c"},
		{"failed", failed, every, PaymentFailed, "p", "p"},
		{"failed without its own", failed, every[1:], CheckoutAbandoned, "k", "c"},
		{"failed with cart only", failed, every[2:], CartAbandoned, "c", "c"},
		{"checkout with cart only", atCheckout, every[2:], CartAbandoned, "c", "c"},
		{"cart without its own", inCart, every[:2], CartAbandoned, "", ""},
		{"nothing available", failed, nil, CartAbandoned, "", ""},
	} {
		c := cart.Cart{Facts: tc.facts}
		if got := TriggerFor(c, tc.available); got != tc.trigger {
			t.Errorf("%s: trigger %s, want %s", tc.name, got, tc.trigger)
		}
		for personaKey, want := range map[string]string{"vip": tc.vip, "mobile": tc.mobile} {
			if got, ok := Pick(c, personaKey, tc.available); got.Key != want || ok != (want != "") {
				t.Errorf("%s: picked %q for %s, want %q", tc.name, got.Key, personaKey, want)
			}
		}
	}
}

func TestCondition(t *testing.T) {
	t.Parallel()
	rules := newRules(t)
	facts := persona.NewFacts(shopper.Shopper{}, shopper.History{Orders: 2}, cart.Cart{})
	for _, tc := range []struct {
		when       string
		want, fail bool
	}{
		{"", true, false},
		{"shopper.orders == 2", true, false},
		{"shopper.orders > 2", false, false},
		{"cart.items[0].price > 1", false, true},
		{"cart.itms.size() > 1", false, true},
	} {
		got, err := Condition(t.Context(), rules, Step{When: tc.when}, facts)
		if got != tc.want || fault.Is(err, fault.Unprocessable) != tc.fail {
			t.Errorf("%q: %v, %v", tc.when, got, err)
		}
	}
}
