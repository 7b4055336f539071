// Package automating gives rules their turn: it follows the journal, and at each
// entry that sets a rule off has the desk judge the rule and do what it says.
//
// What belongs here: which entries are looked at, and in which order. What does
// not: conditions (rule), and what is done (desk/automate).
//
// A turn and its effect are one commit, so reading an entry twice does no harm.
// Turns are kept for half a year; entries from before that are not read again.
package automating

import (
	"context"
	"log/slog"
	"sync"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/automate"
	"orderly/internal/follow"
	"orderly/internal/journal"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/rules"
)

// Consumer is the name of the cursor.
const Consumer = "rules"

const pageEntries = 500

// Follower follows the journal. Run belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger
	Wake <-chan struct{} // tells of commits of this process; nil to poll alone

	read sync.Map // automate.Ready by version: conditions are read once
}

func scopeOf(m int64) access.Scope { return access.System(m, "job", automate.FollowerID) }

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	l := follow.Loop{Log: f.Log, Wake: f.Wake, Failed: "rules do not get their turn; trying again"}
	l.Run(ctx, func(ctx context.Context) (bool, error) { return follow.Round(ctx, f.Desk.DB, Consumer, f.Step) })
}

// CatchUp follows until nothing is left to read for any merchant.
func (f *Follower) CatchUp(ctx context.Context) error {
	return follow.CatchUp(ctx, f.Desk.DB, Consumer, f.Step)
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward. Where every rule is off it writes nothing.
func (f *Follower) Step(ctx context.Context, m int64) (moved bool, err error) {
	var s stretch
	if err := f.Desk.DB.Read(ctx, scopeOf(m), func(r *store.Reader) error { return f.look(r, &s) }); err != nil || s.to == s.from {
		return false, err
	}
	for first := 0; first < len(s.turns); first += desk.MaxTurnCommands {
		again, err := give(ctx, f.Desk, m, s.turns[first:min(first+desk.MaxTurnCommands, len(s.turns))])
		if err != nil || again { // the rules are others by now: the stretch is looked at anew
			return again, err
		}
	}
	err = follow.Advance(ctx, f.Desk.DB, m, Consumer, s.from, s.to)
	return err == nil, err
}

// give has rules take their turns, of those that would do something: that is
// looked at on a snapshot first. It reports whether a rule was changed meanwhile.
func give(ctx context.Context, d *desk.Desk, m int64, list []automate.RunCommand) (again bool, err error) {
	seen, err := desk.Preview(ctx, d, automate.Run, scopeOf(m), list)
	if err != nil {
		return false, err
	}
	var wanted []automate.RunCommand
	for i, r := range seen {
		if r.Err != nil || r.Status != automate.Nothing {
			wanted = append(wanted, list[i])
		}
	}
	if len(wanted) == 0 {
		return false, nil
	}
	results, err := desk.Do(ctx, d, automate.Run, scopeOf(m), wanted, desk.Options{Bulk: true})
	if err != nil {
		return false, err
	}
	for _, r := range results {
		if r.Err != nil {
			return false, r.Err
		}
		again = again || r.Status == automate.Superseded
	}
	return again, nil
}

// stretch is a part of the journal, and the turns that it gives: entry by entry
// and, at each, the oldest rule first.
type stretch struct {
	from, to int64
	turns    []automate.RunCommand
}

func (f *Follower) look(r *store.Reader, s *stretch) error {
	*s = stretch{}
	var err error
	if s.from, err = cursors.Of(r, Consumer); err != nil {
		return err
	}
	s.to = s.from
	live, err := f.ready(r)
	if err != nil || len(live) == 0 {
		return err
	}
	since := live[0].Since
	for _, x := range live {
		since = min(since, x.Since)
	}
	pruned, err := rules.Pruned(r) // what had its turn there is known no more
	if err != nil {
		return err
	}
	heads, err := entries.Heads(r, max(s.from, since, pruned), pageEntries)
	if err != nil {
		return err
	}
	for i := range heads {
		e := &heads[i]
		s.to = e.Seq
		if e.Kind != journal.Order {
			continue
		}
		for _, x := range live {
			if e.Seq > x.Since && x.Follows(e.Type) {
				s.turns = append(s.turns, automate.RunCommand{Rule: x, Entry: *e})
			}
		}
	}
	return nil
}

// version names what was read of a rule.
type version struct {
	m  int64
	id rule.ID
	n  int64
}

// ready are the rules that are not off, with their conditions read. One that
// this build does not understand any more has no turns, and the log says so.
func (f *Follower) ready(r *store.Reader) (out []automate.Ready, err error) {
	live, err := rules.Live(r)
	for _, x := range live {
		key := version{r.M, x.ID, x.Version}
		c, known := f.read.Load(key)
		if !known {
			ready, err := automate.Prepare(x)
			if err != nil {
				f.Log.Error("a rule has no turns: its condition cannot be read", "rule", x.ID.String(), "version", x.Version, "error", err)
			}
			c, _ = f.read.LoadOrStore(key, ready.Condition)
		}
		if c := c.(*rule.Condition); c != nil {
			out = append(out, automate.Ready{Rule: x, Condition: c})
		}
	}
	return out, err
}
