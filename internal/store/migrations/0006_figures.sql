-- What the overview counts, by the merchant's day. All of it but figure_refused
-- is a projection from the journal: it can be made anew at any time, and no act
-- reads or waits for it.

-- Which zone and definitions the sums were made under, and whether they are
-- being taken away to be made anew.
CREATE TABLE figure_book (
  m BIGINT NOT NULL,
  zone TEXT NOT NULL,
  version BIGINT NOT NULL,
  clearing BIGINT NOT NULL,
  PRIMARY KEY (m)
);

-- first_order and last_order are the lowest and highest id of the orders placed
-- on the day, 0 where there are none.
CREATE TABLE figure_day (
  m BIGINT NOT NULL,
  day BIGINT NOT NULL,
  channel TEXT NOT NULL,
  location BIGINT NOT NULL,
  currency TEXT NOT NULL,
  first_order BIGINT NOT NULL,
  last_order BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  units BIGINT NOT NULL,
  line_count BIGINT NOT NULL,
  gross BIGINT NOT NULL,
  discount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  fees BIGINT NOT NULL,
  total BIGINT NOT NULL,
  canceled_value BIGINT NOT NULL,
  canceled_orders BIGINT NOT NULL,
  canceled_units BIGINT NOT NULL,
  canceled_by_person BIGINT NOT NULL,
  canceled_by_key BIGINT NOT NULL,
  canceled_by_us BIGINT NOT NULL,
  asked_orders BIGINT NOT NULL,
  asked_lines BIGINT NOT NULL,
  asked_units BIGINT NOT NULL,
  first_orders BIGINT NOT NULL,
  first_lines BIGINT NOT NULL,
  first_units BIGINT NOT NULL,
  backordered_orders BIGINT NOT NULL,
  shipped_orders BIGINT NOT NULL,
  split_orders BIGINT NOT NULL,
  touchless_orders BIGINT NOT NULL,
  shipped_units BIGINT NOT NULL,
  delivered_orders BIGINT NOT NULL,
  promised_orders BIGINT NOT NULL,
  on_time_orders BIGINT NOT NULL,
  in_full_orders BIGINT NOT NULL,
  perfect_orders BIGINT NOT NULL,
  returned_units BIGINT NOT NULL,
  refunded BIGINT NOT NULL,
  PRIMARY KEY (m, day, channel, location, currency)
);

-- Histograms of how long each stage took.
CREATE TABLE figure_time (
  m BIGINT NOT NULL,
  day BIGINT NOT NULL,
  channel TEXT NOT NULL,
  location BIGINT NOT NULL,
  times BYTES NOT NULL,
  PRIMARY KEY (m, day, channel, location)
);

-- How many orders wait at each stage, by the hour in which they were placed.
CREATE TABLE figure_backlog (
  m BIGINT NOT NULL,
  stage TEXT NOT NULL,
  hour BIGINT NOT NULL,
  channel TEXT NOT NULL,
  location BIGINT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (m, stage, hour, channel, location)
);

-- What is remembered of an order: n of its entries, folded. One that was only
-- placed, and whole from stock, has no row.
CREATE TABLE figure_order (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  state BYTES NOT NULL,
  PRIMARY KEY (m, order_id)
);

-- The orders behind what is counted on the day on which it happened.
CREATE TABLE figure_event (
  m BIGINT NOT NULL,
  event BIGINT NOT NULL,
  day BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  PRIMARY KEY (m, event, day, order_id, location)
);

-- Orders that were refused when they were placed or imported. There is no
-- journal of what did not happen: these are counted as it happens.
CREATE TABLE figure_refused (
  m BIGINT NOT NULL,
  day BIGINT NOT NULL,
  channel TEXT NOT NULL,
  code TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (m, day, channel, code)
);
