-- By which words an item is found. Kept with the item, in its transaction: a
-- picker must find at once what was made a moment ago. Archived items stand
-- apart, so that what nobody can order takes no place among what one can.
CREATE TABLE item_token (
  m BIGINT NOT NULL,
  archived BIGINT NOT NULL,
  token TEXT NOT NULL,
  item BIGINT NOT NULL,
  PRIMARY KEY (m, archived, token, item)
);
CREATE INDEX item_token_item ON item_token (m, item, token);
