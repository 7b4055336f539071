-- Flows that source and release as late as can be, and what they spared.
ALTER TABLE flow ADD COLUMN reserve_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flow ADD COLUMN timing TEXT NOT NULL DEFAULT 'now';
ALTER TABLE flow ADD COLUMN slack BIGINT NOT NULL DEFAULT 0;
ALTER TABLE flow ADD COLUMN takes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_flow ADD COLUMN late_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_flow ADD COLUMN source_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_flow ADD COLUMN spared BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_flow_late ON order_flow (m, late_at, order_id) WHERE late_at > 0;
CREATE INDEX order_flow_source ON order_flow (m, source_at, order_id) WHERE source_at > 0;
CREATE INDEX order_flow_spared ON order_flow (m, order_id) WHERE spared > 0;

-- Units that one order gave up to another of a higher priority: of which line
-- and fulfillment to which, where, and the entries that tell of it.
CREATE TABLE yielded (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  at BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  from_order BIGINT NOT NULL,
  from_line BIGINT NOT NULL,
  from_priority BIGINT NOT NULL,
  from_entry BIGINT NOT NULL,
  to_order BIGINT NOT NULL,
  to_line BIGINT NOT NULL,
  to_priority BIGINT NOT NULL,
  to_entry BIGINT NOT NULL,
  promised BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX yielded_from ON yielded (m, from_order, id);
CREATE INDEX yielded_to ON yielded (m, to_order, id);
