-- What we and a supplier or partner say to each other about a purchase order or
-- a request. All that is written stands in these rows alone; files are kept in
-- case_file, under the id of their message. awaits names the side that is to
-- answer, '' nobody.
CREATE TABLE talk (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  about TEXT NOT NULL,
  subject BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  location BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  token TEXT NOT NULL,
  awaits TEXT NOT NULL,
  since BIGINT NOT NULL,
  at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX talk_subject ON talk (m, about, subject);
CREATE UNIQUE INDEX talk_token ON talk (m, token);
CREATE INDEX talk_awaits ON talk (m, awaits, id) WHERE awaits <> '';
CREATE INDEX talk_order ON talk (m, order_id, id) WHERE order_id > 0;

-- One mail is one message, by its Message-ID; what happened is told once.
CREATE TABLE talk_message (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  talk BIGINT NOT NULL,
  way TEXT NOT NULL,
  source TEXT NOT NULL,
  event TEXT NOT NULL,
  actor TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  to_address TEXT NOT NULL,
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
CREATE INDEX talk_message_talk ON talk_message (m, talk, id);
CREATE UNIQUE INDEX talk_message_rfc ON talk_message (m, rfc_id) WHERE rfc_id <> '';
CREATE UNIQUE INDEX talk_message_event ON talk_message (m, talk, event) WHERE event <> '';

-- Where the partner behind a location is written to; '' for the address of its
-- supplier.
ALTER TABLE partner ADD COLUMN email TEXT NOT NULL DEFAULT '';
