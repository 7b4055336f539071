-- What lies on shelves for customers who come for it.
CREATE TABLE pickup (
  m BIGINT NOT NULL,
  fulfillment BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  location BIGINT NOT NULL,
  shelf TEXT NOT NULL,
  state TEXT NOT NULL,
  code TEXT NOT NULL,
  tries BIGINT NOT NULL,
  ready_at BIGINT NOT NULL,
  kept_until BIGINT NOT NULL,
  remind_at BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  how TEXT NOT NULL,
  document TEXT NOT NULL,
  reason TEXT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, fulfillment)
);
-- With which of them the clock has something to do next.
CREATE INDEX pickup_next ON pickup (m, next_at, fulfillment) WHERE next_at > 0;
-- What lies at a place, the longest first.
CREATE INDEX pickup_lies ON pickup (m, location, ready_at, fulfillment) WHERE ended_at = 0;
-- What was collected there, the latest last.
CREATE INDEX pickup_ended ON pickup (m, location, ended_at, fulfillment) WHERE ended_at > 0;
CREATE INDEX pickup_order ON pickup (m, order_id, fulfillment);

-- Who tells customers of their orders tells them of what waits for them.
UPDATE mail_sender SET kinds = kinds || '
ready_for_pickup
pickup_reminder
pickup_extended' WHERE kinds <> '' AND m > 0;
