-- Who may sign in, with what, and from where they are signed in. "user" is a
-- word of PostgreSQL's own, hence the plural.
CREATE TABLE users (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  roles TEXT NOT NULL,
  locations TEXT NOT NULL,
  locale TEXT NOT NULL,
  zone TEXT NOT NULL,
  theme TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX users_email ON users (m, email);

-- What proves that somebody is a user, apart from users so that no list of
-- people ever carries it. totp is sealed; totp_step is the last time step whose
-- code was used, totp_next a secret that is not confirmed yet. second is 1 when
-- a password alone does not let in.
CREATE TABLE user_secret (
  m BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  password TEXT NOT NULL,
  password_at BIGINT NOT NULL,
  totp TEXT NOT NULL,
  totp_next TEXT NOT NULL,
  totp_step BIGINT NOT NULL,
  second BIGINT NOT NULL,
  PRIMARY KEY (m, user_id)
);

-- Codes that stand in for a lost second factor, each once.
CREATE TABLE user_recovery (
  m BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  n BIGINT NOT NULL,
  hash TEXT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (m, user_id, n)
);

CREATE TABLE user_passkey (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  credential TEXT NOT NULL,
  name TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX user_passkey_credential ON user_passkey (m, credential);
CREATE INDEX user_passkey_user ON user_passkey (m, user_id, id);

-- Links that open something once: an invitation, a reset, the first run.
CREATE TABLE user_link (
  m BIGINT NOT NULL,
  hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  PRIMARY KEY (m, hash)
);
CREATE INDEX user_link_user ON user_link (m, user_id, purpose);

-- A browser that is signed in, or was. pending is 1 while a second factor is
-- still to come; device names the browser over several sessions.
CREATE TABLE session (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  pending BIGINT NOT NULL,
  method TEXT NOT NULL,
  agent TEXT NOT NULL,
  address TEXT NOT NULL,
  device TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX session_hash ON session (m, hash);
CREATE INDEX session_of_user ON session (m, user_id, id);

-- How often somebody was wrong lately, by a hash of who or where, and until
-- when the next try has to wait. Every node reads the same rows.
CREATE TABLE signin_attempt (
  m BIGINT NOT NULL,
  subject TEXT NOT NULL,
  failures BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  PRIMARY KEY (m, subject)
);

-- A passkey's question, for the minutes until it is answered.
CREATE TABLE passkey_question (
  m BIGINT NOT NULL,
  hash TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  data TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (m, hash)
);

-- Where orders come from, as pages call it and color it.
CREATE TABLE channel (
  m BIGINT NOT NULL,
  id BIGINT NOT NULL,
  code TEXT NOT NULL,
  label TEXT NOT NULL,
  color TEXT NOT NULL,
  kind TEXT NOT NULL,
  active BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m, id)
);
CREATE UNIQUE INDEX channel_code ON channel (m, code);

-- When a carrier fetches parcels at a location: minutes after midnight in the
-- location's zone, and on which days (a bit each, Monday is 1).
CREATE TABLE location_pickup (
  m BIGINT NOT NULL,
  location BIGINT NOT NULL,
  carrier TEXT NOT NULL,
  leaves_at BIGINT NOT NULL,
  days BIGINT NOT NULL,
  PRIMARY KEY (m, location, carrier, leaves_at)
);

-- How the shop presents itself, and how far its first run has come.
CREATE TABLE merchant_profile (
  m BIGINT NOT NULL,
  locale TEXT NOT NULL,
  color TEXT NOT NULL,
  logo_type TEXT NOT NULL,
  logo_version BIGINT NOT NULL,
  logo BYTES NOT NULL,
  first_run TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  edit_version BIGINT NOT NULL,
  PRIMARY KEY (m)
);
