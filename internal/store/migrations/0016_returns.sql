-- A return from its request to its end. Those that are there were received in
-- one act and are over.
ALTER TABLE order_return ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN state TEXT NOT NULL DEFAULT 'closed';
ALTER TABLE order_return ADD COLUMN origin TEXT NOT NULL DEFAULT 'counter';
ALTER TABLE order_return ADD COLUMN comment TEXT NOT NULL DEFAULT '';
ALTER TABLE order_return ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE order_return ADD COLUMN carrier TEXT NOT NULL DEFAULT '';
ALTER TABLE order_return ADD COLUMN tracking TEXT NOT NULL DEFAULT '';
ALTER TABLE order_return ADD COLUMN approved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN refused_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN canceled_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN sent_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN closed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN worth BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN fees BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN deducted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN given BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN money_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE order_return ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

UPDATE order_return SET approved_at = at, received_at = at, closed_at = at;
UPDATE order_return SET number = x.n FROM (
  SELECT m, id, 1000 + ROW_NUMBER() OVER (PARTITION BY m ORDER BY id) AS n FROM order_return
) AS x WHERE x.m = order_return.m AND x.id = order_return.id;

CREATE UNIQUE INDEX order_return_number ON order_return (m, number);
CREATE INDEX order_return_state ON order_return (m, state, id);

-- Units of an order's line, or (line 0) of what else lay in the box: how many
-- were asked for, are still to come, came, and what became of those.
CREATE TABLE return_line (
  m BIGINT NOT NULL,
  return_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  line BIGINT NOT NULL,
  item BIGINT NOT NULL,
  reason TEXT NOT NULL,
  asked BIGINT NOT NULL,
  requested BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  restocked BIGINT NOT NULL,
  damaged BIGINT NOT NULL,
  quarantined BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  scrapped BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  PRIMARY KEY (m, return_id, n),
  CHECK (requested >= 0 AND requested <= asked AND quantity >= 0),
  CHECK (restocked >= 0 AND damaged >= 0 AND quarantined >= 0 AND supplier >= 0 AND scrapped >= 0),
  CHECK (restocked + damaged + quarantined + supplier + scrapped <= quantity),
  CHECK (refunded >= 0 AND refunded <= quantity)
);
CREATE INDEX return_line_item ON return_line (m, item, return_id);
INSERT INTO return_line (m, return_id, n, line, item, reason, asked, requested, quantity, restocked, damaged, quarantined, supplier, scrapped, refunded)
  SELECT m, return_id, ROW_NUMBER() OVER (PARTITION BY m, return_id ORDER BY line), line, item, '', quantity, 0, quantity, restocked, quantity - restocked, 0, 0, 0, 0 FROM order_return_line;
DROP TABLE order_return_line;

-- Of what of an order's lines and fees money was given back.
ALTER TABLE order_line ADD COLUMN refunded_units BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_line ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_fee ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;

-- What customers may send back: of a channel, or ('') of all without their own.
CREATE TABLE return_policy (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  days BIGINT NOT NULL,
  reasons TEXT NOT NULL,
  payer TEXT NOT NULL,
  auto BIGINT NOT NULL,
  instructions TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, channel)
);
