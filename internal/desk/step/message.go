package step

import (
	"strconv"

	"orderly/internal/message"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/messages"
)

// Note keeps a message together with the job that sends it, unless the order
// was told the same already: then the id is zero.
func Note(tx *store.Tx, x message.Message) (message.ID, error) {
	x.ID, x.State, x.CreatedAt, x.UpdatedAt = message.ID(tx.IDs().Next()), message.Waiting, tx.At, tx.At
	added, err := messages.Insert(tx, x)
	if err != nil || !added {
		return 0, err
	}
	_, err = jobs.Enqueue(tx, jobs.Job{Kind: messages.Job, Dedupe: x.ID.String(), Due: tx.At, Data: strconv.FormatInt(int64(x.ID), 10)})
	return x.ID, err
}

// Keep writes at once what stands beside the batch and what its later commands
// must see; in a preview nothing is written. A command calls it when all of it
// is decided.
func (b *Batch) Keep(write func(*store.Tx) error) error {
	if b.tx == nil {
		return nil
	}
	return write(b.tx)
}
