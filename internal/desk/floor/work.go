// Package floor is the room where goods are worked on: release, pick, pack,
// ship, deliver and their reverses, and the acts of the stock ledger.
//
// One file an act. What does not belong: taking orders in (intake) and what
// customers send back (care).
package floor

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/trouble"
)

// WorkCommand asks for one act on one fulfillment; no Parts means all units
// that the act can take.
type WorkCommand struct {
	Fulfillment fulfillment.ID
	Parts       []fulfillment.Part
	Note        string // short pick: what the picker saw, kept with the movement
}

// work declares an act on fulfillments. blocks names what a hold may stop.
func work(name, blocks, entry string, decide func(*fulfillment.Fulfillment, []fulfillment.Part) (order.Delta, error)) *desk.Operation[WorkCommand] {
	return step.Act[WorkCommand]{
		Name: name, Permission: access.FulfillmentWrite, Load: loadWork,
		Decide: func(b *step.Batch, a desk.Asked[WorkCommand]) (desk.Result, error) {
			f, o, err := workable(b, a.Scope, a.Command.Fulfillment, blocks)
			if err != nil {
				return desk.Result{}, err
			}
			d, err := decide(f, a.Command.Parts)
			if err != nil {
				return desk.Result{}, err
			}
			if err := b.Apply(a.Scope, entry, o.ID, &d); err != nil {
				return desk.Result{}, err
			}
			return worked(f, o), nil
		},
	}.Operation()
}

func loadWork(b *step.Batch, asked []desk.Asked[WorkCommand]) error {
	ids := make([]fulfillment.ID, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Fulfillment
	}
	return b.LoadFulfillments(ids)
}

// workable finds a fulfillment that the caller may work and that no hold stops.
func workable(b *step.Batch, by access.Scope, id fulfillment.ID, act string) (*fulfillment.Fulfillment, *order.Order, error) {
	f := b.Fulfillment(id)
	if f == nil || !by.Sees(int64(f.Location)) {
		return nil, nil, fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %s", id)
	}
	o := b.Order(order.ID(f.Source))
	if act != "" {
		if err := o.Blocked(act); err != nil {
			return nil, nil, err
		}
	}
	return f, o, nil
}

// Worked is the Value of an act on a fulfillment or its parcels: what it is
// about, as it was committed. Nobody changes it any more.
type Worked struct {
	Fulfillment *fulfillment.Fulfillment
	Order       *order.Order
	Parcels     []*fulfillment.Parcel // that were made or moved
}

func worked(f *fulfillment.Fulfillment, o *order.Order) desk.Result {
	return desk.Result{Kind: "ful", ID: int64(f.ID), Seq: f.Version, Status: "done", Value: &Worked{f, o, nil}}
}

// Release gives claimed work to the floor; where the floor is a partner's, it
// asks the partner.
var Release = step.Act[WorkCommand]{
	Name: "fulfillments.release", Permission: access.FulfillmentWrite, Load: loadWork,
	Decide: func(b *step.Batch, a desk.Asked[WorkCommand]) (desk.Result, error) {
		f, o, err := workable(b, a.Scope, a.Command.Fulfillment, "release")
		if err != nil {
			return desk.Result{}, err
		}
		entry, decide := journal.FulReleased, f.Release
		if t := b.PartnerAt(f.Location); t != nil {
			if t.Waits() {
				return desk.Result{}, fault.New(fault.Conflict, "trial_first", "nothing is asked of this partner before a trial order has passed: send one from its page, or take the term away")
			}
			entry, decide = journal.FulSubmitted, f.Submit
		}
		d, err := decide()
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.Apply(a.Scope, entry, o.ID, &d); err != nil {
			return desk.Result{}, err
		}
		return worked(f, o), nil
	},
}.Operation()

// Recall takes released work back from the floor while nothing is picked, and
// from a partner while it has not answered.
var Recall = step.Act[WorkCommand]{
	Name: "fulfillments.recall", Permission: access.FulfillmentWrite, Load: loadWork,
	Decide: func(b *step.Batch, a desk.Asked[WorkCommand]) (desk.Result, error) {
		f, o, err := workable(b, a.Scope, a.Command.Fulfillment, "")
		if err != nil {
			return desk.Result{}, err
		}
		entry := journal.FulRecalled
		if f.Firm() {
			entry = journal.FulWithdrawn
		}
		d, err := f.Recall()
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.Apply(a.Scope, entry, o.ID, &d); err != nil {
			return desk.Result{}, err
		}
		return worked(f, o), nil
	},
}.Operation()

// Pick records that units were taken off the shelf.
var Pick = work("fulfillments.pick", "pick", journal.FulPicked, func(f *fulfillment.Fulfillment, parts []fulfillment.Part) (order.Delta, error) {
	if err := ours(f); err != nil {
		return order.Delta{}, err
	}
	return f.Pick(parts)
})

// ours refuses the floor's work on what a partner was asked for: that is told by
// what the partner answers and sends.
func ours(f *fulfillment.Fulfillment) error {
	if !f.Firm() {
		return nil
	}
	return fault.New(fault.Conflict, "with_partner", "a partner was asked for fulfillment %s (%s): note what it answers and sends, or withdraw the request", f.ID, f.RequestStatus)
}

// Unpick records that picked units were put back.
var Unpick = work("fulfillments.unpick", "", journal.FulUnpicked, (*fulfillment.Fulfillment).Unpick)

// ShortPick records that units were not found where they should be. They are
// taken off the location's books, so that nobody else is promised them, and
// looked for at other locations; what nobody has is backordered. The cell
// wants a count.
var ShortPick = step.Act[WorkCommand]{
	Name: "fulfillments.short_pick", Permission: access.FulfillmentWrite,
	Check: func(c *WorkCommand) error {
		var l fault.List
		stock.CheckNote("/note", c.Note, &l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[WorkCommand]) error {
		if err := loadWork(b, asked); err != nil {
			return err
		}
		var ids []order.ID
		for i := range asked {
			if f := b.Fulfillment(asked[i].Command.Fulfillment); f != nil {
				ids = append(ids, order.ID(f.Source))
			}
		}
		return b.LoadParties(ids)
	},
	Decide: decideShortPick,
}.Operation()

func decideShortPick(b *step.Batch, a desk.Asked[WorkCommand]) (desk.Result, error) {
	f, o, err := workable(b, a.Scope, a.Command.Fulfillment, "pick")
	if err != nil {
		return desk.Result{}, err
	}
	if err := ours(f); err != nil {
		return desk.Result{}, err
	}
	d, err := f.ShortPick(a.Command.Parts)
	if err != nil {
		return desk.Result{}, err
	}
	missing := d.Moves
	plan := b.Plan(o, missingDemands(o, missing), f.Location)
	claim := b.Claim(o, plan, order.Unsourced)
	d.Opened = claim.Opened
	d.Moves = append(d.Moves[:len(missing):len(missing)], claim.Moves...)
	d.Moves = append(d.Moves, plan.Rest()...)
	if err := b.Apply(a.Scope, journal.FulShortPicked, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	for _, m := range missing {
		l := o.Line(m.Line)
		if !l.Stocked {
			continue
		}
		b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.ShortPick, Order: int64(o.ID), Location: int64(f.Location), Subject: int64(f.ID), Item: l.Item, Quantity: m.Quantity})
		err := b.Move(stock.Cell{Item: l.Item, Location: f.Location},
			stock.Movement{State: stock.OnHand, Quantity: -m.Quantity, Reason: "short_pick", Note: a.Command.Note, RefKind: "ful", RefID: int64(f.ID), Entry: b.LastEntry()})
		if err != nil {
			return desk.Result{}, err
		}
	}
	if err := b.HoldForPlace(a.Scope, o, &plan); err != nil {
		return desk.Result{}, err
	}
	return worked(f, o), nil
}
