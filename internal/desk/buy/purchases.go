package buy

import (
	"fmt"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store/purchases"
	"orderly/internal/supplier"
)

// purchaseAt reads a purchase order at the version that the caller saw.
func purchaseAt(b *step.Batch, by access.Scope, id purchase.ID, saw *int64) (*purchase.Purchase, error) {
	p, err := b.Purchase(by, id)
	if err == nil && saw != nil && *saw != p.Version {
		err = fault.New(fault.Conflict, "edited_meanwhile", "purchase order %d was changed meanwhile: you saw version %d, it is %d now; read it again", p.Number, *saw, p.Version)
	}
	return p, err
}

// dayOf is when a day begins in the shop's zone; 0 without one.
func dayOf(b *step.Batch, day, at string, l *fault.List) int64 {
	if day == "" {
		return 0
	}
	t, err := time.ParseInLocation(time.DateOnly, day, b.Zone())
	if err != nil {
		l.Add(at, "invalid_date", "write a day as 2027-01-15")
		return 0
	}
	return t.UnixMicro()
}

// checkChains holds lines that are bought for lines of orders to those: each
// names a line of its own item, and all purchase orders together buy no more for
// it than it is of.
func checkChains(b *step.Batch, p *purchase.Purchase) error {
	var of []order.ID
	for i := range p.Lines {
		if p.Lines[i].Order != 0 {
			of = append(of, order.ID(p.Lines[i].Order))
		}
	}
	if len(of) == 0 {
		return nil
	}
	if err := b.LoadOrders(of); err != nil {
		return err
	}
	taken, err := purchases.Chained(b.R, of, p.ID)
	if err != nil {
		return err
	}
	var l fault.List
	for i := range p.Lines {
		x := &p.Lines[i]
		if x.Order == 0 {
			continue
		}
		at, key := fmt.Sprintf("/lines/%d/order_line", i), purchases.Chain{Order: order.ID(x.Order), Line: x.OrderLine}
		o := b.Order(key.Order)
		if o == nil || o.Line(key.Line) == nil || !o.Line(key.Line).Leaf() {
			l.Add(at, "no_such_line", "there is no line %d of order %s that could wait", key.Line, key.Order)
			continue
		}
		line := o.Line(key.Line)
		taken[key] += x.Quantity - x.Canceled
		switch {
		case line.Item != x.Item:
			l.Add(at, "other_item", "line %d of order %d is of %s, not of %s", key.Line, o.Number, line.SKU, x.SKU)
		case taken[key] > line.Q[order.Ordered]:
			l.Add(at, "bought_already", "line %d of order %d is of %d units, and %d would be bought for it", key.Line, o.Number, line.Q[order.Ordered], taken[key])
		}
	}
	return l.As(fault.Conflict, "not_chained", "these lines cannot be bought for orders")
}

// SendCommand sends a draft to its supplier.
type SendCommand struct {
	Purchase purchase.ID
	Mail     bool // by mail to the supplier's address, once this is written
	Version  *int64
}

// SendPurchase makes a draft known to its supplier: from now on it is incoming.
var SendPurchase = step.Act[SendCommand]{
	Name: "purchases.send", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[SendCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[SendCommand]) (desk.Result, error) {
		p, err := purchaseAt(b, a.Scope, a.Command.Purchase, a.Command.Version)
		if err != nil {
			return desk.Result{}, err
		}
		by, err := supplierOf(b, supplier.ID(p.Supplier))
		if err != nil {
			return desk.Result{}, err
		}
		if a.Command.Mail && by.Email == "" {
			return desk.Result{}, fault.New(fault.Conflict, "no_address", "supplier %q has no e-mail address; give it one, or send the order by hand", by.Code)
		}
		if err := expectByLead(b, p, by); err != nil {
			return desk.Result{}, err
		}
		paid, err := purchases.LastCosts(b.R, by.ID, itemsOf(p), b.At, p.ID)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.Send(b.At, func(item int64) money.Price { return paid[item] })
		if err != nil {
			return desk.Result{}, err
		}
		if err := b.SavePurchase(a.Scope, &x, p, journal.PurchaseSent, map[string]any{"mail": a.Command.Mail}); err != nil {
			return desk.Result{}, err
		}
		if a.Command.Mail {
			err = mailLater(b, &x)
		}
		return bought(&x, "done"), err
	},
}.Operation()

func itemsOf(p *purchase.Purchase) []int64 {
	out := make([]int64, len(p.Lines))
	for i := range p.Lines {
		out[i] = p.Lines[i].Item
	}
	return out
}

// AckCommand is what a supplier answered.
type AckCommand struct {
	Purchase  purchase.ID
	Reference string // what it calls the order; "" leaves what is known
	Lines     []AckLine
	All       bool // what is not named is confirmed as it is
	Version   *int64
}

// AckLine is what it answered of a line.
type AckLine struct {
	purchase.Answer
	Expected *string // day
}

// AcknowledgePurchase notes what a supplier confirmed: quantities, days and
// costs. The first day that it says is what it is measured by.
var AcknowledgePurchase = step.Act[AckCommand]{
	Name: "purchases.acknowledge", Permission: access.PurchasesWrite,
	Weight: func(c *AckCommand) int { return 1 + len(c.Lines) },
	Load:   func(*step.Batch, []desk.Asked[AckCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[AckCommand]) (desk.Result, error) {
		c := a.Command
		p, err := purchaseAt(b, a.Scope, c.Purchase, c.Version)
		if err != nil {
			return desk.Result{}, err
		}
		var l fault.List
		answers := make([]purchase.Answer, len(c.Lines))
		for i, x := range c.Lines {
			answers[i] = x.Answer
			if x.Expected != nil {
				day := dayOf(b, *x.Expected, fmt.Sprintf("/lines/%d/expected_on", i), &l)
				answers[i].ExpectedAt = &day
			}
		}
		if err := l.Err(); err != nil {
			return desk.Result{}, err
		}
		x, err := p.Acknowledge(answers, c.All, b.At, b.Zone())
		if err != nil {
			return desk.Result{}, err
		}
		if c.Reference != "" {
			x.Reference = c.Reference
			if x.Check(&l); l.Len() > 0 {
				return desk.Result{}, l.Err()
			}
		}
		err = b.SavePurchase(a.Scope, &x, p, journal.PurchaseAcknowledged, map[string]any{"lines": len(c.Lines), "all": c.All})
		return bought(&x, "done"), err
	},
}.Operation()

// CutCommand cancels units of a purchase order, or all that is open.
type CutCommand struct {
	Purchase purchase.ID
	Cuts     []purchase.Cut
	Version  *int64
}

// CancelPurchase takes what shall not come out of a purchase order.
var CancelPurchase = step.Act[CutCommand]{
	Name: "purchases.cancel", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[CutCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[CutCommand]) (desk.Result, error) {
		p, err := purchaseAt(b, a.Scope, a.Command.Purchase, a.Command.Version)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.Cancel(a.Command.Cuts, b.At, b.Zone())
		if err != nil {
			return desk.Result{}, err
		}
		err = b.SavePurchase(a.Scope, &x, p, journal.PurchaseCanceled, map[string]any{"lines": len(a.Command.Cuts)})
		return bought(&x, "done"), err
	},
}.Operation()

// PurchaseCommand is an act on a whole purchase order.
type PurchaseCommand struct {
	Purchase purchase.ID
	Version  *int64
}

// ClosePurchase ends a purchase order: what is open of it is canceled.
var ClosePurchase = step.Act[PurchaseCommand]{
	Name: "purchases.close", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[PurchaseCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[PurchaseCommand]) (desk.Result, error) {
		p, err := purchaseAt(b, a.Scope, a.Command.Purchase, a.Command.Version)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.Close(b.At, b.Zone())
		if err != nil {
			return desk.Result{}, err
		}
		err = b.SavePurchase(a.Scope, &x, p, journal.PurchaseClosed, nil)
		return bought(&x, "done"), err
	},
}.Operation()

// ChargeCommand adds a charge to a purchase order.
type ChargeCommand struct {
	Purchase purchase.ID
	Charge   purchase.Charge
}

// ChargePurchase notes what is paid beside the goods; it is spread over them.
var ChargePurchase = step.Act[ChargeCommand]{
	Name: "purchases.charge", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[ChargeCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[ChargeCommand]) (desk.Result, error) {
		c := a.Command
		p, err := b.Purchase(a.Scope, c.Purchase)
		if err != nil {
			return desk.Result{}, err
		}
		if c.Charge.Receipt != 0 {
			r, err := purchases.Receipt(b.R, c.Charge.Receipt)
			if err != nil {
				return desk.Result{}, err
			}
			if r == nil || r.Purchase != p.ID || r.Of != 0 {
				var l fault.List
				l.Add("/receipt", "no_such_receipt", "purchase order %d has no receipt %s", p.Number, c.Charge.Receipt)
				return desk.Result{}, l.Err()
			}
		}
		x, err := p.Charged(c.Charge, b.At)
		if err != nil {
			return desk.Result{}, err
		}
		err = b.SavePurchase(a.Scope, &x, p, journal.PurchaseCharged, map[string]any{"kind": c.Charge.Kind})
		return bought(&x, "done"), err
	},
}.Operation()

// expectByLead says of lines without a day when they should come, as the lead
// time of the supplier's offer tells.
func expectByLead(b *step.Batch, p *purchase.Purchase, by *supplier.Supplier) error {
	leads, err := leadsOf(b, p, by)
	if err != nil {
		return err
	}
	for i := range p.Lines {
		if l := &p.Lines[i]; l.ExpectedAt == 0 && leads[l.Item] > 0 {
			l.ExpectedAt = b.DayAfter(leads[l.Item])
		}
	}
	return nil
}
