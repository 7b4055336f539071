-- Where journal entries are sent to. What is said of an endpoint stands apart
-- from how far it has come, which whoever sends writes beside the merchant's lock.
CREATE TABLE endpoint (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  types TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  secret TEXT NOT NULL,
  previous TEXT NOT NULL,
  previous_until BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);

-- How far in the journal an endpoint is, and how it has answered. hungry says
-- that new entries are taken, due_at when something that waits is tried; nudges
-- count who has changed something, so that a sender that has not seen it does not
-- overwrite it. attempts numbers the log.
CREATE TABLE endpoint_progress (
  m BIGINT NOT NULL,
  endpoint BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  hungry BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  nudges BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  failing_since BIGINT NOT NULL,
  misses BIGINT NOT NULL,
  hold_until BIGINT NOT NULL,
  taken_at BIGINT NOT NULL,
  failed_at BIGINT NOT NULL,
  answer BIGINT NOT NULL,
  error TEXT NOT NULL,
  taken BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  PRIMARY KEY (m, endpoint)
);

-- What is on its way. A row is there while it is tried, waits, or was given up:
-- what was taken is gone.
CREATE TABLE delivery (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  endpoint BIGINT NOT NULL,
  what TEXT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  type TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  answer BIGINT NOT NULL,
  error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX delivery_once ON delivery (m, endpoint, what, seq);
CREATE INDEX delivery_state ON delivery (m, endpoint, state, seq);

-- The last attempts of each endpoint, as a ring: slot is the attempt's number
-- modulo the size of the log. answer is an HTTP status everywhere.
CREATE TABLE delivery_attempt (
  m BIGINT NOT NULL,
  endpoint BIGINT NOT NULL,
  slot BIGINT NOT NULL,
  n BIGINT NOT NULL,
  delivery BIGINT NOT NULL,
  what TEXT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  type TEXT NOT NULL,
  outcome TEXT NOT NULL,
  answer BIGINT NOT NULL,
  error TEXT NOT NULL,
  took BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, endpoint, slot)
);
