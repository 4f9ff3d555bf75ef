package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/store/storetest"
)

// templateQueries are asked for every step, or for every press of a button.
// Their tables are small: Postgres would read them whole, and rightly so.
var templateQueries = []hot{
	{name: "templates of a step", index: []string{"templates_live"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.TemplatesOf(ctx, shopA, "first")
		return err
	}},
	{name: "one template and its draft", index: append(primary("template_drafts"), "templates_live"), read: func(ctx context.Context, s *store.Store) error {
		_, err := s.TemplateState(ctx, shopA, firstEmail)
		return err
	}},
	{name: "versions of a template", index: primary("templates"), read: func(ctx context.Context, s *store.Store) error {
		_, _, err := s.TemplateVersions(ctx, shopA, firstEmail, 0)
		return err
	}},
	{name: "tests somebody sent", index: []string{"audit_actor"}, tx: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.DoneSince(ctx, shopA, access.Actor{Kind: access.ByUser, ID: "u"}, access.TemplateTested, time.Unix(0, 0), 5)
		return err
	}},
}

func TestTemplateQueriesUseTheirIndexes(t *testing.T) {
	t.Parallel()
	db := storetest.DB{Engine: storetest.EngineSQLite, URL: storetest.SQLite(t)}
	s, raw := crowded(t, db)
	reader, heard := s.Overheard(db.URL)
	t.Cleanup(func() { reader.Close() })
	for _, h := range templateQueries {
		run := func() error { return h.read(t.Context(), reader) }
		if h.tx != nil {
			run = func() error { return s.WriteOverheard(t.Context(), heard, h.tx) }
		}
		if err := run(); err != nil {
			t.Errorf("%s: %v", h.name, err)
		}
		checkPlans(t, raw, db.Engine, h, heard.Take())
	}
}
