-- The first schema. One text for both engines: every number is BIGINT, every
-- instant microseconds UTC, every table's key leads with the merchant (m).
-- The store turns the type words into those of the engine and makes every
-- SQLite table STRICT and WITHOUT ROWID. Foreign keys stand only from a part
-- to its own aggregate and off the placement path; verify holds the rest.

CREATE TABLE merchant (
  m BIGINT NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  rounding TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- The lock of a merchant, and what is counted under it.
CREATE TABLE merchant_seq (
  m BIGINT NOT NULL,
  entry_seq BIGINT NOT NULL,
  order_no BIGINT NOT NULL,
  config_epoch BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- Which running process may use which part of the id space.
CREATE TABLE node_slot (
  slot BIGINT NOT NULL,
  owner TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (slot)
);

CREATE TABLE api_key (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  hint TEXT NOT NULL,
  scopes TEXT NOT NULL,
  locations TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL DEFAULT 0,
  revoked_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX api_key_hash ON api_key (hash);

CREATE TABLE item (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  sku TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  scale BIGINT NOT NULL,
  when_short TEXT NOT NULL,
  picture TEXT NOT NULL,
  price BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  weight_grams BIGINT NOT NULL,
  custom TEXT NOT NULL,
  archived BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX item_sku ON item (m, sku);

CREATE TABLE item_barcode (
  m BIGINT NOT NULL,
  code TEXT NOT NULL,
  item BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (m, code)
);
CREATE INDEX item_barcode_item ON item_barcode (m, item);

CREATE TABLE item_component (
  m BIGINT NOT NULL,
  bundle BIGINT NOT NULL,
  item BIGINT NOT NULL,
  n BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (m, bundle, item)
);

CREATE TABLE location (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  priority BIGINT NOT NULL,
  address TEXT NOT NULL,
  zone TEXT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX location_code ON location (m, code);

CREATE TABLE customer (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  external_id TEXT,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  company TEXT NOT NULL,
  address TEXT NOT NULL,
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX customer_external ON customer (m, external_id);
CREATE INDEX customer_email ON customer (m, email, id);

CREATE TABLE level (
  m BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  on_hand BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  damaged BIGINT NOT NULL DEFAULT 0 CHECK (damaged >= 0),
  quality_control BIGINT NOT NULL DEFAULT 0 CHECK (quality_control >= 0),
  incoming BIGINT NOT NULL DEFAULT 0 CHECK (incoming >= 0),
  safety BIGINT NOT NULL DEFAULT 0 CHECK (safety >= 0),
  PRIMARY KEY (m, item, location),
  CHECK (0 <= reserved AND reserved <= on_hand)
);

CREATE TABLE movement (
  m BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  id BIGINT NOT NULL,
  state TEXT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity <> 0),
  bin TEXT NOT NULL,
  lot TEXT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  ref_kind TEXT NOT NULL,
  ref_id BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, item, location, id)
);

CREATE TABLE orders (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  channel TEXT NOT NULL,
  external_id TEXT,
  request_hash BYTES,
  customer BIGINT NOT NULL,
  mode TEXT NOT NULL,
  currency TEXT NOT NULL,
  priority BIGINT NOT NULL,
  tags TEXT NOT NULL,
  custom TEXT NOT NULL,
  placed_at BIGINT NOT NULL,
  placed_on BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  payment_status TEXT NOT NULL,
  fulfillment_status TEXT NOT NULL,
  return_status TEXT NOT NULL,
  hold_status TEXT NOT NULL,
  stage TEXT NOT NULL,
  subtotal BIGINT NOT NULL,
  discount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  fees BIGINT NOT NULL,
  total BIGINT NOT NULL,
  moved BIGINT NOT NULL,
  canceled_total BIGINT NOT NULL DEFAULT 0,
  paid BIGINT NOT NULL,
  refunded BIGINT NOT NULL DEFAULT 0,
  ordered BIGINT NOT NULL,
  canceled BIGINT NOT NULL DEFAULT 0,
  unsourced BIGINT NOT NULL DEFAULT 0,
  backordered BIGINT NOT NULL DEFAULT 0,
  allocated BIGINT NOT NULL DEFAULT 0,
  picked BIGINT NOT NULL DEFAULT 0,
  packed BIGINT NOT NULL DEFAULT 0,
  shipped BIGINT NOT NULL DEFAULT 0,
  delivered BIGINT NOT NULL DEFAULT 0,
  lost BIGINT NOT NULL DEFAULT 0,
  return_requested BIGINT NOT NULL DEFAULT 0,
  returned BIGINT NOT NULL DEFAULT 0,
  restocked BIGINT NOT NULL DEFAULT 0,
  line_count BIGINT NOT NULL,
  fee_count BIGINT NOT NULL DEFAULT 0,
  hold_count BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL,
  edit_version BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (m, id),
  CHECK (total = subtotal - discount + tax + fees),
  CHECK (0 <= refunded AND refunded <= paid),
  CHECK (ordered = canceled + unsourced + backordered + allocated + picked + packed + shipped + delivered + lost)
);
CREATE UNIQUE INDEX orders_number ON orders (m, number);
CREATE UNIQUE INDEX orders_external ON orders (m, channel, external_id);
CREATE INDEX orders_stage ON orders (m, stage, id);
CREATE INDEX orders_customer ON orders (m, customer, id);

-- The only personal data of an order.
CREATE TABLE order_party (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  company TEXT NOT NULL,
  ship_to TEXT NOT NULL,
  bill_to TEXT NOT NULL,
  PRIMARY KEY (m, order_id)
);

CREATE TABLE order_line (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  item BIGINT NOT NULL,
  title TEXT NOT NULL,
  scale BIGINT NOT NULL,
  stocked BIGINT NOT NULL,
  parent BIGINT NOT NULL DEFAULT 0,
  per_parent BIGINT NOT NULL DEFAULT 0,
  quantity BIGINT NOT NULL,
  price BIGINT NOT NULL,
  total BIGINT NOT NULL,
  moved BIGINT NOT NULL DEFAULT 0,
  discount BIGINT NOT NULL DEFAULT 0,
  tax BIGINT NOT NULL DEFAULT 0,
  custom TEXT NOT NULL DEFAULT '',
  priority BIGINT NOT NULL DEFAULT 0,
  backordered_at BIGINT NOT NULL DEFAULT 0,
  ordered BIGINT NOT NULL,
  canceled BIGINT NOT NULL DEFAULT 0 CHECK (canceled >= 0),
  unsourced BIGINT NOT NULL DEFAULT 0 CHECK (unsourced >= 0),
  backordered BIGINT NOT NULL DEFAULT 0 CHECK (backordered >= 0),
  allocated BIGINT NOT NULL DEFAULT 0 CHECK (allocated >= 0),
  picked BIGINT NOT NULL DEFAULT 0 CHECK (picked >= 0),
  packed BIGINT NOT NULL DEFAULT 0 CHECK (packed >= 0),
  shipped BIGINT NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  delivered BIGINT NOT NULL DEFAULT 0 CHECK (delivered >= 0),
  lost BIGINT NOT NULL DEFAULT 0 CHECK (lost >= 0),
  return_requested BIGINT NOT NULL DEFAULT 0,
  returned BIGINT NOT NULL DEFAULT 0,
  restocked BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (m, order_id, n),
  CHECK (ordered = canceled + unsourced + backordered + allocated + picked + packed + shipped + delivered + lost),
  CHECK (0 <= return_requested AND 0 <= returned AND return_requested + returned <= shipped + delivered),
  CHECK (0 <= restocked AND restocked <= returned)
);
-- Who waits for an item, in the order in which they are served.
CREATE INDEX order_line_waiting ON order_line (m, item, priority DESC, backordered_at, order_id, n) WHERE backordered > 0;

CREATE TABLE order_fee (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, n)
);

CREATE TABLE order_hold (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  reason TEXT NOT NULL,
  note TEXT NOT NULL,
  blocks TEXT NOT NULL,
  placed_at BIGINT NOT NULL,
  placed_by TEXT NOT NULL,
  lifted_at BIGINT NOT NULL,
  lifted_by TEXT NOT NULL,
  PRIMARY KEY (m, order_id, id)
);

CREATE TABLE order_note (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  id BIGINT NOT NULL,
  text TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  PRIMARY KEY (m, order_id, id)
);

CREATE TABLE fulfillment (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  source_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  work_status TEXT NOT NULL,
  request_status TEXT NOT NULL,
  method TEXT NOT NULL,
  priority BIGINT NOT NULL,
  released_at BIGINT NOT NULL DEFAULT 0,
  due_at BIGINT NOT NULL,
  decision TEXT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX fulfillment_work ON fulfillment (m, location, work_status, due_at, id);
CREATE INDEX fulfillment_source ON fulfillment (m, source_id);

CREATE TABLE fulfillment_line (
  m BIGINT NOT NULL,
  fulfillment BIGINT NOT NULL,
  n BIGINT NOT NULL,
  order_line BIGINT NOT NULL,
  item BIGINT NOT NULL,
  stocked BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  open_qty BIGINT NOT NULL,
  picked BIGINT NOT NULL DEFAULT 0,
  packed BIGINT NOT NULL DEFAULT 0,
  shipped BIGINT NOT NULL DEFAULT 0,
  arrived BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (m, fulfillment, n),
  CHECK (0 <= picked AND 0 <= packed AND picked + packed <= open_qty),
  CHECK (0 <= arrived AND arrived <= shipped AND open_qty + shipped <= quantity)
);

CREATE TABLE parcel (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  fulfillment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  status TEXT NOT NULL,
  carrier TEXT NOT NULL,
  tracking TEXT NOT NULL,
  weight_grams BIGINT NOT NULL,
  packed_at BIGINT NOT NULL,
  shipped_at BIGINT NOT NULL DEFAULT 0,
  delivered_at BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX parcel_order ON parcel (m, order_id);
-- Carriers use their numbers again after years: unique only while under way.
CREATE UNIQUE INDEX parcel_tracking ON parcel (m, carrier, tracking) WHERE delivered_at = 0 AND tracking <> '' AND status <> 'unpacked';

CREATE TABLE parcel_line (
  m BIGINT NOT NULL,
  parcel BIGINT NOT NULL,
  line BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (m, parcel, line)
);

CREATE TABLE parcel_scan (
  m BIGINT NOT NULL,
  parcel BIGINT NOT NULL,
  at BIGINT NOT NULL,
  code TEXT NOT NULL,
  text TEXT NOT NULL,
  place TEXT NOT NULL,
  PRIMARY KEY (m, parcel, at, code)
);

CREATE TABLE order_return (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  reason TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX order_return_order ON order_return (m, order_id);

CREATE TABLE order_return_line (
  m BIGINT NOT NULL,
  return_id BIGINT NOT NULL,
  line BIGINT NOT NULL,
  item BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  restocked BIGINT NOT NULL,
  PRIMARY KEY (m, return_id, line),
  CHECK (0 <= restocked AND restocked <= quantity)
);

CREATE TABLE money_entry (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  ref TEXT NOT NULL,
  at BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  PRIMARY KEY (m, order_id, id)
);

-- The journal, which is the outbox too.
CREATE TABLE entry (
  m BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  kind TEXT NOT NULL,
  subject BIGINT NOT NULL,
  subject_seq BIGINT NOT NULL,
  type TEXT NOT NULL,
  v BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  cause TEXT NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (m, seq)
);
CREATE UNIQUE INDEX entry_subject ON entry (m, subject, subject_seq);

CREATE TABLE idempotency (
  m BIGINT NOT NULL,
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  hash BYTES NOT NULL,
  receipt TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (m, principal, route, key)
);
CREATE INDEX idempotency_expiry ON idempotency (m, expires_at);

CREATE TABLE counter (
  m BIGINT NOT NULL,
  key TEXT NOT NULL,
  n BIGINT NOT NULL CHECK (n >= 0),
  PRIMARY KEY (m, key)
);

-- How far each reader of the feed has come.
CREATE TABLE cursor (
  m BIGINT NOT NULL,
  consumer TEXT NOT NULL,
  seq BIGINT NOT NULL,
  PRIMARY KEY (m, consumer)
);

-- How far each import of a file has come, so that it can go on after a stop.
CREATE TABLE import_run (
  m BIGINT NOT NULL,
  id TEXT NOT NULL,
  done BIGINT NOT NULL,
  state TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
