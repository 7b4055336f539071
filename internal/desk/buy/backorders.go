package buy

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// maxWaiters is how many waiting lines of one item are bought for at once.
const maxWaiters = 200

// BackordersCommand drafts a purchase order for lines of orders that wait for
// stock.
type BackordersCommand struct {
	Supplier supplier.ID
	Location stock.LocationID
	SKUs     []string // whatever the supplier offers of them
	Expected string
}

// BuyBackorders begins a draft with a line for each line of an order that waits
// for one of the items, but for what was bought for it already. What minimum and
// pack ask for beyond that is a line for nobody. When it comes, units go to who
// waits by priority and age, whichever line they were bought for.
var BuyBackorders = step.Act[BackordersCommand]{
	Name: "purchases.backorders", Permission: access.PurchasesWrite,
	Check: func(c *BackordersCommand) error {
		if len(c.SKUs) == 0 || len(c.SKUs) > purchase.MaxLines {
			var l fault.List
			l.Add("/skus", "missing", "name between 1 and %d items", purchase.MaxLines)
			return l.Err()
		}
		return nil
	},
	Load: func(b *step.Batch, asked []desk.Asked[BackordersCommand]) error {
		var skus []string
		for i := range asked {
			skus = append(skus, asked[i].Command.SKUs...)
		}
		return b.LoadItems(skus)
	},
	Decide: func(b *step.Batch, a desk.Asked[BackordersCommand]) (desk.Result, error) {
		c := a.Command
		by, err := supplierOf(b, c.Supplier)
		if err != nil {
			return desk.Result{}, err
		}
		lines, err := waitingLines(b, by, c.SKUs, c.Expected)
		if err != nil {
			return desk.Result{}, err
		}
		if len(lines) == 0 {
			return desk.Result{}, fault.New(fault.Conflict, "nobody_waits", "no order waits for any of these items beyond what is bought already")
		}
		p := purchase.Purchase{Supplier: int64(by.ID), Location: int64(c.Location), Purpose: purchase.BackToBack, Currency: by.Currency, Over: by.Over, Lines: lines}
		var l fault.List
		checkDestination(b, a.Scope, &p, &l)
		p, err = purchase.New(p, b.At)
		if err = joined(&l, err); err != nil {
			return desk.Result{}, err
		}
		err = b.MakePurchase(a.Scope, &p, journal.PurchaseCreated, nil)
		return bought(&p, "created"), err
	},
}.Operation()

func waitingLines(b *step.Batch, by *supplier.Supplier, skus []string, day string) ([]purchase.Line, error) {
	var asked []DraftLine
	for _, sku := range skus {
		asked = append(asked, DraftLine{SKU: sku, Quantity: 1, Expected: day})
	}
	var l fault.List
	items, err := linesOf(b, by, asked, "", &l)
	if err == nil {
		err = l.Err()
	}
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(items))
	for i := range items {
		ids[i] = items[i].Item
	}
	offers, err := suppliers.OffersOf(b.R, by.ID, ids)
	if err != nil {
		return nil, err
	}
	var out []purchase.Line
	for _, line := range items {
		waits, sum, err := waitersOf(b, line)
		if err != nil {
			return nil, err
		}
		out = append(out, waits...)
		if offer, is := offers[line.Item]; is && sum > 0 && offer.Least(sum) > sum {
			line.Quantity = offer.Least(sum) - sum
			out = append(out, line)
		}
	}
	return out, nil
}

// waitersOf are lines like one for each line of an order that waits for its item.
func waitersOf(b *step.Batch, like purchase.Line) (out []purchase.Line, sum int64, err error) {
	waiting, err := orders.WaitingFor(b.R, like.Item, maxWaiters)
	if err != nil {
		return nil, 0, err
	}
	var ids []order.ID
	for _, w := range waiting {
		if !slices.Contains(ids, w.Order) {
			ids = append(ids, w.Order)
		}
	}
	if err := b.LoadOrders(ids); err != nil {
		return nil, 0, err
	}
	taken, err := purchases.Chained(b.R, ids, 0)
	if err != nil {
		return nil, 0, err
	}
	for _, w := range waiting {
		n := b.Order(w.Order).Line(w.Line).Q[order.Backordered] - taken[purchases.Chain{Order: w.Order, Line: w.Line}]
		if n <= 0 {
			continue
		}
		x := like
		x.Quantity, x.Order, x.OrderLine = n, int64(w.Order), w.Line
		out = append(out, x)
		sum += n
	}
	return out, sum, nil
}

// leadsOf are the days that the items of a purchase order take from its supplier.
func leadsOf(b *step.Batch, p *purchase.Purchase, by *supplier.Supplier) (map[int64]int64, error) {
	offers, err := suppliers.OffersOf(b.R, by.ID, itemsOf(p))
	out := map[int64]int64{}
	for i := range p.Lines {
		item := p.Lines[i].Item
		if offer, is := offers[item]; is {
			out[item] = offer.Lead(by)
		} else {
			out[item] = by.LeadDays
		}
	}
	return out, err
}
