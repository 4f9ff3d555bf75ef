-- Drafts of templates, and who published what with which note.

-- +goose Up

-- One draft for each template: a draft is what is worked on, not a history.
-- revision changes with every save, so that two who edit at once cannot
-- overwrite each other unseen; base is the live version it was begun from, 0
-- for a template that was never published.
CREATE TABLE template_drafts (
    shop_id  TEXT NOT NULL REFERENCES shops (id),
    key      TEXT NOT NULL,
    channel  TEXT NOT NULL,
    locale   TEXT NOT NULL,
    revision TEXT NOT NULL,
    base     INTEGER NOT NULL,
    doc      TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    by_kind  TEXT NOT NULL,
    PRIMARY KEY (shop_id, key, channel, locale)
);

-- published_by is the id of a user or key ('' for the command line), as the
-- audit log names them; '' and '' for what was published before.
ALTER TABLE templates ADD COLUMN published_by TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN by_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE templates ADD COLUMN note TEXT NOT NULL DEFAULT '';

-- Every step asks for the live entries of a key: without it, it would read all
-- versions that ever were.
CREATE INDEX templates_live ON templates (shop_id, key, channel, locale) WHERE live = TRUE;

-- How often somebody sent tests of late is asked before each one.

-- +goose Down

DROP INDEX templates_live;
ALTER TABLE templates DROP COLUMN note;
ALTER TABLE templates DROP COLUMN by_kind;
ALTER TABLE templates DROP COLUMN published_by;
DROP TABLE template_drafts;
