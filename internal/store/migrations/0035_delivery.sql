-- How orders are delivered. The body holds zones, weights and places.
CREATE TABLE delivery_method (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  body TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX delivery_method_code ON delivery_method (m, code);

-- When locations work; of one without a row, Monday to Friday.
CREATE TABLE location_calendar (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  body TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, location)
);
