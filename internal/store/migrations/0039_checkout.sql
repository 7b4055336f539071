-- Stock that is kept back for who is about to pay.
CREATE TABLE checkout_claim (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- Whose time comes next: small however many there were.
CREATE INDEX checkout_claim_open ON checkout_claim (m, expires_at, id) WHERE state = 'open';

CREATE TABLE checkout_claim_line (
  m BIGINT NOT NULL,
  claim BIGINT NOT NULL,
  n BIGINT NOT NULL,
  sku TEXT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  held BIGINT NOT NULL,
  PRIMARY KEY (m, claim, n),
  CHECK (held >= 0 AND held <= quantity)
);
CREATE INDEX checkout_claim_line_held ON checkout_claim_line (m, item, location, claim) WHERE held > 0;
