package outbound

import (
	"cmp"
	"math"
	"slices"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// What leaves.
const (
	Entry = "entry" // of the journal, Seq is its sequence
	Ping  = "ping"  // to see whether it arrives, Seq is the delivery's own id
)

// PingType is the type that a ping is sent with.
const PingType = "webhook.ping"

// The states of a delivery.
const (
	Waiting   = "waiting"
	Delivered = "delivered" // then only the log of attempts tells of it
	GivenUp   = "given_up"
	Skipped   = "skipped" // its endpoint ended before
)

// How many deliveries are tried at once, and how many wait beside the journal.
// Beyond Window entries wait in the journal, where they cost nothing.
const (
	Batch  = 64
	Window = 1000
)

// DeliveryID names a delivery.
type DeliveryID int64

func (id DeliveryID) String() string { return ident.Text("dlv", int64(id)) }

// ParseDeliveryID reads the text form, "dlv_…".
func ParseDeliveryID(s string) (DeliveryID, error) {
	id, err := ident.Parse("dlv", s)
	if err != nil {
		err = fault.New(fault.NotFound, "no_such_delivery", "there is no delivery %.40q", s)
	}
	return DeliveryID(id), err
}

// Delivery is one thing on its way to one endpoint.
type Delivery struct {
	ID        DeliveryID
	Endpoint  ID
	What      string
	Seq       int64
	Kind      string // of the subject
	Subject   int64
	Type      string
	State     string
	Attempts  int64
	NextAt    int64
	Status    int64 // HTTP status of the last answer, 0 when there was none
	Error     string
	CreatedAt int64
	UpdatedAt int64
}

// Never is a time that does not come.
const Never = int64(math.MaxInt64)

// object is what an order of deliveries holds for.
type object struct {
	kind string
	id   int64
}

func (d *Delivery) object() object { return object{d.Kind, d.Subject} }

// chains are the waiting deliveries by object, each in the order of the journal.
// What the first of a chain waits for, the others wait for too.
func chains(waiting []Delivery) [][]Delivery {
	sorted := slices.Clone(waiting)
	slices.SortStableFunc(sorted, func(a, b Delivery) int { return cmp.Compare(a.Seq, b.Seq) })
	at := map[object]int{}
	var out [][]Delivery
	for _, d := range sorted {
		i, ok := at[d.object()]
		if !ok {
			i = len(out)
			at[d.object()] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], d)
	}
	return out
}

// Pick chooses what to try now, as chains: those of a chain are tried one after
// the other, and when one fails the rest of its chain waits. Of an endpoint that
// is not open only pings are tried; of one that is down, one delivery: that with
// the fewest attempts, so that a single thing that it refuses never stands for
// the whole endpoint.
func Pick(waiting []Delivery, h *Health, open bool, now int64) [][]Delivery {
	all := chains(waiting)
	var out [][]Delivery
	n := 0
	for _, c := range all {
		if c[0].What != Ping && (!open || h.Down() || now < h.HoldUntil) {
			continue
		}
		due := 0
		for due < len(c) && n+due < Batch && c[due].NextAt <= now {
			due++
		}
		if due > 0 {
			out, n = append(out, c[:due]), n+due
		}
	}
	if n == 0 && open && h.Down() && now >= h.HoldUntil && len(all) > 0 {
		probe := slices.MinFunc(all, func(a, b []Delivery) int {
			return cmp.Or(cmp.Compare(a[0].Attempts, b[0].Attempts), cmp.Compare(a[0].Seq, b[0].Seq))
		})
		out = [][]Delivery{probe[:1]}
	}
	return out
}

// NextAt is when something of an endpoint is to be tried next, Never when
// nothing waits.
func NextAt(waiting []Delivery, h *Health, open bool, now int64) int64 {
	next := Never
	if open && h.HoldUntil > now { // then new entries are looked for too
		next = h.HoldUntil
	}
	for _, c := range chains(waiting) {
		at := c[0].NextAt
		switch {
		case c[0].What == Ping:
		case !open:
			continue
		case h.Down():
			at = h.HoldUntil
		default:
			at = max(at, h.HoldUntil)
		}
		next = min(next, at)
	}
	return next
}

// Hungry reports whether new entries are taken from the journal. An endpoint
// that is down leaves them there, unless there is nothing else to ask it with.
func Hungry(waiting int, h *Health, open bool, now int64) bool {
	return open && now >= h.HoldUntil && waiting < Window && (!h.Down() || waiting == 0)
}

// Note says what became of an attempt. alive is whether the endpoint took
// anything since the delivery was made: while it takes nothing at all, nothing
// is given up, however often it was tried.
func (d *Delivery) Note(a Answer, alive bool, now int64, jitter float64) {
	d.Status, d.Error, d.UpdatedAt = a.Status, a.Error, now
	d.Attempts++
	outcome := a.Outcome()
	switch {
	case outcome == Taken:
		d.State = Delivered
	case d.What == Ping: // one try: who asks looks at what became of it
		d.State = GivenUp
	case d.Attempts >= MaxAttempts && (alive || outcome == Refused):
		d.State = GivenUp
	default:
		d.NextAt = now + max(Wait(d.Attempts, jitter).Microseconds(), a.RetryAfter)
	}
}
