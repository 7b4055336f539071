-- What the partners at locations take, in versions; what one says never changes.
-- A day is a number as 20270115, in the shop's zone.
CREATE TABLE rate_card (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  n BIGINT NOT NULL,
  from_day BIGINT NOT NULL,
  currency TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  withdrawn_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX rate_card_n ON rate_card (m, location, n);
CREATE UNIQUE INDEX rate_card_from ON rate_card (m, location, from_day) WHERE withdrawn_at = 0;

CREATE TABLE rate_line (
  m BIGINT NOT NULL,
  card BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  price BIGINT NOT NULL,
  included BIGINT NOT NULL,
  up_to BIGINT NOT NULL,
  carrier TEXT NOT NULL,
  PRIMARY KEY (m, card, n),
  CHECK (price >= 0 AND included >= 0 AND up_to >= 0)
);

-- What came back to a place, by when.
CREATE INDEX order_return_received ON order_return (m, location, received_at, id) WHERE received_at > 0;
