package main

import (
	"strings"
	"testing"
)

func TestMasked(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://me:secret@db:5432/shop":           "postgres://me:xxxxx@db:5432/shop",
		"postgres://me@db/shop?password=secret&x=1":   "postgres://me@db/shop?password=xxxxx&x=1",
		"postgres://db/shop?password=secret":          "postgres://db/shop?password=xxxxx",
		"host=db user=me password=secret dbname=shop": "host=db user=me password=xxxxx dbname=shop",
		"host=db password = 'se cr\\'et' dbname=shop": "host=db password = xxxxx dbname=shop",
		"127.0.0.1:8080": "127.0.0.1:8080",
		"postgres://me:se%40cret@db/shop?sslmode=disable": "postgres://me:xxxxx@db/shop?sslmode=disable",
	} {
		if got := masked(in); got != want || strings.Contains(got, "secret") {
			t.Errorf("masked(%q) = %q, want %q", in, got, want)
		}
	}
}
