package orders

import (
	"cmp"
	"slices"
	"strings"

	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/yields"
	"orderly/internal/web/shell"
)

// maxTold bounds how many moves of one entry are told.
const maxTold = 8

// event is an entry of the journal in words.
type event struct {
	Icon, Text, Who string
	At              int64
	Details         []string
}

// icons stand before the events of a kind; the first that the type begins with.
var icons = []struct{ begins, icon string }{
	{journal.OrderPlaced, "shopping-cart"}, {journal.OrderRecorded, "archive"}, {journal.OrderCanceled, "ban"}, {journal.OrderHeld, "pause"},
	{journal.OrderApproved, "check"}, {journal.OrderRefused, "ban"}, {journal.OrderLifted, "play"}, {journal.OrderEdited, "pencil"}, {journal.OrderChanged, "file-text"}, {journal.OrderPaid, "credit-card"}, {journal.OrderRefunded, "hand-coins"},
	{journal.OrderReturned, "undo-2"}, {journal.OrderAskedBack, "rotate-ccw"}, {journal.OrderCalledOff, "rotate-ccw"}, {journal.OrderInspected, "clipboard-check"}, {journal.OrderServed, "package-plus"}, {journal.OrderDisplaced, "triangle-alert"},
	{"fulfillment.", "warehouse"}, {"parcel.", "truck"},
}

func iconOf(typ string) string {
	for _, i := range icons {
		if strings.HasPrefix(typ, i.begins) {
			return i.icon
		}
	}
	return "circle"
}

// timeline is what happened, newest first, pieces of one act as one event.
func (x *view) timeline(v *shell.Visit) []event {
	out := make([]event, 0, len(x.Entries))
	for i := range x.Entries {
		e := &x.Entries[i]
		out = append(out, event{iconOf(e.Type), sentence(v, e.Type), x.who(v, e.Actor.String()), e.At, x.details(v, e)})
	}
	return out
}

// sentence says what kind of thing happened.
func sentence(v *shell.Visit, typ string) string {
	if key := "entry." + typ; v.Has(key) {
		return v.T(key)
	}
	return typ
}

func (x *view) details(v *shell.Visit, e *journal.Entry) []string {
	d, err := order.DecodeDelta(e.Data)
	if err != nil {
		return nil
	}
	var out []string
	if p := d.Placed; p != nil {
		out = append(out, v.T("order.told_placed", "n", p.Lines, "total", v.Money(p.Total, p.Currency), "channel", v.Channel(p.Channel)))
	}
	if h := d.Held; h != nil {
		out = append(out, reason(v, h.Reason))
	}
	if y := d.Approval; y != nil && y.Of > 1 {
		out = append(out, v.T("order.told_approval", "step", int64(y.Step), "of", int64(y.Of)))
	}
	if y := d.Approval; y != nil && y.For != "" {
		out = append(out, v.T("order.told_in_place", "who", x.who(v, y.For)))
	}
	if d.Yielded != 0 {
		out = append(out, v.T("order.told_yielded"))
	}
	if slices.ContainsFunc(x.Yields, func(y yields.Told) bool { return y.To == x.ID && y.ToEntry == e.Seq }) {
		out = append(out, v.T("order.told_took"))
	}
	if d.Paid != 0 {
		out = append(out, v.Money(d.Paid, x.Currency.Code()))
	}
	if d.Refunded != 0 {
		out = append(out, v.Money(d.Refunded, x.Currency.Code()))
	}
	if len(d.Edited) > 0 {
		out = append(out, fields(v, d.Edited))
	}
	for _, a := range d.Asked {
		if a.Quantity > 0 {
			out = append(out, v.T("order.told_asked", "quantity", x.quantity(v, a.Line, a.Quantity), "sku", x.sku(a.Line)))
		} else if len(d.Returned) == 0 {
			out = append(out, v.T("order.told_called_off", "quantity", x.quantity(v, a.Line, -a.Quantity), "sku", x.sku(a.Line)))
		}
	}
	for _, r := range d.Returned {
		out = append(out, v.T("order.told_returned", "quantity", x.quantity(v, r.Line, r.Quantity), "sku", x.sku(r.Line), "restocked", x.quantity(v, r.Line, r.Restocked)))
	}
	out = append(out, x.recast(v, &d)...)
	for _, p := range d.Preorder {
		out = append(out, v.T("order.told_preordered", "quantity", x.quantity(v, p.Line, p.Quantity), "sku", x.sku(p.Line)))
	}
	for i, m := range d.Moves {
		if i == maxTold {
			out = append(out, v.T("order.told_more", "count", len(d.Moves)-maxTold))
			break
		}
		out = append(out, v.T("order.told_move", "quantity", x.quantity(v, m.Line, m.Quantity), "sku", x.sku(m.Line), "to", bucket(v, m.To)))
	}
	return out
}

// recast tells what a change has made of lines and fees, and of the total.
func (x *view) recast(v *shell.Visit, d *order.Delta) []string {
	var out []string
	currency := x.Currency.Code()
	for _, t := range d.Terms {
		if l := x.Line(t.Line); l != nil && l.Parent == 0 {
			out = append(out, v.T("order.told_line", "quantity", v.Quantity(t.Quantity, l.Scale), "sku", x.sku(t.Line), "price", v.Price(t.Price, currency)))
		}
	}
	for i := range d.Added {
		l := &d.Added[i].Line
		if l.Parent != 0 {
			continue
		}
		key := "order.told_joined"
		if l.Substitutes != 0 {
			key = "order.told_stands"
		}
		out = append(out, v.T(key, "quantity", v.Quantity(l.Quantity, l.Scale), "sku", x.sku(l.N), "price", v.Price(l.Price, currency), "other", x.sku(l.Substitutes)))
	}
	for _, f := range d.Fees {
		out = append(out, v.T("order.told_fee", "what", x.feeName(v, f.N), "amount", v.Money(f.Amount, currency)))
	}
	if len(out) > maxTold {
		out = append(out[:maxTold], v.T("order.told_more", "count", len(out)-maxTold))
	}
	if d.Grown != nil {
		out = append(out, v.T("order.told_total", "change", signed(v, d.Grown.Total(), currency)))
	}
	return out
}

func signed(v *shell.Visit, amount int64, currency string) string {
	if amount > 0 {
		return "+" + v.Money(amount, currency)
	}
	return v.Money(amount, currency)
}

// feeName is what a fee is called.
func (x *view) feeName(v *shell.Visit, n int) string {
	if n < 1 || n > len(x.Fees) {
		return v.T("order.fees")
	}
	f := &x.Fees[n-1]
	return cmp.Or(f.Label, f.Code, f.Kind)
}

// fields are the names of what was edited, in words.
func fields(v *shell.Visit, names []string) string {
	out := make([]string, len(names))
	for i, name := range names {
		if out[i] = name; v.Has("edited." + name) {
			out[i] = v.T("edited." + name)
		}
	}
	return strings.Join(out, ", ")
}

func (x *view) quantity(v *shell.Visit, line int, q int64) string {
	if l := x.Line(line); l != nil {
		return v.Quantity(q, l.Scale)
	}
	return v.Number(q)
}

func bucket(v *shell.Visit, b order.Bucket) string { return v.T("bucket." + b.String()) }

// reason is what a hold's code says.
func reason(v *shell.Visit, code string) string {
	if key := "hold." + code; v.Has(key) {
		return v.T(key)
	}
	return strings.ReplaceAll(code, "_", " ")
}

func cutActor(actor string) (kind, id string, ok bool) { return strings.Cut(actor, ":") }
