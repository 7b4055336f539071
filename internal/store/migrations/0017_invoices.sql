-- Invoices and credit notes. A row never changes: body is the document as it
-- was issued, hash its SHA-256; the other columns copy what is looked for.
CREATE TABLE invoice (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  order_number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  number BIGINT NOT NULL CHECK (number > 0),
  code TEXT NOT NULL,
  of_id BIGINT NOT NULL,
  issued_at BIGINT NOT NULL,
  issued_on BIGINT NOT NULL,
  currency TEXT NOT NULL,
  net BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  gross BIGINT NOT NULL CHECK (gross >= 0),
  body TEXT NOT NULL,
  hash TEXT NOT NULL,
  entry BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (gross = net + tax)
);
CREATE UNIQUE INDEX invoice_sequence ON invoice (m, kind, series, year, number);
CREATE UNIQUE INDEX invoice_code ON invoice (m, code);
CREATE INDEX invoice_order ON invoice (m, order_id, id);
CREATE INDEX invoice_issued ON invoice (m, issued_on, id);

-- The last number given in each series, taken under the merchant's lock in the
-- transaction of its document.
CREATE TABLE invoice_number (
  m BIGINT NOT NULL,
  kind TEXT NOT NULL,
  series TEXT NOT NULL,
  year BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (m, kind, series, year)
);

-- What stands on documents as their seller, and how they are numbered.
CREATE TABLE invoice_setting (
  m BIGINT NOT NULL,
  legal_name TEXT NOT NULL,
  address TEXT NOT NULL,
  tax_id TEXT NOT NULL,
  series TEXT NOT NULL,
  credit_series TEXT NOT NULL,
  pattern TEXT NOT NULL,
  terms TEXT NOT NULL,
  footer TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);
