package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"orderly/internal/fault"
	"orderly/internal/store"
)

// maxReplays is how often a turn is tried again after a failure that a new
// transaction can mend.
const maxReplays = 3

// Turn is one transaction in which several operations run.
type Turn struct {
	*store.Tx
	Desk *Desk

	// Values is what rooms keep for the length of the turn, each under a key
	// type of its own. A turn that is tried again begins without.
	Values map[any]any

	committed []func()
}

// OnCommit has f run once the turn is committed, and not at all when it is
// rolled back. It must not wait for anybody.
func (t *Turn) OnCommit(f func()) { t.committed = append(t.committed, f) }

// turn carries out tasks in one transaction. When the machinery fails it is
// rolled back and replayed in halves, so that one poisoned task cannot take
// others with it.
func (d *Desk) turn(tasks []*task) {
	commands := 0
	for _, t := range tasks {
		commands += t.count
	}
	d.Stats.Turns.Add(1) // before anybody is answered, so that who was finds himself counted
	d.Stats.Commands.Add(int64(commands))
	start := time.Now()
	d.settle(tasks, 0)
	took := time.Since(start)
	d.Stats.TurnNanos.Add(took.Nanoseconds())
	if took > slowTurn {
		d.Log.Warn("slow turn", "took", took, "commands", commands, "first", tasks[0].run.name())
	}
}

func (d *Desk) settle(tasks []*task, replays int) {
	err := d.attempt(tasks)
	switch {
	case err == nil:
		d.watch.tell(tasks)
		for _, t := range tasks {
			d.count(t)
			t.finish(nil)
		}
	case errors.Is(err, store.ErrIO):
		d.Log.Error("stopping: the disk failed under the database", "error", err)
		d.Fatal(errors.Join(ErrFatal, err))
		fail(tasks, err)
	case errors.Is(err, store.ErrUnknownCommit): // to try again might do it twice
		fail(tasks, err)
	case errors.Is(err, store.ErrNotBegun), fault.CodeOf(err) == "timeout", fault.CodeOf(err) == "disk_full": // waited for long enough
		fail(tasks, err)
	case fault.KindOf(err) == fault.Unavailable && replays < maxReplays:
		d.Stats.Replays.Add(1)
		d.settle(tasks, replays+1)
	case len(tasks) > 1:
		d.Stats.Replays.Add(1)
		d.Log.Warn("replaying a turn in halves", "error", err, "tasks", len(tasks))
		d.settle(tasks[:len(tasks)/2], replays)
		d.settle(tasks[len(tasks)/2:], replays)
	default:
		if fault.KindOf(err) == fault.Internal {
			d.Log.Error("operation failed", "operation", tasks[0].run.name(), "error", err)
		}
		fail(tasks, err)
	}
}

func (d *Desk) count(t *task) {
	for i := range t.got {
		if t.got[i].Err != nil {
			d.Stats.Refused.Add(1)
		}
	}
}

func fail(tasks []*task, err error) {
	for _, t := range tasks {
		t.finish(err)
	}
}

// attempt runs the tasks in arrival order, each run of equal operations for
// one merchant as one batch.
func (d *Desk) attempt(tasks []*task) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	t := &Turn{Desk: d, Values: map[any]any{}}
	err = d.DB.Transact(context.Background(), func(tx *store.Tx) error {
		t.Tx = tx
		for i := 0; i < len(tasks); {
			j := i + 1
			for j < len(tasks) && tasks[j].run == tasks[i].run && tasks[j].scope.Merchant == tasks[i].scope.Merchant {
				j++
			}
			if err := tx.For(tasks[i].scope.Merchant); err != nil {
				return err
			}
			if err := t.runWithReceipts(tasks[i:j]); err != nil {
				return err
			}
			i = j
		}
		return nil
	})
	if err == nil {
		for _, f := range t.committed {
			f()
		}
	}
	return err
}

// runTasks runs tasks of this operation as one batch.
func (op *Operation[C]) runTasks(t *Turn, tasks []*task) error {
	n := 0
	for _, each := range tasks {
		n += each.count
	}
	all := make([]Asked[C], 0, n) // commands are large
	for _, each := range tasks {
		all = append(all, each.asked.([]Asked[C])...)
	}
	got, err := op.Run(t, all)
	if err != nil {
		return fmt.Errorf("%s: %w", op.Name, err)
	}
	if len(got) != len(all) {
		return fmt.Errorf("%s: %d results for %d commands", op.Name, len(got), len(all))
	}
	for _, each := range tasks {
		each.got, got = got[:each.count:each.count], got[each.count:]
	}
	return nil
}

func (op *Operation[C]) name() string { return op.Name }
