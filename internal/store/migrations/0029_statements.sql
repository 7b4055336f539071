-- Statements of bank accounts: one row a file, one a line of it that had not
-- come before, and one for each order that a line was booked to.
CREATE TABLE bank_statement (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  account TEXT NOT NULL,
  line_count BIGINT NOT NULL,
  known BIGINT NOT NULL,
  hash TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);

CREATE TABLE bank_line (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  statement BIGINT NOT NULL,
  n BIGINT NOT NULL,
  line_key TEXT NOT NULL,
  day BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  reference TEXT NOT NULL,
  end_to_end TEXT NOT NULL,
  charges BIGINT NOT NULL,
  reversal BIGINT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- The same line in another file changes nothing.
CREATE UNIQUE INDEX bank_line_key ON bank_line (m, line_key);
CREATE INDEX bank_line_statement ON bank_line (m, statement, n);
-- Only what waits for a person: it stays small however much was booked.
CREATE INDEX bank_line_open ON bank_line (m, id) WHERE state = 'open';

CREATE TABLE bank_part (
  m BIGINT NOT NULL,
  line BIGINT NOT NULL,
  payment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (m, line, payment),
  CHECK (amount > 0)
);
CREATE INDEX bank_part_payment ON bank_part (m, payment);
