package main

import (
	"context"
	"strings"
	"testing"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/store"
)

// Of several first starts at the same moment one shows a key.
func TestTheFirstKeyIsMadeOnce(t *testing.T) {
	ctx := context.Background()
	db, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := admin.Setup(ctx, db, "Shop", "UTC", "EUR"); err != nil {
		t.Fatal(err)
	}
	d := desk.New(db, nil)
	defer d.Close()
	const starts = 8
	shown := make(chan string, starts)
	for range starts {
		go func() {
			key, err := firstKey(ctx, d)
			if err != nil {
				key = err.Error()
			}
			shown <- key
		}()
	}
	var keys []string
	for range starts {
		if key := <-shown; key != "" {
			keys = append(keys, key)
		}
	}
	if len(keys) != 1 || !strings.HasPrefix(keys[0], admin.KeyPrefix) {
		t.Errorf("the keys shown are %q", keys)
	}
}
