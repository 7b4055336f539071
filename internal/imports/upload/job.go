package upload

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports/run"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
)

const (
	attempts   = 6
	timeout    = 6 * time.Hour
	tellEvery  = 500 * time.Millisecond // how often a run says how far it is
	keepAtOnce = 500                    // rejects in one transaction
	sweepEvery = time.Hour
	sweepFirst = 3 * time.Minute
)

// Kinds are the jobs of uploaded files: the import itself, and the removal of
// files that are past their time.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{
		{Name: admin.ImportJob, Attempts: attempts, Timeout: timeout, AtOnce: 2, Run: func(ctx context.Context, c *jobs.Claim) error { return carry(ctx, d, c) }},
		{Name: "sweep_imports", Every: sweepEvery, First: sweepFirst, Run: func(ctx context.Context, c *jobs.Claim) error { return sweep(ctx, d, c.M, log) }},
	}
}

// carrying is one run of a file's import.
type carrying struct {
	d     *desk.Desk
	claim *jobs.Claim
	scope access.Scope
	file  uploads.ID

	kept   int
	buffer []uploads.Reject
	told   int64
}

func carry(ctx context.Context, d *desk.Desk, claim *jobs.Claim) error {
	id, err := strconv.ParseInt(claim.Data, 10, 64)
	if err != nil {
		return fmt.Errorf("a job of an import names no file: %w", err)
	}
	x := &carrying{d: d, claim: claim, file: uploads.ID(id)}
	var f *uploads.File
	err = d.DB.Read(ctx, access.System(claim.M, "system", "imports"), func(r *store.Reader) (err error) {
		f, err = uploads.Get(r, x.file)
		return err
	})
	if err != nil || f == nil || !f.Busy() {
		return err
	}
	if err := json.Unmarshal([]byte(f.RunsAs), &x.scope); err != nil {
		return err
	}
	x.scope.Merchant, x.scope.Cause = claim.M, f.ID.String()
	if err := x.change(ctx, func(_ *store.Tx, f *uploads.File) error { f.Status = uploads.Running; return nil }); err != nil {
		return err
	}
	s, err := run.Import(ctx, run.Shop{DB: d.DB, Desk: d, Scope: x.scope}, run.Options{
		What: f.What, Path: f.Name, As: f.Way, Channel: f.Channel, Mapped: []byte(f.Mapping), Salt: f.ID.String(),
		Open: open(ctx, d, x.scope, f), Keep: func(r run.Reject) error { return x.keep(ctx, r) },
		Progress: func(p run.Progress) { x.progress(ctx, p) },
	})
	return x.end(ctx, s, err)
}

// change changes the file's row while the job is this worker's.
func (x *carrying) change(ctx context.Context, f func(*store.Tx, *uploads.File) error) error {
	return x.claim.Transact(ctx, func(tx *store.Tx) error {
		row, err := uploads.Get(&tx.Reader, x.file)
		if err != nil || row == nil {
			return err
		}
		if err := f(tx, row); err != nil {
			return err
		}
		return uploads.Save(tx, row)
	})
}

// keep gathers a line that could not be taken.
func (x *carrying) keep(ctx context.Context, r run.Reject) error {
	if x.kept++; x.kept > uploads.MaxRejects {
		return nil
	}
	x.buffer = append(x.buffer, uploads.Reject{Line: int64(r.Line), Ref: r.Ref, Code: r.Code, Reason: r.Reason, Text: r.Text, Clipped: r.Clipped})
	if len(x.buffer) < keepAtOnce {
		return nil
	}
	return x.flush(ctx)
}

func (x *carrying) flush(ctx context.Context) error {
	if len(x.buffer) == 0 {
		return nil
	}
	err := x.claim.Transact(ctx, func(tx *store.Tx) error { return uploads.AddRejects(tx, x.file, x.buffer) })
	x.buffer = nil
	return err
}

// progress writes how far the run is, now and then. That it could not be
// written stops nothing: the run's own writes decide.
func (x *carrying) progress(ctx context.Context, p run.Progress) {
	now := x.d.DB.Now()
	if now-x.told < tellEvery.Microseconds() {
		return
	}
	x.told = now
	_ = x.change(ctx, func(_ *store.Tx, f *uploads.File) error {
		f.Done, f.Lines, f.Rejected = p.Done, p.Lines, p.Rejected
		return nil
	})
}

// end writes what became of the run, and ends the job in the same transaction.
func (x *carrying) end(ctx context.Context, s *run.Summary, err error) error {
	if kept := x.flush(ctx); err == nil {
		err = kept
	}
	if err != nil && (ctx.Err() != nil || !final(err) && x.claim.Attempts < attempts) {
		return err // another attempt goes on from here
	}
	return x.change(ctx, func(tx *store.Tx, f *uploads.File) error {
		typ := journal.ImportDone
		f.Status, f.FinishedAt, f.Fault = uploads.Done, tx.At, ""
		if s != nil {
			text, bad := json.Marshal(s)
			if bad != nil {
				return bad
			}
			f.Lines, f.Rejected, f.Summary = s.LinesRead, s.LinesRejected, string(text)
		}
		if err != nil {
			typ, f.Status, f.Fault = journal.ImportFailed, uploads.Failed, message(err)
		} else {
			f.Done = f.Total
		}
		f.EditVersion++
		if err := admin.TellImport(tx, x.scope, f, typ); err != nil {
			return err
		}
		return x.claim.Finish(tx)
	})
}

// final is whether trying again would end the same.
func final(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.TooLarge, fault.Denied:
		return true
	}
	return false
}

func message(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		return "the import failed for a reason of ours; the log has it. Start it again: it goes on where it was."
	}
	return err.Error()
}

// sweep forgets files that are past their time.
func sweep(ctx context.Context, d *desk.Desk, m int64, log *slog.Logger) error {
	s := access.System(m, "system", "imports")
	var list []*uploads.File
	err := d.DB.Read(ctx, s, func(r *store.Reader) (err error) {
		list, err = uploads.Expired(r, d.DB.Now(), 100)
		return err
	})
	for _, f := range list {
		if f.Busy() {
			continue
		}
		if _, err := desk.One(ctx, d, admin.Discard, s, admin.DiscardCommand{File: f.ID}, desk.Options{Bulk: true}); err != nil {
			return err
		}
		log.Info("removed an uploaded file that was past its time", "import", f.ID.String(), "merchant", m)
	}
	return err
}
