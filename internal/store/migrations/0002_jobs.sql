-- Work that is due at a time or is tried again: durable, leased by one node at
-- a time, fenced by the lease's token (lease_owner). What is done is gone; what
-- failed for good stays with dead_at. Schedules are rows that go on to their
-- next time. The index of due work does not lead with the merchant: a node
-- asks once a second for all of them.
CREATE TABLE job (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  dedupe TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  data TEXT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  last_error TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  dead_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX job_dedupe ON job (m, kind, dedupe);
CREATE INDEX job_due ON job (dead_at, due_at);
