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

// stamped is a command that brings home when it was decided under the lock.
// The stamp is a hint where to begin the search and proves nothing.
type stamped[C any] struct {
	cmd C
	at  *int64
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
				*a.Command.at = begun + int64(i)
			}
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
