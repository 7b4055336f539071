package counter

import (
	"slices"

	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/web/shell"
)

// at is an address below the order's.
func (a *alteration) at(path string) string { return "/orders/" + a.o.ID.String() + path }

// told are the faults of a change that was refused.
func (a *alteration) told() []string {
	var out []string
	for field, text := range a.Faults {
		if field != "scan" {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// totals are those afterwards.
func (a *alteration) totals() order.Totals {
	if a.Change != nil {
		return a.Change.Effect.After
	}
	return a.o.Totals
}

// differs is by how much the customer pays more, or less.
func (a *alteration) differs(v *shell.Visit) string {
	d := a.Change.Effect.After.Payable() - a.Change.Effect.Before.Payable()
	text := v.Money(d, a.o.Currency.Code())
	if d > 0 {
		return "+" + text
	}
	return text
}

// units tells what becomes of the units of each line.
func (a *alteration) units(v *shell.Visit) []string {
	var out []string
	for _, e := range a.Change.Effect.Lines {
		l := a.Change.Order.Line(e.Line)
		tell := func(key string, n int64, more ...any) {
			out = append(out, v.T(key, append([]any{"quantity", v.Quantity(n, l.Scale), "sku", l.SKU}, more...)...))
		}
		if e.Canceled > 0 {
			tell("alter.cancels", e.Canceled)
		}
		for _, c := range e.Claimed {
			tell("alter.claims", c.Quantity, "place", a.place(stock.LocationID(c.Location)))
		}
		if e.Backordered > 0 {
			tell("alter.waits", e.Backordered)
		}
	}
	return out
}
