-- Versions of how orders find their places; what one says never changes.
CREATE TABLE sourcing_profile (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  edits BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX sourcing_profile_n ON sourcing_profile (m, n);

-- Decisions that no fulfillment keeps: those that found no place, and those of
-- a version that shadows the one that holds.
CREATE TABLE sourcing_decision (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  profile BIGINT NOT NULL,
  at BIGINT NOT NULL,
  agrees BIGINT NOT NULL,
  points BIGINT NOT NULL,
  points_other BIGINT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (m, order_id, id)
);
CREATE INDEX sourcing_decision_shadow ON sourcing_decision (m, profile, id) WHERE kind = 'shadow';
