-- What channels leave to others: units of an item at a location, which they do
-- not sell. Item 0 is every item, location 0 every location.
CREATE TABLE channel_buffer (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  item BIGINT NOT NULL,
  location BIGINT NOT NULL,
  units BIGINT NOT NULL,
  PRIMARY KEY (m, channel, item, location),
  CHECK (units >= 0)
);
CREATE INDEX channel_buffer_item ON channel_buffer (m, item);

-- The places that a channel sells from; a channel without a row, from all.
CREATE TABLE channel_place (
  m BIGINT NOT NULL,
  channel TEXT NOT NULL,
  location BIGINT NOT NULL,
  PRIMARY KEY (m, channel, location)
);
