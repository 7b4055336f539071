package linear

import (
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
)

var began = time.Now()

// now is a monotonic clock that all nodes of the campaign share.
func now() int64 { return time.Since(began).Nanoseconds() }

// stamps are where in the order of the journal an operation took effect: hints
// where to look for an order, which prove nothing.
type stamps struct {
	seq     int64 // the journal's, after the turn's commit, or on the snapshot that was read
	changed bool  // the turn moved the journal on to seq
	at      int64 // an instant of the operation's own, among those of one seq
}

// stamped is a command that brings home its stamps.
type stamped[C any] struct {
	cmd C
	at  *stamps
}

// The operations of the campaign. Each is the desk's own.
var (
	opPlace    = stamp(intake.Place)
	opCancel   = stamp(intake.Cancel)
	opRelease  = stamp(floor.Release)
	opPick     = stamp(floor.Pick)
	opPack     = stamp(floor.Pack)
	opParcel   = stamp(floor.Parcel)
	opReceive  = stamp(floor.Receive)
	opAdjust   = stamp(floor.Adjust)
	opCount    = stamp(floor.Count)
	opTransfer = stamp(floor.Transfer)
)

func stamp[C any](op *desk.Operation[C]) *desk.Operation[stamped[C]] {
	out := &desk.Operation[stamped[C]]{
		Name: op.Name, Permission: op.Permission,
		Run: func(t *desk.Turn, asked []desk.Asked[stamped[C]]) ([]desk.Result, error) {
			plain := make([]desk.Asked[C], len(asked))
			begun := now()
			for i, a := range asked {
				plain[i] = desk.Asked[C]{Scope: a.Scope, Command: a.Command.cmd}
				a.Command.at.at = begun + int64(i)
			}
			seq := t.Seq
			t.OnCommit(func() {
				for _, a := range asked {
					a.Command.at.seq, a.Command.at.changed = seq.Entry, seq.Entry > seq.Locked().Entry
				}
			})
			return op.Run(t, plain)
		},
	}
	if op.Check != nil {
		out.Check = func(c *stamped[C]) error { return op.Check(&c.cmd) }
	}
	if op.Weight != nil {
		out.Weight = func(c *stamped[C]) int { return op.Weight(&c.cmd) }
	}
	return out
}
