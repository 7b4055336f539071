-- What a return gives as store credit instead of by the tenders, and on top.
ALTER TABLE return_policy ADD COLUMN credit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE return_policy ADD COLUMN bonus BIGINT NOT NULL DEFAULT 0;
ALTER TABLE return_policy ADD COLUMN typed_most BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN to_credit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN bonus_rate BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN turned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_return ADD COLUMN bonus BIGINT NOT NULL DEFAULT 0;

-- The label for the way back, and the customer's photos.
CREATE TABLE return_file (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  return_id BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  kind TEXT NOT NULL,
  size BIGINT NOT NULL,
  data BYTES NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX return_file_return ON return_file (m, return_id, id);

-- Goods of which nobody has the receipt: what they were taken at, and whose
-- store credit they became.
CREATE TABLE unreceipted (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  location BIGINT NOT NULL,
  customer BIGINT NOT NULL,
  credit BIGINT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (amount >= 0)
);
CREATE UNIQUE INDEX unreceipted_number ON unreceipted (m, number);

CREATE TABLE unreceipted_line (
  m BIGINT NOT NULL,
  unreceipted BIGINT NOT NULL,
  n BIGINT NOT NULL,
  item BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  disposition TEXT NOT NULL,
  lowest BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (m, unreceipted, n),
  CHECK (quantity > 0 AND lowest >= 0 AND amount >= 0)
);

-- Who took a parcel, when and where, with a photo or a signature.
CREATE TABLE parcel_proof (
  m BIGINT NOT NULL,
  parcel BIGINT NOT NULL,
  name TEXT NOT NULL,
  place TEXT NOT NULL,
  kind TEXT NOT NULL,
  size BIGINT NOT NULL,
  data BYTES NOT NULL,
  at BIGINT NOT NULL,
  told_at BIGINT NOT NULL,
  PRIMARY KEY (m, parcel)
);
