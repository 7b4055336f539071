-- By which secret a partner signs what it tells us about its location. previous
-- holds beside it until previous_until.
CREATE TABLE partner_hook (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  secret TEXT NOT NULL,
  previous TEXT NOT NULL,
  previous_until BIGINT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (m, location)
);
-- An endpoint of a partner is sent what concerns its location alone; 0 for others.
ALTER TABLE endpoint ADD COLUMN location BIGINT NOT NULL DEFAULT 0;
