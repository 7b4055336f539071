-- Lists that people come back to: the query string of a list under a name.
-- owner is a user, or 0 for a view that the whole team has.
CREATE TABLE saved_view (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  owner BIGINT NOT NULL,
  room TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  position BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX saved_view_name ON saved_view (m, owner, room, name);

-- One act on many orders: what, on which, for whom, and how far it is. place is
-- where the walk over the filter's pages goes on.
CREATE TABLE bulk_run (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  act TEXT NOT NULL,
  data TEXT NOT NULL,
  filter TEXT NOT NULL,
  actor TEXT NOT NULL,
  state TEXT NOT NULL,
  why TEXT NOT NULL,
  stopping BIGINT NOT NULL,
  place TEXT NOT NULL,
  walked BIGINT NOT NULL,
  chunks BIGINT NOT NULL,
  planned BIGINT NOT NULL,
  done BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);

-- The rows of a run, some hundred a chunk: planned first, then with what became
-- of each, so that a run which was cut off goes on with the very same rows.
CREATE TABLE bulk_chunk (
  m BIGINT NOT NULL,
  run BIGINT NOT NULL,
  n BIGINT NOT NULL,
  settled BIGINT NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (m, run, n)
);
