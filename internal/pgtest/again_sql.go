package pgtest

// waiting waits half a second for other connections of a kind to be gone, and
// fails where one stays.
const waiting = `DO $$ BEGIN
	FOR i IN 1..100 LOOP
		PERFORM pg_stat_clear_snapshot();
		IF NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
			AND backend_type = 'client backend' AND %s) THEN RETURN; END IF;
		PERFORM pg_sleep(0.005);
	END LOOP;
	RAISE EXCEPTION 'somebody is still there';
END $$`

// shapeOf is a print of everything that belongs to the schema or to the settings
// of the database.
const shapeOf = `SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM (
	SELECT concat('c', oid, relname, relkind, relnatts, relhastriggers) || coalesce(reloptions::text, '') FROM pg_class WHERE relnamespace = 'public'::regnamespace
	UNION ALL SELECT concat('k', oid, conname, convalidated) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
	UNION ALL SELECT 'f' || oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
	UNION ALL SELECT 'e' || extname FROM pg_extension
	UNION ALL SELECT 'n' || nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'
	UNION ALL SELECT 's' || setconfig::text FROM pg_db_role_setting JOIN pg_database AS d ON d.oid = setdatabase WHERE datname = current_database()
) AS of (x)`

// filled are the tables that have rows.
const filled = `SELECT coalesce(string_agg(quote_literal(relname), ', '), '''''') FROM pg_class
	WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0`

// emptying takes the rows out of all tables but some. A table that has become
// large is cut, which costs new files; of the others the rows are deleted.
const emptying = `SET session_replication_role = replica;
DO $$ DECLARE t record; filled bool; BEGIN
	FOR t IN SELECT oid::regclass AS name, pg_relation_size(oid) AS bytes FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN (%s) LOOP
		CONTINUE WHEN t.bytes = 0;
		EXECUTE format('SELECT EXISTS (SELECT 1 FROM %%s)', t.name) INTO filled;
		IF filled AND t.bytes > 1000000 THEN EXECUTE format('TRUNCATE %%s', t.name);
		ELSIF filled THEN EXECUTE format('DELETE FROM %%s', t.name);
		END IF;
	END LOOP;
END $$`
