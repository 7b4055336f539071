-- Places that keep bins, and what arrived there and waits to be put into one.
ALTER TABLE location ADD COLUMN put_away BIGINT NOT NULL DEFAULT 0;

CREATE TABLE put_away (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  movement BIGINT NOT NULL,
  lot TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  stowed BIGINT NOT NULL,
  left_out BIGINT NOT NULL,
  at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, id),
  CHECK (stowed >= 0 AND left_out >= 0 AND stowed + left_out <= quantity)
);
CREATE UNIQUE INDEX put_away_movement ON put_away (m, movement);
CREATE INDEX put_away_open ON put_away (m, location, id) WHERE ended_at = 0;
