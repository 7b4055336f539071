-- What partners ask for, line by line, and how each stands against their rate card.
CREATE TABLE partner_invoice (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  number TEXT NOT NULL,
  from_day BIGINT NOT NULL,
  to_day BIGINT NOT NULL,
  currency TEXT NOT NULL,
  total BIGINT NOT NULL,
  tolerance BIGINT NOT NULL,
  note TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX partner_invoice_number ON partner_invoice (m, location, number);
CREATE INDEX partner_invoice_state ON partner_invoice (m, state, id);

CREATE TABLE partner_invoice_line (
  m BIGINT NOT NULL,
  invoice BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  reference TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  expected BIGINT NOT NULL,
  units BIGINT NOT NULL,
  other TEXT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  PRIMARY KEY (m, invoice, n)
);

-- What a line is for: what was done, by the name that it has for ever. state is
-- that of the line, so that nothing is accepted twice.
CREATE TABLE partner_invoice_fact (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  fact TEXT NOT NULL,
  invoice BIGINT NOT NULL,
  line BIGINT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (m, location, fact, invoice, line)
);
CREATE UNIQUE INDEX partner_invoice_fact_once ON partner_invoice_fact (m, location, fact) WHERE state = 'accepted';
CREATE INDEX partner_invoice_fact_line ON partner_invoice_fact (m, invoice, line);
