-- Items that may be ordered before they are there: up to how many units, and
-- what day is promised. Nothing is ever removed. taken are the units that were
-- sold so and not canceled while they waited; waiting are those of them that
-- wait still. done says that nothing can be taken and nobody waits.
CREATE TABLE preorder (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  item BIGINT NOT NULL,
  channel TEXT NOT NULL,
  cap BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  waiting BIGINT NOT NULL,
  available_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  until_stock BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  ended TEXT NOT NULL,
  done BIGINT NOT NULL,
  moves BIGINT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (taken >= 0 AND taken <= cap AND waiting >= 0 AND waiting <= taken)
);
-- One open offer of an item to a channel; no channel is every channel.
CREATE UNIQUE INDEX preorder_open ON preorder (m, item, channel) WHERE ended_at = 0;
-- What is promised first comes first, and so what is late.
CREATE INDEX preorder_day ON preorder (m, done, available_at, id);
CREATE INDEX preorder_item ON preorder (m, item, id);
-- Which of them the clock ends.
CREATE INDEX preorder_ends ON preorder (m, ends_at, id) WHERE ended_at = 0 AND ends_at > 0;

-- By which offer units of a line were pre-ordered, and how many of them were
-- not canceled while they waited.
ALTER TABLE order_line ADD COLUMN preorder BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN preordered BIGINT NOT NULL DEFAULT 0;
-- What an offer sold, and who waits for what it promised.
CREATE INDEX order_line_preordered ON order_line (m, preorder, order_id, n) WHERE preorder > 0;
CREATE INDEX order_line_awaited ON order_line (m, preorder, order_id, n) WHERE preorder > 0 AND backordered > 0;
