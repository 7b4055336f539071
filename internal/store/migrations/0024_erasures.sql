-- Who was erased, without saying who: a customer by id, an address by its hash.
-- A restore of an older backup reads this list to erase them again.
CREATE TABLE erasure (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  customer BIGINT NOT NULL, -- zero for an e-mail address alone
  person TEXT NOT NULL, -- SHA-256
  state TEXT NOT NULL, -- running, done
  orders BIGINT NOT NULL,
  documents BIGINT NOT NULL, -- that stay as they were issued
  actor TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX erasure_customer ON erasure (m, customer, id);
CREATE INDEX erasure_person ON erasure (m, person, id);

-- Orders whose people were rewritten. documents is how many still carry them.
CREATE TABLE erased_order (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  erasure BIGINT NOT NULL,
  documents BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, order_id)
);
CREATE INDEX erased_order_documents ON erased_order (m, order_id) WHERE documents > 0;

CREATE TABLE privacy_setting (
  m BIGINT NOT NULL,
  keep_years BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- The hash that a document was issued under, of one whose recipient was dropped
-- when its time was over.
ALTER TABLE invoice ADD COLUMN issued_hash TEXT NOT NULL DEFAULT '';
