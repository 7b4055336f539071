-- Orders placed with suppliers. status follows from the lines and the instants;
-- expected_at is the earliest day of what is still to come, 0 when nothing is.
CREATE TABLE purchase (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  number BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  location BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  currency TEXT NOT NULL,
  external_id TEXT,
  reference TEXT NOT NULL,
  transport TEXT NOT NULL,
  note TEXT NOT NULL,
  over_percent BIGINT NOT NULL,
  history BIGINT NOT NULL,
  status TEXT NOT NULL,
  expected_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  ack_at BIGINT NOT NULL,
  received_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  canceled_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX purchase_no ON purchase (m, number);
CREATE UNIQUE INDEX purchase_external ON purchase (m, external_id);
CREATE INDEX purchase_status ON purchase (m, status, id);
CREATE INDEX purchase_supplier ON purchase (m, supplier, id);
CREATE INDEX purchase_expected ON purchase (m, expected_at, id) WHERE expected_at > 0;

-- The last number that was given.
CREATE TABLE purchase_number (
  m BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- What is ordered. awaited are the units that a line adds to what is incoming;
-- still are those that are to come, wherever they go. order_id names whose line
-- waits for it, 0 nobody's. late_days counts from the day that was promised
-- first, lead_days from sending, -1 when that is unknown.
CREATE TABLE purchase_line (
  m BIGINT NOT NULL,
  purchase BIGINT NOT NULL,
  n BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  sku TEXT NOT NULL,
  title TEXT NOT NULL,
  supplier_sku TEXT NOT NULL,
  scale BIGINT NOT NULL,
  grams BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  canceled BIGINT NOT NULL,
  confirmed BIGINT NOT NULL,
  received BIGINT NOT NULL,
  damaged BIGINT NOT NULL,
  inspect BIGINT NOT NULL,
  invoiced BIGINT NOT NULL,
  awaited BIGINT NOT NULL,
  still BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  asked BIGINT NOT NULL,
  before_cost BIGINT NOT NULL,
  worth BIGINT NOT NULL,
  worth_before BIGINT NOT NULL,
  expected_at BIGINT NOT NULL,
  promised_at BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  late_days BIGINT NOT NULL,
  lead_days BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  order_line BIGINT NOT NULL,
  fulfillment BIGINT NOT NULL,
  PRIMARY KEY (m, purchase, n),
  CHECK (quantity >= 0 AND canceled >= 0 AND received >= 0 AND damaged >= 0 AND inspect >= 0 AND damaged + inspect <= received AND awaited >= 0)
);
-- What is on its way to a location, and when it should come.
CREATE INDEX purchase_line_awaited ON purchase_line (m, item, location, expected_at) WHERE awaited > 0;
-- What is late.
CREATE INDEX purchase_line_still ON purchase_line (m, supplier, promised_at) WHERE still > 0;
-- What score cards are made of.
CREATE INDEX purchase_line_done ON purchase_line (m, supplier, done_at) WHERE done_at > 0;
-- What was paid for an item before.
CREATE INDEX purchase_line_item ON purchase_line (m, supplier, item, purchase);
-- What was bought for a line of an order.
CREATE INDEX purchase_line_chained ON purchase_line (m, order_id, order_line) WHERE order_id > 0;

CREATE TABLE purchase_charge (
  m BIGINT NOT NULL,
  purchase BIGINT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  spread TEXT NOT NULL,
  amount BIGINT NOT NULL,
  receipt BIGINT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, purchase, n)
);

-- What came at once, for ever. of_id is the receipt that another takes back.
CREATE TABLE purchase_receipt (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  purchase BIGINT NOT NULL,
  of_id BIGINT NOT NULL,
  reference TEXT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  entry BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX purchase_receipt_of ON purchase_receipt (m, purchase, id);
CREATE UNIQUE INDEX purchase_receipt_once ON purchase_receipt (m, of_id) WHERE of_id > 0;

CREATE TABLE purchase_receipt_line (
  m BIGINT NOT NULL,
  receipt BIGINT NOT NULL,
  n BIGINT NOT NULL,
  line BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  state TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  movement BIGINT NOT NULL,
  bin TEXT NOT NULL,
  lot TEXT NOT NULL,
  PRIMARY KEY (m, receipt, n)
);
CREATE UNIQUE INDEX purchase_receipt_line_movement ON purchase_receipt_line (m, movement);

-- What suppliers ask for. Each number of a supplier once.
CREATE TABLE purchase_invoice (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  purchase BIGINT NOT NULL,
  supplier BIGINT NOT NULL,
  number TEXT NOT NULL,
  at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  note TEXT NOT NULL,
  total BIGINT NOT NULL,
  charges BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX purchase_invoice_no ON purchase_invoice (m, supplier, number);
CREATE INDEX purchase_invoice_of ON purchase_invoice (m, purchase, id);
CREATE INDEX purchase_invoice_state ON purchase_invoice (m, state, id);

CREATE TABLE purchase_invoice_line (
  m BIGINT NOT NULL,
  invoice BIGINT NOT NULL,
  line BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  cost BIGINT NOT NULL,
  PRIMARY KEY (m, invoice, line)
);
