package shopware

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// live is the version of things as the shop has them. Others are drafts that
// somebody edits in the administration.
const live = "0fa91ce3e96a4bc2be4bd9ce752c3425"

// written is one thing of a "*.written" or "*.deleted" list.
type written struct {
	Entity    wire.Text  `json:"entity"`
	Operation wire.Text  `json:"operation"`
	Key       primaryKey `json:"primaryKey"`
}

// primaryKey is an id, or an object with one and a version.
type primaryKey struct {
	ID      wire.Text `json:"id"`
	Version wire.Text `json:"versionId"`
}

// UnmarshalJSON reads both.
func (k *primaryKey) UnmarshalJSON(b []byte) error {
	*k = primaryKey{}
	var o wire.Object[struct {
		ID      wire.Text `json:"id"`
		Version wire.Text `json:"versionId"`
	}]
	if err := o.UnmarshalJSON(b); err != nil {
		return err
	}
	if o.Set {
		*k = primaryKey(o.V)
		return nil
	}
	return k.ID.UnmarshalJSON(b)
}

// maxWritten bounds what one list can make us ask for.
const maxWritten = 100

// list reads what was written: ids without facts. Orders are asked for; a
// deleted order is void, and a deleted customer wants to be forgotten.
func (r *reader) list(payload []byte) ([]event.Event, error) {
	var all []written
	if err := json.Unmarshal(payload, &all); err != nil {
		return nil, fault.Wrap(fault.Unprocessable, err, "the list of what was written cannot be read").In("data.payload")
	}
	first := *r
	var more []event.Event
	for i, w := range all {
		id := wire.ID(string(w.Key.ID))
		draft := w.Key.Version != "" && !strings.EqualFold(string(w.Key.Version), live)
		switch gone := w.gone(r.e.Topic); {
		case !wire.Segment(id) || draft:
			continue
		case w.about(r.e.Topic) == "order" && !gone:
			if ref := (event.Reference{Kind: event.LinkOrder, ID: id}); len(first.e.Fetch) < maxWritten {
				first.e.Fetch = append(first.e.Fetch, ref)
			}
		case w.about(r.e.Topic) == "order" && len(more) < maxWritten:
			more = append(more, r.deletedOrder(i, id))
		case w.about(r.e.Topic) == "customer" && gone && len(more) < maxWritten:
			more = append(more, r.deletedCustomer(i, id))
		}
	}
	if len(all) > maxWritten {
		first.notes.Add("the list names more than %d things; the first %d were read", maxWritten, maxWritten)
	}
	if len(more) > 0 && len(first.e.Fetch) == 0 {
		return more, nil
	}
	return append(first.done(), more...), nil
}

// about is what was written, by its own word or the event's name.
func (w written) about(topic string) string {
	if w.Entity != "" {
		return strings.ToLower(string(w.Entity))
	}
	name, _, _ := strings.Cut(topic, ".")
	return name
}

func (w written) gone(topic string) bool {
	return strings.HasPrefix(strings.ToLower(string(w.Operation)), "delete") || strings.HasSuffix(topic, ".deleted")
}

// deletedOrder knows the order's id and nothing else.
func (r *reader) deletedOrder(i int, id string) event.Event {
	e := r.e
	e.Kind, e.DedupeKey = event.OrderCancelled, fmt.Sprintf("%s:%d", e.DedupeKey, i)
	e.Links = []event.Link{{Kind: event.LinkOrder, Value: id}}
	e.Order = &event.Order{ID: id, Status: event.OrderVoid}
	return e
}

func (r *reader) deletedCustomer(i int, id string) event.Event {
	e := r.e
	e.Kind, e.DedupeKey = event.SubjectErase, fmt.Sprintf("%s:%d", e.DedupeKey, i)
	e.Privacy = &event.Privacy{Keys: []event.Key{{Kind: event.KeyCustomer, Value: id}}}
	return e
}
