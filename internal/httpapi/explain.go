package httpapi

import (
	"fmt"

	"orderly/internal/catalog"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
)

// Explanation is why a level is what it is: everything that it is the sum of.
type Explanation struct {
	SKU          string         `json:"sku"`
	Name         string         `json:"name"`
	Level        Level          `json:"level"`
	Arithmetic   string         `json:"arithmetic" example:"12 on hand - 5 reserved - 2 safety = 5 sellable"`
	Sums         StateSums      `json:"sums" doc:"What all movements add up to; the level's own figures are the same."`
	Claims       []StockClaim   `json:"claims" doc:"Every open claim behind reserved."`
	Claimed      int64          `json:"claimed" doc:"What the claims add up to; reserved is the same."`
	Lots         []StockLot     `json:"lots" doc:"Movements summed by state, bin and lot. Shipping names no lot yet, so what has left stands as a negative sum without one."`
	Movements    Page[Movement] `json:"movements" doc:"Newest first."`
	Contradicted bool           `json:"contradicted" doc:"true when sums or claims differ from the level: a bug or a damaged database. Run orderly verify."`
}

// StateSums are the sums of a cell's movements by state.
type StateSums struct {
	OnHand         int64 `json:"on_hand"`
	Damaged        int64 `json:"damaged"`
	QualityControl int64 `json:"quality_control"`
}

// StockClaim is units that a fulfillment holds for an order.
type StockClaim struct {
	Fulfillment string `json:"fulfillment"`
	Order       string `json:"order"`
	Line        int    `json:"line"`
	Waiting     int64  `json:"waiting" doc:"Still on the shelf."`
	Picked      int64  `json:"picked" doc:"Picked or packed."`
	Priority    int64  `json:"priority"`
	CreatedAt   string `json:"created_at" format:"date-time"`
}

// StockLot is what lies in one bin and lot.
type StockLot struct {
	State    string `json:"state"`
	Bin      string `json:"bin,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Quantity int64  `json:"quantity"`
}

type explainQuery struct {
	Paging
	SKU      string `query:"sku" required:"true" maxLength:"80"`
	Location string `query:"location" required:"true" doc:"Code or id."`
}

// explained is all that one snapshot says of a cell.
type explained struct {
	item      *catalog.Item
	level     stock.Level
	claims    []stock.Claim
	lots      []levels.Lot
	movements []stock.Movement
}

func (a *api) explainStock(c *call, p *explainQuery, _ *none) (Explanation, error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Explanation{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Explanation{}, err
	}
	var x explained
	err = c.read(func(r *store.Reader) (err error) {
		if x.item, err = itemBySKU(r, p.SKU); err != nil {
			return err
		}
		cell := stock.Cell{Item: int64(x.item.ID), Location: at}
		if x.level, err = levels.Get(r, cell); err != nil {
			return err
		}
		if x.claims, err = fulfillments.Claims(r, cell); err != nil {
			return err
		}
		if x.lots, err = levels.Lots(r, cell); err != nil {
			return err
		}
		x.movements, err = levels.Movements(r, cell, before[0], p.Limit+1)
		return err
	})
	if err != nil {
		return Explanation{}, err
	}
	return c.renderExplained(p, &x), nil
}

func (c *call) renderExplained(p *explainQuery, x *explained) Explanation {
	l := &x.level
	out := Explanation{
		SKU: x.item.SKU, Name: x.item.Name, Level: c.renderLevel(l), Claims: []StockClaim{}, Lots: []StockLot{},
		Arithmetic: fmt.Sprintf("%d on hand - %d reserved - %d safety = %d sellable", l.OnHand, l.Reserved, l.Safety, l.Sellable()),
		Movements:  page(p.Limit, x.movements, c.renderMovement, func(m stock.Movement) string { return number(m.ID) }),
	}
	if free := l.OnHand - l.Reserved - l.Safety; free < 0 {
		out.Arithmetic = fmt.Sprintf("%d on hand - %d reserved - %d safety = %d, so 0 sellable", l.OnHand, l.Reserved, l.Safety, free)
	}
	out.Level.SKU, out.Level.Name = x.item.SKU, x.item.Name
	for _, claim := range x.claims {
		out.Claimed += claim.Allocated + claim.Fixed
		out.Claims = append(out.Claims, StockClaim{
			Fulfillment: ident.Text("ful", claim.Fulfillment), Order: ident.Text("ord", claim.Order), Line: claim.Line,
			Waiting: claim.Allocated, Picked: claim.Fixed, Priority: claim.Priority, CreatedAt: instant(claim.CreatedAt),
		})
	}
	var sums stock.Level
	for _, lot := range x.lots {
		sums.Put(lot.State, lot.Quantity)
		out.Lots = append(out.Lots, StockLot{string(lot.State), lot.Bin, lot.Lot, lot.Quantity})
	}
	out.Sums = StateSums{sums.OnHand, sums.Damaged, sums.QualityControl}
	out.Contradicted = out.Sums != StateSums{l.OnHand, l.Damaged, l.QualityControl} || out.Claimed != l.Reserved
	return out
}
