package intake

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store/customers"
	"orderly/internal/store/orders"
)

// SplitCommand gives units of an order an order of their own.
type SplitCommand struct {
	Order   order.ID
	Parts   []order.Part
	ShipTo  *party.Address // nil: where the order goes
	Version *int64         // EditVersion that the caller saw; nil splits whatever it is
}

// Split is the Value of a SplitOrder result, which names the order that was made.
type Split struct {
	Order *order.Order // what is left
	Made  *order.Order
	Moved int64 // of what was paid
}

// SplitOrder makes an order of units that were not picked yet. Both together
// cost what the one did; fees stay, open holds hold both, and what the channel
// was paid beyond what is left goes with the units. The journal tells of it as
// a change, so that nobody is told that something was canceled.
var SplitOrder = step.Act[SplitCommand]{
	Name: "orders.split", Permission: access.OrdersWrite,
	Check: func(c *SplitCommand) error {
		var l fault.List
		if len(c.Parts) == 0 || len(c.Parts) > order.MaxChanges {
			l.Add("/lines", "missing", "say which units go to another order: 1 to %d lines", order.MaxChanges)
		}
		if c.ShipTo != nil {
			c.ShipTo.Check("/ship_to", &l)
		}
		return l.Err()
	},
	Weight: func(c *SplitCommand) int { return len(c.Parts) },
	Load: func(b *step.Batch, asked []desk.Asked[SplitCommand]) error {
		return loadWhole(b, ids(asked, func(c SplitCommand) order.ID { return c.Order }))
	},
	Decide: decideSplit,
}.Operation()

// loadWhole reads orders with all that placing their lines again needs.
func loadWhole(b *step.Batch, list []order.ID) error {
	if err := b.LoadOrdersForServing(list); err != nil {
		return err
	}
	if err := b.LoadParties(list); err != nil {
		return err
	}
	if err := knowCustomersOf(b, list); err != nil {
		return err
	}
	if err := b.LoadPayments(list); err != nil {
		return err
	}
	if err := b.LoadRuns(list); err != nil {
		return err
	}
	var skus []string
	for _, id := range list {
		if o := b.Order(id); o != nil {
			for i := range o.Lines {
				skus = append(skus, o.Lines[i].SKU)
			}
		}
	}
	slices.Sort(skus)
	skus = slices.Compact(skus)
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	return b.LoadLevels(stockedItems(b, skus))
}

// knowCustomersOf reads the records of the customers of orders.
func knowCustomersOf(b *step.Batch, list []order.ID) error {
	var known []party.ID
	for _, id := range list {
		if o := b.Order(id); o != nil && o.Customer != 0 {
			known = append(known, party.ID(o.Customer))
		}
	}
	found, err := customers.ByID(b.R, known)
	for _, c := range found {
		b.KnowCustomer(c)
	}
	return err
}

// decideSplit refuses before it changes anything: what was ordered once is
// placed again whatever its item says of units that cannot be had.
func decideSplit(b *step.Batch, a desk.Asked[SplitCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if o == nil {
		return desk.Result{}, unknownOrder(c.Order)
	}
	if c.Version != nil && *c.Version != o.EditVersion {
		return desk.Result{}, editedMeanwhile(o, *c.Version)
	}
	lines, parts, err := o.SplitOff(c.Parts, b.Catalog.Merchant.Rounding)
	if err != nil {
		return desk.Result{}, err
	}
	moves, err := o.Cancel(parts, b.ClaimsOf(o.ID), false)
	if err != nil {
		return desk.Result{}, err
	}
	d := order.Delta{Moves: moves, Edited: []string{"lines"}}
	left := o.Clone()
	if err := left.Apply(&d, b.At, 1); err != nil {
		return desk.Result{}, err
	}
	r := splitRequest(o, c, lines, b.At)
	worth := o.Totals.Payable() - left.Totals.Payable()
	if err := deductOf(b, o, &r, worth); err != nil {
		return desk.Result{}, err
	}
	moved := min(worth, max(0, o.Paid-o.Refunded-left.Totals.Payable()))
	if moved > 0 {
		r.Payments = []order.Payment{{Amount: moved, Reference: fmt.Sprintf("from order %d", o.Number)}}
	}
	if err := r.Check(); err != nil {
		return desk.Result{}, err
	}
	if moved > 0 {
		if err := moveFrom(b, a.Scope, o, &d, moved, "to another order"); err != nil {
			return desk.Result{}, err
		}
	}
	was, from := o.Clone(), make([]int, len(parts))
	for i, p := range parts {
		from[i] = p.Line
	}
	waits, err := b.Waits(o)
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.Apply(a.Scope, journal.OrderChanged, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	placed, err := decidePlace(b, desk.Asked[PlaceCommand]{Scope: a.Scope, Command: PlaceCommand{Request: r, hash: r.Hash(), known: true, trusted: true, like: o.ID,
		carry: func(made *order.Order) []order.Preordered { return was.Carried(o, made, from, made.Tops(1)) }}})
	if err != nil || placed.Err != nil {
		return placed, err
	}
	made := placed.Value.(*Placed).Order
	if waits != nil {
		if err := b.AskLike(a.Scope, made, waits); err != nil {
			return desk.Result{}, err
		}
	}
	tellTogether(b, a.Scope, o, "Units of this order went to order %d.", made)
	return desk.Result{Kind: journal.Order, ID: int64(made.ID), Seq: made.Version, Status: "created", Value: &Split{o, made, moved}}, nil
}

// splitRequest asks for the new order: as the old one, with its open holds.
func splitRequest(o *order.Order, c SplitCommand, lines []order.RequestLine, now int64) order.Request {
	custom, _ := json.Marshal(map[string]string{"split_of": fmt.Sprint(o.Number)}) // a text always marshals
	r := order.Request{
		Channel: o.Channel, Currency: o.Currency.Code(), CustomerID: party.ID(o.Customer), Parties: o.Party, Lines: lines, Tags: slices.Clone(o.Tags),
		Priority: o.Priority, DueAt: o.DueAt, Method: o.Method, Custom: custom, Exchange: o.Exchange, Note: fmt.Sprintf("Split from order %d.", o.Number),
	}
	if c.ShipTo != nil {
		r.Parties.ShipTo = *c.ShipTo
	}
	r.Holds = o.Standing(now)
	return r
}

// moveFrom lets go of money that another order takes over: the channel's only,
// since what came by another tender belongs to its payment.
func moveFrom(b *step.Batch, by access.Scope, o *order.Order, d *order.Delta, amount int64, why string) error {
	_, err := b.GiveBack(by, o, d, amount, why, []payment.Tender{payment.ChannelTender})
	if fault.CodeOf(err) == "more_than_paid" {
		return fault.New(fault.Conflict, "paid_otherwise",
			"%s of order %d was not paid at its channel and cannot go to another order; give it back first, or leave the units where they are", o.Currency.FormatAmount(amount), o.Number)
	}
	return err
}

// deductOf lessens a new order by what deductions of the old one have lessened
// the units by already, so that both cost together what the one did.
func deductOf(b *step.Batch, o *order.Order, r *order.Request, worth int64) error {
	seen, err := order.New(order.Header{Now: b.At, Mode: order.Live, Rounding: b.Catalog.Merchant.Rounding}, r, b.Catalog)
	if err != nil {
		return err
	}
	if over := seen.Totals.Total - worth; over > 0 {
		r.Fees = append(r.Fees, order.Fee{Kind: "adjustment", Code: "split", Label: fmt.Sprintf("Deductions of order %d", o.Number), Amount: -over, Taxed: order.GrossFee})
	}
	return nil
}

// tellTogether notes on an order what became of it.
func tellTogether(b *step.Batch, by access.Scope, o *order.Order, text string, other *order.Order) {
	if b.Previewing() {
		return
	}
	b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: fmt.Sprintf(text, other.Number), At: b.At, Actor: by.Actor.String()})
}
