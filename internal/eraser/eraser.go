// Package eraser carries erasures out: a durable job that goes through all that
// is kept of a person in short transactions, and a daily one that drops the
// recipient from documents whose time is over.
//
// What belongs here: the order of the steps and what is done again by who takes
// a job over. What does not: the acts (desk/forget) and the rows
// (store/persons).
//
// Words that stand elsewhere are looked for first, while the orders still say
// which words they are; then orders are rewritten, some in a transaction; the
// customer's record goes last. Each step finds out anew what is left, so a job
// that was killed anywhere goes on from there.
package eraser

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/forget"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/customers"
	"orderly/internal/store/persons"
	"orderly/internal/store/uploads"
)

const (
	atATime    = 100 // orders in one call of the desk
	timeout    = 30 * time.Minute
	attempts   = 200
	sweepEvery = 24 * time.Hour
	sweepFirst = 10 * time.Minute
	files      = 200 // uploaded files that are looked into
	words      = "search"
)

// Kinds are the jobs.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{
		{Name: forget.Job, Attempts: attempts, Timeout: timeout, AtOnce: 1, Run: func(ctx context.Context, c *jobs.Claim) error { return erase(ctx, d, c) }},
		{Name: "sweep_documents", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error {
			n, err := Sweep(ctx, d, c.M)
			if n > 0 {
				log.Info("dropped the recipients of documents whose time was over", "documents", n, "merchant", c.M)
			}
			return err
		}},
	}
}

// errLater has the job tried again: somebody else is not ready yet.
var errLater = errors.New("the person's words are not all found yet, or an import is under way; tried again soon")

func erase(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	var w forget.Work
	if err := json.Unmarshal([]byte(c.Data), &w); err != nil {
		return err
	}
	return Erase(ctx, d, c.M, w, c.Hold)
}

// Erase carries one erasure out; hold is asked in transactions of its own that
// the job is still this worker's.
func Erase(ctx context.Context, d *desk.Desk, m int64, w forget.Work, hold func(*store.Tx) error) error {
	x := &erasing{d: d, m: m, scope: access.System(m, "job", "erase"), work: w, hold: hold}
	if err := x.find(ctx); err != nil {
		return err
	}
	if err := x.elsewhere(ctx); err != nil {
		return err
	}
	for i := 0; i < len(x.left); i += atATime {
		part := x.left[i:min(i+atATime, len(x.left))]
		cmds := make([]forget.OrderCommand, len(part))
		for j, id := range part {
			cmds[j] = forget.OrderCommand{Order: id, Erasure: privacy.ID(w.Erasure)}
		}
		got, err := desk.Do(ctx, d, forget.Orders, x.scope, cmds, desk.Options{Bulk: true})
		if err != nil {
			return err
		}
		for _, r := range got {
			if r.Err != nil {
				return r.Err
			}
		}
	}
	_, err := desk.One(ctx, d, forget.End, x.scope, forget.EndCommand{Erasure: privacy.ID(w.Erasure)}, desk.Options{})
	return err
}

// erasing is an erasure under way.
type erasing struct {
	d     *desk.Desk
	m     int64
	scope access.Scope
	work  forget.Work
	hold  func(*store.Tx) error

	left   []order.ID
	traces *privacy.Traces
	cases  []int64
	files  []*uploads.File
}

// find reads which orders are left, and the words of the person.
func (x *erasing) find(ctx context.Context) error {
	return x.d.DB.Read(ctx, x.scope, func(r *store.Reader) error {
		at, err := cursors.Of(r, words)
		if err != nil {
			return err
		}
		if at < x.work.After {
			return errLater
		}
		p := privacy.Person{Customer: party.ID(x.work.Customer), Email: x.work.Email}
		own, guest, err := persons.Orders(r, p)
		if err != nil {
			return err
		}
		all := append(own, guest...)
		erased, err := persons.Erased(r, all)
		if err != nil {
			return err
		}
		for _, id := range all {
			if !erased[id] && int64(id) < x.work.Erasure { // what was placed later is not meant
				x.left = append(x.left, id)
			}
		}
		var c *party.Customer
		if found, err := customers.ByID(r, []party.ID{p.Customer}); err != nil {
			return err
		} else if len(found) > 0 {
			c = found[0]
		}
		if x.traces, err = persons.Traces(r, c, x.left); err != nil {
			return err
		}
		if x.cases, err = persons.Cases(r, p, x.left, x.traces); err != nil {
			return err
		}
		x.files, err = uploads.Before(r, 0, files)
		return err
	})
}

// elsewhere takes the person's words out of what hangs on no order of theirs.
func (x *erasing) elsewhere(ctx context.Context) error {
	for i := 0; i < len(x.cases); i += atATime {
		part := x.cases[i:min(i+atATime, len(x.cases))]
		if err := x.transact(ctx, func(tx *store.Tx) error { return persons.WipeCases(tx, part) }); err != nil {
			return err
		}
	}
	if x.traces.Len() == 0 {
		return nil
	}
	for place := range persons.Places {
		var marks []persons.Mark
		err := x.d.DB.Read(ctx, x.scope, func(r *store.Reader) (err error) {
			marks, err = persons.Marks(r, place, x.traces)
			return err
		})
		if err != nil {
			return err
		}
		if len(marks) == 0 {
			continue
		}
		if err := x.transact(ctx, func(tx *store.Tx) error { return persons.Wipe(tx, place, marks) }); err != nil {
			return err
		}
	}
	for _, f := range x.files {
		if err := x.file(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// file forgets the text of an uploaded file that has the person in it. What
// could not be taken of it stays, line by line.
func (x *erasing) file(ctx context.Context, f *uploads.File) error {
	carries := false
	err := x.d.DB.Read(ctx, x.scope, func(r *store.Reader) (err error) {
		carries, err = holds(r, f, x.traces)
		return err
	})
	if err != nil || !carries {
		return err
	}
	switch {
	case f.Busy(), f.Status == uploads.Uploading:
		return errLater
	case f.Status == uploads.Uploaded:
		_, err := desk.One(ctx, x.d, admin.Discard, x.scope, admin.DiscardCommand{File: f.ID}, desk.Options{Bulk: true})
		return err
	}
	return x.transact(ctx, func(tx *store.Tx) error {
		_, err := uploads.DropParts(tx, f.ID, f.Parts, f.Parts)
		return err
	})
}

func (x *erasing) transact(ctx context.Context, f func(*store.Tx) error) error {
	return x.d.DB.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(x.m); err != nil {
			return err
		}
		if err := x.hold(tx); err != nil {
			return err
		}
		return f(tx)
	})
}

// holds reports whether an uploaded file's text has a trace: its parts are
// read one after the other with the end of the one before.
func holds(r *store.Reader, f *uploads.File, t *privacy.Traces) (bool, error) {
	tail := ""
	for n := range f.Parts {
		data, ok, err := uploads.Part(r, f.ID, n)
		if err != nil || !ok {
			return false, err
		}
		text := tail + string(data)
		if t.In(text) {
			return true, nil
		}
		tail = text[max(0, len(text)-t.Longest()):]
	}
	return false, nil
}
