package sequence

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/persona"
)

// stages and triggers list what a sequence may name, in journey order.
var (
	stages   = []Stage{Awareness, Consideration, Purchase, Retention, Advocacy}
	triggers = []Trigger{CartAbandoned, CheckoutAbandoned, PaymentFailed, OrderPlaced}
)

// Validate checks one sequence. Its conditions are handed to compile
// (persona.Rules.Check). All faults are given at once, joined, each a
// *fault.Error whose Field names its place ("steps[1].after"). Whether its
// persona and templates exist is for those who hold them.
func Validate(s Sequence, compile func(string) error) error {
	var errs []error
	if err := persona.CheckOwnKey(s.Key); err != nil {
		errs = append(errs, err.In("key"))
	}
	if !slices.Contains(stages, s.Stage) {
		errs = append(errs, fault.New(fault.Unprocessable, "%q is not a stage", string(s.Stage)).
			In("stage").Try("use awareness, consideration, purchase, retention or advocacy"))
	}
	if !slices.Contains(triggers, s.Trigger) {
		errs = append(errs, fault.New(fault.Unprocessable, "%q is not a trigger", string(s.Trigger)).
			In("trigger").Try("use cart_abandoned, checkout_abandoned, payment_failed or order_placed"))
	}
	if s.Persona != "" {
		if err := persona.CheckKey(s.Persona); err != nil {
			errs = append(errs, err.In("persona"))
		}
	}
	return errors.Join(append(errs, checkSteps(s.Steps, compile)...)...)
}

func checkSteps(steps []Step, compile func(string) error) []error {
	if len(steps) == 0 {
		return []error{fault.New(fault.Unprocessable, "the sequence has no step").In("steps").
			Try("give it at least one, such as {after: 1h, channels: [email], template: cart-reminder}")}
	}
	var errs []error
	var before time.Duration
	for i, step := range steps {
		at := fmt.Sprintf("steps[%d]", i)
		if err := checkAfter(step.After, before, i); err != nil {
			errs = append(errs, err.In(at+".after"))
		}
		before = max(before, step.After)
		errs = append(errs, checkStep(step, at, compile)...)
	}
	return errs
}

// checkAfter wants whole seconds, later than the step before.
func checkAfter(after, before time.Duration, i int) *fault.Error {
	switch {
	case after <= 0:
		return fault.New(fault.Unprocessable, "the step comes no time after the last activity").
			Try("give a time of at least one second, such as 1h")
	case after%time.Second != 0:
		return fault.New(fault.Unprocessable, "the time is not in whole seconds").Try("round it to seconds")
	case i > 0 && after <= before:
		return fault.New(fault.Unprocessable, "the step does not come after step %d", i).
			Try("count every step from the cart's last activity, each later than the one before")
	}
	return nil
}

func checkStep(step Step, at string, compile func(string) error) []error {
	errs := persona.CheckChannels(step.Channels, at+".channels")
	if len(step.Channels) == 0 {
		errs = append(errs, fault.New(fault.Unprocessable, "the step has no channel").
			In(at+".channels").Try("name at least one of email, sms and messenger"))
	}
	if err := persona.CheckKey(step.Template); step.Template == "" {
		errs = append(errs, fault.New(fault.Unprocessable, "the step has no template").
			In(at+".template").Try("name a template's key"))
	} else if err != nil {
		errs = append(errs, err.In(at+".template"))
	}
	if step.When != "" {
		errs = append(errs, persona.Locate(compile(step.When), at+".when")...)
	}
	if step.MaxLate < 0 || step.MaxLate%time.Second != 0 {
		errs = append(errs, fault.New(fault.Unprocessable, "the maximum lateness is not a number of whole seconds").
			In(at+".max_late").Try("give a time such as 6h, or leave it out for 12h"))
	}
	return append(errs, checkOffer(step.Offer, at+".offer")...)
}
