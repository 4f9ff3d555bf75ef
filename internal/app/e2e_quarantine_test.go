package app_test

import (
	"database/sql"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/cartograph-dev/cartograph/internal/app"
)

// replayView is what API and command say of a replay.
type replayView struct {
	Folded int `json:"folded"`
	Left   []struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	} `json:"left"`
}

// What cannot be folded is kept and seen; once what stopped it is mended, a
// replay folds it in the order it came, and another changes nothing.
func TestQuarantineIsReplayedOnce(t *testing.T) {
	t.Parallel()
	b := openBazaar(t, app.WallClock(), "", "abandon_after=1h")
	v := visitor{token: "vis-puzzle", email: "puzzle@visitor.example", first: "Pia", last: "Puzzle", lines: []goods{{"Jug", "", 1, 2400}}}
	b.posted("checkouts/create", b.puzzle(v, 2400, 0))
	b.posted("checkouts/update", b.puzzle(v, 9900, time.Second))
	held := b.held()
	if len(held) != 2 || !strings.Contains(held[0].Reason, "currency") || held[0].Topic != "checkouts/update" || held[0].Alike != 2 {
		t.Fatalf("held: %+v", held)
	}
	same(t, "replayed too early", b.replayed(`{"id":"`+held[0].ID+`"}`).Folded, 0)
	same(t, "the reason it is left", b.replayed("").Left[0].Reason, held[1].Reason)
	_, metrics := call(t, http.MethodGet, b.url+"/metrics", nil, nil)
	if want := `cartograph_events_total{fate="quarantined",platform="shopify"} 2`; !strings.Contains(metrics, want) {
		t.Errorf("/metrics lacks %s", want)
	}

	b.mend(t, `"QQQ"`, `"EUR"`)
	same(t, "replayed", b.replayed("").Folded, 2)
	var detail json.RawMessage
	id := b.cartOf(v)
	b.get("/carts/"+id, &detail)
	if !strings.Contains(string(detail), `"amount":"99.00"`) {
		t.Errorf("not folded in the order they came: %s", detail)
	}
	var again replayView
	if err := json.Unmarshal([]byte(b.command("replay", "--shop", b.ID, "--json")), &again); err != nil || again.Folded != 0 || again.Left == nil {
		t.Errorf("the second replay: %+v, %v", again, err)
	}
	var after json.RawMessage
	b.get("/carts/"+id, &after)
	same(t, "after the second replay", string(after), string(detail))
	same(t, "still held", len(b.held()), 0)
}

// puzzle is a checkout in a currency that nobody knows.
func (b *bazaar) puzzle(v visitor, total int, later time.Duration) fields {
	at := b.clock.Now().UTC().Add(later).Format(time.RFC3339Nano)
	body := v.person()
	for k, x := range (fields{
		"token": v.token, "cart_token": "cart-" + v.token, "created_at": at, "updated_at": at, "currency": "QQQ", "source_name": "web",
		"total_price": cents(total), "line_items": v.items(),
	}) {
		body[k] = x
	}
	return body
}

// heldView is an event in quarantine, as the API tells it.
type heldView struct {
	ID     string `json:"id"`
	Topic  string `json:"topic"`
	Reason string `json:"reason"`
	Alike  int    `json:"alike"`
}

func (b *bazaar) held() []heldView {
	b.t.Helper()
	var l list[heldView]
	b.get("/quarantine", &l)
	return l.Items
}

// replayed asks the API for a replay.
func (b *bazaar) replayed(body string) (out replayView) {
	b.t.Helper()
	status, text := call(b.t, http.MethodPost, b.url+"/api/v1/quarantine/replay",
		http.Header{"Authorization": {"Bearer " + b.APIKey}, "Content-Type": {"application/json"}}, []byte(body))
	if err := json.Unmarshal([]byte(text), &out); status != http.StatusOK || err != nil {
		b.t.Fatalf("replay: %d %s", status, text)
	}
	return out
}

// mend writes what was kept anew, as an operator does when the sender was wrong.
func (b *bazaar) mend(t *testing.T, wrong, right string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(b.dir, "cartograph.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), `UPDATE events SET body = CAST(replace(CAST(body AS TEXT), $1, $2) AS BLOB) WHERE status = 'quarantined'`, wrong, right); err != nil {
		t.Fatal(err)
	}
}
