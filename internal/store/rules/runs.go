package rules

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
)

// MaxCounted is how far runs of a rule are counted.
const MaxCounted = 1000

const runColumns = "rule, entry, version, type, order_id, outcome, why, results, first_entry, last_entry, depth, at"

func runs(r *store.Reader, text string, args ...any) (out []rule.Run, err error) {
	err = r.Each("SELECT "+runColumns+" FROM rule_run WHERE m = $1 AND "+text, args, func(scan func(...any) error) error {
		var x rule.Run
		var results string
		if err := scan(&x.Rule, &x.Entry, &x.Version, &x.Type, &x.Order, &x.Outcome, &x.Why, &results, &x.First, &x.Last, &x.Depth, &x.At); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(results), &x.Results); err != nil {
			return fmt.Errorf("run of rule %s at entry %d: %w", x.Rule, x.Entry, err)
		}
		out = append(out, x)
		return nil
	})
	return out, err
}

// OfOrder reads what rules did with an order, the newest first.
func OfOrder(r *store.Reader, id order.ID, limit int) ([]rule.Run, error) {
	return runs(r, "order_id = $2 ORDER BY entry DESC, rule LIMIT $3", r.M, int64(id), int64(limit))
}

// OfRule reads what a rule did at entries before a sequence, the newest first.
func OfRule(r *store.Reader, id rule.ID, before int64, limit int) ([]rule.Run, error) {
	return runs(r, "rule = $2 AND entry < $3 ORDER BY entry DESC LIMIT $4", r.M, int64(id), before, int64(limit))
}

// Ran reports whether a rule had its turn at an entry.
func Ran(r *store.Reader, id rule.ID, entry int64) (bool, error) {
	var n int64
	err := r.Row("SELECT 1 FROM rule_run WHERE m = $1 AND rule = $2 AND entry = $3", r.M, int64(id), entry).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Acted tells how often a rule has acted on an order after a time, up to the
// most that it may.
func Acted(r *store.Reader, id rule.ID, of order.ID, after int64) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM (SELECT entry FROM rule_run WHERE m = $1 AND order_id = $2 AND rule = $3 AND at > $4 AND outcome IN ('done', 'partly') LIMIT $5) AS t",
		r.M, int64(of), int64(id), after, int64(rule.MaxOften)).Scan(&n)
	return n, err
}

// Counts tells how often a rule had each outcome after a time, of its newest
// MaxCounted runs.
func Counts(r *store.Reader, id rule.ID, after int64) (map[rule.Outcome]int64, error) {
	out := map[rule.Outcome]int64{}
	err := r.Each("SELECT outcome, count(*) FROM (SELECT outcome FROM rule_run WHERE m = $1 AND rule = $2 AND at > $3 ORDER BY at DESC LIMIT $4) AS t GROUP BY outcome ORDER BY outcome",
		[]any{r.M, int64(id), after, int64(MaxCounted)}, func(scan func(...any) error) error {
			var o rule.Outcome
			var n int64
			err := scan(&o, &n)
			out[o] = n
			return err
		})
	return out, err
}

// Pruned is the last entry of which a turn was removed: which rules had theirs
// up to it is known of some alone.
func Pruned(r *store.Reader) (int64, error) { return cursors.Of(r, prunedMark) }

const prunedMark = "rule_runs_pruned"

// Prune removes turns of a rule that were taken before a time, at most so many
// and the oldest first, keeps up to which entry, and tells whether there may be
// more.
func Prune(tx *store.Tx, id rule.ID, before int64, limit int) (more bool, err error) {
	var last, n, entry int64
	err = tx.Each("SELECT at FROM rule_run WHERE m = $1 AND rule = $2 AND at < $3 ORDER BY at LIMIT $4", []any{tx.M, int64(id), before, int64(limit)}, func(scan func(...any) error) error {
		n++
		return scan(&last)
	})
	if err != nil || n == 0 {
		return false, err
	}
	// Turns of one moment go together: at most a turn of the desk's commands more.
	if err := tx.Row("SELECT max(entry) FROM rule_run WHERE m = $1 AND rule = $2 AND at <= $3", tx.M, int64(id), last).Scan(&entry); err != nil {
		return false, err
	}
	mark, err := cursors.Lock(tx, prunedMark)
	if err != nil {
		return false, err
	}
	if err := cursors.Move(tx, prunedMark, max(mark, entry)); err != nil {
		return false, err
	}
	_, err = tx.Exec("DELETE FROM rule_run WHERE m = $1 AND rule = $2 AND at <= $3", tx.M, int64(id), last)
	return n == int64(limit), err
}

var insertRun = store.NewInsert("rule_run", "", "m", "rule", "entry", "version", "type", "order_id", "outcome", "why", "results", "first_entry", "last_entry", "depth", "at")

// AddRun keeps what became of a rule at an entry.
func AddRun(tx *store.Tx, x *rule.Run) error {
	list := x.Results
	if list == nil {
		list = []rule.Result{}
	}
	results, err := json.Marshal(list)
	if err != nil {
		return err
	}
	return insertRun.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.Rule), x.Entry, x.Version, x.Type, x.Order, string(x.Outcome), x.Why, string(results), x.First, x.Last, int64(x.Depth), x.At)
	})
}
