package buy

import (
	"cmp"
	"fmt"
	"math"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// PastLine is a line of a purchase order of the past. Days are yyyy-mm-dd in the
// shop's zone, "" when unknown.
type PastLine struct {
	DraftLine
	Received int64
	Damaged  int64
	Promised string // by the supplier, first
	Came     string // the last of it
}

// PastCommand records a purchase order of the past with its days.
type PastCommand struct {
	Supplier  supplier.ID
	Make      *supplier.Supplier // in place of an id: the one of its code, made when nobody has it
	Location  stock.LocationID
	Purpose   purchase.Purpose
	External  string // asked for: the same is never recorded twice
	Reference string
	Transport string
	Sent      string // day; "" when unknown
	Lines     []PastLine
}

// RecordPurchase keeps a purchase order that is over, as history: it touches no
// stock and nothing of it is awaited. Score cards are made of it like of any. What
// was recorded before as it is asked for now is left as it is.
var RecordPurchase = step.Act[PastCommand]{
	Name: "purchases.record", Permission: access.PurchasesWrite,
	Check: func(c *PastCommand) error {
		var l fault.List
		if c.Make != nil && c.Supplier == 0 {
			c.Make.Check(&l)
		}
		if c.External == "" {
			l.Add("/external_id", "missing", "name it as the system does that it comes from: so it is never recorded twice")
		}
		for i, x := range c.Lines {
			if x.Received < 0 || x.Damaged < 0 || x.Damaged > x.Received {
				l.Add(fmt.Sprintf("/lines/%d/received", i), "out_of_range", "what came is not negative, and of it what was damaged is a part")
			}
			if (x.Received > 0) != (x.Came != "") {
				l.Add(fmt.Sprintf("/lines/%d/came_on", i), "missing", "say when the last of it came, where some came")
			}
		}
		if len(c.Lines) == 0 {
			l.Add("/lines", "missing", "say what was ordered")
		}
		return l.Err()
	},
	Weight: func(c *PastCommand) int { return 1 + len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[PastCommand]) error {
		var skus []string
		for i := range asked {
			for _, l := range asked[i].Command.Lines {
				skus = append(skus, l.SKU)
			}
		}
		return b.LoadItems(skus)
	},
	Decide: func(b *step.Batch, a desk.Asked[PastCommand]) (desk.Result, error) {
		from, err := pastSupplier(b, &a.Command)
		if err != nil {
			return desk.Result{}, err
		}
		p, err := pastOf(b, a.Scope, from, &a.Command)
		if err != nil {
			return desk.Result{}, err
		}
		was, err := recorded(b, a.Scope, p, &a.Command)
		switch {
		case err != nil:
			return desk.Result{}, err
		case was != nil:
			return bought(was, "unchanged"), nil
		}
		if from.ID == 0 {
			made, err := saved(b, a.Scope, from, "created", nil)
			if err != nil {
				return desk.Result{}, err
			}
			p.Supplier = made.ID
		}
		err = b.MakePurchase(a.Scope, p, journal.PurchaseRecorded, nil)
		return bought(p, "created"), err
	},
}.Operation()

// pastSupplier is whom it was bought from. One that is to be made has no id yet:
// it is made when nothing stands against the purchase order.
func pastSupplier(b *step.Batch, c *PastCommand) (*supplier.Supplier, error) {
	if c.Supplier != 0 || c.Make == nil {
		return supplierOf(b, c.Supplier)
	}
	known, err := suppliers.ByCode(b.R, []string{c.Make.Code})
	if err != nil {
		return nil, err
	}
	made := *c.Make
	made.Active, made.CreatedAt, made.Version = true, b.At, 0
	is := known[made.Code]
	switch {
	case is == nil:
		return &made, nil
	case is.Name != made.Name || is.Currency != made.Currency:
		return nil, fault.New(fault.Conflict, "code_taken", "the code %q belongs to supplier %q, who has prices in %s", is.Code, is.Name, is.Currency)
	}
	return is, nil
}

// recorded is the purchase order that was recorded under the same name before,
// where it says the same; nil when there is none.
func recorded(b *step.Batch, by access.Scope, p *purchase.Purchase, c *PastCommand) (*purchase.Purchase, error) {
	err := fresh(b, p)
	if fault.CodeOf(err) != "external_id_taken" {
		return nil, err
	}
	known, failed := purchases.ByExternal(b.R, []string{p.External})
	if failed != nil {
		return nil, failed
	}
	was, failed := purchases.Get(b.R, known[p.External])
	if failed != nil {
		return nil, failed
	}
	if was == nil || !by.Sees(was.Location) || !samePast(was, p, c) {
		return nil, err
	}
	return was, nil
}

// samePast is whether what was recorded is what is asked for. What nobody asked
// for, such as a cost that the offer of today gives, is not compared.
func samePast(was, now *purchase.Purchase, c *PastCommand) bool {
	if !was.History || was.Supplier != now.Supplier || was.Location != now.Location || was.Purpose != now.Purpose || was.Reference != now.Reference ||
		was.Transport != now.Transport || was.SentAt != now.SentAt || len(was.Lines) != len(now.Lines) {
		return false
	}
	for i := range now.Lines {
		x, y, asked := &was.Lines[i], &now.Lines[i], &c.Lines[i]
		switch {
		case x.Item != y.Item, x.Quantity != y.Quantity, x.Received != y.Received, x.Damaged != y.Damaged, x.PromisedAt != y.PromisedAt, x.LastAt != y.LastAt,
			asked.Cost != nil && x.Cost != y.Cost, asked.SupplierSKU != nil && x.SupplierSKU != y.SupplierSKU:
			return false
		}
	}
	return true
}

func pastOf(b *step.Batch, by access.Scope, from *supplier.Supplier, c *PastCommand) (*purchase.Purchase, error) {
	var l fault.List
	p := purchase.Purchase{
		Supplier: int64(from.ID), Location: int64(c.Location), Purpose: cmp.Or(c.Purpose, purchase.Stock), Currency: from.Currency, External: c.External, Reference: c.Reference, Transport: c.Transport,
		SentAt: dayOf(b, c.Sent, "/sent_on", &l), History: true,
	}
	checkDestination(b, by, &p, &l)
	drafts := make([]DraftLine, len(c.Lines))
	for i := range c.Lines {
		drafts[i] = c.Lines[i].DraftLine
	}
	lines, err := linesOf(b, from, drafts, "", &l)
	if err != nil {
		return nil, err
	}
	p.Lines = lines
	p, err = purchase.New(p, b.At)
	if err = joined(&l, err); err != nil {
		return nil, err
	}
	if p.SentAt > b.At {
		l.Add("/sent_on", "future", "what is yet to be sent is no history; make a purchase order of it")
	}
	for i := range p.Lines {
		x, y, at := &p.Lines[i], &c.Lines[i], fmt.Sprintf("/lines/%d", i)
		x.Received, x.Damaged = y.Received, y.Damaged
		x.Canceled = max(0, x.Quantity-x.Received)
		x.PromisedAt, x.LastAt = dayOf(b, y.Promised, at+"/promised_on", &l), dayOf(b, y.Came, at+"/came_on", &l)
		if x.LastAt > b.At {
			l.Add(at+"/came_on", "future", "what is yet to come is no history; make a purchase order of it")
		}
		if x.Asked = x.Cost; x.LastAt > 0 {
			x.Finish(p.SentAt, x.LastAt, b.Zone())
			p.ReceivedAt = max(p.ReceivedAt, x.LastAt)
		}
	}
	p.ClosedAt = max(p.ReceivedAt, p.SentAt, 1)
	if p.SentAt == 0 { // it was, on a day that nobody wrote down
		p.SentAt = p.ClosedAt
	}
	if err := l.Err(); err != nil {
		return nil, err
	}
	return &p, pricedBefore(b, &p)
}

// pricedBefore tells each line what was paid for its item in the order sent before
// this one, so that prices of the past drift too.
func pricedBefore(b *step.Batch, p *purchase.Purchase) error {
	paid, err := purchases.LastCosts(b.R, supplier.ID(p.Supplier), itemsOf(p), p.SentAt, math.MaxInt64) // after all that were sent on the same day and are known
	for i := range p.Lines {
		p.Lines[i].Before = paid[p.Lines[i].Item]
	}
	return err
}
