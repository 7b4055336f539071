package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Sequence is a merchant's lock row: what is counted under the lock.
type Sequence struct {
	Entry   int64 // the last journal entry
	OrderNo int64 // the last order number
	Epoch   int64 // raised by every change of item, location, channel or profile
	read    Sequence0
}

// Sequence0 is what the row held when it was locked.
type Sequence0 struct{ Entry, OrderNo, Epoch int64 }

// Locked is what the row held when it was locked: where all other transactions
// have left it.
func (s *Sequence) Locked() Sequence0 { return s.read }

// EpochRaised reports whether this very transaction changed the configuration,
// so that what it reads of it is not committed yet.
func (s *Sequence) EpochRaised() bool { return s.Epoch != s.read.Epoch }

// Tx is a write transaction. It is used by one goroutine and only inside the
// turn that began it. M is the merchant that the next statements are for; For
// switches it, under that merchant's lock.
type Tx struct {
	Reader
	db      *DB
	At      int64 // the one instant of this transaction
	seqs    map[int64]*Sequence
	Seq     *Sequence // of M
	args    []any
	witness *witness // the first entry written, to resolve a lost COMMIT
}

type witness struct{ m, seq, subject int64 }

// Transact runs f in one write transaction and commits. f calls For before it
// touches a merchant's rows. On any error everything is rolled back. On
// SQLite there is one writer a process and BEGIN IMMEDIATE is the lock between
// processes; on PostgreSQL the merchant's row is.
//
// ErrUnknownCommit is resolved here: when the connection is lost at COMMIT,
// the first journal entry of the transaction is looked for, and its presence
// decides between success and a retryable fault. Where tables are distributed
// every error of COMMIT is such a loss: the coordinator's session goes on and
// tells an error when it is the worker that was lost on the way.
func (db *DB) Transact(ctx context.Context, f func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, 3*statementTimeout)
	defer cancel()
	c, err := db.write.take(ctx)
	if err != nil {
		return classify(err)
	}
	tx := &Tx{Reader: Reader{c: c, ctx: ctx}, db: db, seqs: map[int64]*Sequence{}, args: make([]any, 0, 2048)}
	begin := "BEGIN IMMEDIATE"
	if db.engine == Postgres {
		begin = "BEGIN ISOLATION LEVEL READ COMMITTED"
	}
	if err := c.raw(ctx, begin); err != nil {
		db.write.give(c, true)
		return classify(err)
	}
	tx.At = db.Now()
	done := false
	defer func() { // a panic in f must not leave a transaction open
		if !done {
			_ = c.raw(context.WithoutCancel(ctx), "ROLLBACK")
			db.write.give(c, true)
		}
	}()
	err = db.lease.check(ctx, tx.At)
	if err == nil {
		err = f(tx)
	}
	if err == nil {
		err = tx.saveSequences()
	}
	done = true
	if err != nil {
		bad := c.raw(context.WithoutCancel(ctx), "ROLLBACK") != nil
		db.write.give(c, bad || Lost(err))
		return classify(err)
	}
	err = c.raw(ctx, "COMMIT")
	if err == nil {
		db.write.give(c, false)
		return nil
	}
	lost := Lost(err) || errors.Is(err, context.DeadlineExceeded) || db.distributed
	if !lost {
		_ = c.raw(context.WithoutCancel(ctx), "ROLLBACK")
	}
	db.write.give(c, true)
	if lost && db.engine == Postgres {
		return db.resolve(tx.witness, err)
	}
	return classify(err)
}

// resolve answers whether a transaction whose COMMIT got no answer is there.
func (db *DB) resolve(w *witness, cause error) error {
	if w == nil {
		return classify(cause)
	}
	var subject int64
	err := db.system(context.Background(), func(r *Reader) error {
		return r.Row("SELECT subject FROM entry WHERE m = $1 AND seq = $2", w.m, w.seq).Scan(&subject)
	})
	switch {
	case err == nil && subject == w.subject:
		return nil
	case err == nil || errors.Is(err, sql.ErrNoRows):
		return fault.Wrap(cause, fault.Unavailable, "database_away", "the database went away before the commit; nothing was changed: try again")
	}
	return errors.Join(ErrUnknownCommit, fault.Wrap(cause, fault.Unavailable, "unknown_outcome",
		"the database went away during the commit; repeat the request with the same external_id or Idempotency-Key to learn the outcome"))
}

// For switches the transaction to a merchant, taking its lock the first time.
func (tx *Tx) For(m int64) error {
	tx.M = m
	if s := tx.seqs[m]; s != nil {
		tx.Seq = s
		return nil
	}
	s := &Sequence{}
	err := tx.Row("SELECT entry_seq, order_no, config_epoch FROM merchant_seq WHERE m = $1 FOR UPDATE", m).Scan(&s.Entry, &s.OrderNo, &s.Epoch)
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.Unknown, "no_such_merchant", "this key belongs to a merchant that is not in this database")
	}
	if err != nil {
		return fmt.Errorf("lock merchant %d: %w", m, err)
	}
	s.read = Sequence0{s.Entry, s.OrderNo, s.Epoch}
	tx.seqs[m], tx.Seq = s, s
	return nil
}

// Beside switches the transaction to a merchant without taking its lock: for
// projections, which write rows of their own that no act reads or writes. On
// PostgreSQL placement goes on meanwhile.
func (tx *Tx) Beside(m int64) { tx.M, tx.Seq = m, nil }

func (tx *Tx) saveSequences() error {
	for m, s := range tx.seqs {
		if (Sequence0{s.Entry, s.OrderNo, s.Epoch}) == s.read {
			continue
		}
		n, err := tx.Exec("UPDATE merchant_seq SET entry_seq = $1, order_no = $2, config_epoch = $3 WHERE m = $4 AND entry_seq = $5",
			s.Entry, s.OrderNo, s.Epoch, m, s.read.Entry)
		if err != nil {
			return err
		}
		if n != 1 {
			return fmt.Errorf("merchant %d was written by another while locked", m)
		}
	}
	return nil
}

// Exec runs a statement that gives no rows and tells how many it touched.
func (tx *Tx) Exec(text string, args ...any) (int64, error) {
	return tx.c.exec(tx.ctx, text, args...)
}

// IDs is the source of new ids.
func (tx *Tx) IDs() *ident.Source { return tx.db.IDs() }

// NextEntry gives the next sequence number of the merchant's journal, and
// remembers the first as the proof of this transaction.
func (tx *Tx) NextEntry(subject int64) int64 {
	tx.Seq.Entry++
	if tx.witness == nil {
		tx.witness = &witness{m: tx.M, seq: tx.Seq.Entry, subject: subject}
	}
	return tx.Seq.Entry
}
