package recovery

import (
	"context"
	"crypto/sha256"
	"errors"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/consent"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// Imported is what became of one line of an import.
type Imported struct {
	event.Receipt
	// Line is its number in the file.
	Line int `json:"line"`
	// Suppressed is the reason for which a yes changes nothing: its address is
	// suppressed and stays so. "" for others.
	Suppressed string `json:"suppressed,omitempty"`
	// Outranked is true of a yes that a newer no, or one of the same moment, stands against.
	Outranked bool `json:"outranked,omitempty"`
}

// Import takes the lines of one file, batch by batch. It is not safe for
// concurrent use.
type Import struct {
	*Engine
	shop shop.Shop
	// file is what evidence calls it.
	file string
	// dry undoes each batch. What the batches before would have stored is then
	// remembered here by short hashes, a few dozen bytes a line.
	dry  bool
	seen map[[16]byte]bool
	// said are the newest noes of those batches, by channel and name.
	said map[[16]byte]int64
}

// NewImport begins an import into a shop. With dry everything is done and
// undone again, so that its answers are those that the import would give.
func (e *Engine) NewImport(ctx context.Context, shopID, file string, dry bool) (*Import, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	return &Import{Engine: e, shop: sh, file: event.Clean(file, 100), dry: dry, seen: map[[16]byte]bool{}, said: map[[16]byte]int64{}}, err
}

// Take takes some lines in, in one transaction; one answer for each, in order.
func (m *Import) Take(ctx context.Context, lines []consent.Line) ([]Imported, error) {
	out := make([]Imported, len(lines))
	var in []Stored
	var place []int
	for i, l := range lines {
		out[i].Line, out[i].Index = l.Number, i
		s, err := m.line(l)
		if err != nil {
			out[i].Receipt = refusal(err)
			continue
		}
		if m.dry && m.seen[short(s.DedupeKey)] {
			out[i].Receipt = event.Receipt{Kind: s.Kind, Status: event.Duplicate}
			continue
		}
		in, place = append(in, s), append(place, i)
	}
	done, err := m.batch(ctx, in)
	if err != nil && m.Store.Hopeless(err) {
		done, err = m.singly(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	for j, d := range done {
		d.Line, d.Index = out[place[j]].Line, place[j]
		out[place[j]] = d
		if m.dry && d.Status != event.Rejected {
			m.remember(in[j], &out[place[j]])
		}
	}
	return out, nil
}

// remember keeps of a line what later batches would meet of it, and looks for
// the noes of earlier ones.
func (m *Import) remember(s Stored, d *Imported) {
	m.seen[short(s.DedupeKey)] = true
	for _, c := range s.Consents {
		for _, k := range s.Person.Keys {
			name := short(string(c.Channel) + " " + string(k.Kind) + " " + k.Value)
			no, said := m.said[name]
			switch at := c.At.UnixMilli(); {
			case c.Answer == event.No && (!said || no < at):
				m.said[name] = at
			case c.Answer == event.Yes && said && no >= at && d.Status == event.Accepted:
				d.Outranked = true
			}
		}
	}
}

func short(key string) (out [16]byte) {
	sum := sha256.Sum256([]byte(key))
	copy(out[:], sum[:])
	return out
}

// line makes the event of a line. Its key is what it says, wherever it stands:
// a file that is imported again, or was sorted since, changes nothing.
func (m *Import) line(l consent.Line) (Stored, error) {
	c, err := l.Said.Claim(m.Now())
	if err != nil {
		return Stored{}, err
	}
	c.Source = first(c.Source, "import")
	s, err := m.statement(m.shop, c, "consent:"+c.Fingerprint())
	s.Evidence = "import " + m.file + ":" + strconv.Itoa(l.Number)
	return s, err
}

// errUndone ends a dry batch's transaction.
var errUndone = errors.New("recovery: undone as asked")

func (m *Import) batch(ctx context.Context, in []Stored) ([]Imported, error) {
	if len(in) == 0 {
		return nil, nil
	}
	now := m.Now().UTC()
	for i := range in {
		in[i].ID, in[i].ShopID, in[i].ReceivedAt = m.NewID(), m.shop.ID, now
	}
	var out []Imported
	err := m.Store.Write(ctx, func(ctx context.Context, tx Tx) error {
		out = out[:0]
		f := &folding{Engine: m.Engine, tx: tx, shop: m.shop}
		for _, s := range in {
			d := Imported{}
			var err error
			if d.Receipt, err = f.takeOne(ctx, s); err != nil {
				return err
			}
			if d.Status == event.Accepted {
				if err := f.stands(ctx, s, &d); err != nil {
					return err
				}
			}
			out = append(out, d)
		}
		if m.dry {
			return errUndone
		}
		return nil
	})
	if err != nil && !errors.Is(err, errUndone) {
		return nil, err
	}
	for i, d := range out {
		if m.dry {
			out[i].ID = "" // nothing has it
			continue
		}
		m.Meter.Event(in[i].Platform, d.Status)
	}
	return out, nil
}

// singly is for a batch that the database refuses: each line is tried by
// itself, and the one that it refuses is told. It is not kept in quarantine:
// whoever imports reads the answers, and a replay would not know of the import.
func (m *Import) singly(ctx context.Context, in []Stored) (out []Imported, err error) {
	for _, s := range in {
		one, err := m.batch(ctx, []Stored{s})
		if err != nil && m.Store.Hopeless(err) {
			m.Log.Error("a line of an import cannot be folded", "shop", m.shop.ID, "error", err)
			one, err = []Imported{{Receipt: refusal(unfoldable)}}, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, one...)
	}
	return out, nil
}

// stands finds out whether a yes that was just taken in allows anything.
func (f *folding) stands(ctx context.Context, s Stored, d *Imported) error {
	for _, c := range s.Consents {
		if c.Answer != event.Yes {
			continue
		}
		who, err := f.tx.ShoppersByKeys(ctx, f.shop.ID, s.Person.Keys)
		if err != nil || len(who) == 0 {
			return err
		}
		for _, hash := range addressesOf(s.Event, c.Channel) {
			reason, err := f.tx.Suppression(ctx, f.shop.ID, c.Channel, hash)
			if err != nil {
				return err
			}
			lines, err := f.tx.Consents(ctx, f.shop.ID, c.Channel, who[0].ID, "", hash)
			if err != nil {
				return err
			}
			d.Suppressed = first(d.Suppressed, reason)
			d.Outranked = d.Outranked || consent.Newest(lines, who[0].ID, "", hash).Answer == event.No
		}
	}
	return nil
}
