-- What an authority gave this installation for its TLS names, and the account
-- it is known by there, so that all nodes share them. The text is sealed: a
-- stolen backup holds no private key.
CREATE TABLE tls_secret (
  m BIGINT NOT NULL,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, name)
);
