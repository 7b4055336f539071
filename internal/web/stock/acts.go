package stock

import (
	"strings"

	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/shelves"
	"orderly/internal/web/shell"
)

// form is what was typed into a form of the page that was refused.
type form struct {
	Name   string
	Faults shell.Faults
}

func (f form) fault(form, field string) string {
	if f.Name != form {
		return ""
	}
	if f.Faults[field] != "" {
		return f.Faults[field]
	}
	return f.Faults["lines/0/"+field]
}

// rest is what no field of the form has.
func (f form) rest() string {
	if f.Name == "" {
		return ""
	}
	for _, at := range [...]string{"", "lines", "lines/0", "lines/0/sku"} {
		if f.Faults[at] != "" {
			return f.Faults[at]
		}
	}
	return ""
}

// done goes back to the item with a sentence, or shows the page again with what
// was refused beside the form of that name.
func done(v *shell.Visit, x *view, name, said string, err error) error {
	if err == nil {
		v.Toast(said)
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Again(x.Item.SKU, itemPage(v, x, form{name, faults}))
}

// quantity reads a decimal quantity as steps of the item.
func (x *view) quantity(v *shell.Visit, name string, faults *fault.List) int64 {
	text := strings.ReplaceAll(strings.ReplaceAll(v.Form(name), " ", ""), "−", "-")
	if text == "" {
		return 0
	}
	n, ok := steps(text, x.Item.Scale)
	if !ok {
		if x.Item.Scale == 0 {
			faults.Add("/"+name, "invalid_number", "%s", v.T("shell.not_a_number"))
		} else {
			faults.Add("/"+name, "invalid_number", "%s", v.T("stock.not_a_quantity", "decimals", int64(x.Item.Scale)))
		}
	}
	return n
}

// steps reads "-1.5" at scale 3 as -1500. More decimals than the scale has, or
// more digits than a quantity can have, are refused.
func steps(text string, scale int) (int64, bool) {
	digits, minus := strings.CutPrefix(text, "-")
	if !minus {
		digits = strings.TrimPrefix(digits, "+")
	}
	whole, part, _ := strings.Cut(strings.ReplaceAll(digits, ",", "."), ".")
	part = strings.TrimRight(part, "0")
	if whole == "" || len(whole) > 12 || len(part) > scale || strings.Trim(whole+part, "0123456789") != "" {
		return 0, false
	}
	n := int64(0)
	for _, c := range whole + part + strings.Repeat("0", scale-len(part)) {
		n = n*10 + int64(c-'0')
	}
	if minus {
		n = -n
	}
	return n, true
}

func (x *view) location(v *shell.Visit, name string, faults *fault.List) stock.LocationID {
	id, err := stock.ParseLocationID(v.Form(name))
	if err != nil || x.by[id] == nil {
		faults.Add("/"+name, "unknown_location", "%s", v.T("stock.choose_location"))
		return 0
	}
	return id
}

func (x *view) adjustCommand(v *shell.Visit) (floor.AdjustCommand, error) {
	var faults fault.List
	line := stock.Line{
		SKU: x.Item.SKU, Location: x.location(v, "location", &faults), Quantity: x.quantity(v, "quantity", &faults),
		State: stock.State(v.Form("state")), Reason: v.Form("reason"), Note: v.Form("note"), Bin: v.Form("bin"),
	}
	if line.Quantity == 0 && faults.Len() == 0 {
		faults.Add("/quantity", "zero", "%s", v.T("stock.not_zero"))
	}
	if line.Reason == "" {
		faults.Add("/reason", "missing", "%s", v.T("stock.say_why"))
	}
	return floor.AdjustCommand{Lines: []stock.Line{line}}, faults.Err()
}

func adjust(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.adjustCommand(v)
	if err == nil {
		_, err = shell.Do(v, floor.Adjust, c)
	}
	return done(v, x, "adjust", v.T("stock.adjusted", "sku", x.Item.SKU), err)
}

// effect is what an act would lead to.
type effect struct {
	Before, After []stock.Level
	Lost          []loss
	Fault         string
}

// loss is units that an order would give up.
type loss struct {
	Order    string
	Number   int64
	Quantity int64
}

func (x *view) effect(v *shell.Visit, value any, err error) (effect, error) {
	var e effect
	if err != nil {
		faults, ok := shell.FaultsOf(err)
		if !ok {
			return e, err
		}
		for _, text := range faults {
			e.Fault = text
		}
		return e, nil
	}
	told, ok := value.(*floor.StockDone)
	if !ok {
		return e, nil
	}
	var ids []int64
	for _, l := range told.Levels {
		e.Before, e.After = append(e.Before, x.level(l.Location)), append(e.After, l)
	}
	for _, d := range told.Displaced {
		ids = append(ids, d.Order)
	}
	var numbers map[int64]int64
	err = v.Read(func(r *store.Reader) (err error) {
		numbers, err = shelves.Numbers(r, ids)
		return err
	})
	for _, d := range told.Displaced {
		e.Lost = append(e.Lost, loss{orderPath(d.Order), numbers[d.Order], d.Quantity})
	}
	return e, err
}

func adjustPreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.adjustCommand(v)
	var value any
	if err == nil {
		r, wrong := shell.Preview(v, floor.Adjust, c)
		value, err = r.Value, wrong
	} else if v.Form("quantity") == "" || v.Form("reason") == "" {
		return v.Part(nothingYet(v))
	}
	e, err := x.effect(v, value, err)
	if err != nil {
		return err
	}
	return v.Part(effectOf(v, x, e))
}

func (x *view) transferCommand(v *shell.Visit) (floor.TransferCommand, error) {
	var faults fault.List
	c := floor.TransferCommand{To: x.location(v, "to", &faults), Reference: v.Form("reference")}
	line := stock.Line{SKU: x.Item.SKU, Location: x.location(v, "from", &faults), Quantity: x.quantity(v, "moved", &faults)}
	if line.Quantity <= 0 && faults.Len() == 0 {
		faults.Add("/moved", "zero", "%s", v.T("stock.not_zero"))
	}
	c.Lines = []stock.Line{line}
	return c, faults.Err()
}

func transfer(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.transferCommand(v)
	if err == nil {
		_, err = shell.Do(v, floor.Transfer, c)
	}
	return done(v, x, "transfer", v.T("stock.transferred", "sku", x.Item.SKU), err)
}

func transferPreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.transferCommand(v)
	var value any
	if err == nil {
		r, wrong := shell.Preview(v, floor.Transfer, c)
		value, err = r.Value, wrong
	} else if v.Form("moved") == "" {
		return v.Part(nothingYet(v))
	}
	e, err := x.effect(v, value, err)
	if err != nil {
		return err
	}
	return v.Part(effectOf(v, x, e))
}

// settings sets safety stock and low mark of each location that was changed.
func settings(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	var faults fault.List
	for _, l := range x.List {
		id := l.ID.String()
		if !v.R.PostForm.Has("safety_" + id) {
			continue
		}
		now := x.level(l.ID)
		if q := x.quantity(v, "safety_"+id, &faults); q != now.Safety && faults.Len() == 0 {
			_, err := shell.Do(v, floor.Safety, floor.SafetyCommand{SKU: x.Item.SKU, Location: l.ID, Quantity: q})
			note(&faults, "/safety_"+id, err)
		}
		if q := x.quantity(v, "low_"+id, &faults); q != now.LowAt && faults.Len() == 0 {
			_, err := shell.Do(v, floor.Low, floor.LowCommand{SKU: x.Item.SKU, Location: l.ID, LowAt: q})
			note(&faults, "/low_"+id, err)
		}
	}
	return done(v, x, "settings", v.T("stock.settings_saved"), faults.Err())
}

// note puts a refusal at a field of the form.
func note(l *fault.List, at string, err error) {
	f, ok := shell.FaultsOf(err)
	if !ok && err != nil {
		l.AddError(at, err)
	}
	for _, text := range f {
		l.Add(at, "refused", "%s", text)
		return
	}
}
