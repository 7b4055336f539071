package intake

import (
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// MergeCommand lets one order take another over.
type MergeCommand struct {
	Order   order.ID // stays
	From    order.ID // all of it goes into the other
	Address bool     // also when it was to go to another address
	Version *int64   // EditVersion of Order that the caller saw
}

// Merged is the Value of a Merge result.
type Merged struct {
	Order *order.Order
	From  *order.Order // canceled
	Moved int64        // of what was paid for it
}

// Merge brings two orders of one customer together: the lines and fees of one
// join the other at what they cost, its open holds and what its channel was
// paid go with them, and it is canceled. Nothing of it may have been picked.
var Merge = step.Act[MergeCommand]{
	Name: "orders.merge", Permission: access.OrdersWrite,
	Check: func(c *MergeCommand) error {
		var l fault.List
		if c.Order == c.From {
			l.Add("/from", "same_order", "an order cannot be merged with itself")
		}
		return l.Err()
	},
	Weight: func(c *MergeCommand) int { return 20 },
	Load: func(b *step.Batch, asked []desk.Asked[MergeCommand]) error {
		var list []order.ID
		for i := range asked {
			list = append(list, asked[i].Command.Order, asked[i].Command.From)
		}
		return loadWhole(b, list)
	},
	Decide: decideMerge,
}.Operation()

func decideMerge(b *step.Batch, a desk.Asked[MergeCommand]) (desk.Result, error) {
	c := a.Command
	o, from := b.Order(c.Order), b.Order(c.From)
	switch {
	case o == nil:
		return desk.Result{}, unknownOrder(c.Order)
	case from == nil:
		return desk.Result{}, unknownOrder(c.From)
	case c.Version != nil && *c.Version != o.EditVersion:
		return desk.Result{}, editedMeanwhile(o, *c.Version)
	}
	if err := together(o, from, c.Address); err != nil {
		return desk.Result{}, err
	}
	lines, fees, err := from.Joining(b.Catalog.Merchant.Rounding)
	if err != nil {
		return desk.Result{}, err
	}
	cmd := ChangeCommand{Order: o.ID, Change: order.Change{Add: lines, Fees: fees}}
	d, after, err := joined(b, o, &cmd, o.Totals.Payable()+from.Totals.Payable())
	if err != nil {
		return desk.Result{}, err
	}
	holds, err := holdsOf(from, after, b.At)
	if err != nil {
		return desk.Result{}, err
	}
	moves, err := from.Cancel(nil, b.ClaimsOf(from.ID), false)
	if err != nil {
		return desk.Result{}, err
	}
	gone := order.Delta{Moves: moves, Edited: []string{"lines"}}
	moved := max(0, from.Paid-from.Refunded)
	if moved > 0 {
		if err := moveFrom(b, a.Scope, from, &gone, moved, fmt.Sprintf("to order %d", o.Number)); err != nil {
			return desk.Result{}, err
		}
	}
	was := from.Clone()
	waits, err := b.Waits(from)
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.Apply(a.Scope, journal.OrderChanged, from.ID, &gone); err != nil {
		return desk.Result{}, err
	}
	plan := b.Plan(after, joining(o, after)) // of what was just freed
	plan.Carry(was.Carried(from, after, was.Lively(), after.Tops(len(o.Lines)+1)))
	takeJoining(b, after, &d, plan)
	if moved > 0 {
		d.Paid += moved
		b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), moved, fmt.Sprintf("from order %d", from.Number), b.At))
	}
	if err := b.Apply(a.Scope, journal.OrderChanged, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	if err := b.AskAfterMerge(a.Scope, o, from, waits); err != nil {
		return desk.Result{}, err
	}
	for _, h := range holds {
		if err := b.PlaceHold(a.Scope, o, h); err != nil {
			return desk.Result{}, err
		}
	}
	tellTogether(b, a.Scope, o, "Took over order %d.", from)
	tellTogether(b, a.Scope, from, "Went into order %d.", o)
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done", Value: &Merged{o, from, moved}}, nil
}

// joined decides what becomes of the order that stays, so that it comes to what
// both did: where deductions had lessened what was canceled, more of them
// counts once lines join. What joins is not claimed yet.
func joined(b *step.Batch, o *order.Order, c *ChangeCommand, worth int64) (order.Delta, *order.Order, error) {
	d, after, err := changeOf(b, o, c)
	if err != nil {
		return d, nil, err
	}
	more := after.Until(worth)
	if more == 0 {
		return d, after, nil
	}
	c.Change.Fees = append(c.Change.Fees, order.FeeChange{Kind: "adjustment", Code: "merge", Label: "Deductions of what was canceled", Amount: &more, Taxed: order.GrossFee})
	return changeOf(b, o, c)
}

// holdsOf are the open holds of an order as another is to have them. It refuses
// when that cannot take so many.
func holdsOf(from, after *order.Order, now int64) ([]order.Hold, error) {
	out := from.Standing(now)
	seen := after.Clone()
	for _, h := range out {
		if _, err := seen.Hold(h); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// together refuses two orders that do not belong to one customer, or that
// cannot become one.
func together(o, from *order.Order, address bool) error {
	var l fault.List
	mine, theirs := o.Party.Customer, from.Party.Customer
	same := o.Customer != 0 && o.Customer == from.Customer || mine.Email != "" && strings.EqualFold(mine.Email, theirs.Email)
	if !same {
		l.Add("/from", "another_customer", "orders %d and %d are of different customers", o.Number, from.Number)
	}
	if o.Currency != from.Currency {
		l.Add("/from", "another_currency", "order %d is in %s, order %d in %s", o.Number, o.Currency, from.Number, from.Currency)
	}
	if !address && o.Party.ShipTo != from.Party.ShipTo {
		l.Add("/from", "another_address", "order %d goes to another address; say so to send all of it where order %d goes", from.Number, o.Number)
	}
	if from.Sums.Live() == 0 || o.Sums.Live() == 0 {
		l.Add("/from", "canceled", "one of the orders has nothing left")
	}
	if from.Mode == order.History || o.Mode == order.History {
		l.Add("/from", "history", "an order that was sent before these books began stays as it is")
	}
	if from.Refunded > 0 {
		l.Add("/from", "refunded", "money of order %d was given back; it stays as it is", from.Number)
	}
	return l.As(fault.Conflict, "not_mergeable", "the orders cannot be merged")
}
