package floor

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
)

// ProceedCommand has an order go on by itself, as its flow says. Units that were
// to get their place by Sourced were looked for before.
type ProceedCommand struct {
	Order   order.ID
	Sourced int64
}

// What going on did.
const (
	Released = "released"  // work was given to the floor
	Looked   = "looked"    // its time has come and it waits for something; what happens to it is a reason to look again
	Nothing  = "unchanged" // nothing is to be done
)

// Stands is the Value of a result of Proceed.
type Stands struct {
	Short bool // it lacks units that its flow takes from others
}

// Proceed releases the work of an order that its flow releases by itself, when
// nothing is in the way. It looks at how the order stands and not at what
// happened, so that doing it twice, late or by two nodes at once is the same.
// What a person has taken back from the floor it leaves alone.
var Proceed = step.Act[ProceedCommand]{
	Name: "orders.proceed", Permission: access.FulfillmentWrite,
	Load: func(b *step.Batch, asked []desk.Asked[ProceedCommand]) error {
		ids := make([]order.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Order
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		if err := b.LoadPayments(ids); err != nil {
			return err
		}
		if err := b.LoadRuns(ids); err != nil {
			return err
		}
		return loadLate(b, ids)
	},
	Decide: decideProceed,
}.Operation()

func decideProceed(b *step.Batch, a desk.Asked[ProceedCommand]) (desk.Result, error) {
	id := a.Command.Order
	f, was := b.Run(id)
	o := b.Order(id)
	r := desk.Result{Kind: journal.Order, ID: int64(id), Status: Nothing}
	if f == nil || o == nil {
		return r, nil
	}
	r.Seq, r.Value = o.Version, Stands{Short: f.Takes && o.Sums[order.Backordered] > 0}
	paid, err := b.PaymentsOf(id)
	if err != nil {
		return r, err
	}
	run := *was
	plan(b, f, &run, o, a.Command.Sourced)
	if len(f.Waits(&run, flow.Stand(o, paid, b.At))) == 0 {
		did, err := release(b, a.Scope, f, &run, o)
		if err != nil {
			return r, err
		}
		if did {
			r.Status, r.Seq = Released, o.Version
			plan(b, f, &run, o, a.Command.Sourced)
		}
	}
	if f.Wake(&run, b.At); r.Status == Nothing && (run.DueAt != was.DueAt || run.LateAt != was.LateAt || run.SourceAt != was.SourceAt) {
		r.Status = Looked
	}
	if r.Status != Nothing {
		b.SaveRun(&run)
	}
	return r, nil
}

// release gives what of an order is ready to the floor, and asks partners for
// what is theirs to send.
func release(b *step.Batch, by access.Scope, f *flow.Flow, run *flow.Run, o *order.Order) (did bool, err error) {
	var ours, theirs order.Delta
	run.Released = slices.Clone(run.Released)
	for _, x := range b.FulfillmentsOf(o.ID) {
		if !releases(b, f, run, x) || f.Timing == flow.Late && b.At < lateOf(b, f, o, x) {
			continue
		}
		run.Released = append(run.Released, int64(x.ID))
		if b.PartnerAt(x.Location) == nil {
			ours.Released = append(ours.Released, int64(x.ID))
			continue
		}
		d, err := x.Submit()
		if err != nil {
			return false, err
		}
		theirs.Released = append(theirs.Released, d.Released...)
		theirs.Requests = append(theirs.Requests, d.Requests...)
	}
	if len(ours.Released) > 0 {
		if err := b.Apply(by, journal.FulReleased, o.ID, &ours); err != nil {
			return false, err
		}
	}
	if len(theirs.Requests) > 0 {
		if err := b.Apply(by, journal.FulSubmitted, o.ID, &theirs); err != nil {
			return false, err
		}
	}
	return len(ours.Released)+len(theirs.Requests) > 0, nil
}

// releases reports whether work is for the flow to release.
func releases(b *step.Batch, f *flow.Flow, run *flow.Run, x *fulfillment.Fulfillment) bool {
	at := b.Catalog.Location(x.Location)
	return x.WorkStatus == fulfillment.Pending && at != nil && f.ReleasesAt(at.Kind) && !slices.Contains(run.Released, int64(x.ID))
}
