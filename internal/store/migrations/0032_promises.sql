-- Money that was promised: on delivery, or within days of an order. What a
-- carrier has paid out of what it collected is remitted.
ALTER TABLE payment ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN customer BIGINT NOT NULL DEFAULT 0;
ALTER TABLE payment ADD COLUMN remitted BIGINT NOT NULL DEFAULT 0;
-- What is promised and not paid, by whom: small however much was.
CREATE INDEX payment_promised ON payment (m, tender, customer, id) WHERE authorized > captured + voided AND tender IN ('cash_on_delivery', 'terms');
-- What carriers collected and did not pay out yet.
CREATE INDEX payment_collected ON payment (m, id) WHERE captured > remitted AND tender = 'cash_on_delivery';

-- Within how many days a customer pays, and how much may be open, in one
-- currency.
CREATE TABLE customer_terms (
  m BIGINT NOT NULL,
  customer BIGINT NOT NULL,
  currency TEXT NOT NULL,
  most BIGINT NOT NULL,
  days BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, customer, currency)
);

-- What a carrier paid out: one row a list, and one for each payment on it.
CREATE TABLE remittance (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  carrier TEXT NOT NULL,
  reference TEXT NOT NULL,
  currency TEXT NOT NULL,
  collected BIGINT NOT NULL,
  fee BIGINT NOT NULL,
  paid_on BIGINT NOT NULL,
  actor TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- A list counts once.
CREATE UNIQUE INDEX remittance_reference ON remittance (m, carrier, reference);

CREATE TABLE remittance_part (
  m BIGINT NOT NULL,
  remittance BIGINT NOT NULL,
  payment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (m, remittance, payment),
  CHECK (amount > 0)
);
CREATE INDEX remittance_part_payment ON remittance_part (m, payment);

-- By which means the channel was paid, as it says: one row for each payment of
-- which it told more than the amount.
CREATE TABLE channel_payment (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  means TEXT NOT NULL,
  instalments BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  reference TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, n)
);

-- A parcel by its number alone, whether it came or not: carriers' lists name no more.
CREATE INDEX parcel_tracked ON parcel (m, tracking) WHERE tracking <> '';
