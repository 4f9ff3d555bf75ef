package api

import (
	"encoding/json"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Found is a shopper who was looked for.
type Found struct {
	ID string `json:"id"`
}

// Dossier is everything held about one shopper. What stands in its lists is the
// stored row; docs/privacy.md describes every field.
type Dossier struct {
	Format       string            `json:"format" doc:"cartograph.shopper/1; fields may be added to it"`
	ShopID       string            `json:"shop_id"`
	MadeAt       time.Time         `json:"made_at"`
	Shopper      json.RawMessage   `json:"shopper" doc:"Names and traits"`
	Merged       []string          `json:"merged" nullable:"false" doc:"Ids of shoppers who turned out to be the same"`
	Events       []json.RawMessage `json:"events" nullable:"false" doc:"With headers and raw body"`
	Carts        []json.RawMessage `json:"carts" nullable:"false"`
	Orders       []json.RawMessage `json:"orders" nullable:"false"`
	Consents     []json.RawMessage `json:"consents" nullable:"false"`
	Suppressions []json.RawMessage `json:"suppressions" nullable:"false"`
	Enrollments  []json.RawMessage `json:"enrollments" nullable:"false"`
	Decisions    []json.RawMessage `json:"decisions" nullable:"false"`
	Messages     []json.RawMessage `json:"messages" nullable:"false" doc:"With the rendered texts"`
	Reports      []json.RawMessage `json:"reports" nullable:"false"`
	Touches      []json.RawMessage `json:"touches" nullable:"false"`
	Inbounds     []json.RawMessage `json:"inbounds" nullable:"false"`
	Recoveries   []json.RawMessage `json:"recoveries" nullable:"false"`
	Requests     []json.RawMessage `json:"privacy_requests" nullable:"false"`
	Together     []json.RawMessage `json:"seen_together" nullable:"false" doc:"By what the shopper's names are taken for one person's"`
	Rulings      []json.RawMessage `json:"rulings" nullable:"false" doc:"What people of the shop said of the shopper's names"`
	Shared       []json.RawMessage `json:"shared_events" nullable:"false" doc:"Events of other people's carts that name the shopper; told of, not given out"`
}

func viewDossier(d journey.Dossier) Dossier {
	return Dossier{
		Format: d.Format, ShopID: d.ShopID, MadeAt: d.MadeAt.UTC(), Shopper: raw(d.Shopper), Merged: append([]string{}, d.Merged...),
		Events: each(d.Events, raw), Carts: each(d.Carts, raw), Orders: each(d.Orders, raw), Consents: each(d.Consents, raw),
		Suppressions: each(d.Suppressions, raw), Enrollments: each(d.Enrollments, raw), Decisions: each(d.Decisions, raw),
		Messages: each(d.Messages, raw), Reports: each(d.Reports, raw), Touches: each(d.Touches, raw), Inbounds: each(d.Inbounds, raw),
		Recoveries: each(d.Recoveries, raw), Requests: each(d.Requests, raw), Shared: each(d.Shared, raw),
		Together: each(d.Together, raw), Rulings: each(d.Rulings, raw),
	}
}

// raw is a row as the commands write it, too.
func raw[T any](v T) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage("null") // only plain structs and checked bodies come here
	}
	return b
}

// Erasure is the proof of one. It holds no personal data.
type Erasure struct {
	ID        string `json:"id"`
	ShopperID string `json:"shopper_id,omitempty" doc:"Leads nowhere any more; * for the whole shop; absent when nobody of the names was known"`
	State     string `json:"state,omitempty" doc:"running or done; absent in a dry run"`
	By        string `json:"requested_by,omitempty"`
	Reason    string `json:"reason,omitempty"`
	// Identities let a later question be answered: the same name gives the same hash here.
	Identities  []string       `json:"identities" nullable:"false" doc:"Keyed hashes of the names that were erased"`
	Counts      map[string]int `json:"counts" doc:"Rows by table that were blanked or removed, or would be"`
	RequestedAt time.Time      `json:"requested_at"`
	DoneAt      time.Time      `json:"done_at,omitzero"`
	DryRun      bool           `json:"dry_run,omitempty"`
}

// Erasures is a list of proofs.
type Erasures struct {
	Items []Erasure `json:"items" nullable:"false"`
}

func viewErasure(e journey.Erasure) Erasure {
	counts := e.Counts
	if counts == nil {
		counts = map[string]int{}
	}
	return Erasure{
		ID: e.ID, ShopperID: e.ShopperID, State: e.State, By: e.By, Reason: e.Reason, Identities: append([]string{}, e.Identities...),
		Counts: counts, RequestedAt: e.RequestedAt.UTC(), DoneAt: e.DoneAt.UTC(), DryRun: e.DryRun,
	}
}

// PrivacyRequest is what the platform asked for.
type PrivacyRequest struct {
	ID       string     `json:"id"`
	Kind     event.Kind `json:"kind" enum:"subject_export,subject_erase,shop_erase,shop_uninstalled"`
	Platform string     `json:"platform"`
	EventID  string     `json:"event_id"`
	// Names are whom it is about; gone once they are erased or the request is done.
	Names      []Key     `json:"names" nullable:"false"`
	State      string    `json:"state" enum:"waiting,done"`
	ErasureID  string    `json:"erasure_id,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
	DueAt      time.Time `json:"due_at"`
	DoneAt     time.Time `json:"done_at,omitzero"`
}

// PrivacyRequests is a list of them.
type PrivacyRequests struct {
	Items []PrivacyRequest `json:"items" nullable:"false"`
}

func viewPrivacyRequest(r journey.PrivacyRequest) PrivacyRequest {
	return PrivacyRequest{
		ID: r.ID, Kind: r.Kind, Platform: r.Platform, EventID: r.EventID, Names: each(r.Subject.Keys, func(k event.Key) Key { return Key(k) }),
		State: r.State, ErasureID: r.ErasureID, ReceivedAt: r.ReceivedAt.UTC(), DueAt: r.DueAt.UTC(), DoneAt: r.DoneAt.UTC(),
	}
}
