package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

const (
	lockText     = "SELECT entry_seq, order_no, config_epoch FROM merchant_seq WHERE m = $1 FOR UPDATE"
	unlockedText = "SELECT entry_seq, order_no, config_epoch FROM merchant_seq WHERE m = $1" // see PlantNoLock
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
	db    *DB
	At    int64 // the one instant of this transaction
	seqs  map[int64]*Sequence
	Seq   *Sequence // of M
	slot  *slot     // where its ids come from
	wrote bool
	proof *proof // a row of this transaction alone, to resolve a lost COMMIT
}

// Transact runs f in one write transaction and commits. f calls For before it
// touches a merchant's rows. On any error everything is rolled back. On
// SQLite there is one writer a process and BEGIN IMMEDIATE is the lock between
// processes; on PostgreSQL the merchant's row is.
//
// When the connection is lost at COMMIT the outcome is looked for (resolve):
// the error is nil when the transaction is there, a retryable fault when it is
// certainly not, and ErrUnknownCommit when that cannot be learned in time. Where
// tables are distributed every error of COMMIT is such a loss: the coordinator's
// session goes on and tells an error when it is the worker that was lost.
func (db *DB) Transact(ctx context.Context, f func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, 3*db.limits.Statement)
	defer cancel()
	if db.failed.Load() {
		return ErrIO
	}
	slot, err := db.lease.hold(ctx)
	if err != nil {
		return errors.Join(ErrNotBegun, err)
	}
	begin := "BEGIN IMMEDIATE"
	if db.engine == Postgres {
		begin = "BEGIN ISOLATION LEVEL READ COMMITTED"
	}
	c, err := db.write.begin(ctx, begin, patience)
	if err != nil {
		return errors.Join(ErrNotBegun, classify(err))
	}
	tx := &Tx{Reader: Reader{c: c, ctx: ctx}, db: db, slot: slot, seqs: map[int64]*Sequence{}}
	tx.At = db.Now()
	done := false
	defer func() { // a panic in f must not leave a transaction open
		if !done {
			_ = c.rollback()
			db.write.give(c, true)
		}
	}()
	err = f(tx)
	if err == nil {
		err = tx.saveSequences()
	}
	if err == nil {
		err = c.drain()
	}
	if err == nil && tx.wrote {
		err = slot.fence()
	}
	done = true
	if err != nil {
		bad := c.rollback() != nil
		db.write.give(c, bad || Lost(err))
		if Lost(err) {
			db.write.forget()
		}
		return db.written(err)
	}
	return tx.commit()
}

// commit ends the transaction and says what became of it.
func (tx *Tx) commit() error {
	// A COMMIT whose answer does not come must not hold the lane for long.
	ctx, cancel := context.WithTimeout(tx.ctx, tx.db.limits.Statement)
	err := tx.c.commit(ctx)
	cancel()
	if err == nil {
		tx.db.write.give(tx.c, false)
		return nil
	}
	doubt := tx.db.engine == Postgres && (inDoubt(err) || tx.db.distributed)
	if !doubt {
		_ = tx.c.rollback()
	}
	tx.db.write.give(tx.c, true)
	if doubt {
		return tx.resolve(err)
	}
	return tx.db.written(err)
}

// For switches the transaction to a merchant, taking its lock the first time.
func (tx *Tx) For(m int64) error {
	tx.M = m
	if s := tx.seqs[m]; s != nil {
		tx.Seq = s
		return nil
	}
	s := &Sequence{}
	text := lockText
	if tx.db.plant == PlantNoLock {
		text = unlockedText
	}
	err := tx.Row(text, m).Scan(&s.Entry, &s.OrderNo, &s.Epoch)
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
		err := tx.write("UPDATE merchant_seq SET entry_seq = $1, order_no = $2, config_epoch = $3 WHERE m = $4 AND entry_seq = $5",
			[]any{s.Entry, s.OrderNo, s.Epoch, m, s.read.Entry}, sent{"merchant_seq", "update", 1})
		if err != nil {
			return err
		}
	}
	return nil
}

// Exec runs a statement that gives no rows and tells how many it touched.
func (tx *Tx) Exec(text string, args ...any) (int64, error) {
	tx.wrote = true
	return tx.c.exec(tx.ctx, text, args...)
}

// write runs a write of rows. On PostgreSQL it is on its way and what comes of it
// is told by the next thing that is done.
func (tx *Tx) write(text string, args []any, s sent) error {
	if tx.db.engine == Postgres {
		tx.wrote = true
		return tx.c.send(tx.ctx, text, args, s)
	}
	n, err := tx.Exec(text, args...)
	if err != nil {
		return fmt.Errorf("%s %s: %w", s.verb, s.table, err)
	}
	if s.rows >= 0 && n != s.rows {
		return guardFailed(s.table, n, s.rows)
	}
	return nil
}

// IDs is the source of new ids.
func (tx *Tx) IDs() *ident.Source {
	if tx.slot == nil {
		return tx.db.IDs()
	}
	return tx.slot.ids
}

// NextEntry gives the next sequence number of the merchant's journal.
func (tx *Tx) NextEntry() int64 {
	tx.Seq.Entry++
	return tx.Seq.Entry
}
