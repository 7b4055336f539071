-- When a hold ends by itself; 0 where somebody lifts it. The index has only
-- holds that the clock will end: it stays small however many there were.
ALTER TABLE order_hold ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX order_hold_until ON order_hold (m, until_at, order_id) WHERE until_at > 0 AND lifted_at = 0;
