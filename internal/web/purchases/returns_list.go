package purchases

import (
	"slices"

	"orderly/internal/fault"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// sentBack is the list of what goes back to suppliers.
type sentBack struct {
	Rows     []purchase.Return
	Of       map[purchase.ID]*purchase.Purchase
	By       map[supplier.ID]*supplier.Supplier
	Supplier *supplier.Supplier // that it is narrowed to
	Show     string             // a step that is not over, "over", or "" for all
	Next     string
}

// over are the steps after which nothing comes.
const over = "over"

// open are the steps after which something comes, in their order.
var open = slices.DeleteFunc(slices.Clone(purchase.Steps), func(s purchase.Step) bool {
	who, _ := (&purchase.Return{Step: s}).Awaits()
	return who == ""
})

func returnsIndex(v *shell.Visit) error {
	x := &sentBack{Show: v.Query("show")}
	f := purchases.ReturnFilter{Before: 1<<63 - 1}
	switch {
	case x.Show == over:
		f.Steps = slices.DeleteFunc(slices.Clone(purchase.Steps), func(s purchase.Step) bool { return slices.Contains(open, s) })
	case slices.Contains(open, purchase.Step(x.Show)):
		f.Steps = []purchase.Step{purchase.Step(x.Show)}
	default:
		x.Show = ""
	}
	if text := v.Query("before"); text != "" {
		id, err := purchase.ParseReturnID(text)
		if err != nil {
			return fault.New(fault.Invalid, "invalid_parameter", "this is not a place in the list; begin again at its start")
		}
		f.Before = id
	}
	if err := v.Read(func(r *store.Reader) error { return x.read(r, v, f) }); err != nil {
		return err
	}
	return v.Page(v.T("purchases.all_returns"), returnsPage(v, x))
}

func (x *sentBack) read(r *store.Reader, v *shell.Visit, f purchases.ReturnFilter) (err error) {
	if id, bad := supplier.ParseID(v.Query("supplier")); bad == nil {
		if x.Supplier, err = suppliers.Get(r, id); err != nil {
			return err
		}
		f.Supplier = int64(id)
	}
	if x.Rows, err = purchases.Returns(r, f, shown+1); err != nil {
		return err
	}
	if len(x.Rows) > shown {
		x.Rows = x.Rows[:shown]
		x.Next = x.address(x.Show) + "&before=" + x.Rows[shown-1].ID.String()
	}
	ids, by := make([]purchase.ID, len(x.Rows)), make([]supplier.ID, len(x.Rows))
	for i := range x.Rows {
		ids[i], by[i] = x.Rows[i].Purchase, supplier.ID(x.Rows[i].Supplier)
	}
	if x.Of, err = purchases.Load(r, ids); err != nil {
		return err
	}
	x.By, err = suppliers.ByID(r, by)
	return err
}

func (x *sentBack) address(show string) string {
	out := "/purchases/returns?show=" + show
	if x.Supplier != nil {
		out += "&supplier=" + x.Supplier.ID.String()
	}
	return out
}

func (x *sentBack) tabs(v *shell.Visit) []ui.Tab {
	out := []ui.Tab{{Label: v.T("purchases.every"), Href: x.address(""), Current: x.Show == ""}}
	for _, s := range open {
		out = append(out, ui.Tab{Label: v.T("purchases.return_" + string(s)), Href: x.address(string(s)), Current: x.Show == string(s)})
	}
	return append(out, ui.Tab{Label: v.T("purchases.over"), Href: x.address(over), Current: x.Show == over})
}

// value is what was credited, or what the goods cost as agreed.
func (x *sentBack) value(v *shell.Visit, r *purchase.Return) string {
	p := x.Of[r.Purchase]
	if r.Credit > 0 {
		return v.Money(r.Credit, p.Currency)
	}
	goods, _, err := p.Expected(r, nil)
	if err != nil {
		return "–"
	}
	return v.Money(goods, p.Currency)
}

// units are all units of a return, where its lines count alike.
func (x *sentBack) units(v *shell.Visit, r *purchase.Return) string {
	sum, scale := int64(0), -1
	for _, l := range r.Lines {
		of := x.Of[r.Purchase].Line(l.Line)
		if scale >= 0 && scale != of.Scale {
			return "–"
		}
		sum, scale = sum+l.Quantity, of.Scale
	}
	return v.Quantity(sum, scale)
}

// narrowed leads to the returns of one supplier.
func (x *sentBack) narrowed(r *purchase.Return) string {
	return "/purchases/returns?show=" + x.Show + "&supplier=" + supplier.ID(r.Supplier).String()
}
