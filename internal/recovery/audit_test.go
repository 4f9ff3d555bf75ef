package recovery_test

import (
	"database/sql"
	"strings"
)

// promises are queries for rows that must not exist, whatever a test did.
var promises = []struct{ what, query string }{
	{"a step has two messages that left or may still leave", `
		SELECT enrollment_id || ' step ' || step FROM messages WHERE state NOT IN ('rejected', 'cancelled')
		GROUP BY shop_id, enrollment_id, step HAVING count(*) > 1`},
	{"a step has two final decisions", `
		SELECT enrollment_id || ' step ' || step FROM decisions WHERE enrollment_id <> '' AND outcome IN ('sent', 'skipped', 'failed')
		GROUP BY shop_id, enrollment_id, step HAVING count(*) > 1`},
	{"a step that was passed has no final decision", `
		SELECT e.id || ' step ' || s.step FROM enrollments e
		JOIN (SELECT 0 AS step UNION SELECT 1 UNION SELECT 2) s ON s.step < e.step OR (s.step = e.step AND e.reason = 'completed')
		WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = e.shop_id AND d.enrollment_id = e.id AND d.step = s.step
			AND d.outcome IN ('sent', 'skipped', 'failed'))`},
	{"a message that left or was given up has no final decision of its step", `
		SELECT m.id || ' ' || m.state FROM messages m
		WHERE m.state NOT IN ('reserved', 'sending') AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = m.shop_id
			AND d.enrollment_id = m.enrollment_id AND d.step = m.step AND d.outcome IN ('sent', 'skipped', 'failed'))
		AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.shop_id = m.shop_id AND d.message_id = m.id AND d.rule = 'cart.active')
		AND NOT EXISTS (SELECT 1 FROM messages o WHERE o.shop_id = m.shop_id AND o.enrollment_id = m.enrollment_id AND o.step = m.step
			AND o.state IN ('reserved', 'sending'))
		AND NOT EXISTS (SELECT 1 FROM enrollments e WHERE e.shop_id = m.shop_id AND e.id = m.enrollment_id
			AND e.state = 'waiting' AND e.due_at IS NOT NULL AND e.step = m.step)`},
	{"an enrollment waits for nothing", `
		SELECT e.id FROM enrollments e WHERE e.state = 'waiting' AND e.due_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM messages m WHERE m.shop_id = e.shop_id AND m.enrollment_id = e.id AND m.step = e.step
			AND m.state IN ('reserved', 'sending'))`},
	{"a message in flight has no lease", `SELECT id FROM messages WHERE state IN ('reserved', 'sending') AND due_at IS NULL`},
	{"a settled message has an alarm", `SELECT id FROM messages WHERE state NOT IN ('reserved', 'sending') AND due_at IS NOT NULL`},
	{"an enrollment that is done has an alarm", `SELECT id FROM enrollments WHERE state = 'done' AND due_at IS NOT NULL`},
	{"an open cart has no alarm", `SELECT id FROM carts WHERE state = 'open' AND idle_at IS NULL AND platform <> 'pixel'`},
	{"a cart that only the script told of is somebody's, waits or was written about", `
		SELECT c.id FROM carts c WHERE c.platform = 'pixel' AND (c.shopper_id <> '' OR c.idle_at IS NOT NULL OR c.state NOT IN ('open', 'emptied', 'expired', 'merged')
			OR EXISTS (SELECT 1 FROM messages m WHERE m.shop_id = c.shop_id AND m.cart_id = c.id)
			OR EXISTS (SELECT 1 FROM cart_people p WHERE p.shop_id = c.shop_id AND p.cart_id = c.id))`},
	{"a cart that is not open has an alarm", `SELECT id FROM carts WHERE state <> 'open' AND idle_at IS NOT NULL`},
	{"an ordered cart waits for messages", `
		SELECT c.id FROM carts c JOIN enrollments e ON e.shop_id = c.shop_id AND e.cart_id = c.id
		WHERE c.state = 'ordered' AND e.state = 'waiting'`},
	{"an ordered cart names no order", `SELECT id FROM carts WHERE state = 'ordered' AND (order_id = '' OR ordered_by = '')`},
	{"a recovery is of a message that never left", `
		SELECT r.id FROM recoveries r JOIN messages m ON m.shop_id = r.shop_id AND m.id = r.message_id
		WHERE m.state IN ('reserved', 'rejected', 'cancelled')`},
	{"a recovery gave back more than it got", `SELECT id FROM recoveries WHERE refunded_minor > amount_minor`},
	{"rows of different shops meet", `
		SELECT m.id FROM messages m JOIN enrollments e ON e.id = m.enrollment_id WHERE e.shop_id <> m.shop_id
		UNION SELECT e.id FROM enrollments e JOIN carts c ON c.id = e.cart_id WHERE c.shop_id <> e.shop_id
		UNION SELECT r.id FROM recoveries r JOIN orders o ON o.id = r.order_id WHERE o.shop_id <> r.shop_id`},
	{"a code was given to two enrollments", `SELECT code FROM offers WHERE stock <> '' GROUP BY shop_id, stock, code HAVING count(*) > 1`},
	{"an offer has no code, or no end after it was made", `SELECT id FROM offers WHERE code = '' OR expires_at <= made_at`},
	{"a message that left or may still leave shows an offer that is not made", `
		SELECT m.id FROM messages m WHERE m.offer_id <> '' AND m.state NOT IN ('rejected', 'cancelled') AND NOT EXISTS (
			SELECT 1 FROM offers o WHERE o.shop_id = m.shop_id AND o.id = m.offer_id)`},
	{"a message left with an offer that was over", `
		SELECT m.id FROM messages m JOIN offers o ON o.shop_id = m.shop_id AND o.id = m.offer_id WHERE m.sent_at >= o.expires_at`},
	{"an offered code is free", `
		SELECT o.code FROM offers o JOIN offer_codes c ON c.shop_id = o.shop_id AND c.stock = o.stock AND c.code = o.code WHERE c.taken_at = 0`},
	{"a code is taken for nothing", `
		SELECT c.code FROM offer_codes c WHERE c.taken_at > 0 AND c.message_id <> '' AND NOT EXISTS (
			SELECT 1 FROM offers o WHERE o.shop_id = c.shop_id AND o.stock = c.stock AND o.code = c.code)`},
	{"a link of a message belongs to nobody", `
		SELECT l.hash FROM links l WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.shop_id = l.shop_id AND m.id = l.message_id)`},
}

// audit holds the whole database against the promises, and the log against
// what must not be in it.
func (w *world) audit() {
	w.t.Helper()
	db := w.db.Raw(w.t)
	for _, p := range promises {
		for _, found := range texts(w, db, p.query) {
			w.t.Errorf("%s: %s", p.what, found)
		}
	}
	w.sentOnce()
	logged := w.logs.String()
	for _, private := range []string{"@example.com", "ada.lovelace", adaPhone, adaPhone[1:], adaPSID, "Adaline", "Lovelace", "restore-secret"} {
		if strings.Contains(logged, private) {
			w.t.Errorf("the log names %q:\n%s", private, logged)
		}
	}
}

// sentOnce: the providers accepted no message twice, and no step's.
func (w *world) sentOnce() {
	w.t.Helper()
	step := map[string]string{}
	for _, sh := range texts(w, w.db.Raw(w.t), `SELECT id FROM shops`) {
		for _, m := range w.messagesOf(sh) {
			step[m.ID] = m.EnrollmentID + "/" + string(rune('0'+m.Step))
		}
	}
	seen := map[string]bool{}
	for _, s := range w.outbox() {
		if strings.HasPrefix(s.Subject, "[Test] ") {
			continue // somebody of the shop wrote to themselves
		}
		key := step[s.MessageID]
		if key == "" {
			w.t.Errorf("a provider got a message that is not known: %q", s.MessageID)
		}
		if seen[key] {
			w.t.Errorf("the step %s was sent twice", key)
		}
		seen[key] = true
	}
}

func texts(w *world, db *sql.DB, query string) []string {
	w.t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			w.t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return out
}
