package run

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
)

// stock books the file's rows as goods that came, or as a count of what is
// there.
func (x *importer) stock(ctx context.Context) error {
	counted := map[string]int{} // by item and location: the line that counted it
	return rowPhase(ctx, x, imports.ReadStock, func(c *chunk, rows []imports.Row[imports.StockRow]) error {
		twice := make([]int, len(rows))
		lines := func(r *store.Reader) ([]asked[stock.Line], error) { return x.stockLines(r, rows, twice) }
		ref := x.reference()
		if x.o.As == Count {
			for i := range rows {
				key := rows[i].Value.SKU + "\x00" + rows[i].Value.Location
				if twice[i] = counted[key]; twice[i] == 0 {
					counted[key] = rows[i].Line
				}
			}
			useAct(x, c, floor.Count, lines, func(l []stock.Line) floor.CountCommand { return floor.CountCommand{Lines: l, Reference: ref} })
		} else {
			useAct(x, c, floor.Receive, lines, func(l []stock.Line) floor.ReceiveCommand { return floor.ReceiveCommand{Lines: l, Reference: ref} })
		}
		c.after = func(got []desk.Result) error {
			for i, r := range got {
				switch {
				case r.Err == nil && r.Status == unchanged:
					x.sum.WithoutEffect++
				case r.Err == nil:
					x.sum.Adjustments++
				}
				if len(rows[i].Value.Custom) > 0 {
					x.sum.warn("custom fields of stock rows are not kept")
				}
			}
			return nil
		}
		return nil
	})
}

// useAct gives a chunk one stock act over all its lines, so that a long file
// makes few entries. Lines that are refused are taken out of the act.
func useAct[C any](x *importer, c *chunk, op *desk.Operation[C], make func(*store.Reader) ([]asked[stock.Line], error), command func([]stock.Line) C) {
	scope := x.shop.Scope
	do := func(r *store.Reader, run func([]desk.Asked[C]) ([]desk.Result, error)) ([]desk.Result, error) {
		if err := scope.Require(op.Permission); err != nil {
			return nil, err
		}
		list, err := make(r)
		if err != nil {
			return nil, err
		}
		return inOneAct(list, func(lines []stock.Line) (desk.Result, error) {
			got, err := each(scope, []asked[C]{ask(op, command(lines))}, run)
			if err != nil {
				return desk.Result{}, err
			}
			return got[0], nil
		})
	}
	c.work = func(t *desk.Turn) ([]desk.Result, error) {
		return do(&t.Reader, func(a []desk.Asked[C]) ([]desk.Result, error) { return op.Run(t, a) })
	}
	c.preview = func(r *store.Reader) ([]desk.Result, error) {
		return do(r, func(a []desk.Asked[C]) ([]desk.Result, error) { return op.Preview(x.shop.Desk, r, a) })
	}
}

// stockLines turns rows into lines of an act.
func (x *importer) stockLines(r *store.Reader, rows []imports.Row[imports.StockRow], twice []int) ([]asked[stock.Line], error) {
	skus := make([]string, len(rows))
	for i := range rows {
		skus[i] = rows[i].Value.SKU
	}
	there, err := items.BySKU(r, skus)
	if err != nil {
		return nil, err
	}
	scales := map[string]int{} // a SKU that is none may be a barcode, which counts whole packs
	for _, i := range there {
		scales[i.SKU] = i.Scale
	}
	out := make([]asked[stock.Line], len(rows))
	for i := range rows {
		row := &rows[i].Value
		place := x.places.byCode(row.Location)
		q, err := steps(row.Quantity, scales[row.SKU])
		switch {
		case err != nil:
			out[i].err = err
		case place == nil:
			out[i].err = fault.New(fault.Invalid, "unknown_location", "no location has the code %q; there are %s", row.Location, x.places.codes())
		case twice[i] != 0:
			out[i].err = fault.New(fault.Conflict, "repeated", "line %d has counted %q at %s; give one row for each item and location", twice[i], row.SKU, row.Location)
		default:
			out[i].skip = q == 0 && x.o.As == Receive
			out[i].command = stock.Line{SKU: row.SKU, Location: place.ID, Quantity: q, Bin: row.Bin, Lot: row.Lot, Note: row.Reason}
		}
	}
	return out, nil
}

// maxCodes is how many location codes a message lists.
const maxCodes = 10

func (p *places) codes() string {
	var codes []string
	for i, l := range p.list {
		if i == maxCodes {
			codes = append(codes, "others")
			break
		}
		codes = append(codes, l.Code)
	}
	if len(codes) == 0 {
		return "none yet"
	}
	return strings.Join(codes, ", ")
}

// steps reads a decimal quantity as steps of an item's scale.
func steps(text string, scale int) (int64, error) {
	p, err := money.ParsePrice(text) // six decimals: more than any scale
	unit := int64(1_000_000)
	for range scale {
		unit /= 10
	}
	if err != nil || int64(p)%unit != 0 {
		return 0, fault.New(fault.Invalid, "invalid_quantity", "%.40q is not a quantity with at most %d decimals, which is how the item is counted", text, scale)
	}
	return int64(p) / unit, nil
}

// inOneAct does an act with all lines. Where it is refused, the lines that the
// refusal names are left out and the others are tried again; where it names
// none, each line is tried alone.
func inOneAct(list []asked[stock.Line], do func([]stock.Line) (desk.Result, error)) ([]desk.Result, error) {
	out := make([]desk.Result, len(list))
	var open []int
	for i := range list {
		switch {
		case list[i].err != nil:
			out[i].Err = list[i].err
		case list[i].skip:
			out[i].Status = unchanged
		default:
			open = append(open, i)
		}
	}
	for len(open) > 0 {
		lines := make([]stock.Line, len(open))
		for n, i := range open {
			lines[n] = list[i].command
		}
		r, err := do(lines)
		if err != nil {
			return nil, err
		}
		if r.Err == nil || len(open) == 1 {
			for _, i := range open {
				out[i] = r
			}
			return out, nil
		}
		var left []int
		wrong := namedLines(r.Err, len(open))
		for n, i := range open {
			switch {
			case wrong[n] != nil:
				out[i].Err = wrong[n]
			case len(wrong) > 0:
				left = append(left, i)
			default:
				if out[i], err = do(lines[n : n+1]); err != nil {
					return nil, err
				}
			}
		}
		open = left
	}
	return out, nil
}

// namedLines are the faults of a refusal by the line that they point at, of n.
func namedLines(refusal error, n int) map[int]error {
	var f *fault.Error
	if !errors.As(refusal, &f) {
		return nil
	}
	out := map[int]error{}
	for _, field := range f.Fields {
		rest, ok := strings.CutPrefix(field.Pointer, "/lines/")
		number, _, _ := strings.Cut(rest, "/")
		i, err := strconv.Atoi(number)
		if ok && err == nil && i < n && out[i] == nil {
			out[i] = &fault.Error{Kind: f.Kind, Code: field.Code, Message: field.Message}
		}
	}
	return out
}
