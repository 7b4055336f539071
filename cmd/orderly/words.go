package main

import (
	"context"
	"time"

	"orderly/internal/access"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/items"
)

const (
	wordsEvery = 24 * time.Hour
	wordsFirst = 5 * time.Second
	wordsChunk = 200 // of them in one transaction, so that nobody waits for it
	wordsDone  = "done"
)

// wordsKinds give words to items and customers that were made before words were
// kept.
func wordsKinds(db *store.DB) []jobs.Kind {
	return []jobs.Kind{
		wordsKind(db, "item_words", items.Unfound, items.Reword),
		wordsKind(db, "customer_words", customers.Unfound, customers.Reword),
	}
}

// wordsKind finds what no word finds and gives it words. Once it has seen all of
// a merchant's it does nothing more.
func wordsKind[ID ~int64](db *store.DB, name string, unfound func(*store.Reader, ID, int) ([]ID, error), reword func(*store.Tx, []ID) error) jobs.Kind {
	return jobs.Kind{Name: name, Every: wordsEvery, First: wordsFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		if c.Data == wordsDone {
			return nil
		}
		for after := ID(0); ; {
			var ids []ID
			err := db.Read(ctx, access.System(c.M, "system", "jobs"), func(r *store.Reader) (err error) {
				ids, err = unfound(r, after, wordsChunk)
				return err
			})
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				c.Data = wordsDone
				return nil
			}
			if err := c.Transact(ctx, func(tx *store.Tx) error { return reword(tx, ids) }); err != nil {
				return err
			}
			after = ids[len(ids)-1]
		}
	}}
}
