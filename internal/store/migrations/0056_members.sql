-- People of several merchants. A login is a user of the first merchant, who has
-- the password, the factors and the sessions; a member is a user of another
-- merchant who signs in by that login and is 0 for all others.
ALTER TABLE users ADD COLUMN login BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX users_login ON users (m, login) WHERE login <> 0;

-- At which merchant a session works now; 0 is its own.
ALTER TABLE session ADD COLUMN at_m BIGINT NOT NULL DEFAULT 0;

-- Where to look for the members of a login, under the login's own merchant.
-- Whether one may still work there is said by the other merchant's users alone.
CREATE TABLE membership (
  m BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  merchant BIGINT NOT NULL,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (m, user_id, merchant)
);
