package jobs

import "orderly/internal/store"

// Given reads the merchant's jobs that were given up, after an id, in the order
// in which they were made.
func Given(r *store.Reader, after int64, limit int) ([]Job, error) {
	var out []Job
	err := r.Each("SELECT id, kind, dedupe, due_at, attempts, last_error, dead_at FROM job WHERE m = $1 AND dead_at > 0 AND id > $2 ORDER BY id LIMIT $3",
		[]any{r.M, after, int64(limit)}, func(scan func(...any) error) error {
			j := Job{M: r.M}
			err := scan(&j.ID, &j.Kind, &j.Dedupe, &j.Due, &j.Attempts, &j.LastError, &j.DeadAt)
			out = append(out, j)
			return err
		})
	return out, err
}

// CountGiven tells how many jobs were given up, up to a limit, and since when
// the first of them is dead.
func CountGiven(r *store.Reader, limit int) (n, since int64, err error) {
	err = r.Row("SELECT count(*), coalesce(min(dead_at), 0) FROM (SELECT dead_at FROM job WHERE m = $1 AND dead_at > 0 LIMIT $2) AS t", r.M, int64(limit)).Scan(&n, &since)
	return n, since, err
}

// DeadAmong tells which of these jobs were given up.
func DeadAmong(r *store.Reader, ids []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := store.In(r, "SELECT id FROM job WHERE m = $1 AND dead_at > 0 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

// Retry makes a job that was given up due at once, with all its attempts.
func Retry(tx *store.Tx, id int64) error {
	return ours(tx.Exec("UPDATE job SET dead_at = 0, attempts = 0, due_at = $1, lease_owner = '', lease_until = 0 WHERE m = $2 AND id = $3 AND dead_at > 0", tx.At, tx.M, id))
}
