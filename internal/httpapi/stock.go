package httpapi

import (
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
)

type receiptID struct {
	ID string `path:"id" doc:"The receipt's id, as receiving answered it." example:"stk_0pmnqh2000400"`
}

func (a *api) receiveStock(c *call, _ *none, in *StockLines) (StockDone, error) {
	lines, err := c.stockLines(in.Lines)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Receive, floor.ReceiveCommand{Lines: lines, Reference: in.Reference})
	return c.stockDone(r, err)
}

func (a *api) reverseReceipt(c *call, p *receiptID, _ *none) (StockDone, error) {
	id, err := ident.Parse(journal.Stock, p.ID)
	if err != nil {
		return StockDone{}, fault.New(fault.NotFound, "no_such_receipt", "there is no receipt %.40q", p.ID)
	}
	r, err := one(c, floor.ReverseReceipt, floor.ReverseCommand{Receipt: id})
	return c.stockDone(r, err)
}

func (a *api) adjustStock(c *call, _ *none, in *StockLines) (StockDone, error) {
	lines, err := c.stockLines(in.Lines)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Adjust, floor.AdjustCommand{Lines: lines, Reference: in.Reference})
	return c.stockDone(r, err)
}

func (a *api) countStock(c *call, _ *none, in *StockLines) (StockDone, error) {
	lines, err := c.stockLines(in.Lines)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Count, floor.CountCommand{Lines: lines, Reference: in.Reference})
	return c.stockDone(r, err)
}

func (a *api) transferStock(c *call, _ *none, in *StockTransfer) (StockDone, error) {
	to, err := c.location("/to", in.To, &c.faults)
	if err != nil {
		return StockDone{}, err
	}
	lines, err := c.stockLines(in.Lines)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Transfer, floor.TransferCommand{Lines: lines, To: to, Reference: in.Reference})
	return c.stockDone(r, err)
}

func (a *api) setSafety(c *call, _ *none, in *StockSafety) (StockDone, error) {
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Safety, floor.SafetyCommand{SKU: in.SKU, Location: at, Quantity: in.Quantity})
	return c.stockDone(r, flat(err))
}

func (a *api) setLow(c *call, _ *none, in *StockLow) (StockDone, error) {
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return StockDone{}, err
	}
	r, err := one(c, floor.Low, floor.LowCommand{SKU: in.SKU, Location: at, LowAt: in.LowAt})
	return c.stockDone(r, flat(err))
}

// stockDone renders what a stock act has led to.
func (c *call) stockDone(r desk.Result, err error) (StockDone, error) {
	if err != nil {
		return StockDone{}, err
	}
	out := StockDone{Status: r.Status, Levels: []Level{}, Displaced: []Displaced{}}
	if r.ID == 0 {
		return out, nil
	}
	out.ID = ident.Text(journal.Stock, r.ID)
	done, ok := r.Value.(*floor.StockDone)
	skus, err := c.toldAgain(r, &done, ok)
	if err != nil {
		return out, err
	}
	for i := range done.Levels {
		l := c.renderLevel(&done.Levels[i])
		l.SKU = skus[done.Levels[i].Item]
		out.Levels = append(out.Levels, l)
	}
	out.Displaced = renderDisplaced(done.Displaced)
	return out, nil
}

// toldAgain reads the SKUs of the act's levels, and for the answer to a
// repeated request also, from the journal, what the act did.
func (c *call) toldAgain(r desk.Result, done **floor.StockDone, known bool) (skus map[int64]string, err error) {
	err = c.read(func(rd *store.Reader) error {
		if !known {
			history, err := entries.OfSubject(rd, r.ID, 0, r.Seq, stock.MaxActLines)
			if err != nil {
				return err
			}
			if *done, err = replayStock(rd, history); err != nil {
				return err
			}
		}
		var ids []int64
		for _, l := range (*done).Levels {
			ids = append(ids, l.Item)
		}
		var err error
		skus, err = items.SKUs(rd, ids)
		return err
	})
	return skus, err
}

// replayStock finds in the journal which levels an act touched and whom it
// displaced.
func replayStock(r *store.Reader, history []journal.Entry) (*floor.StockDone, error) {
	done := &floor.StockDone{}
	var cells []stock.Cell
	for _, e := range history {
		if e.Type != history[len(history)-1].Type {
			continue
		}
		d, err := decodeStock(e.Data)
		if err != nil {
			return nil, err
		}
		cells = append(cells, d.cells()...)
		for _, x := range d.Displaced {
			done.Displaced = append(done.Displaced, stock.Displaced{Claim: stock.Claim{Order: x.Order, Line: x.Line}, Quantity: x.Quantity})
		}
	}
	var ids []int64
	for _, c := range cells {
		ids = append(ids, c.Item)
	}
	slices.Sort(ids)
	err := levels.OfItems(r, slices.Compact(ids), func(l *stock.Level) {
		if slices.Contains(cells, l.Cell) {
			done.Levels = append(done.Levels, *l)
		}
	})
	return done, err
}

type levelQuery struct {
	Paging
	SKU      string `query:"sku" maxLength:"80"`
	Location string `query:"location" doc:"Code or id."`
}

func (a *api) listLevels(c *call, p *levelQuery, _ *none) (Page[Level], error) {
	after, err := p.numbers(2, 0)
	if err != nil {
		return Page[Level]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[Level]{}, err
	}
	var list []levels.Row
	var next stock.Cell
	err = c.read(func(r *store.Reader) error {
		item, err := itemBySKU(r, p.SKU)
		if err != nil {
			return err
		}
		var only int64
		if item != nil {
			only = int64(item.ID)
		}
		list, next, err = levels.Page(r, only, at, stock.Cell{Item: after[0], Location: stock.LocationID(after[1])}, p.Limit)
		return err
	})
	on := ""
	if next.Item != 0 {
		on = number(next.Item) + "." + number(int64(next.Location))
	}
	return pageUntil(list, c.renderLevelRow, on), err
}

// parameters is the fault of what was found in parameters.
func (c *call) parameters() error {
	return c.faults.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault")
}

// itemBySKU finds the item of a sku parameter; nil when none was given.
func itemBySKU(r *store.Reader, sku string) (*catalog.Item, error) {
	if sku == "" {
		return nil, nil
	}
	found, err := items.BySKU(r, []string{sku})
	if err == nil && len(found) == 0 {
		err = badParameter("sku", "unknown_sku", "no item has the SKU %.80q", sku)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

type movementQuery struct {
	Paging
	SKU      string `query:"sku" required:"true" maxLength:"80"`
	Location string `query:"location" doc:"Code or id; every location when left out."`
}

func (a *api) listMovements(c *call, p *movementQuery, _ *none) (Page[Movement], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Movement]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[Movement]{}, err
	}
	var list []stock.Movement
	err = c.read(func(r *store.Reader) error {
		item, err := itemBySKU(r, p.SKU)
		if err != nil {
			return err
		}
		list, err = levels.Movements(r, stock.Cell{Item: int64(item.ID), Location: at}, before[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, c.renderMovement, func(m stock.Movement) string { return number(m.ID) }), err
}
