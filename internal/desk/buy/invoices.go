package buy

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// InvoiceCommand takes in what a supplier asks for a purchase order.
type InvoiceCommand struct {
	Purchase purchase.ID
	Invoice  purchase.Invoice // ID, supplier, state and times but At are ignored
}

// Asked is the Value of an act on an invoice: as it stands, and in what it is not
// what was agreed.
type Asked struct {
	Purchase    *purchase.Purchase
	Invoice     *purchase.Invoice
	Differences []purchase.Difference
}

// TakeInvoice keeps a supplier's invoice and holds it against what was ordered
// and what came. The same number of one supplier is kept once.
var TakeInvoice = step.Act[InvoiceCommand]{
	Name: "purchases.invoice", Permission: access.PurchasesWrite,
	Check: func(c *InvoiceCommand) error {
		var l fault.List
		c.Invoice.Check(&l)
		return l.Err()
	},
	Load: func(*step.Batch, []desk.Asked[InvoiceCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[InvoiceCommand]) (desk.Result, error) {
		p, by, err := boughtFrom(b, a.Scope, a.Command.Purchase)
		if err != nil {
			return desk.Result{}, err
		}
		v := a.Command.Invoice
		known, err := purchases.InvoiceByNumber(b.R, p.Supplier, v.Number)
		if err == nil && known != nil {
			err = fault.New(fault.Conflict, "number_taken", "invoice %q of supplier %q was taken in before, as %s", v.Number, by.Code, known.ID)
		}
		if err != nil {
			return desk.Result{}, err
		}
		differ, err := p.Match(&v, by.Price)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.Invoice(&v, 1)
		if err != nil {
			return desk.Result{}, err
		}
		v.ID, v.Purchase, v.Supplier, v.State, v.MadeAt, v.Actor, v.Version = purchase.InvoiceID(b.NewID()), p.ID, p.Supplier, purchase.Matched, b.At, a.Scope.Actor.String(), 1
		if v.At == 0 {
			v.At = b.At
		}
		if v.DueAt == 0 {
			v.DueAt = time.UnixMicro(v.At).In(b.Zone()).AddDate(0, 0, int(by.TermsDays)).UnixMicro()
		}
		if len(differ) > 0 {
			v.State = purchase.Differs
		}
		if err := keepInvoice(b, a.Scope, &x, p, &v, journal.PurchaseInvoiced); err != nil {
			return desk.Result{}, err
		}
		return asked(&x, &v, differ, "created"), nil
	},
}.Operation()

func asked(p *purchase.Purchase, v *purchase.Invoice, differ []purchase.Difference, status string) desk.Result {
	return desk.Result{Kind: journal.Purchase, ID: int64(p.ID), Seq: p.Version, Status: status, Value: &Asked{Purchase: p, Invoice: v, Differences: differ}}
}

func boughtFrom(b *step.Batch, by access.Scope, id purchase.ID) (*purchase.Purchase, *supplier.Supplier, error) {
	p, err := b.Purchase(by, id)
	if err != nil {
		return nil, nil, err
	}
	from, err := supplierOf(b, supplier.ID(p.Supplier))
	return p, from, err
}

func keepInvoice(b *step.Batch, by access.Scope, x, p *purchase.Purchase, v *purchase.Invoice, typ string) error {
	if err := b.SavePurchase(by, x, p, typ, map[string]any{"invoice": v.ID.String(), "state": v.State}); err != nil {
		return err
	}
	return b.Keep(func(tx *store.Tx) error { return purchases.SaveInvoice(tx, v) })
}

// DecideInvoiceCommand approves a supplier's invoice, or disputes it.
type DecideInvoiceCommand struct {
	Invoice purchase.InvoiceID
	Approve bool
	Note    string // why; needed for a dispute and for what differs
}

// DecideInvoice has an invoice paid, or not. What a disputed one asks for counts
// as not invoiced.
var DecideInvoice = step.Act[DecideInvoiceCommand]{
	Name: "purchases.decide_invoice", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[DecideInvoiceCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[DecideInvoiceCommand]) (desk.Result, error) {
		c := a.Command
		was, err := purchases.Invoice(b.R, c.Invoice)
		if err == nil && was == nil {
			err = fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %s of a supplier", c.Invoice)
		}
		if err != nil {
			return desk.Result{}, err
		}
		p, err := b.Purchase(a.Scope, was.Purchase)
		if err != nil {
			return desk.Result{}, err
		}
		v, err := was.Decide(c.Approve, c.Note)
		if err != nil {
			return desk.Result{}, err
		}
		if v.State == was.State {
			return asked(p, was, nil, "unchanged"), nil
		}
		x := *p
		switch {
		case v.State == purchase.Disputed:
			x, err = p.Invoice(&v, -1)
		case was.State == purchase.Disputed:
			x, err = p.Invoice(&v, 1)
		}
		if err != nil {
			return desk.Result{}, err
		}
		typ := journal.PurchaseApproved
		if !c.Approve {
			typ = journal.PurchaseDisputed
		}
		v.Version, v.Actor = was.Version+1, a.Scope.Actor.String()
		err = keepInvoice(b, a.Scope, &x, p, &v, typ)
		return asked(&x, &v, nil, "done"), err
	},
}.Operation()

// DifferencesOf holds an invoice against its purchase order as that is now, its
// own units left out. It reads a snapshot.
func DifferencesOf(r *store.Reader, p *purchase.Purchase, v *purchase.Invoice) ([]purchase.Difference, error) {
	by, err := suppliers.Get(r, supplier.ID(p.Supplier))
	if err != nil || by == nil {
		return nil, err
	}
	x := *p
	if v.State != purchase.Disputed {
		if x, err = p.Invoice(v, -1); err != nil {
			return nil, err
		}
	}
	return x.Match(v, by.Price)
}
