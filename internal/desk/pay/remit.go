package pay

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
	"orderly/internal/store/statements"
)

// RemitCommand books a list by which a carrier pays out what it collected.
type RemitCommand struct {
	Remittance payment.Remittance // without parts
	Lines      []payment.RemittanceLine
}

// Remitted is the Value of a Remit: the list, and line by line how much of what
// was collected the carrier still owes after it.
type Remitted struct {
	Remittance *payment.Remittance
	Numbers    []int64 // of the orders
	Left       []int64
}

// Remit books the whole list or none of it: a line that names no order, or more
// than was collected, is a fault, and all faults are told at once. A carrier's
// list counts once, by its number.
var Remit = step.Act[RemitCommand]{
	Name: "payments.remit", Permission: access.OrdersWrite,
	Weight: func(c *RemitCommand) int { return 1 + len(c.Lines) },
	Check: func(c *RemitCommand) error {
		var l fault.List
		x := &c.Remittance
		x.Carrier, x.Reference = strings.TrimSpace(x.Carrier), strings.TrimSpace(x.Reference)
		for i := range c.Lines {
			c.Lines[i].Ref = strings.TrimSpace(c.Lines[i].Ref)
		}
		payment.CheckRemittance(x, c.Lines, &l)
		if _, err := money.ParseCurrency(x.Currency); err != nil {
			l.AddError("/currency", err)
		}
		checkText("/carrier", x.Carrier, false, &l)
		checkText("/reference", x.Reference, false, &l)
		return l.Err()
	},
	Load:   func(*step.Batch, []desk.Asked[RemitCommand]) error { return nil },
	Decide: decideRemit,
}.Operation()

func decideRemit(b *step.Batch, a desk.Asked[RemitCommand]) (desk.Result, error) {
	x := a.Command.Remittance
	known, err := b.RemittanceNamed(x.Carrier, x.Reference)
	if err != nil {
		return desk.Result{}, err
	}
	if known != 0 {
		return desk.Result{}, fault.New(fault.Conflict, "booked_already", "list %.60s of %.60s is booked already, as %s", x.Reference, x.Carrier, known)
	}
	named, err := ordersNamed(b.R, a.Command.Lines)
	if err != nil {
		return desk.Result{}, err
	}
	var ids []order.ID
	for _, list := range named {
		ids = append(ids, list...)
	}
	if err := b.LoadOrders(ids); err != nil {
		return desk.Result{}, err
	}
	if err := b.LoadPayments(ids); err != nil {
		return desk.Result{}, err
	}
	out := &Remitted{Remittance: &x}
	found, err := match(b, a.Command.Lines, named, out)
	if err != nil {
		return desk.Result{}, err
	}
	if x.Fee > x.Collected {
		return desk.Result{}, fault.New(fault.Invalid, "fee_too_large", "the carrier kept more than it collected")
	}
	x.ID, x.CreatedAt, x.Actor = payment.RemittanceID(b.NewID()), b.At, a.Scope.Actor.String()
	for i, p := range found {
		if err := remit(b, a.Scope, p, x.Parts[i].Amount); err != nil {
			return desk.Result{}, err
		}
	}
	data, err := json.Marshal(map[string]any{"carrier": x.Carrier, "reference": x.Reference, "currency": x.Currency, "collected": x.Collected, "fee": x.Fee, "payments": len(x.Parts)})
	if err != nil {
		return desk.Result{}, err
	}
	b.AddRemittance(a.Scope, &x, data)
	return desk.Result{Kind: journal.Remittance, ID: int64(x.ID), Seq: 1, Status: "created", Value: out}, nil
}

// match finds the payment of each line and fills in the parts. It changes
// nothing else.
func match(b *step.Batch, lines []payment.RemittanceLine, named map[string][]order.ID, out *Remitted) ([]*payment.Payment, error) {
	x := out.Remittance
	var faults fault.List
	var found []*payment.Payment
	for i, line := range lines {
		at := fmt.Sprintf("/lines/%d", i)
		p, n, err := collectedFor(b, line, named[line.Ref], x.Currency)
		if err == nil && slices.Contains(found, p) {
			err = fault.New(fault.Conflict, "repeated", "another line names the payment of this order already")
		}
		if err != nil {
			faults.AddError(at, err)
			continue
		}
		found = append(found, p)
		x.Parts = append(x.Parts, payment.RemittancePart{Payment: p.ID, Order: p.Order, Amount: n})
		x.Collected += n
		out.Numbers = append(out.Numbers, b.Order(order.ID(p.Order)).Number)
		out.Left = append(out.Left, p.Unremitted()-n)
	}
	if x.Collected > money.MaxTotal {
		faults.Add("/lines", "out_of_range", "all lines together are more than one list can be")
	}
	return found, faults.As(fault.Conflict, "not_remitted", "not every line can be booked; nothing was")
}

// collectedFor is the payment on delivery that a line is about, and how much of
// it is paid out.
func collectedFor(b *step.Batch, line payment.RemittanceLine, ids []order.ID, currency string) (*payment.Payment, int64, error) {
	var last error
	var found *payment.Payment
	var amount int64
	for _, id := range ids {
		list, err := b.PaymentsOf(id)
		if err != nil {
			return nil, 0, err
		}
		for _, p := range list {
			switch n, err := p.Remit(line.Amount); {
			case p.Tender != payment.CashOnDelivery:
			case p.Currency != currency:
				last = fault.New(fault.Conflict, "other_currency", "%.60s: it was to be paid in %s", line.Ref, p.Currency)
			case err != nil:
				last = err
			case found != nil && found.Order != p.Order:
				return nil, 0, fault.New(fault.Conflict, "ambiguous", "%.60s names several orders; name the order by its id", line.Ref)
			case found == nil:
				found, amount = p, n
			}
		}
	}
	switch {
	case found != nil:
		return found, amount, nil
	case last != nil:
		return nil, 0, last
	case len(ids) == 0:
		return nil, 0, fault.New(fault.NotFound, "no_such_order", "%.60s names no order and no parcel", line.Ref)
	}
	return nil, 0, fault.New(fault.Conflict, "not_on_delivery", "%.60s: its order is not paid on delivery", line.Ref)
}

// remit notes what of a payment was paid out. What nobody said was collected
// was, since the carrier pays it out.
func remit(b *step.Batch, by access.Scope, p *payment.Payment, amount int64) error {
	if more := p.Remitted + amount - p.Captured; more > 0 {
		if err := keep(b, by, p, payment.Capture, more); err != nil {
			return err
		}
	}
	p.Remitted += amount
	b.ChangedPayment(p, journal.PaymentRemitted, nil, "")
	return b.TellPayments(by, order.ID(p.Order))
}

// ordersNamed finds what references name: orders by number or id or the
// channel's own id, or parcels by tracking number.
func ordersNamed(r *store.Reader, lines []payment.RemittanceLine) (map[string][]order.ID, error) {
	refs := make([]string, len(lines))
	for i, x := range lines {
		refs[i] = x.Ref
	}
	out, err := fulfillments.Tracked(r, refs)
	if err != nil {
		return nil, err
	}
	all, err := channels.All(r)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		known, err := orders.ByExternal(r, c.Code, refs)
		if err != nil {
			return nil, err
		}
		for ref, k := range known {
			out[ref] = append(out[ref], k.ID)
		}
	}
	for _, ref := range refs {
		if id, err := order.ParseID(ref); err == nil {
			out[ref] = append(out[ref], id)
		}
		n := statement.Number(ref)
		if n == 0 {
			continue
		}
		ids, err := statements.ByNumber(r, []int64{n})
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			out[ref] = append(out[ref], order.ID(id))
		}
	}
	for ref := range out {
		slices.Sort(out[ref])
		out[ref] = slices.Compact(out[ref])
	}
	return out, nil
}
