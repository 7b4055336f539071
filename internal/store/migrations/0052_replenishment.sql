-- How items are replenished at places. Item or location 0 is every one. What is 0
-- of a policy follows from offers and demand. Nothing is ever removed.
CREATE TABLE replenish_policy (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  from_location BIGINT NOT NULL,
  service BIGINT NOT NULL,
  shortage BIGINT NOT NULL,
  review_days BIGINT NOT NULL,
  lead_days BIGINT NOT NULL,
  spread_days BIGINT NOT NULL,
  minimum BIGINT NOT NULL,
  pack BIGINT NOT NULL,
  order_cost BIGINT NOT NULL,
  holding BIGINT NOT NULL,
  reorder_at BIGINT NOT NULL,
  up_to BIGINT NOT NULL,
  lot BIGINT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX replenish_policy_of ON replenish_policy (m, item, location);

-- What a run proposed, and what became of it. why holds every figure of it.
CREATE TABLE replenish_line (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  policy BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  source TEXT NOT NULL,
  supplier BIGINT NOT NULL,
  from_location BIGINT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  cost BIGINT NOT NULL,
  currency TEXT NOT NULL,
  why TEXT NOT NULL,
  state TEXT NOT NULL,
  taken BIGINT NOT NULL,
  ref BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- One open line of an item at a place.
CREATE UNIQUE INDEX replenish_line_open ON replenish_line (m, item, location) WHERE state = 'open';
CREATE INDEX replenish_line_state ON replenish_line (m, state, id);

-- Units of items wanted by the week in which their order was placed, by where
-- they were claimed; location 0 is of units that wait. It is a projection from the
-- journal: no act reads or waits for it.
CREATE TABLE demand_week (
  m BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  week BIGINT NOT NULL,
  units BIGINT NOT NULL,
  PRIMARY KEY (m, item, location, week)
);
