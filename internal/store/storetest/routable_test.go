package storetest_test

import (
	"testing"

	"orderly/internal/store/storetest"
)

// What a shard gets as it is, and what is planted here to be found: a check
// that finds nothing here would find nothing anywhere.
func TestUnroutable(t *testing.T) {
	for text, why := range map[string]string{
		"SELECT id FROM orders WHERE m = $1":                                                                                         "",
		"SELECT entry_seq FROM merchant_seq WHERE m = $1 FOR UPDATE":                                                                 "",
		"SELECT slot FROM node_slot ORDER BY slot LIMIT 1":                                                                           "",
		"SELECT CAST($2 AS BIGINT)":                                                                                                  "",
		"SELECT m FROM merchant ORDER BY m":                                                                                          "",
		"SELECT l.n FROM order_line AS l JOIN item AS i ON i.m = l.m AND i.id = l.item WHERE l.m = $1":                               "",
		"SELECT t.id FROM order_return AS t LEFT JOIN return_line AS x ON x.m = t.m WHERE t.m = $1":                                  "",
		"SELECT a FROM (SELECT id AS a FROM orders WHERE m = $1) AS o LEFT JOIN (SELECT n FROM entry WHERE m = $2) AS e ON true":     "",
		"UPDATE merchant SET zone = $1 WHERE m = $2 AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.m = $3)":                       "",
		"UPDATE orders AS t SET tags = v.column2 FROM (VALUES (CAST($2 AS BIGINT))) AS v WHERE t.m = $1":                             "",
		"DELETE FROM counter WHERE m = $1":                                                                                           "",
		"INSERT INTO counter (m, key, n) VALUES ($1,$2,$3),($4,$5,$6) ON CONFLICT (m, key) DO UPDATE SET n = counter.n + excluded.n": "",
		"INSERT INTO node_slot (slot, owner) VALUES ($1, $2)":                                                                        "",

		"SELECT m FROM api_key WHERE hash = $1":                                                                   "the merchant of api_key is not bound",
		"SELECT m FROM merchant_seq ORDER BY m LIMIT 1":                                                           "the merchant of merchant_seq is not bound",
		"SELECT l.n FROM order_line AS l JOIN item AS i ON i.id = l.item WHERE l.m = $1":                          "the merchant of i is not bound",
		"SELECT id FROM orders WHERE m = $1 AND EXISTS (SELECT 1 FROM entry WHERE seq = 1)":                       "*",
		"SELECT l.n FROM order_line AS l WHERE l.m = $1 AND NOT EXISTS (SELECT 1 FROM item AS i WHERE i.m = l.m)": "the merchant of i is not bound",
		"SELECT id FROM orders WHERE custom = 'm = $1'":                                                           "the merchant of orders is not bound",
		"UPDATE orders AS t SET tags = v.tags FROM (VALUES ($1)) AS v WHERE t.m = v.column1":                      "the merchant of t is not bound",
		"WITH v(m) AS (VALUES ($1)) UPDATE orders AS t SET tags = '' FROM v WHERE t.m = v.m":                      "*",
		"UPDATE orders SET tags = $1, m = $2 WHERE m = $3":                                                        "a row never moves to another merchant",
		"DELETE FROM idempotency WHERE expires_at < $1":                                                           "the merchant of idempotency is not bound",
		"INSERT INTO counter (key, m, n) VALUES ($1, $2, $3)":                                                     "an INSERT begins with m",
		"INSERT INTO counter (m, key) VALUES (1, $1)":                                                             "an INSERT binds m",
		"INSERT INTO counter (m, key) VALUES ($1,$2),(2,$3)":                                                      "an INSERT binds m",
		"INSERT INTO counter (m, key) SELECT m, key FROM counter":                                                 "an INSERT is of values alone",
		"INSERT INTO counter (m, n) VALUES ($1,$2) ON CONFLICT (m) DO UPDATE SET m = excluded.m":                  "a row never moves to another merchant",
	} {
		if got := storetest.Unroutable(text); got != why && (why != "*" || got == "") {
			t.Errorf("%s\n\tsays %q, want %q", text, got, why)
		}
	}
}
