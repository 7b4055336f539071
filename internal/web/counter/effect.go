package counter

import (
	"errors"
	"strings"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/tax"
	"orderly/internal/web/shell"
)

// effect is what placing the draft would do.
type effect struct {
	stock    []stock.Level
	Known    bool // the totals are
	Totals   order.Totals
	Warnings []order.Warning
	Refused  []string // why it would not be taken
	Takes    []take
	Short    map[int]int64 // steps that would be backordered, by line from 0
	Ahead    map[int]int64 // of them, those that would be pre-ordered
}

// take is what one location would give.
type take struct {
	Place string
	Units int
}

// weigh reads and previews the draft. It changes nothing.
func (d *draft) weigh(v *shell.Visit) error {
	var s *shelf
	err := v.Read(func(r *store.Reader) (err error) {
		s, err = d.read(r, v)
		return err
	})
	if err != nil {
		return err
	}
	var l fault.List
	r := d.request(v, &l)
	e := &d.Effect
	e.Warnings = order.Warnings(&r, s, d.Past, v.Now().UnixMicro())
	for _, f := range l.Fields() {
		e.Refused = append(e.Refused, f.Message)
	}
	if d.Mode == counter {
		e.Warnings = forCounter(e.Warnings)
	}
	if len(r.Lines) == 0 || l.Len() > 0 {
		return nil
	}
	o, err := order.New(order.Header{Rounding: v.Merchant.Rounding, Now: v.Now().UnixMicro(), Taxes: tax.SchemeFor(&s.taxes, r.Channel, &r.Parties)}, &r, s)
	if err == nil {
		e.Known, e.Totals = true, o.Totals
	}
	if err := d.offers(v, &r); err != nil {
		return err
	}
	return d.preview(v, r)
}

// forCounter leaves out what is nothing to somebody who stands here: where a
// parcel would go.
func forCounter(list []order.Warning) []order.Warning {
	var out []order.Warning
	for _, w := range list {
		if w.Code == "incomplete_address" || w.Code == "odd_address" || w.Code == "open_order" {
			continue
		}
		if w.Code == "backordered" { // what is not here cannot be taken
			w.Severity = order.Stop
		}
		out = append(out, w)
	}
	return out
}

func (d *draft) preview(v *shell.Visit, r order.Request) error {
	var got desk.Result
	var err error
	if d.Mode == counter {
		got, err = shell.Preview(v, intake.Sell, intake.SellCommand{Request: r, Location: d.Location})
	} else {
		got, err = shell.Preview(v, intake.Place, intake.PlaceCommand{Request: r})
	}
	if told, ok := shell.FaultsOf(err); ok {
		for _, text := range told {
			d.Effect.Refused = append(d.Effect.Refused, text)
		}
		return nil
	}
	if err != nil {
		return err
	}
	var placed *intake.Placed
	switch x := got.Value.(type) {
	case *intake.Placed:
		placed = x
	case *intake.Sold:
		placed = &x.Placed
	default:
		return errors.New("a preview of a placement shows no order")
	}
	d.Effect.show(d, placed)
	return nil
}

// show takes from the previewed order where its units would come from.
func (e *effect) show(d *draft, p *intake.Placed) {
	for _, f := range p.Fulfillments {
		t := take{Place: d.place(f.Location), Units: len(f.Lines)}
		e.Takes = append(e.Takes, t)
	}
	e.Short, e.Ahead = map[int]int64{}, map[int]int64{}
	n := -1
	for i := range p.Order.Lines {
		l := &p.Order.Lines[i]
		if l.Parent == 0 {
			n++
		}
		e.Short[n] += l.Q[order.Backordered]
		e.Ahead[n] += l.Preordered
	}
}

func (d *draft) place(id stock.LocationID) string {
	for _, l := range d.Places {
		if l.ID == id {
			return l.Name
		}
	}
	return id.String()
}

// shelfText says what can be had of a line's item, and where.
func (d *draft) shelfText(v *shell.Visit, i int) string {
	x := d.Lines[i]
	if x.item == nil {
		return v.T("counter.unknown")
	}
	if !x.item.Stocked() {
		return v.T("counter.not_counted")
	}
	var parts []string
	for _, p := range d.Places {
		for _, l := range d.Effect.stock {
			if n := d.terms.Sellable(&l); l.Item == int64(x.item.ID) && l.Location == p.ID && n > 0 && (d.Mode != counter || p.ID == d.Location) {
				parts = append(parts, v.Quantity(n, x.item.Scale)+" "+p.Name)
			}
		}
	}
	if len(parts) == 0 {
		parts = []string{v.T("counter.none_here")}
	}
	if len(parts) > 3 {
		parts = append(parts[:3], "…")
	}
	if n := d.Effect.Ahead[i]; n > 0 {
		parts = append(parts, v.T("counter.preordered", "quantity", v.Quantity(n, x.item.Scale)))
	}
	if o := d.ahead[int64(x.item.ID)]; o != nil && d.Mode != counter {
		parts = append(parts, v.T("counter.on_preorder", "day", shopDay(v, o.AvailableAt), "left", v.Quantity(o.Left(), x.item.Scale)))
	}
	if n := d.Effect.Short[i] - d.Effect.Ahead[i]; n > 0 {
		parts = append(parts, v.T("counter.backordered", "quantity", v.Quantity(n, x.item.Scale)))
	}
	return strings.Join(parts, " · ")
}

// shopDay is the day of an instant where the shop is.
func shopDay(v *shell.Visit, at int64) string {
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// warned are the warnings about a line, from 0; -1 is the order's.
func (d *draft) warned(i int) []order.Warning {
	var out []order.Warning
	for _, w := range d.Effect.Warnings {
		if w.Line == i+1 {
			out = append(out, w)
		}
	}
	return out
}

// change is what is given back of cash. ok is false when it is too little or no
// amount.
func (d *draft) change(v *shell.Visit) (back int64, ok bool) {
	c, err := money.ParseCurrency(v.Merchant.Currency)
	if err != nil || d.Given == "" || !d.Effect.Known {
		return 0, false
	}
	given, err := c.ParseAmount(order.Decimal(d.Given))
	return given - d.Effect.Totals.Total, err == nil && given >= d.Effect.Totals.Total
}

// lineTotal is what a line comes to, "" while it is not known.
func (d *draft) lineTotal(v *shell.Visit, i int) string {
	x := d.Lines[i]
	c, err := money.ParseCurrency(v.Merchant.Currency)
	if x.item == nil || err != nil {
		return ""
	}
	var l fault.List
	asked := x.asked(v, "", c, &l)
	total, _, err := money.LineTotal(asked.Quantity, x.item.Scale, asked.Price, c, v.Merchant.Rounding)
	if err != nil || l.Len() > 0 {
		return ""
	}
	return v.Money(total-asked.Discount, c.Code())
}
