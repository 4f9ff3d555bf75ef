package pixel

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/platform/wire"
)

// contents is a cart as the script found it, or a change of one.
type contents struct {
	// Token is the platform's own id of the cart, where the script can read it.
	Token wire.Text `json:"k"`
	// Currency is the cart's; the shop's where it is missing.
	Currency wire.Text       `json:"c"`
	Items    wire.List[line] `json:"i"`
}

// line is one line of it.
type line struct {
	ID       wire.Text   `json:"d"`
	Variant  wire.Text   `json:"v"`
	Title    wire.Text   `json:"n"`
	Quantity wire.Count  `json:"q"`
	Price    wire.Amount `json:"p"`
}

// cart reads a cart's contents or a change of them. Addresses of products and
// pictures are not even read: whoever posts could lead anywhere by them.
func (r *reading) cart(at *event.Behaviour, t thing) bool {
	if t.Cart == nil || !t.Cart.Items.Set {
		return false
	}
	lines, ok := r.lines(t.Cart)
	if !ok {
		return false
	}
	ev := event.Event{Topic: t.Kind, Kind: event.CartUpdated, OccurredAt: at.At, DedupeKey: at.Page + ":" + strconv.Itoa(at.Seq)}
	switch t.Kind {
	case "add", "remove":
		ev.Kind = event.ItemAdded
		sign := 1
		if t.Kind == "remove" {
			ev.Kind, sign = event.ItemRemoved, -1
		}
		for _, it := range lines.Items {
			ev.Deltas = append(ev.Deltas, event.Delta{Item: it, Quantity: sign * it.Quantity})
		}
		if len(ev.Deltas) == 0 {
			return false
		}
	default:
		ev.Contents = &event.Contents{Items: lines.Items, Total: lines.Sum}
	}
	at.Kind, at.Name, at.Detail = event.DidCart, map[string]string{"add": "added", "remove": "removed"}[t.Kind], strconv.Itoa(len(lines.Items))
	// A token such as Shopify's may have a key behind it, which events do not tell.
	token, _, _ := strings.Cut(string(t.Cart.Token), "?")
	if token = wire.ID(token); len(token) >= 16 {
		r.CartToken = token
	}
	r.Carts = append(r.Carts, ev)
	return true
}

func (r *reading) lines(c *contents) (wire.Lines, bool) {
	currency, err := wire.Currency("c", c.Currency, wire.Text(r.d.Currency))
	if err != nil {
		return wire.Lines{}, false
	}
	out := wire.Lines{Field: "i", Currency: currency, Lenient: true, Notes: &wire.Notes{}}
	out.Sum.Currency = currency
	for i, l := range c.Items.V {
		if i == maxLines {
			break
		}
		item := event.Item{ProductID: string(l.ID), VariantID: string(l.Variant), Title: string(l.Title)}
		if item.Same() == "" || out.Add(wire.Line{Item: item, Quantity: l.Quantity, Price: l.Price}) != nil {
			continue
		}
	}
	return out, true
}

// track reads an event of the shop's own: its name and a few properties.
func (r *reading) track(at *event.Behaviour, t thing) {
	at.Name = text(t.Name, 100)
	if at.Name == "" {
		return
	}
	at.Detail = properties(t.Props)
	r.Did = append(r.Did, *at)
}

// The bounds of what is kept of an event of the shop's own.
const maxProps, maxPropBytes = 10, 400

// properties keeps a few plain values, those first by name, as JSON. A text with
// an @ may be somebody's address and is not kept.
func properties(props map[string]any) string {
	kept, size := map[string]any{}, 0
	for _, k := range slices.Sorted(maps.Keys(props)) {
		name, v := event.Clean(k, 40), props[k]
		switch said := v.(type) {
		case string:
			if strings.ContainsRune(said, '@') {
				continue
			}
			v = event.Clean(said, 100)
		case float64, bool:
		default:
			continue
		}
		text, err := json.Marshal(map[string]any{name: v})
		if size += len(text); err != nil || size > maxPropBytes || len(kept) == maxProps {
			break
		}
		kept[name] = v
	}
	if len(kept) == 0 {
		return ""
	}
	text, err := json.Marshal(kept)
	if err != nil {
		return ""
	}
	return string(text)
}
