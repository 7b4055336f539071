-- What waits for a person: who has taken which piece of work, what went wrong
-- and wants somebody, and the links by which customers follow their orders.
CREATE TABLE work_assignment (
  m BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  id BIGINT NOT NULL,
  assignee TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_actor TEXT NOT NULL,
  note TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, kind, subject)
);
CREATE INDEX work_assignment_assignee ON work_assignment (m, assignee, kind, at);

CREATE TABLE trouble (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  subject BIGINT NOT NULL,
  item BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  settled_at BIGINT NOT NULL,
  settled_by TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- Only what is open: it stays small however much was settled.
CREATE INDEX trouble_open ON trouble (m, kind, id) WHERE settled_at = 0;
CREATE INDEX trouble_order ON trouble (m, order_id, id);

-- A row is made when somebody first asks for an order's link: placement never
-- waits for it. The link is looked for by the hash of its token.
CREATE TABLE tracking_link (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  token TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  PRIMARY KEY (m, order_id)
);
CREATE UNIQUE INDEX tracking_link_hash ON tracking_link (m, token_hash);

-- Jobs that were given up, of one merchant.
CREATE INDEX job_dead ON job (m, id) WHERE dead_at > 0;
