-- What a supplier calls by which of its own numbers.
CREATE INDEX supplier_offer_number ON supplier_offer (m, supplier, supplier_sku) WHERE supplier_sku <> '';

-- Where partners' lists of their stock are fetched from, and what came of the
-- last look.
CREATE TABLE stock_feed (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  source TEXT NOT NULL,
  address TEXT NOT NULL,
  header TEXT NOT NULL,
  secret TEXT NOT NULL,
  named TEXT NOT NULL,
  sku_column TEXT NOT NULL,
  quantity_column TEXT NOT NULL,
  complete BIGINT NOT NULL,
  minutes BIGINT NOT NULL,
  active BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  looked_at BIGINT NOT NULL,
  taken_at BIGINT NOT NULL,
  hash TEXT NOT NULL,
  lines BIGINT NOT NULL,
  unknown BIGINT NOT NULL,
  bad BIGINT NOT NULL,
  told TEXT NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, location)
);
