package feeding

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/imports"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/differences"
	"orderly/internal/store/feeds"
	"orderly/internal/store/items"
	"orderly/internal/store/suppliers"
)

// row is a line of a list, once it could be read.
type row struct {
	n        int
	name     string
	quantity string // decimal
}

// parse reads a list: rows with the name of an item and how many there are. What
// of a line is wrong is told, at most feed.MaxTold times, and the line left out;
// an error is of the list as a whole.
func parse(f *feed.Feed, body []byte) (rows []row, bad int64, told []string, err error) {
	in, err := imports.From("the list", bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, 0, nil, err
	}
	table, err := imports.NewCSV(in)
	if err != nil {
		return nil, 0, nil, err
	}
	m := imports.Mapping{Columns: map[string]string{}, Fixed: map[string]string{"location": "-"}}
	if f.SKU != "" {
		m.Columns["sku"] = f.SKU
	}
	if f.Quantity != "" {
		m.Columns["quantity"] = f.Quantity
	}
	list, err := imports.ReadStock(table, m)
	if err != nil {
		return nil, 0, nil, err
	}
	seen := map[string]int{}
	wrong := func(line int, format string, args ...any) {
		if bad++; len(told) < feed.MaxTold {
			told = append(told, cut(fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...)))
		}
	}
	for {
		x, err := list.Next()
		if errors.Is(err, io.EOF) {
			return rows, bad, told, nil
		}
		switch {
		case err != nil:
			return nil, 0, nil, err
		case len(rows) == feed.MaxRows:
			return nil, 0, nil, fault.New(fault.TooLarge, "too_many_rows", "more than %d lines; leave out what is not sold to us", feed.MaxRows)
		case x.Err != nil:
			wrong(x.Line, "%s", imports.Reason(x.Err))
		case strings.HasPrefix(x.Value.Quantity, "-"):
			wrong(x.Line, "%s is less than nothing", x.Value.Quantity)
		case seen[x.Value.SKU] != 0:
			wrong(x.Line, "%q stands in line %d already", x.Value.SKU, seen[x.Value.SKU])
		default:
			seen[x.Value.SKU] = x.Line
			rows = append(rows, row{x.Line, x.Value.SKU, x.Value.Quantity})
		}
	}
}

// Upload reports what a list says that somebody hands in, read as the feed of its
// location is, or by the usual names where there is none.
func Upload(ctx context.Context, d *desk.Desk, by access.Scope, at stock.LocationID, body []byte, complete bool) (feed.Outcome, error) {
	w := &looker{desk: d, scope: by}
	f := &feed.Feed{Location: at, Named: feed.ByName}
	err := d.DB.Read(ctx, by, func(r *store.Reader) error {
		set, err := feeds.Of(r, at)
		if err == nil && set != nil {
			f = set
		}
		return err
	})
	if err != nil {
		return feed.Outcome{}, err
	}
	read := *f
	read.Complete = complete
	return w.take(ctx, &read, hash(body, ""), body)
}

// take reports what a list says.
func (w *looker) take(ctx context.Context, f *feed.Feed, hash string, body []byte) (feed.Outcome, error) {
	if len(body) > feed.MaxBytes {
		return failed(fault.New(fault.TooLarge, "file_too_large", "it has more than %d MB", feed.MaxBytes>>20)), nil
	}
	rows, bad, told, err := parse(f, body)
	if err != nil {
		return failed(err), nil
	}
	o := feed.Outcome{Status: feed.Taken, Hash: hash, Bad: bad, Told: told}
	lines, err := w.lines(ctx, f, rows, &o)
	if err != nil {
		return o, err
	}
	if o.Lines == 0 { // most likely another column, another list, or one that was cut off
		return failed(fault.New(fault.Invalid, "nothing_known", "none of its %d lines is of an item of ours%s", o.Bad+o.Unknown, because(o.Told))), nil
	}
	complete := f.Complete && o.Bad == 0 // a line that cannot be read says nothing, and not that there is none
	if complete {
		if lines, err = w.none(ctx, f, lines); err != nil {
			return o, err
		}
	}
	if o.Bad > 0 {
		o.Status = feed.Partly
	}
	err = w.report(ctx, f, lines, hash, complete)
	var refused *fault.Error
	if errors.As(err, &refused) && refused.Kind != fault.Unavailable && refused.Kind != fault.Internal {
		return failed(err), nil
	}
	return o, err
}

func because(told []string) string {
	if len(told) == 0 {
		return ""
	}
	return ": " + told[0]
}

// report says what there is in acts of bounded size; the last of a complete list
// says that it ends there. Every act is absolute: who dies in between begins anew.
func (w *looker) report(ctx context.Context, f *feed.Feed, lines []stock.Line, hash string, complete bool) error {
	for part := range slices.Chunk(lines, stock.MaxActLines) {
		c := floor.ReportCommand{Location: f.Location, Lines: part, Reference: "feed " + hash[:12]}
		c.Ends = complete && &part[len(part)-1] == &lines[len(lines)-1]
		if _, err := desk.One(ctx, w.desk, floor.Report, w.scope, c, desk.Options{Bulk: true}); err != nil {
			return err
		}
	}
	return nil
}

// lines are the rows that name items of ours, each item once.
func (w *looker) lines(ctx context.Context, f *feed.Feed, rows []row, o *feed.Outcome) ([]stock.Line, error) {
	var out []stock.Line
	seen := map[catalog.ID]int{}
	err := w.desk.DB.Read(ctx, w.scope, func(r *store.Reader) error {
		out, seen = nil, map[catalog.ID]int{}
		before := *o
		for part := range slices.Chunk(rows, stock.MaxActLines) {
			known, err := named(r, f, part)
			if err != nil {
				return err
			}
			for _, x := range part {
				item := known[x.name]
				if item == nil || item.Kind != catalog.Goods {
					before.Unknown++
					continue
				}
				q, ok := steps(x.quantity, item.Scale)
				line, twice := seen[item.ID]
				why := ""
				switch {
				case twice:
					why = fmt.Sprintf("line %d: %s is the item of line %d", x.n, x.name, line)
				case !ok || q > stock.MaxQuantity:
					why = fmt.Sprintf("line %d: %s is no quantity of %s", x.n, x.quantity, item.SKU)
				default:
					seen[item.ID] = x.n
					out = append(out, stock.Line{SKU: item.SKU, Quantity: q})
					before.Lines++
					continue
				}
				if before.Bad++; len(before.Told) < feed.MaxTold {
					before.Told = append(before.Told, cut(why))
				}
			}
		}
		*o = before
		return nil
	})
	return out, err
}

// named finds the items that rows name.
func named(r *store.Reader, f *feed.Feed, rows []row) (map[string]*catalog.Item, error) {
	names := make([]string, len(rows))
	for i, x := range rows {
		names[i] = x.name
	}
	out := make(map[string]*catalog.Item, len(names))
	ids := map[string]catalog.ID{}
	if f.Named == feed.ByOffer {
		offered, err := suppliers.ItemsNamed(r, f.Location, names)
		if err != nil {
			return nil, err
		}
		ids = offered
	} else {
		found, err := items.BySKU(r, names)
		if err != nil {
			return nil, err
		}
		for _, x := range found {
			out[x.SKU] = x
		}
		packs, err := items.ByBarcode(r, slices.DeleteFunc(names, func(n string) bool { return out[n] != nil }))
		if err != nil {
			return nil, err
		}
		for code, p := range packs {
			if p.Quantity == 1 { // a list counts units, not boxes
				ids[code] = p.Item
			}
		}
	}
	found, err := items.ByID(r, slices.Collect(maps.Values(ids)))
	if err != nil {
		return nil, err
	}
	by := map[catalog.ID]*catalog.Item{}
	for _, x := range found {
		by[x.ID] = x
	}
	for name, id := range ids {
		out[name] = by[id]
	}
	return out, nil
}

// none adds what is on the books there and does not stand in a complete list.
func (w *looker) none(ctx context.Context, f *feed.Feed, lines []stock.Line) ([]stock.Line, error) {
	listed := make(map[string]bool, len(lines))
	for _, l := range lines {
		listed[l.SKU] = true
	}
	out := lines
	err := w.desk.DB.Read(ctx, w.scope, func(r *store.Reader) error {
		out = slices.Clone(lines)
		there, err := differences.Unnamed(r, f.Location, feed.MaxRows)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(there, stock.MaxActLines) {
			ids := make([]catalog.ID, len(part))
			for i, id := range part {
				ids[i] = catalog.ID(id)
			}
			found, err := items.ByID(r, ids)
			if err != nil {
				return err
			}
			for _, x := range found {
				if !listed[x.SKU] {
					out = append(out, stock.Line{SKU: x.SKU})
				}
			}
		}
		return nil
	})
	return out, err
}

// steps is a decimal as whole steps of an item, or false where it has a fraction
// of one. At most 18 digits are read.
func steps(text string, scale int) (int64, bool) {
	whole, part, _ := strings.Cut(text, ".")
	part = strings.TrimRight(part, "0")
	if len(part) > scale || len(whole)+scale > 18 {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+part+strings.Repeat("0", scale-len(part)), 10, 64)
	return n, err == nil
}
