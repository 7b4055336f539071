package floor

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/difference"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store/differences"
)

// ReportCommand is what a partner says it has. Quantities are absolute.
type ReportCommand struct {
	Location  stock.LocationID
	Lines     []stock.Line
	Reference string
	Complete  bool // of what the lines do not name it has nothing
	Ends      bool // the last part of a complete report, whose parts name everything

	unnamed []int64 // items that a complete report may leave out, as loaded
}

// Report takes a partner's word on its stock. Where its terms say so, nothing
// moves: it is compared with the books, and what differs waits for a person.
// Otherwise what may be sold there is what it says. Units that it was asked for
// stay claimed whatever it says; of what it was not asked for, claims give way as
// at a count. Where its terms say so, its word leaves out what it has accepted
// already.
var Report = step.Act[ReportCommand]{
	Name: "stock.report", Permission: access.RequestsWork,
	Check: func(c *ReportCommand) error {
		for i := range c.Lines {
			c.Lines[i].Location = c.Location
		}
		if c.Complete && len(c.Lines) == 0 { // it has nothing at all
			var l fault.List
			stock.CheckNote("/reference", c.Reference, &l)
			return l.Err()
		}
		return checkAct(c.Lines, c.Reference, false, true)
	},
	Weight: func(c *ReportCommand) int { return max(1, len(c.Lines)) },
	Load: func(b *step.Batch, asked []desk.Asked[ReportCommand]) error {
		if err := loadLines(b, linesOf(asked, func(c *ReportCommand) []stock.Line { return c.Lines })); err != nil {
			return err
		}
		var cells []stock.Cell
		for i := range asked {
			items, err := loadReported(b, &asked[i].Command)
			if err != nil {
				return err
			}
			for _, id := range items {
				if c := (stock.Cell{Item: id, Location: asked[i].Command.Location}); b.Level(c).Reserved > 0 {
					cells = append(cells, c)
				}
			}
		}
		return b.LoadClaims(cells)
	},
	Decide: decideReport,
}.Operation()

// loadReported reads what a report is held against, and gives the items that it
// speaks of.
func loadReported(b *step.Batch, c *ReportCommand) ([]int64, error) {
	var items []int64
	for _, l := range c.Lines {
		if item, _ := b.Packed(l.SKU); item != nil {
			items = append(items, int64(item.ID))
		}
	}
	if c.Complete {
		var err error
		if c.unnamed, err = differences.Unnamed(b.R, c.Location, stock.MaxActLines+1); err != nil {
			return nil, err
		}
		if err := errors.Join(b.LoadItemsByID(c.unnamed), b.LoadLevels(c.unnamed)); err != nil {
			return nil, err
		}
		items = unique(append(items, c.unnamed...))
	}
	return items, b.LoadDifferences(c.Location, items)
}

func decideReport(b *step.Batch, a desk.Asked[ReportCommand]) (desk.Result, error) {
	c := a.Command
	terms := b.PartnerAt(c.Location)
	if terms == nil || !a.Scope.Sees(int64(c.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at location %s; count what lies at places of our own", c.Location)
	}
	changes, err := reported(b, a)
	if err != nil {
		return desk.Result{}, err
	}
	var r desk.Result
	if terms.StockWord == partner.Comparing {
		r, err = compare(b, a, terms, changes)
	} else {
		r, err = follow(b, a, terms, changes)
	}
	if err != nil {
		return desk.Result{}, err
	}
	told := terms.Reported(c.Complete || c.Ends, b.At)
	if terms.Stale(b.At) && !told.Stale(b.At) { // what it has may be sold again
		if err := b.Frees(0); err != nil {
			return desk.Result{}, err
		}
	}
	b.SaveTerms(&told)
	return r, nil
}

// reported are the lines of a report, each item once, with the units that the
// partner has; a complete one names everything that is on its books.
func reported(b *step.Batch, a desk.Asked[ReportCommand]) ([]change, error) {
	c := a.Command
	changes, err := resolve(b, a.Scope, c.Lines, "report")
	if err != nil {
		return nil, err
	}
	var faults fault.List
	seen := map[stock.Cell]bool{}
	for i := range changes {
		x := &changes[i]
		if seen[x.cell] {
			faults.Add(fmt.Sprintf("/lines/%d", i), "repeated", "%s is named twice", x.sku)
		}
		seen[x.cell] = true
	}
	if c.Complete {
		if len(c.unnamed) > stock.MaxActLines {
			faults.Add("/complete", "too_large", "more than %d items lie there by the books; set up a feed, which has no such limit", stock.MaxActLines)
			return nil, faults.Err()
		}
		for _, id := range c.unnamed {
			cell := stock.Cell{Item: id, Location: c.Location}
			if item := b.ItemByID(id); item != nil && !seen[cell] {
				changes = append(changes, change{cell: cell, sku: item.SKU, state: stock.OnHand, reason: "report"})
			}
		}
	}
	return changes, faults.Err()
}

// follow has the books follow a partner's word. What waited to be decided on an
// item, from when its word was compared, is over with it.
func follow(b *step.Batch, a desk.Asked[ReportCommand], terms *partner.Terms, changes []change) (desk.Result, error) {
	open := b.OpenDifferences(a.Command.Location)
	var over []*difference.Difference
	for i := range changes {
		x := &changes[i]
		if was := open[x.cell]; was != nil {
			over = append(over, was.End(difference.Replaced, 0, 0, "", b.At))
		}
		fixed, accepted := held(b, x.cell)
		if terms.StockLess {
			x.q += accepted
		}
		x.q = max(x.q, fixed) - b.Level(x.cell).OnHand
	}
	changes = slices.DeleteFunc(changes, func(x change) bool { return x.q == 0 })
	lost, err := weigh(b, changes)
	if err != nil {
		return desk.Result{}, err
	}
	r, err := book(b, a.Scope, journal.StockReported, b.NewID(), 1, a.Command.Reference, changes, lost)
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.SaveDifferences(a.Scope, over); err != nil {
		return desk.Result{}, err
	}
	return r, b.Arrived(a.Scope, came(changes))
}

// compare holds a partner's word against the books, which stay as they are. What
// differed before and was named again is over.
func compare(b *step.Batch, a desk.Asked[ReportCommand], terms *partner.Terms, changes []change) (desk.Result, error) {
	open := b.OpenDifferences(a.Command.Location)
	var over, found []*difference.Difference
	for _, x := range changes {
		said, level := x.q, b.Level(x.cell)
		_, accepted := held(b, x.cell)
		if terms.StockLess { // its word says the same, whether they have left or not
			said, accepted = said+accepted, 0
		}
		d := difference.Compare(x.cell, said, level.OnHand, accepted, level.Incoming)
		was := open[x.cell]
		if was.Same(d) {
			continue
		}
		if was != nil {
			over = append(over, was.End(difference.Replaced, 0, 0, "", b.At))
		}
		if d != nil {
			d.ID, d.Reference, d.MadeAt, d.Version = difference.ID(b.NewID()), a.Command.Reference, b.At, 1
			found = append(found, d)
		}
	}
	act := b.NewID()
	data, err := json.Marshal(map[string]any{"location": int64(a.Command.Location), "reference": a.Command.Reference, "lines": len(changes), "differ": len(found)})
	if err != nil {
		return desk.Result{}, err
	}
	b.TellStock(a.Scope, journal.StockCompared, act, 1, data)
	return desk.Result{Kind: "stk", ID: act, Seq: 1, Status: "compared", Value: &StockDone{Differ: len(found)}}, b.SaveDifferences(a.Scope, append(over, found...))
}

// held is how many units of a cell a partner was asked for, and how many of them
// it has accepted.
func held(b *step.Batch, cell stock.Cell) (fixed, accepted int64) {
	b.EachClaim(cell, func(f *fulfillment.Fulfillment, l *fulfillment.Line) {
		if f.Firm() {
			fixed += l.Open
		}
		if f.Firm() && f.RequestStatus != fulfillment.Submitted {
			accepted += l.Open
		}
	})
	return fixed, accepted
}
