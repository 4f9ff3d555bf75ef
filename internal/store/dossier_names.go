package store

import (
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// together reads why the shopper's names are taken for theirs. Who else they
// were seen with is others' to know.
func (d *dossiers) together(out *journey.Dossier) {
	filled(d, &out.Together, "evidence of names", func(rows *sql.Rows, p *journey.DossierPair) error {
		var when int64
		err := rows.Scan(&p.Name.Kind, &p.Name.Value, &p.Other.Kind, &p.Other.Value, &when)
		p.At = at(when)
		return err
	}, `SELECT ka.kind, ka.value, kb.kind, kb.value, p.at FROM shopper_keys ka JOIN key_pairs p ON p.shop_id = ka.shop_id AND p.a = ka.id
		JOIN shopper_keys kb ON kb.shop_id = p.shop_id AND kb.id = p.b AND kb.shopper_id = ka.shopper_id
		WHERE ka.shop_id = $1 AND ka.shopper_id = $2 ORDER BY p.at, p.a, p.b`)
	var said []shopper.Word
	filled(d, &said, "rulings", scanWord, words+` AND r.a IN (SELECT id FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2)
		UNION `+words+` AND r.b IN (SELECT id FROM shopper_keys WHERE shop_id = $1 AND shopper_id = $2) ORDER BY 3, 1`)
	out.Rulings = []journey.DossierRuling{}
	for _, w := range said {
		mine, other := w.NameA, w.NameB
		if mine.ShopperID != d.shopperID {
			mine, other = other, mine
		}
		r := journey.DossierRuling{Name: mine.Key, Other: other.Key, Same: w.Same, Reason: w.Reason, At: time.UnixMilli(w.At).UTC(), EndedAt: at(w.EndedAt)}
		out.Rulings = append(out.Rulings, r)
	}
}
