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

-- The picture of an item, small and served by us: pages ask nobody else.
CREATE TABLE item_picture (
  m BIGINT NOT NULL,
  item BIGINT NOT NULL,
  hash TEXT NOT NULL,
  kind TEXT NOT NULL,
  data BYTES NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, item)
);

-- A level is low when no more than low_at may still be sold; zero says that
-- nobody minds. low is kept with the level, so that the few low ones are an
-- index of those alone.
ALTER TABLE level ADD COLUMN low_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE level ADD COLUMN low BIGINT NOT NULL DEFAULT 0;
CREATE INDEX level_low ON level (m, item, location) WHERE low = 1;
CREATE INDEX level_location ON level (m, location, item);

-- A file on its way into the books. Its text lies beside it in parts, since
-- nodes share nothing but the database, until it expires.
CREATE TABLE import_file (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  name TEXT NOT NULL,
  what TEXT NOT NULL,
  way TEXT NOT NULL,
  channel TEXT NOT NULL,
  status TEXT NOT NULL,
  size BIGINT NOT NULL,
  parts BIGINT NOT NULL,
  hash TEXT NOT NULL,
  mapping TEXT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  rejected BIGINT NOT NULL,
  fixed BIGINT NOT NULL,
  summary TEXT NOT NULL,
  fault TEXT NOT NULL,
  runs_as TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  finished_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE INDEX import_file_hash ON import_file (m, hash, id);
CREATE INDEX import_file_expires ON import_file (m, expires_at, id);

CREATE TABLE import_part (
  m BIGINT NOT NULL,
  file BIGINT NOT NULL,
  n BIGINT NOT NULL,
  data BYTES NOT NULL,
  PRIMARY KEY (m, file, n)
);

-- A line that could not be taken, until it is mended. ref is what it belongs
-- to, such as an order, which is taken as a whole.
CREATE TABLE import_reject (
  m BIGINT NOT NULL,
  file BIGINT NOT NULL,
  line BIGINT NOT NULL,
  ref TEXT NOT NULL,
  code TEXT NOT NULL,
  reason TEXT NOT NULL,
  text TEXT NOT NULL,
  clipped BIGINT NOT NULL,
  fixed_at BIGINT NOT NULL,
  PRIMARY KEY (m, file, line)
);
CREATE INDEX import_reject_ref ON import_reject (m, file, ref, line);
CREATE INDEX import_reject_open ON import_reject (m, file, line) WHERE fixed_at = 0;

-- Which column of a source's files is which of ours.
CREATE TABLE import_mapping (
  m BIGINT NOT NULL,
  what TEXT NOT NULL,
  name TEXT NOT NULL,
  mapping TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, what, name)
);
