package pay

import (
	"time"

	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// unpaid holds an order of which no money came, cancels it when it was held
// long enough, and lifts the hold when money comes. Nothing expires while a
// payment is under way.
func (f *follower) unpaid() (string, error) {
	hold := f.holding()
	coming := f.o.Paid > 0
	for _, p := range f.list {
		coming = coming || p.UnderWay(f.b.At)
	}
	switch {
	case hold != nil && (coming || f.p.HoldAfter == 0):
		return f.lift(hold)
	case coming || f.p.HoldAfter == 0 || f.o.Statuses.Payment != "unpaid" || f.o.Sums.Open() == 0:
		return Nothing, nil
	case hold == nil && f.past(f.o.CreatedAt, f.p.HoldAfter):
		return f.hold()
	case hold != nil && f.past(hold.PlacedAt, f.p.CancelAfter):
		return f.expire()
	}
	return Nothing, nil
}

func (f *follower) past(at, hours int64) bool {
	return f.b.At-at >= hours*time.Hour.Microseconds()
}

// holding is the hold that a policy has placed; a person's is left alone.
func (f *follower) holding() *order.Hold {
	for i := range f.o.Holds {
		if h := &f.o.Holds[i]; h.LiftedAt == 0 && h.Reason == payment.Unpaid && h.PlacedBy == "job:"+FollowerID {
			return h
		}
	}
	return nil
}

func (f *follower) hold() (string, error) {
	d, err := f.o.Hold(order.Hold{ID: f.b.NewID(), Reason: payment.Unpaid, PlacedAt: f.b.At, PlacedBy: f.by.Actor.String()})
	if fault.KindOf(err) == fault.Conflict { // it was held too often: a person's matter
		return Nothing, nil
	}
	if err != nil {
		return "", err
	}
	return Held, f.b.Apply(f.by, journal.OrderHeld, f.o.ID, &d)
}

func (f *follower) lift(h *order.Hold) (string, error) {
	d, err := f.o.Lift(h.ID, f.by.Actor.String())
	if err != nil {
		return "", err
	}
	return Lifted, f.b.Apply(f.by, journal.OrderLifted, f.o.ID, &d)
}

// expire cancels the order, which frees its stock. What somebody has picked
// meanwhile stands on hold until a person decides.
func (f *follower) expire() (string, error) {
	moves, err := f.o.Cancel(nil, f.b.ClaimsOf(f.o.ID), false)
	if fault.KindOf(err) == fault.Conflict {
		return Nothing, nil
	}
	if err != nil {
		return "", err
	}
	if err := f.b.Apply(f.by, journal.OrderCanceled, f.o.ID, &order.Delta{Moves: moves}); err != nil {
		return "", err
	}
	return Expired, nil
}
