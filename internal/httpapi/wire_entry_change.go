package httpapi

import (
	"orderly/internal/ident"
	"orderly/internal/order"
)

// EntryLine is a line as a change leaves it, or that joined by it.
type EntryLine struct {
	Line        int    `json:"line"`
	Item        string `json:"item,omitempty" doc:"Of a line that joined."`
	Parent      int    `json:"parent,omitempty" doc:"The bundle's line that owns it."`
	Substitutes int    `json:"substitutes,omitempty" doc:"The line that it stands in for."`
	Quantity    int64  `json:"quantity" doc:"As ordered, what was canceled included."`
	UnitPrice   string `json:"unit_price"`
	Total       int64  `json:"total" doc:"Minor units."`
	Discount    int64  `json:"discount"`
	Tax         int64  `json:"tax"`
}

// EntryFee is a fee as a change leaves it, or that joined by it.
type EntryFee struct {
	Fee    int    `json:"fee" doc:"Position, from 1."`
	Kind   string `json:"kind"`
	Amount int64  `json:"amount" doc:"Minor units."`
	Tax    int64  `json:"tax"`
}

// EntryGrown is by how much a change has an order's figures differ.
type EntryGrown struct {
	Units    int64 `json:"units"`
	Subtotal int64 `json:"subtotal" doc:"Minor units, like all that follow."`
	Discount int64 `json:"discount"`
	Tax      int64 `json:"tax"`
	Fees     int64 `json:"fees"`
	Total    int64 `json:"total"`
}

// renderRecast adds what a delta tells of lines and fees that were changed.
func renderRecast(out *EntryData, d *order.Delta) {
	for _, t := range d.Terms {
		out.Terms = append(out.Terms, EntryLine{Line: t.Line, Quantity: t.Quantity, UnitPrice: t.Price.String(), Total: t.Total, Discount: t.Discount, Tax: t.Tax})
	}
	for i := range d.Added {
		l := &d.Added[i].Line
		out.Added = append(out.Added, EntryLine{Line: l.N, Item: ident.Text("itm", l.Item), Parent: l.Parent, Substitutes: l.Substitutes,
			Quantity: l.Quantity, UnitPrice: l.Price.String(), Total: l.Total, Discount: l.Discount, Tax: l.Tax})
	}
	for _, f := range d.Fees {
		out.Fees = append(out.Fees, EntryFee{f.N, f.Kind, f.Amount, f.Tax})
	}
	if g := d.Grown; g != nil {
		out.Grown = &EntryGrown{g.Units, g.Subtotal, g.Discount, g.Tax, g.Fees, g.Total()}
	}
}
