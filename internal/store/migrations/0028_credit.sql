-- Stored value: gift cards and store credit, one row each, and one for every
-- movement. A balance is the sum of its movements and never below nothing.
CREATE TABLE credit (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  customer BIGINT NOT NULL,
  code_hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  currency TEXT NOT NULL,
  balance BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  blocked_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (balance >= 0)
);
CREATE UNIQUE INDEX credit_code ON credit (m, code_hash) WHERE code_hash <> '';
-- A customer has one store credit in each currency.
CREATE UNIQUE INDEX credit_customer ON credit (m, customer, currency) WHERE kind = 'store_credit';
CREATE INDEX credit_kind ON credit (m, kind, id);

CREATE TABLE credit_movement (
  m BIGINT NOT NULL,
  credit BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  payment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, credit, id),
  CHECK (amount <> 0 AND balance >= 0)
);
CREATE INDEX credit_movement_payment ON credit_movement (m, payment, id) WHERE payment <> 0;
-- What was issued for the lines of an order.
CREATE INDEX credit_movement_sold ON credit_movement (m, order_id, id) WHERE kind = 'sell';

-- How much somebody without a say in the settings may issue at once.
CREATE TABLE credit_limit (
  m BIGINT NOT NULL,
  currency TEXT NOT NULL,
  most BIGINT NOT NULL,
  PRIMARY KEY (m, currency),
  CHECK (most >= 0)
);

-- What of a payment was turned into store credit instead of being paid out.
ALTER TABLE payment ADD COLUMN credited BIGINT NOT NULL DEFAULT 0;
