-- What is looked at when an order comes: each saved version stays.
CREATE TABLE order_check (
  m BIGINT NOT NULL,
  version BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (m, version)
);

-- By what orders of the last days are known as one customer's: digests, kept
-- for a week and taken away with the person.
CREATE TABLE order_trait (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  trait BIGINT NOT NULL,
  at BIGINT NOT NULL,
  line_digest BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, trait)
);
CREATE INDEX order_trait_of ON order_trait (m, trait, at);

-- Customers whose orders somebody is to look at.
CREATE TABLE customer_block (
  m BIGINT NOT NULL,
  customer BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_actor TEXT NOT NULL,
  PRIMARY KEY (m, customer)
);
