package verify

import (
	"time"

	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// preorders: what was taken of an offer is what lines of orders say, never more
// than its cap, and an offer whose time is over has ended.
func (x *run) preorders() error {
	now := x.db.Now()
	return x.walk(audit.PreorderPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.DrawnIn(r, in)
		x.count(int64(len(list)), "K10")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.drawn(&list[i], now)
		}
		return err
	})
}

func (x *run) drawn(o *audit.Drawn, now int64) {
	id := o.ID.String()
	tell := func(format string, args ...any) { x.tell("K10", id, format, args...) }
	known := o.Ended == preorder.ByHand || o.Ended == preorder.ByTime || o.Ended == preorder.ByStock
	switch {
	case o.Taken != o.Sold:
		tell("offer %s has %d units taken, the lines that name it make %d", id, o.Taken, o.Sold)
	case o.Taken < 0 || o.Taken > o.Cap:
		tell("offer %s has %d units taken of %d", id, o.Taken, o.Cap)
	case o.Waiting != o.Awaited:
		tell("%d units of offer %s wait, the lines that name it make %d", o.Waiting, id, o.Awaited)
	case o.Wrong != 0:
		tell("%d lines name offer %s and are of another item, or have more units pre-ordered than ordered", o.Wrong, id)
	case (o.EndedAt != 0) != known:
		tell("offer %s ended at %d by %q", id, o.EndedAt, o.Ended)
	case o.IsDone != o.Done():
		tell("offer %s ended at %d and %d units wait: that it is done is told as %v", id, o.EndedAt, o.Waiting, o.IsDone)
	case o.EndedAt == 0 && o.EndsAt != 0 && now-o.EndsAt > endsWithin.Microseconds():
		tell("offer %s is open, and its time was over %d minutes ago", id, (now-o.EndsAt)/time.Minute.Microseconds())
	case o.Entries != o.Version || o.First == 0:
		tell("offer %s is at version %d and has %d journal entries", id, o.Version, o.Entries)
	}
}
