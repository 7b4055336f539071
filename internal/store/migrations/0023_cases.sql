-- What customers want from people. All that is written in a case is in these
-- rows alone.
CREATE TABLE support_case (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  cause TEXT NOT NULL,
  state TEXT NOT NULL,
  priority TEXT NOT NULL,
  source TEXT NOT NULL,
  subject TEXT NOT NULL,
  order_id BIGINT NOT NULL,
  customer BIGINT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  assignee BIGINT NOT NULL,
  tags TEXT NOT NULL,
  lines TEXT NOT NULL,
  token TEXT NOT NULL,
  against TEXT NOT NULL,
  carrier TEXT NOT NULL,
  claimed BIGINT NOT NULL,
  granted BIGINT NOT NULL,
  currency TEXT NOT NULL,
  candidates TEXT NOT NULL,
  first_due BIGINT NOT NULL,
  resolve_due BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  paused_at BIGINT NOT NULL,
  resolved_at BIGINT NOT NULL,
  escalated BIGINT NOT NULL,
  next_due BIGINT NOT NULL,
  at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  heard_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (claimed >= 0 AND granted >= 0 AND granted <= claimed)
);
CREATE UNIQUE INDEX support_case_number ON support_case (m, number);
CREATE UNIQUE INDEX support_case_token ON support_case (m, token);
CREATE INDEX support_case_state ON support_case (m, state, id);
CREATE INDEX support_case_order ON support_case (m, order_id, id);
CREATE INDEX support_case_customer ON support_case (m, customer, id);
CREATE INDEX support_case_email ON support_case (m, email, id);
CREATE INDEX support_case_assignee ON support_case (m, assignee, id);
CREATE INDEX support_case_due ON support_case (m, next_due, id) WHERE next_due > 0;

-- What was said in a case. One mail is one message, by its Message-ID.
CREATE TABLE case_message (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  way TEXT NOT NULL,
  source TEXT NOT NULL,
  actor TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  to_address TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  rfc_id TEXT NOT NULL,
  refs TEXT NOT NULL,
  auto TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  why TEXT NOT NULL,
  at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX case_message_case ON case_message (m, case_id, id);
CREATE UNIQUE INDEX case_message_rfc ON case_message (m, rfc_id) WHERE rfc_id <> '';

CREATE TABLE case_file (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  message BIGINT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  size BIGINT NOT NULL,
  data BYTES NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX case_file_message ON case_file (m, message, id);

-- Answers that are written often, with words that are filled in.
CREATE TABLE case_macro (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX case_macro_name ON case_macro (m, name);

-- What is given as goodwill: at once within a limit, above it when a second
-- person agrees.
CREATE TABLE case_goodwill (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (amount > 0)
);
CREATE INDEX case_goodwill_case ON case_goodwill (m, case_id, id);

-- The targets of answers, and how much each role gives by itself.
CREATE TABLE support_setting (
  m BIGINT NOT NULL,
  targets TEXT NOT NULL,
  limits TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- From where mail of customers is fetched, and up to which it was.
CREATE TABLE mailbox (
  m BIGINT NOT NULL,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  security TEXT NOT NULL,
  username TEXT NOT NULL,
  password TEXT NOT NULL,
  folder TEXT NOT NULL,
  address TEXT NOT NULL,
  enabled_at BIGINT NOT NULL,
  uid_validity BIGINT NOT NULL,
  last_uid BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  why TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);
