-- Links that can be taken back, and clicks that keep why they were doubted.

-- +goose Up

-- When a link was taken back; 0 while it works.
ALTER TABLE links ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX links_message ON links (shop_id, message_id);

-- link is the purpose of the link of ours that was opened ('r', 'u', 'why'); ''
-- for other touches. robot is why the visit is taken for a machine's; '' for a person's.
ALTER TABLE touches ADD COLUMN link TEXT NOT NULL DEFAULT '';
ALTER TABLE touches ADD COLUMN robot TEXT NOT NULL DEFAULT '';
CREATE INDEX touches_message ON touches (shop_id, message_id, kind, at);

-- +goose Down

DROP INDEX touches_message;
ALTER TABLE touches DROP COLUMN robot;
ALTER TABLE touches DROP COLUMN link;
DROP INDEX links_message;
ALTER TABLE links DROP COLUMN revoked_at;
