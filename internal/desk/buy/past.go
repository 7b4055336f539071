package buy

import (
	"cmp"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
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
	Location  stock.LocationID
	Purpose   purchase.Purpose
	External  string // asked for: the same is never recorded twice
	Reference string
	Transport string
	Sent      string // day; "" when unknown
	Lines     []PastLine
}

// RecordPurchase keeps a purchase order that is over, as history: it touches no
// stock and nothing of it is awaited. Score cards are made of it like of any.
var RecordPurchase = step.Act[PastCommand]{
	Name: "purchases.record", Permission: access.PurchasesWrite,
	Check: func(c *PastCommand) error {
		var l fault.List
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
		p, err := pastOf(b, a.Scope, &a.Command)
		if err != nil {
			return desk.Result{}, err
		}
		if err := fresh(b, p); err != nil {
			return desk.Result{}, err
		}
		err = b.MakePurchase(a.Scope, p, journal.PurchaseRecorded, nil)
		return bought(p, "created"), err
	},
}.Operation()

func pastOf(b *step.Batch, by access.Scope, c *PastCommand) (*purchase.Purchase, error) {
	from, err := supplierOf(b, c.Supplier)
	if err != nil {
		return nil, err
	}
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
	if p.Lines, err = linesOf(b, from, drafts, "", &l); err != nil {
		return nil, err
	}
	p, err = purchase.New(p, b.At)
	if err = joined(&l, err); err != nil {
		return nil, err
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
	return &p, l.Err()
}
