package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// authorName looks up who is meant by an actor's columns, while they still exist.
func authorName(table, column string) string {
	return `coalesce((SELECT email FROM users WHERE users.id = ` + table + `.` + column + `), (SELECT name FROM api_keys
		WHERE api_keys.shop_id = ` + table + `.shop_id AND api_keys.id = ` + table + `.` + column + `), '')`
}

var draftColumns = `doc, revision, base, saved_at, by_kind, saved_by, ` + authorName("template_drafts", "saved_by")

func scanDraft(rows *sql.Rows, d *journey.Draft) error {
	var text string
	var saved int64
	if err := rows.Scan(&text, &d.Revision, &d.Base, &saved, &d.Author.Kind, &d.Author.ID, &d.Author.Name); err != nil {
		return err
	}
	d.SavedAt = at(saved)
	return undoc("template", text, &d.Template)
}

var versionColumns = `doc, live, published_at, by_kind, published_by, ` + authorName("templates", "published_by") + `, note`

func scanVersion(rows *sql.Rows, v *journey.TemplateVersion) error {
	var text string
	var published int64
	err := rows.Scan(&text, &v.Live, &published, &v.Author.Kind, &v.Author.ID, &v.Author.Name, &v.Note)
	if err != nil {
		return err
	}
	v.PublishedAt = at(published)
	return undoc("template", text, &v.Template)
}

// ofTemplate narrows to one template; its arguments are those of named.
const ofTemplate = ` WHERE shop_id = $1 AND key = $2 AND channel = $3 AND locale = $4`

func named(shopID string, n journey.TemplateName, more ...any) []any {
	return append([]any{shopID, n.Key, string(n.Channel), n.Locale}, more...)
}

// TemplateState gives what is live and what is drafted of a template. Nothing
// of either is no error: see Exists.
func (s *Store) TemplateState(ctx context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error) {
	return templateState(ctx, s.reader(), shopID, n)
}

// TemplateState gives it as the transaction sees it.
func (t *Tx) TemplateState(ctx context.Context, shopID string, n journey.TemplateName) (journey.TemplateState, error) {
	return templateState(ctx, t.q, shopID, n)
}

func templateState(ctx context.Context, q querier, shopID string, n journey.TemplateName) (journey.TemplateState, error) {
	state := journey.TemplateState{Name: n}
	var err error
	state.Live, err = one(ctx, q, "template", scanDoc[message.Template]("template"),
		`SELECT doc FROM templates`+ofTemplate+` AND live = TRUE`, named(shopID, n)...)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return state, err
	}
	if state.Last = state.Live; state.Live.Version == 0 {
		if state.Last, err = lastTemplate(ctx, q, shopID, n); err != nil {
			return state, err
		}
	}
	state.Draft, err = one(ctx, q, "draft", scanDraft, `SELECT `+draftColumns+` FROM template_drafts`+ofTemplate, named(shopID, n)...)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return state, err
}

// TemplateBoard gives everything a shop writes with. Its size is that of what
// people wrote, not of what happened.
func (s *Store) TemplateBoard(ctx context.Context, shopID string) (b journey.TemplateBoard, err error) {
	q := s.reader()
	if b.Live, err = liveTemplates(ctx, q, shopID); err != nil {
		return b, err
	}
	if b.Drafts, err = all(ctx, q, "drafts", scanDraft,
		`SELECT `+draftColumns+` FROM template_drafts WHERE shop_id = $1 ORDER BY key, channel, locale`, shopID); err != nil {
		return b, err
	}
	if b.Retired, err = retiredTemplates(ctx, q, shopID); err != nil {
		return b, err
	}
	b.Sequences, err = liveSequences(ctx, q, shopID)
	return b, err
}

// maxVersions is how many versions one page lists.
const maxVersions = 30

// TemplateVersions lists a template's publications, newest first: those before
// a version, 0 for the newest. next is what to ask for after them, 0 at the end.
func (s *Store) TemplateVersions(ctx context.Context, shopID string, n journey.TemplateName, before int) (list []journey.TemplateVersion, next int, err error) {
	if before <= 0 {
		before = 1 << 30
	}
	list, err = all(ctx, s.reader(), "versions", scanVersion,
		`SELECT `+versionColumns+` FROM templates`+ofTemplate+` AND version < $5 ORDER BY version DESC LIMIT $6`,
		named(shopID, n, before, maxVersions+1)...)
	if err == nil && len(list) > maxVersions {
		list = list[:maxVersions]
		next = list[maxVersions-1].Template.Version
	}
	return list, next, err
}

// TemplateVersion gives one publication.
func (s *Store) TemplateVersion(ctx context.Context, shopID string, n journey.TemplateName, version int) (journey.TemplateVersion, error) {
	return one(ctx, s.reader(), "version", scanVersion, `SELECT `+versionColumns+` FROM templates`+ofTemplate+` AND version = $5`,
		named(shopID, n, version)...)
}

// SaveDraft stores a draft over the one that its author saw, "" for none. When
// another was stored meanwhile it is fault.Conflict, and nothing is changed.
func (t *Tx) SaveDraft(ctx context.Context, shopID string, d journey.Draft, seen string) error {
	by := access.ActorOf(ctx)
	args := named(shopID, journey.NameOf(d.Template), d.Revision, d.Base, doc(d.Template), ms(t.now), by.ID, string(by.Kind))
	var n int
	var err error
	if seen == "" {
		n, err = run(ctx, t.q, "draft", `
			INSERT INTO template_drafts (shop_id, key, channel, locale, revision, base, doc, saved_at, saved_by, by_kind)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (shop_id, key, channel, locale) DO NOTHING`, args...)
	} else {
		n, err = run(ctx, t.q, "draft", `
			UPDATE template_drafts SET revision = $5, base = $6, doc = $7, saved_at = $8, saved_by = $9, by_kind = $10`+
			ofTemplate+` AND revision = $11`, append(args, seen)...)
	}
	if err == nil && n == 0 {
		err = changedMeanwhile()
	}
	return err
}

// DropDraft removes a draft that its reader saw; another one is fault.Conflict.
func (t *Tx) DropDraft(ctx context.Context, shopID string, n journey.TemplateName, seen string) error {
	dropped, err := run(ctx, t.q, "draft", `DELETE FROM template_drafts`+ofTemplate+` AND revision = $5`, named(shopID, n, seen)...)
	if err == nil && dropped == 0 {
		err = changedMeanwhile()
	}
	return err
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "somebody else changed this draft meanwhile").In("revision").
		Try("look at what they wrote, then save yours over it or take theirs")
}

// NoteTemplate says of a publication what it was for.
func (t *Tx) NoteTemplate(ctx context.Context, shopID string, n journey.TemplateName, version int, note string) error {
	_, err := run(ctx, t.q, "template", `UPDATE templates SET note = $6`+ofTemplate+` AND version = $5`, named(shopID, n, version, note)...)
	return err
}

// DoneSince counts how often somebody did something in a shop since an instant,
// up to a bound.
func (t *Tx) DoneSince(ctx context.Context, shopID string, by access.Actor, did access.Action, since time.Time, most int) (int, error) {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return 0, err
	}
	return one(ctx, t.q, "audit log", scanInt, `SELECT count(*) FROM (SELECT 1 FROM audit
		WHERE shop_id = $1 AND actor = $2 AND action = $3 AND at > $4 LIMIT $5) AS subquery`, shopID, by.ID, string(did), ms(since), most)
}

// TemplateCart gives a cart with whom it is of, for a template to be shown with.
func (s *Store) TemplateCart(ctx context.Context, shopID, id string) (c cart.Cart, who shopper.Shopper, past shopper.History, err error) {
	c, err = one(ctx, s.reader(), "cart", scanCart, `SELECT `+cartColumns+` FROM carts WHERE shop_id = $1 AND id = $2`, shopID, id)
	if err != nil || c.ShopperID == "" {
		return c, who, past, err
	}
	who, past, err = s.Shopper(ctx, shopID, c.ShopperID)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return c, who, past, err
}
