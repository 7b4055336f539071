-- Where text messages of a merchant are handed in; its secret is sealed.
CREATE TABLE text_gateway (
  m BIGINT NOT NULL,
  address TEXT NOT NULL,
  secret TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);
