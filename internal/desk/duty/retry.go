package duty

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/jobs"
)

// RetryCommand has a job that was given up tried again.
type RetryCommand struct{ Job int64 }

// Retry gives dead jobs back to the runners with all their attempts. A job is
// safe to repeat, or does nothing where its effect is there already.
var Retry = &desk.Operation[RetryCommand]{
	Name: "jobs.retry", Permission: access.KeysWrite,
	Run: func(t *desk.Turn, asked []desk.Asked[RetryCommand]) ([]desk.Result, error) {
		out, err := decideRetry(&t.Reader, asked)
		for i := range out {
			if out[i].Err != nil || err != nil {
				continue
			}
			id := asked[i].Command.Job
			if err = jobs.Retry(t.Tx, id); err != nil {
				break
			}
			var last int64
			if last, err = entries.LastOf(&t.Reader, id); err != nil {
				break
			}
			out[i].Seq = last + 1
			err = entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Job, id, last+1, journal.JobRetried, asked[i].Scope, []byte("{}"))})
		}
		return out, err
	},
	Preview: func(_ *desk.Desk, r *store.Reader, asked []desk.Asked[RetryCommand]) ([]desk.Result, error) {
		return decideRetry(r, asked)
	},
}

func decideRetry(r *store.Reader, asked []desk.Asked[RetryCommand]) ([]desk.Result, error) {
	ids := make([]int64, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Job
	}
	dead, err := jobs.DeadAmong(r, ids)
	out := make([]desk.Result, len(asked))
	for i, id := range ids {
		if !dead[id] {
			out[i].Err = fault.New(fault.Conflict, "not_dead", "this job is not there any more, or is waiting to be tried anyway")
			continue
		}
		delete(dead, id) // named twice, it is retried once
		out[i] = desk.Result{Kind: journal.Job, ID: id, Status: "done"}
	}
	return out, err
}
