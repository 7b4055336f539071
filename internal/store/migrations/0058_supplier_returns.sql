-- Units of purchase orders that go back to their suppliers. The movements by
-- which they leave, and by which as many come again, are named by the lines.
CREATE TABLE purchase_return (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  purchase BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  location BIGINT NOT NULL,
  step TEXT NOT NULL,
  rma TEXT NOT NULL,
  note TEXT NOT NULL,
  why TEXT NOT NULL,
  carrier TEXT NOT NULL,
  tracking TEXT NOT NULL,
  credit_note TEXT NOT NULL,
  credit BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  approved_at BIGINT NOT NULL,
  shipped_at BIGINT NOT NULL,
  again_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (credit >= 0)
);
CREATE UNIQUE INDEX purchase_return_no ON purchase_return (m, number);
CREATE UNIQUE INDEX purchase_return_credit ON purchase_return (m, supplier, credit_note) WHERE credit_note <> '';
CREATE INDEX purchase_return_of ON purchase_return (m, purchase, id);
CREATE INDEX purchase_return_step ON purchase_return (m, step, id);

CREATE TABLE purchase_return_line (
  m BIGINT NOT NULL,
  purchase_return BIGINT NOT NULL,
  n BIGINT NOT NULL,
  line BIGINT NOT NULL,
  item BIGINT NOT NULL,
  state TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  reason TEXT NOT NULL,
  movement BIGINT NOT NULL,
  again BIGINT NOT NULL,
  PRIMARY KEY (m, purchase_return, n),
  CHECK (quantity > 0)
);
CREATE UNIQUE INDEX purchase_return_line_movement ON purchase_return_line (m, movement) WHERE movement > 0;
CREATE UNIQUE INDEX purchase_return_line_again ON purchase_return_line (m, again) WHERE again > 0;

ALTER TABLE purchase_line ADD COLUMN back BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase_line ADD COLUMN faulty BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase_line ADD COLUMN credited BIGINT NOT NULL DEFAULT 0;
