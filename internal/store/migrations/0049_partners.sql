-- On which terms the partners behind locations are asked.
CREATE TABLE partner (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  respond_hours BIGINT NOT NULL,
  chase_hours BIGINT NOT NULL,
  chases BIGINT NOT NULL,
  silent TEXT NOT NULL,
  ship_hours BIGINT NOT NULL,
  stock_hours BIGINT NOT NULL,
  stock_less BIGINT NOT NULL,
  stock_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (m, location)
);

-- What is under way with them about a fulfillment.
CREATE TABLE request (
  m BIGINT NOT NULL,
  fulfillment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  status TEXT NOT NULL,
  round BIGINT NOT NULL,
  submitted_at BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  chases BIGINT NOT NULL,
  reference TEXT NOT NULL,
  reason TEXT NOT NULL,
  then_do TEXT NOT NULL,
  ended_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, fulfillment)
);
-- With which of them the clock has something to do next.
CREATE INDEX request_next ON request (m, next_at, fulfillment) WHERE next_at > 0;
-- What is under way at a place, the oldest first, and what is over, the latest last.
CREATE INDEX request_open ON request (m, location, status, submitted_at, fulfillment) WHERE ended_at = 0;
CREATE INDEX request_ended ON request (m, location, ended_at, fulfillment) WHERE ended_at > 0;
CREATE INDEX request_order ON request (m, order_id, fulfillment);
