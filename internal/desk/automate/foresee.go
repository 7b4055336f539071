package automate

import (
	"context"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// How much of the past a dry run looks at: entries of the journal, and those of
// the rule's types among them whose orders are judged.
const (
	MaxLooked = 20_000
	MaxJudged = desk.MaxBatch
	maxShown  = 50
	pageLook  = 2000
)

// Past says which entries a dry run looks at.
type Past struct {
	Entries int64 // the last so many; 0 means MaxLooked
	From    int64 // none before this time
}

// Foreseen is what a rule would have done.
type Foreseen struct {
	Looked  int64 // entries of the journal
	Judged  int   // of those, of the rule's types
	Cut     bool  // there were more of them: the newest were judged
	Matched int
	Orders  int
	Failed  int        // conditions that could not be worked out
	Runs    []rule.Run // the newest that matched or failed, at most 50
}

// Foresee tells what a rule would do at past entries, by how their orders stand
// now. It reads a snapshot and changes nothing.
func Foresee(ctx context.Context, d *desk.Desk, scope access.Scope, x *rule.Rule, past Past) (*Foreseen, error) {
	if err := scope.Require(access.OrdersRead); err != nil {
		return nil, err
	}
	ready, err := Prepare(x)
	if err != nil {
		return nil, err
	}
	out := &Foreseen{}
	var list []journal.Entry
	if err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
		*out = Foreseen{}
		list, err = out.look(r, x, past)
		return err
	}); err != nil || len(list) == 0 {
		return out, err
	}
	commands := make([]RunCommand, len(list))
	for i := range list {
		commands[i] = RunCommand{Rule: ready, Entry: list[i], Trial: true}
	}
	trial := scope // trying takes what doing takes; nothing is done
	trial.Permissions = access.All
	results, err := desk.Preview(ctx, d, Run, trial, commands)
	if err != nil {
		return nil, err
	}
	out.add(results)
	return out, nil
}

// look finds the newest entries of the rule's types.
func (f *Foreseen) look(r *store.Reader, x *rule.Rule, past Past) ([]journal.Entry, error) {
	end, err := r.EntrySeq()
	if err != nil {
		return nil, err
	}
	most := past.Entries
	if most <= 0 || most > MaxLooked {
		most = MaxLooked
	}
	after := max(0, end-most)
	if past.From > 0 {
		since, err := entries.Since(r, past.From)
		if err != nil {
			return nil, err
		}
		after = max(after, since)
	}
	f.Looked = end - after
	var out []journal.Entry
	for after < end {
		page, err := entries.Heads(r, after, pageLook)
		if err != nil || len(page) == 0 {
			return out, err
		}
		after = page[len(page)-1].Seq
		for i := range page {
			if page[i].Kind == journal.Order && x.Follows(page[i].Type) {
				out = append(out, page[i])
			}
		}
		if n := len(out) - MaxJudged; n > 0 {
			out, f.Cut = slices.Clone(out[n:]), true
		}
	}
	f.Judged = len(out)
	return out, nil
}

func (f *Foreseen) add(results []desk.Result) {
	seen := map[int64]bool{}
	for _, r := range slices.Backward(results) {
		run, ok := r.Value.(*rule.Run)
		if r.Err != nil || !ok || run == nil {
			continue
		}
		if run.Outcome == rule.Failed {
			f.Failed++
		} else {
			f.Matched++
			seen[run.Order] = true
		}
		if len(f.Runs) < maxShown {
			f.Runs = append(f.Runs, *run)
		}
	}
	f.Orders = len(seen)
}

// OrdersShown are the orders of the runs that are shown.
func (f *Foreseen) OrdersShown() (out []order.ID) {
	for i := range f.Runs {
		out = append(out, order.ID(f.Runs[i].Order))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Check lists what is wrong with how much of the past is asked for.
func (p *Past) Check(now int64, l *fault.List) {
	if p.Entries < 0 || p.Entries > MaxLooked {
		l.Add("/entries", "out_of_range", "1 to %d entries", MaxLooked)
	}
	if p.From > now {
		l.Add("/from", "out_of_range", "the past is before now")
	}
}
