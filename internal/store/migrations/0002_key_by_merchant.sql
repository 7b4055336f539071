-- A key's text names its merchant, so that the look-up is one merchant's like
-- every other, and a unique key leads with m as a sharded PostgreSQL wants it.

DROP INDEX api_key_hash;
CREATE UNIQUE INDEX api_key_hash ON api_key (m, hash);
