-- What the shop tells its customers of their orders. A row holds no address and
-- no text: both are made of the order when the message leaves.
CREATE TABLE message (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  ref TEXT NOT NULL,
  amount BIGINT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  why TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- Each happening is told once.
CREATE UNIQUE INDEX message_order ON message (m, order_id, kind, ref);

CREATE TABLE message_template (
  m BIGINT NOT NULL,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  language TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, kind, channel, language)
);

-- The mail server of a merchant, and which kinds leave by it.
CREATE TABLE mail_sender (
  m BIGINT NOT NULL,
  host TEXT NOT NULL,
  port BIGINT NOT NULL,
  security TEXT NOT NULL,
  username TEXT NOT NULL,
  password TEXT NOT NULL,
  from_name TEXT NOT NULL,
  from_address TEXT NOT NULL,
  reply_to TEXT NOT NULL,
  shop_address TEXT NOT NULL,
  kinds TEXT NOT NULL,
  enabled_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);
