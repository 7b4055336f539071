package buy

import (
	"fmt"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/replenish"
	"orderly/internal/store/replenishment"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// AcceptCommand names lines that suppliers sell. Below takes orders that come to
// less than a supplier's minimum.
type AcceptCommand struct {
	Lines []replenish.LineID
	Below bool
}

// AcceptedGroup is what became of the lines of one supplier for one place.
type AcceptedGroup struct {
	*replenish.Group
	Supplier *supplier.Supplier
	Purchase *purchase.Purchase
}

// Accept makes draft purchase orders of what was proposed, one for each supplier
// and place. The Value of the result are the groups.
var Accept = step.Act[AcceptCommand]{
	Name: "replenishment.accept", Permission: access.PurchasesWrite,
	Check:  func(c *AcceptCommand) error { return replenish.CheckDecided(c.Lines) },
	Weight: func(c *AcceptCommand) int { return 1 + len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[AcceptCommand]) error {
		var ids []replenish.LineID
		for i := range asked {
			ids = append(ids, asked[i].Command.Lines...)
		}
		found, err := replenishment.Lines(b.R, ids)
		if err != nil {
			return err
		}
		var items []int64
		for _, l := range found {
			items = append(items, l.Item)
		}
		return b.Catalog.Load(b.R, items)
	},
	Decide: decideAccept,
}.Operation()

func decideAccept(b *step.Batch, a desk.Asked[AcceptCommand]) (desk.Result, error) {
	lines, err := b.OpenLines(a.Scope, a.Command.Lines)
	if err != nil {
		return desk.Result{}, err
	}
	groups, err := groupsOf(b, lines)
	if err != nil {
		return desk.Result{}, err
	}
	var l fault.List
	for _, g := range groups {
		if g.Below() && !a.Command.Below {
			l.Add("/below_minimum", "below_minimum", "supplier %q takes no order of less than %s, and this is one of %s: add lines, or say that it is fine",
				g.Supplier.Code, amountText(g.Minimum, g.Supplier.Currency), amountText(g.Value, g.Supplier.Currency))
		}
		if g.Purchase, err = draftOf(b, a.Scope, g, &l); err != nil {
			return desk.Result{}, err
		}
	}
	if err := l.As(fault.Conflict, "not_ordered", "these lines cannot be ordered like this"); err != nil {
		return desk.Result{}, err
	}
	for _, g := range groups {
		if err := b.MakePurchase(a.Scope, g.Purchase, journal.PurchaseCreated, nil); err != nil {
			return desk.Result{}, err
		}
		if err := b.AcceptLines(a.Scope, g.Lines, int64(g.Purchase.ID)); err != nil {
			return desk.Result{}, err
		}
	}
	return desk.Result{Kind: journal.Purchase, ID: int64(groups[0].Purchase.ID), Seq: groups[0].Purchase.Version, Status: "created", Value: groups}, nil
}

func amountText(minor int64, code string) string {
	c, err := money.ParseCurrency(code)
	if err != nil {
		return fmt.Sprint(minor)
	}
	return c.FormatAmount(minor) + " " + code
}

// groupsOf puts lines together by supplier and place; every one must be sold.
func groupsOf(b *step.Batch, lines []*replenish.Line) ([]*AcceptedGroup, error) {
	var ids []supplier.ID
	for _, x := range lines {
		ids = append(ids, supplier.ID(x.Supplier))
	}
	by, err := suppliers.ByID(b.R, ids)
	if err != nil {
		return nil, err
	}
	var l fault.List
	for i, x := range lines {
		switch s := by[supplier.ID(x.Supplier)]; {
		case x.Supplier == 0:
			l.Add(fmt.Sprintf("/lines/%d", i), "a_transfer", "line %s comes from another place: transfer it", x.ID)
		case s == nil || !s.Active:
			l.Add(fmt.Sprintf("/lines/%d", i), "inactive", "nothing is bought from the supplier of line %s any more; propose anew", x.ID)
		}
	}
	if err := l.As(fault.Conflict, "not_ordered", "these lines cannot be ordered"); err != nil {
		return nil, err
	}
	groups := replenish.Groups(lines, func(x *replenish.Line) int64 { return valueOf(b, x) }, func(id int64) int64 { return by[supplier.ID(id)].MinOrder })
	out := make([]*AcceptedGroup, len(groups))
	for i, g := range groups {
		out[i] = &AcceptedGroup{Group: g, Supplier: by[supplier.ID(g.GroupKey.Supplier)]}
	}
	return out, nil
}

func valueOf(b *step.Batch, x *replenish.Line) int64 {
	item := b.Catalog.ByID(catalog.ID(x.Item))
	c, err := money.ParseCurrency(x.Currency)
	if item == nil || err != nil {
		return 0
	}
	total, _, err := money.LineTotal(x.Quantity, item.Scale, x.Cost, c, money.HalfAwayFromZero)
	if err != nil {
		return 0
	}
	return total
}

// draftOf is the draft of a group, as nothing has been kept of it.
func draftOf(b *step.Batch, by access.Scope, g *AcceptedGroup, l *fault.List) (*purchase.Purchase, error) {
	p := purchase.Purchase{Supplier: g.GroupKey.Supplier, Location: g.Location, Purpose: purchase.Stock, Currency: g.Supplier.Currency, Over: g.Supplier.Over}
	checkDestination(b, by, &p, l)
	var asked []DraftLine
	for _, x := range g.Lines {
		item := b.Catalog.ByID(catalog.ID(x.Item))
		if item == nil {
			l.Add("/lines", "unknown_item", "the item of line %s is not there", x.ID)
			continue
		}
		day := time.UnixMicro(b.At).In(b.Zone()).AddDate(0, 0, int(x.Why.Terms.LeadDays)).Format(time.DateOnly)
		asked = append(asked, DraftLine{SKU: item.SKU, Quantity: x.Quantity, Cost: &x.Cost, Expected: day})
	}
	var err error
	if p.Lines, err = linesOf(b, g.Supplier, asked, "", l); err != nil {
		return nil, err
	}
	p, err = purchase.New(p, b.At)
	if err != nil {
		l.AddError("/lines", err)
	}
	return &p, nil
}
