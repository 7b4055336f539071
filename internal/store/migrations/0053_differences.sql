-- What a partner's word on its stock does: the books follow it, or are compared.
ALTER TABLE partner ADD COLUMN stock_word TEXT NOT NULL DEFAULT 'follow';
-- When it last said all that it has; 0 when it names a part alone.
ALTER TABLE partner ADD COLUMN complete_at BIGINT NOT NULL DEFAULT 0;

-- Where a partner's word and the books differed, and what became of it.
CREATE TABLE stock_difference (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  reference TEXT NOT NULL,
  said BIGINT NOT NULL,
  books BIGINT NOT NULL,
  held BIGINT NOT NULL,
  coming BIGINT NOT NULL,
  proposed BIGINT NOT NULL,
  state TEXT NOT NULL,
  taken BIGINT NOT NULL,
  act BIGINT NOT NULL,
  note TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  decided_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
-- One open difference of an item at a place.
CREATE UNIQUE INDEX stock_difference_open ON stock_difference (m, location, item) WHERE state = 'open';
CREATE INDEX stock_difference_state ON stock_difference (m, location, state, id);
