-- By which delivery method; '' for the usual one.
ALTER TABLE orders ADD COLUMN method TEXT NOT NULL DEFAULT '';

-- What was promised of an order: the first promise for ever, and each that
-- took its place, with what it was that changed it. Instants; 0 when not said.
CREATE TABLE promise (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  ship_by BIGINT NOT NULL,
  deliver_by BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  cause TEXT NOT NULL,
  entry_seq BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, n),
  CHECK (n > 0 AND (ship_by > 0 OR deliver_by > 0))
);
-- First promises by when they are due: what figures are made of.
CREATE INDEX promise_due ON promise (m, deliver_by, order_id) WHERE n = 1;
