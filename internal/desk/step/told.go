package step

import (
	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// Told is the sequence of the last entry that is told so far, zero in a preview.
func (b *Batch) Told() int64 {
	if b.tx == nil {
		return 0
	}
	return b.tx.Seq.Entry
}

// TellNow writes at once the next entry of the history of something that is not an
// order; in a preview nothing is written.
func (b *Batch) TellNow(by access.Scope, kind string, subject int64, typ string, data []byte) error {
	return b.Keep(func(tx *store.Tx) error {
		last, err := entries.LastOf(&tx.Reader, subject)
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, kind, subject, last+1, typ, by, data)})
	})
}
