package recovery

import (
	"context"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// Dossier gives everything that is held about one shopper. What names other
// people, such as who else was seen on a shared cart, is left out of it: their
// names belong to their own dossiers.
func (e *Engine) Dossier(ctx context.Context, shopID string, who Who) (d journey.Dossier, err error) {
	id, err := e.Find(ctx, shopID, who)
	if err != nil {
		return d, err
	}
	if d, err = e.Store.Dossier(ctx, shopID, id); err != nil {
		return d, err
	}
	d.Format, d.ShopID, d.MadeAt = journey.DossierFormat, shopID, e.Now().UTC()
	others, err := e.others(ctx, shopID, &d)
	if err != nil {
		return d, err
	}
	d.Shopper.Traits = withoutOthers(d.Shopper.Traits, others)
	for i, m := range d.Messages {
		if slices.ContainsFunc(others, func(k event.Key) bool { return k.Value == m.To }) {
			d.Messages[i].To = anotherPerson
		}
	}
	for i, r := range d.Rulings {
		if !slices.Contains(d.Shopper.Keys, r.Other) {
			if mentionedIn(r.Reason, []event.Key{r.Other}) {
				d.Rulings[i].Reason = anotherPerson
			}
			d.Rulings[i].Other.Value = anotherPerson
		}
	}
	for i := range d.Events {
		d.Events[i].Body = masked(d.Events[i].Body, others)
	}
	for i := range d.Carts {
		d.Carts[i].Facts = d.Carts[i].Facts.Without(others)
	}
	for i, o := range d.Orders {
		d.Orders[i].Keys = slices.DeleteFunc(o.Keys, func(k event.Key) bool { return slices.Contains(others, k) })
	}
	return d, nil
}

// withoutOthers leaves out addresses that events said of the shopper and that are somebody else's.
func withoutOthers(t shopper.Traits, others []event.Key) shopper.Traits {
	for kind, said := range map[event.KeyKind]*shopper.Said{
		event.KeyEmail: &t.Email, event.KeyPhone: &t.Phone, event.KeyMessenger: &t.Messenger,
	} {
		if slices.Contains(others, event.Key{Kind: kind, Value: said.Value}) {
			*said = shopper.Said{}
		}
	}
	return t
}

// others gives the names on the shopper's carts and orders that are somebody else's.
func (e *Engine) others(ctx context.Context, shopID string, d *journey.Dossier) ([]event.Key, error) {
	var out []event.Key
	ask := func(keys []event.Key) error {
		for _, k := range keys {
			if slices.Contains(d.Shopper.Keys, k) || slices.Contains(out, k) {
				continue
			}
			owners, err := e.Store.Owners(ctx, shopID, []event.Key{k})
			if err != nil {
				return err
			}
			if len(owners) > 0 && owners[0] != d.Shopper.ID {
				out = append(out, k)
			}
		}
		return nil
	}
	for _, c := range d.Carts {
		if err := ask(c.Facts.Keys); err != nil {
			return nil, err
		}
	}
	for _, o := range d.Orders {
		if err := ask(o.Keys); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// RequestDossier gives the export that a platform's request asked for. It
// changes nothing: the request is done when the merchant says so.
func (e *Engine) RequestDossier(ctx context.Context, r journey.PrivacyRequest) (journey.Dossier, error) {
	if r.Kind != event.SubjectExport {
		return journey.Dossier{}, fault.New(fault.Unprocessable, "this request does not ask for an export").In("id")
	}
	return e.Dossier(ctx, r.ShopID, Who{Keys: r.Subject.Keys})
}

// PassedOn notes that the merchant has given a person the export that was asked for.
func (e *Engine) PassedOn(ctx context.Context, r journey.PrivacyRequest) (journey.PrivacyRequest, error) {
	if r.Kind != event.SubjectExport {
		return r, fault.New(fault.Unprocessable, "only a request for an export waits for the merchant").In("id")
	}
	if r.State == journey.RequestDone {
		return r, nil
	}
	err := e.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		r.State, r.DoneAt, r.Subject = journey.RequestDone, tx.Now(), event.Privacy{}
		return tx.SaveRequest(ctx, r)
	})
	return r, err
}
