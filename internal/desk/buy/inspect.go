package buy

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
)

// InspectCommand says what an inspection found.
type InspectCommand struct {
	Purchase  purchase.ID
	Reference string
	Lines     []purchase.Checked
}

// InspectPurchase takes units out of quality control: what passed goes on hand and
// to who waits for it, what failed is damaged. It is kept like a receipt, and is
// taken back like one.
var InspectPurchase = step.Act[InspectCommand]{
	Name: "purchases.inspect", Permission: access.StockWrite,
	Check: func(c *InspectCommand) error {
		return checkReference(c.Reference, len(c.Lines))
	},
	Load: func(*step.Batch, []desk.Asked[InspectCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[InspectCommand]) (desk.Result, error) {
		p, err := b.Purchase(a.Scope, a.Command.Purchase)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.Inspect(a.Command.Lines)
		if err != nil {
			return desk.Result{}, err
		}
		r := &purchase.Receipt{ID: purchase.ReceiptID(b.NewID()), Purchase: p.ID, Reference: a.Command.Reference, At: b.At, Actor: a.Scope.Actor.String()}
		var goods []int64
		for _, c := range a.Command.Lines {
			l := p.Line(c.N)
			line := func(state stock.State, n int64) {
				if n != 0 {
					r.Lines = append(r.Lines, purchase.ReceiptLine{Line: l.N, Item: l.Item, Location: p.Location, State: string(state), Quantity: n})
				}
			}
			line(stock.QualityControl, -c.Passed-c.Failed)
			line(stock.OnHand, c.Passed)
			line(stock.Damaged, c.Failed)
			if c.Passed > 0 && !slices.Contains(goods, l.Item) {
				goods = append(goods, l.Item)
			}
		}
		if _, err := gives(b, p, opposite(r)); err != nil { // it may have left quality control otherwise
			return desk.Result{}, err
		}
		if err := b.SavePurchase(a.Scope, &x, p, journal.PurchaseInspected, receiptTold(r)); err != nil {
			return desk.Result{}, err
		}
		if err := bookReceipt(b, r, "purchase_inspected"); err != nil {
			return desk.Result{}, err
		}
		err = b.Arrived(a.Scope, goods)
		return desk.Result{Kind: journal.Purchase, ID: int64(p.ID), Seq: x.Version, Status: "done", Value: &Arrived{Purchase: &x, Receipt: r}}, err
	},
}.Operation()

// opposite is a receipt with every quantity the other way round.
func opposite(r *purchase.Receipt) *purchase.Receipt {
	out := *r
	out.Lines = slices.Clone(r.Lines)
	for i := range out.Lines {
		out.Lines[i].Quantity = -out.Lines[i].Quantity
	}
	return &out
}
