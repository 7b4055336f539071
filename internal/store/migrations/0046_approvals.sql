-- When orders need approvals and who gives them: each saved version stays.
CREATE TABLE approval_policy (
  m BIGINT NOT NULL,
  version BIGINT NOT NULL,
  since BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (m, version)
);

-- Each time that an order needed approvals. Why one was refused stands here
-- alone.
CREATE TABLE approval_ask (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  hold BIGINT NOT NULL,
  state TEXT NOT NULL,
  policy BIGINT NOT NULL,
  reasons TEXT NOT NULL,
  role TEXT NOT NULL,
  steps BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  worth BIGINT NOT NULL,
  worth_in TEXT NOT NULL,
  makers TEXT NOT NULL,
  at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  decided_by TEXT NOT NULL,
  why TEXT NOT NULL,
  PRIMARY KEY (m, order_id, n)
);
-- What waits for somebody: small however many there were.
CREATE INDEX approval_ask_open ON approval_ask (m, order_id) WHERE state = 'asked';

-- Who gave what was asked, by whose right and up to how much that went.
CREATE TABLE approval_step (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  step BIGINT NOT NULL,
  actor TEXT NOT NULL,
  holder TEXT NOT NULL,
  role TEXT NOT NULL,
  most BIGINT NOT NULL,
  worth BIGINT NOT NULL,
  worth_in TEXT NOT NULL,
  policy BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, n, step)
);
