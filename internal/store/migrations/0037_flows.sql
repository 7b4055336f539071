-- What happens to orders by themselves: each saved version of a flow stays.
CREATE TABLE flow (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  template TEXT NOT NULL,
  verify TEXT NOT NULL,
  source TEXT NOT NULL,
  release_at_kinds TEXT NOT NULL,
  money TEXT NOT NULL,
  whole BIGINT NOT NULL,
  edit_window BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  since BIGINT NOT NULL,
  PRIMARY KEY (m, id, version)
);

-- Which flow a channel's orders have; '' is all channels without their own.
CREATE TABLE flow_channel (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  flow BIGINT NOT NULL,
  PRIMARY KEY (m, channel)
);

-- Which flow and version an order has, and until when it may be changed before
-- work begins. The index has only orders that the clock is to look at.
CREATE TABLE order_flow (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  flow BIGINT NOT NULL,
  version BIGINT NOT NULL,
  release_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  released TEXT NOT NULL,
  PRIMARY KEY (m, order_id)
);
CREATE INDEX order_flow_due ON order_flow (m, due_at, order_id) WHERE due_at > 0;
