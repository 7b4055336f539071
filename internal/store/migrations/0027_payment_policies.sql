-- When a channel's payments are captured, and when an order of which no money
-- came is held and then canceled; under '' for channels without their own.
CREATE TABLE payment_policy (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  capture TEXT NOT NULL,
  hold_after BIGINT NOT NULL,
  cancel_after BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, channel)
);
-- Authorizations that wait to be captured: few, however many payments there were.
CREATE INDEX payment_held ON payment (m, id) WHERE authorized > captured + voided;
-- What a provider told lately.
CREATE INDEX payment_event_lately ON payment_event (m, provider, kept_at);
