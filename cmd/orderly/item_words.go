package main

import (
	"context"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

const (
	wordsEvery = 24 * time.Hour
	wordsFirst = 5 * time.Second
	wordsChunk = 200 // items in one transaction, so that nobody waits for it
	wordsDone  = "done"
)

// wordsKind gives words to items that were made before words were kept. Once
// it has seen all of a merchant's items it does nothing more.
func wordsKind(db *store.DB) jobs.Kind {
	return jobs.Kind{Name: "item_words", Every: wordsEvery, First: wordsFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
		if c.Data == wordsDone {
			return nil
		}
		for after := catalog.ID(0); ; {
			var ids []catalog.ID
			err := db.Read(ctx, access.System(c.M, "system", "jobs"), func(r *store.Reader) (err error) {
				ids, err = items.Unfound(r, after, wordsChunk)
				return err
			})
			if err != nil {
				return err
			}
			if len(ids) == 0 {
				c.Data = wordsDone
				return nil
			}
			if err := c.Transact(ctx, func(tx *store.Tx) error { return items.Reword(tx, ids) }); err != nil {
				return err
			}
			after = ids[len(ids)-1]
		}
	}}
}
