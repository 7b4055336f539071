-- Rules of automation as they are now. What one says stands in its versions.
CREATE TABLE rule (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  since BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);

-- What a version says never changes.
CREATE TABLE rule_version (
  m BIGINT NOT NULL,
  rule BIGINT NOT NULL,
  version BIGINT NOT NULL,
  body TEXT NOT NULL,
  may TEXT NOT NULL,
  saved_at BIGINT NOT NULL,
  saved_by TEXT NOT NULL,
  PRIMARY KEY (m, rule, version)
);

-- What became of a rule at an entry whose order met its condition: once for
-- each pair, written with the effect itself.
CREATE TABLE rule_run (
  m BIGINT NOT NULL,
  rule BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  version BIGINT NOT NULL,
  type TEXT NOT NULL,
  order_id BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  why TEXT NOT NULL,
  results TEXT NOT NULL,
  first_entry BIGINT NOT NULL,
  last_entry BIGINT NOT NULL,
  depth BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (m, rule, entry)
);
CREATE INDEX rule_run_order ON rule_run (m, order_id, entry);
CREATE INDEX rule_run_at ON rule_run (m, rule, at);
