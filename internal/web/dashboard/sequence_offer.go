package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/duration"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// offerForm is a step's offer as it was typed.
type offerForm struct {
	// OfferBy is "" for no offer, "one" for one code, "own" for codes of a stock.
	OfferBy string
	// OfferWas is what OfferBy was when the form was opened.
	OfferWas string
	// OfferCode, OfferCodes, OfferValue and OfferFor are its fields; those that OfferBy does not need are left aside.
	OfferCode, OfferCodes, OfferValue, OfferFor string
}

// typedOffer shows an offer as a form's fields.
func typedOffer(o *sequence.Offer) offerForm {
	if o == nil {
		return offerForm{}
	}
	f := offerForm{OfferBy: "one", OfferCode: o.Code, OfferCodes: o.Codes, OfferValue: o.Value}
	if o.Codes != "" {
		f.OfferBy = "own"
	}
	f.OfferWas = f.OfferBy
	if o.ValidFor > 0 {
		f.OfferFor = duration.Format(o.ValidFor)
	}
	return f
}

// postedOffer reads the offer of a posted step.
func postedOffer(f url.Values, i int) offerForm {
	get := func(name string) string { return strings.TrimSpace(nth(f[name], i)) }
	return offerForm{OfferBy: get("offer"), OfferWas: get("offer_was"), OfferCode: get("offer_code"), OfferCodes: get("offer_codes"), OfferValue: get("offer_value"), OfferFor: get("offer_for")}
}

// offer gives what was typed; the error is that its time cannot be read.
func (f offerForm) offer() (*sequence.Offer, error) {
	o := &sequence.Offer{Value: f.OfferValue}
	switch f.OfferBy {
	case "one":
		o.Code = f.OfferCode
	case "own":
		o.Codes = f.OfferCodes
	default:
		return nil, nil
	}
	var err error
	o.ValidFor, err = typedSpan(f.OfferFor)
	return o, err
}

// Forgotten reports an offer that was filled in and not chosen: saved as it is,
// it would be lost without a word. Who chose “nothing” in place of an offer
// wants it gone.
func (f offerForm) Forgotten() bool {
	return f.OfferBy == "" && f.OfferWas == "" && f.OfferCode+f.OfferCodes+f.OfferValue+f.OfferFor != ""
}

// OfferSays is the offer in a few words, for a form that is closed.
func (f offerForm) OfferSays() string {
	switch f.OfferBy {
	case "one":
		return strings.TrimSpace(f.OfferValue + " by " + f.OfferCode)
	case "own":
		return strings.TrimSpace(f.OfferValue + " by a code of " + f.OfferCodes)
	}
	return "none"
}

// offerFields are the fields of one step's offer, as its part of the page needs them.
type offerFields struct {
	offerForm
	No     int
	Stocks []string
	// Wrong are the faults by field.
	Wrong map[string]string
	Codes string
}

// OfferFields gives the offer's part of a step's form.
func (v draftView) OfferFields(i int, s stepForm) offerFields {
	out := offerFields{offerForm: s.offerForm, No: i + 1, Stocks: v.Stocks, Wrong: map[string]string{}, Codes: v.Link("/codes")}
	for _, field := range []string{"by", "code", "codes", "value", "valid_for"} {
		if said := v.WrongAt(i, "offer."+field); said != "" {
			out.Wrong[field] = said
		}
	}
	return out
}

// ShowsCode reports whether a template shows the code of an offer anywhere.
func (o opening) ShowsCode() bool {
	for _, b := range o.Blocks {
		if b.Kind == message.BlockCoupon {
			return true
		}
	}
	return strings.Contains(fmt.Sprintf("%+v", o.Template), "offer.code")
}

// Known reports whether the stock that is named is one of the shop's.
func (f offerFields) Known() bool {
	for _, key := range f.Stocks {
		if key == f.OfferCodes {
			return true
		}
	}
	return f.OfferCodes == ""
}

// stockKeys are the keys of a shop's stocks.
func (d *Dashboard) stockKeys(ctx context.Context, shopID string) ([]string, error) {
	stocks, err := d.Playbook.CodeStocks(ctx, shopID)
	var out []string
	for _, s := range stocks {
		out = append(out, s.Key)
	}
	return out, err
}

// scarceCodes says which stocks of codes need new ones.
func scarceCodes(f frame, stocks []journey.CodeStock) []notice {
	var out []notice
	for _, s := range stocks {
		n := notice{
			Mark: "codes", Text: fmt.Sprintf("No code is left in the stock “%s”: steps that offer one of its codes are skipped.", s.Key),
			Remedy: "Make further codes at your platform and add them here. Carts that were passed over get no second chance: nothing is sent late.",
			Link:   f.Link("/codes"), Action: "Add codes",
		}
		if !s.Empty() {
			n.Text = fmt.Sprintf("The stock “%s” has %s left, and %s went in the last three days.", s.Key, sentenceCount(s.Free, "code"), sentenceCount(s.TakenLately, "code"))
			n.Remedy = "Add codes before it is empty: without one, its steps are skipped."
		}
		out = append(out, n)
	}
	return out
}
