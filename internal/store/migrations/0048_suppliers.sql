-- Whom goods are bought from. Nothing is ever removed. location is where a
-- supplier's stock is counted, 0 when it has none.
CREATE TABLE supplier (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  currency TEXT NOT NULL,
  address TEXT NOT NULL,
  lead_days BIGINT NOT NULL,
  terms_days BIGINT NOT NULL,
  min_order BIGINT NOT NULL,
  note TEXT NOT NULL,
  over_percent BIGINT NOT NULL,
  price_percent BIGINT NOT NULL,
  location BIGINT NOT NULL,
  drop_ships BIGINT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX supplier_code ON supplier (m, code);
-- A location's stock is one supplier's.
CREATE UNIQUE INDEX supplier_location ON supplier (m, location) WHERE location > 0;

-- For how much, and how, a supplier sells an item. cost is in millionths of the
-- supplier's currency.
CREATE TABLE supplier_offer (
  m BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  item BIGINT NOT NULL,
  supplier_sku TEXT NOT NULL,
  cost BIGINT NOT NULL,
  lead_days BIGINT NOT NULL,
  minimum BIGINT NOT NULL,
  pack BIGINT NOT NULL,
  preferred BIGINT NOT NULL,
  drop_ship BIGINT NOT NULL,
  active BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, supplier, item),
  CHECK (cost >= 0 AND minimum > 0 AND pack > 0)
);
CREATE INDEX supplier_offer_item ON supplier_offer (m, item, supplier);
-- One offer of an item is asked first.
CREATE UNIQUE INDEX supplier_offer_preferred ON supplier_offer (m, item) WHERE preferred > 0;
