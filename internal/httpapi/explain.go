package httpapi

import (
	"fmt"

	"orderly/internal/catalog"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/shelves"
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
	var item *catalog.Item
	var x shelves.Explanation
	err = c.read(func(r *store.Reader) (err error) {
		if item, err = itemBySKU(r, p.SKU); err != nil {
			return err
		}
		x, err = shelves.Explain(r, stock.Cell{Item: int64(item.ID), Location: at}, before[0], p.Limit+1)
		return err
	})
	if err != nil {
		return Explanation{}, err
	}
	return c.renderExplained(p, item, &x), nil
}

func (c *call) renderExplained(p *explainQuery, item *catalog.Item, x *shelves.Explanation) Explanation {
	l := &x.Level
	out := Explanation{
		SKU: item.SKU, Name: item.Name, Level: c.renderLevel(l), Claims: []StockClaim{}, Lots: []StockLot{},
		Arithmetic: fmt.Sprintf("%d on hand - %d reserved - %d safety = %d sellable", l.OnHand, l.Reserved, l.Safety, l.Sellable()),
		Movements:  page(p.Limit, x.Movements, c.renderMovement, func(m stock.Movement) string { return number(m.ID) }),
	}
	if free := l.OnHand - l.Reserved - l.Safety; free < 0 {
		out.Arithmetic = fmt.Sprintf("%d on hand - %d reserved - %d safety = %d, so 0 sellable", l.OnHand, l.Reserved, l.Safety, free)
	}
	out.Level.SKU, out.Level.Name, out.Claimed = item.SKU, item.Name, x.Claimed
	for _, claim := range x.Claims {
		out.Claims = append(out.Claims, StockClaim{
			Fulfillment: ident.Text("ful", claim.Fulfillment), Order: ident.Text("ord", claim.Order), Line: claim.Line,
			Waiting: claim.Allocated, Picked: claim.Fixed, Priority: claim.Priority, CreatedAt: instant(claim.CreatedAt),
		})
	}
	for _, lot := range x.Lots {
		out.Lots = append(out.Lots, StockLot{string(lot.State), lot.Bin, lot.Lot, lot.Quantity})
	}
	out.Sums = StateSums{x.Sums.OnHand, x.Sums.Damaged, x.Sums.QualityControl}
	out.Contradicted = x.Contradicted()
	return out
}
