package store

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/sequence"
)

// retiredTemplates gives the newest publication of each text of which none is live.
func retiredTemplates(ctx context.Context, q querier, shopID string) ([]message.Template, error) {
	const same = ` o WHERE o.shop_id = t.shop_id AND o.key = t.key AND o.channel = t.channel AND o.locale = t.locale AND `
	return all(ctx, q, "templates", scanDoc[message.Template]("template"), `SELECT doc FROM templates t WHERE shop_id = $1 AND live = FALSE
		AND NOT EXISTS (SELECT 1 FROM templates`+same+`o.version > t.version) AND NOT EXISTS (SELECT 1 FROM templates`+same+`o.live = TRUE)
		ORDER BY key, channel, locale`, shopID)
}

// lastTemplate gives a text's newest publication, live or not.
func lastTemplate(ctx context.Context, q querier, shopID string, n journey.TemplateName) (message.Template, error) {
	t, err := one(ctx, q, "template", scanDoc[message.Template]("template"),
		`SELECT doc FROM templates`+ofTemplate+` ORDER BY version DESC LIMIT 1`, named(shopID, n)...)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return t, err
}

// RetireTemplate takes the live version that was seen out of use; another one
// there is fault.Conflict. The shop's templates are held until the transaction ends.
func (t *Tx) RetireTemplate(ctx context.Context, shopID string, n journey.TemplateName, seen int) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	changed, err := run(ctx, t.q, "template", `UPDATE templates SET live = FALSE`+ofTemplate+` AND version = $5 AND live = TRUE`, named(shopID, n, seen)...)
	if err == nil && changed == 0 {
		err = fault.New(fault.Conflict, "this is not the version that is live").In("version").Try("look at the text as it is now, then retire it")
	}
	return err
}

// ReturnTemplate makes the last version live again; where it is not the last any
// more, or something is live, it is fault.Conflict.
func (t *Tx) ReturnTemplate(ctx context.Context, shopID string, n journey.TemplateName, version int) error {
	if err := t.takeTurn(ctx, shopID); err != nil {
		return err
	}
	state, err := templateState(ctx, t.q, shopID, n)
	if err != nil {
		return err
	}
	if state.Last.Version != version || state.Published() {
		return fault.New(fault.Conflict, "this text was published meanwhile").Try("look at it as it is now")
	}
	_, err = run(ctx, t.q, "template", `UPDATE templates SET live = TRUE`+ofTemplate+` AND version = $5`, named(shopID, n, version)...)
	return err
}

// SequencesInUse gives the live sequences, and earlier versions that carts wait in.
func (s *Store) SequencesInUse(ctx context.Context, shopID string) (live, earlier []sequence.Sequence, err error) {
	return sequencesInUse(ctx, s.reader(), shopID)
}

// SequencesInUse gives them as the transaction sees them.
func (t *Tx) SequencesInUse(ctx context.Context, shopID string) (live, earlier []sequence.Sequence, err error) {
	return sequencesInUse(ctx, t.q, shopID)
}

func sequencesInUse(ctx context.Context, q querier, shopID string) (live, earlier []sequence.Sequence, err error) {
	if live, err = liveSequences(ctx, q, shopID); err != nil {
		return nil, nil, err
	}
	earlier, err = all(ctx, q, "sequences", scanDoc[sequence.Sequence]("sequence"), `SELECT doc FROM sequences s WHERE shop_id = $1 AND live = FALSE
		AND EXISTS (SELECT 1 FROM enrollments WHERE shop_id = $1 AND sequence_key = s.key AND sequence_version = s.version AND state = 'waiting')
		ORDER BY key, version`, shopID)
	return live, earlier, err
}
