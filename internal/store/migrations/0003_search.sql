-- By which words an order is found. A projection from the journal: it can be
-- made anew from the orders at any time, and no placement waits for it. Ids
-- rise with time, so newest first is order_id descending.
--
-- Words stand by period, a stretch of some thousand orders: what is written
-- goes to the newest one's few pages, however many orders there are.
CREATE TABLE search_token (
  m BIGINT NOT NULL,
  period BIGINT NOT NULL,
  token TEXT NOT NULL,
  order_id BIGINT NOT NULL,
  PRIMARY KEY (m, period, token, order_id)
);

-- A period holds the orders from the id that it is named by up to the next
-- period's; n of them, the highest last.
CREATE TABLE search_period (
  m BIGINT NOT NULL,
  period BIGINT NOT NULL,
  n BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (m, period)
);

-- The same by order, one word a line and n of them: what a later change takes
-- away, and what candidates are held against.
CREATE TABLE search_order (
  m BIGINT NOT NULL,
  order_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  tokens TEXT NOT NULL,
  PRIMARY KEY (m, order_id)
);
