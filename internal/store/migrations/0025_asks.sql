-- What customers are asked by a link that answers once.
CREATE TABLE customer_ask (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  hold BIGINT NOT NULL, -- that an answer lifts, zero for none
  line BIGINT NOT NULL, -- that is to be substituted
  sku TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  due_at BIGINT NOT NULL, -- of a delay: the day that passed
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX customer_ask_order ON customer_ask (m, order_id, id);

-- The tokens of a link, hashed alone: each letter that leaves has its own.
CREATE TABLE customer_ask_token (
  m BIGINT NOT NULL,
  token_hash TEXT NOT NULL,
  ask BIGINT NOT NULL,
  PRIMARY KEY (m, token_hash)
);
CREATE INDEX customer_ask_token_ask ON customer_ask_token (m, ask);
