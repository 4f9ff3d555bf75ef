package recovery

import (
	"context"
	"time"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// Offers. A step may promise a code for a time. The promise is made in the
// transaction that reserves its first message, and from then on it stands: the
// same offer in a later step of the cart shows the same code and the same end,
// and a step that would show it after its end is skipped. What nobody can have
// seen is unmade, and its code is free again.

// The rules that skip a step for its offer's sake.
const (
	offerExpired  = "offer.expired"
	offerNoneLeft = "offer.none_left"
	offerRecent   = "offer.recent"
)

type offerTx interface {
	// Offer gives one, or fault.NotFound.
	Offer(ctx context.Context, shopID, id string) (journey.Offer, error)
	// OfferOf gives what a cart was offered under a key: in the enrollment itself,
	// else in another of the cart's; or fault.NotFound.
	OfferOf(ctx context.Context, shopID, cartID, enrollmentID, key string) (journey.Offer, error)
	// OfferedElsewhere gives when a shopper was last made an offer for another cart
	// by a message that left or may still leave; zero for never since an instant.
	OfferedElsewhere(ctx context.Context, shopID, shopperID, cartID string, since time.Time) (time.Time, error)
	// InsertOffer stores one; fault.Conflict when it is made already, or its code given.
	InsertOffer(ctx context.Context, o journey.Offer) error
	// TakeCode takes a free code of a stock for a message; "" when none is left.
	TakeCode(ctx context.Context, shopID, stock, messageID string) (string, error)
	// OfferInUse reports whether a message but for one shows an offer, whatever became of it.
	OfferInUse(ctx context.Context, shopID, id, except string) (bool, error)
	// DropOffer unmakes an offer that nobody saw, and makes its code free again.
	DropOffer(ctx context.Context, o journey.Offer) error
}

// offerable asks what speaks against the step's offer: nil for nothing. An offer
// that stands is found here, a new one is made when a channel may be used.
func (e *Engine) offerable(ctx context.Context, tx Tx, w *work) (*verdict, error) {
	if w.step.Offer == nil {
		return nil, nil
	}
	w.in["offer"] = w.step.Offer.Key()
	o, err := tx.OfferOf(ctx, w.en.ShopID, w.cart.ID, w.en.ID, w.step.Offer.Key())
	switch {
	case err == nil:
		w.offer = o
		w.in["offer_expires"] = stamp(o.ExpiresAt)
		if !o.ExpiresAt.After(w.now) {
			return &verdict{outcome: journey.Skipped, rule: offerExpired}, nil
		}
		return nil, nil
	case !fault.Is(err, fault.NotFound):
		return nil, err
	}
	rest := w.shop.Settings.OfferRest()
	if rest == 0 {
		return nil, nil
	}
	last, err := tx.OfferedElsewhere(ctx, w.en.ShopID, w.who.ID, w.cart.ID, w.now.Add(-rest))
	if err != nil || last.IsZero() {
		return nil, err
	}
	w.in["offered"], w.in["offers_every"] = stamp(last), rest.String()
	return &verdict{outcome: journey.Skipped, rule: offerRecent}, nil
}

// promise gives the id of the message that is to be, and makes the step's offer
// for it unless it stands already. The verdict says that no code is left.
func (e *Engine) promise(ctx context.Context, tx Tx, w *work) (messageID string, v *verdict, err error) {
	messageID = e.NewID()
	o := w.step.Offer
	if o == nil || w.offer.ID != "" {
		return messageID, nil, nil
	}
	made := journey.Offer{
		ID: e.NewID(), ShopID: w.en.ShopID, EnrollmentID: w.en.ID, Key: o.Key(), Stock: o.Codes, Code: o.Code, Value: o.Value,
		MessageID: messageID, MadeAt: w.now, ExpiresAt: w.now.Add(o.ValidFor),
	}
	if o.Codes != "" {
		if made.Code, err = tx.TakeCode(ctx, made.ShopID, o.Codes, messageID); err != nil {
			return "", nil, err
		}
		if made.Code == "" {
			return "", &verdict{outcome: journey.Skipped, rule: offerNoneLeft}, nil
		}
	}
	if err := tx.InsertOffer(ctx, made); err != nil {
		return "", nil, err
	}
	w.offer, w.offerNew = made, true
	w.in["offer_expires"] = stamp(made.ExpiresAt)
	return messageID, nil, nil
}

// unpromise unmakes the offer of a message that did not come to be.
func (e *Engine) unpromise(ctx context.Context, tx Tx, w *work) error {
	if !w.offerNew {
		return nil
	}
	err := tx.DropOffer(ctx, w.offer)
	w.offer, w.offerNew = journey.Offer{}, false
	delete(w.in, "offer_expires")
	return err
}

// shown is the offer as templates know it.
func shown(o journey.Offer) message.Offer {
	return message.Offer{Code: o.Code, Value: o.Value, Expires: o.ExpiresAt}
}

// releaseOffer unmakes the offer of a message that was taken back, when it is
// certain that nobody saw it: it was made for this message, no provider was ever
// called with it, and no other message shows it. Else it stands, and its code stays taken.
func (e *Engine) releaseOffer(ctx context.Context, tx Tx, l Letter) error {
	if l.OfferID == "" || l.Attempts > 0 || l.State != delivery.Cancelled && l.State != delivery.Rejected {
		return nil
	}
	o, err := tx.Offer(ctx, l.ShopID, l.OfferID)
	if fault.Is(err, fault.NotFound) || err == nil && o.MessageID != l.ID {
		return nil
	}
	if err != nil {
		return err
	}
	used, err := tx.OfferInUse(ctx, l.ShopID, o.ID, l.ID)
	if err != nil || used {
		return err
	}
	return tx.DropOffer(ctx, o)
}

// overdue gives the rule that forbids a reserved message whose offer is over; a
// message that is too late is so because of it. Else it gives the rule so far.
func (e *Engine) overdue(ctx context.Context, tx Tx, l Letter, rule string) (string, error) {
	if l.OfferID == "" || rule != "" && rule != tooLate {
		return rule, nil
	}
	o, err := tx.Offer(ctx, l.ShopID, l.OfferID)
	if fault.Is(err, fault.NotFound) {
		return offerExpired, nil // it was forgotten: what the message promises is not known any more
	}
	if err == nil && !o.ExpiresAt.After(tx.Now()) {
		rule = offerExpired
	}
	return rule, err
}

// carried is the code that the way back of a message carries: its offer's while
// that is good, else "".
func (e *Engine) carried(ctx context.Context, tx Tx, l Letter) (string, error) {
	if l.OfferID == "" {
		return "", nil
	}
	o, err := tx.Offer(ctx, l.ShopID, l.OfferID)
	if fault.Is(err, fault.NotFound) || err == nil && !o.ExpiresAt.After(tx.Now()) {
		return "", nil
	}
	return o.Code, err
}

// anyCode stands in previews for a code of a stock: none is taken to show one.
const anyCode = "ITS-OWN-CODE"

// offered puts the offer of the first live step that names a template into an
// input for looking at; without one the input stays as it is.
func (e *Engine) offered(ctx context.Context, shopID, key string, in *message.Input) error {
	live, err := e.Store.Sequences(ctx, shopID)
	if err != nil {
		return err
	}
	for _, s := range live {
		for _, step := range s.Steps {
			if o := step.Offer; o != nil && step.Template == key {
				in.Offer = message.Offer{Code: first(o.Code, anyCode), Value: o.Value, Expires: e.Now().Add(o.ValidFor)}
				return nil
			}
		}
	}
	return nil
}
