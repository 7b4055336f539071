-- Payments: one row a tender of an order, one for each outside effect on it,
-- one for each thing that a provider told, and one a provider. What a channel
-- was paid at placement has none: placing must not wait for another row.
CREATE TABLE payment (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  tender TEXT NOT NULL,
  provider TEXT NOT NULL,
  reference TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  authorized BIGINT NOT NULL,
  captured BIGINT NOT NULL,
  voided BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  disputed BIGINT NOT NULL,
  won BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  at_once BIGINT NOT NULL,
  url TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (0 <= won AND won <= disputed AND disputed <= captured),
  CHECK (0 <= refunded AND refunded <= captured AND captured <= authorized)
);
CREATE INDEX payment_order ON payment (m, order_id, id);
-- A provider's payment is one of ours.
CREATE UNIQUE INDEX payment_reference ON payment (m, provider, reference) WHERE provider <> '' AND reference <> '';

-- An outside effect, committed before anybody is called.
CREATE TABLE payment_intent (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  payment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  settled_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX payment_intent_payment ON payment_intent (m, payment, id);
-- Only what is under way: it stays small however much was done.
CREATE INDEX payment_intent_open ON payment_intent (m, id) WHERE settled_at = 0;

-- What a provider told, once each; payment is 0 while nobody knows whose it is.
CREATE TABLE payment_event (
  m BIGINT NOT NULL,
  provider TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  reference TEXT NOT NULL,
  payment BIGINT NOT NULL,
  intent BIGINT NOT NULL,
  currency TEXT NOT NULL,
  amounts TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kept_at BIGINT NOT NULL,
  applied_at BIGINT NOT NULL,
  PRIMARY KEY (m, provider, event_id)
);
CREATE INDEX payment_event_payment ON payment_event (m, payment, event_id) WHERE payment <> 0;
CREATE INDEX payment_event_waiting ON payment_event (m, provider, reference) WHERE applied_at = 0;

-- A provider as the shop has set it up; its secrets are sealed.
CREATE TABLE payment_provider (
  m BIGINT NOT NULL,
  code TEXT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  active BIGINT NOT NULL,
  secrets TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, code)
);
