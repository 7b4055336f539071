package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/httpapi"
	"orderly/internal/store"
)

// exportPage is how many things are read in one snapshot.
const exportPage = 200

type exportCommand struct {
	merchantFlags
	What   string `arg:"" enum:"orders,items,stock,customers,entries,ledger,balance" placeholder:"WHAT" help:"orders, items, stock, customers; entries: the journal; ledger: every booking of money, for an accountant; balance: what bookings make on each account."`
	Format string `enum:"ndjson,csv" default:"ndjson" placeholder:"FORMAT" help:"ndjson: one object a line, as the API answers it. csv: for spreadsheets and for import; an order has a row for each line. Default: ${default}."`
	Out    string `default:"-" placeholder:"FILE" help:"File to write; it appears when it is complete. Standard output when left out."`
	Since  moment `placeholder:"TIME" help:"Only orders, entries and bookings made since, items and customers changed since: 2026-11-01 or 2026-11-01T08:00:00Z."`
}

func (exportCommand) Help() string {
	return `Orders and customers come newest first, items by SKU with bundles at the end. CSV is what import reads; NDJSON holds more. Nobody waits for an export: it reads a page at a time, so what changes meanwhile may be seen before or after the change.

In CSV a text that a spreadsheet could take for a formula begins with an apostrophe.

Example:

	orderly export orders --format csv --since 2026-11-01 --out november.csv`
}

func (c *exportCommand) Run(ctx context.Context, con *console) error {
	if c.What == "stock" && !c.Since.IsZero() {
		return usagef("--since does not go with stock, which has no history here; export entries instead")
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	d := desk.New(db, nil)
	defer d.Close()
	x := &export{since: c.Since.UnixMicro(), csv: c.Format == "csv", shape: httpapi.NewShape(d, c.scope("export")), scope: c.scope("export")}
	if c.Since.IsZero() {
		x.since = 0
	}
	from := map[string]func(*export) source{
		"orders": exportOrders, "items": exportItems, "stock": exportStock, "customers": exportCustomers, "entries": exportEntries, "ledger": exportLedger, "balance": exportBalance,
	}[c.What](x)
	if c.Out == "-" {
		_, err := x.run(ctx, con, db, from, con.Out)
		return err
	}
	n, err := c.toFile(func(w io.Writer) (int64, error) { return x.run(ctx, con, db, from, w) })
	if err == nil {
		fmt.Fprintf(con.Err, "Wrote %d %s to %s.\n", n, strings.Replace(c.What, "stock", "stock levels", 1), c.Out)
	}
	return err
}

// toFile makes the file whole or not at all.
func (c *exportCommand) toFile(write func(io.Writer) (int64, error)) (int64, error) {
	f, err := os.CreateTemp(filepath.Dir(c.Out), ".orderly-export-*")
	if err != nil {
		return 0, fault.Wrap(err, fault.Invalid, "unwritable", "cannot write %s: %v; name another file with --out", c.Out, reason(err))
	}
	defer os.Remove(f.Name()) // gone already when all went well
	n, err := write(f)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	return n, os.Rename(f.Name(), c.Out)
}

// export is one run: what was asked for, and what renders it.
type export struct {
	since int64 // microseconds; zero for all
	csv   bool
	shape *httpapi.Shape
	scope access.Scope
}

// source gives things page by page. Each page is one short snapshot.
type source struct {
	columns []string // of CSV
	page    func(*store.Reader) (list []record, more bool, err error)
}

// record is one thing: as an object, which is rendered after the snapshot has
// ended, or as rows of CSV.
type record struct {
	object func() any
	rows   [][]string
}

func (x *export) run(ctx context.Context, con *console, db *store.DB, from source, to io.Writer) (n int64, err error) {
	out := bufio.NewWriterSize(to, 64<<10)
	table, lines := csv.NewWriter(out), json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	if x.csv {
		if err := table.Write(from.columns); err != nil {
			return 0, err
		}
	}
	bar := con.progress("exporting", false)
	defer bar.end()
	for more := true; more; {
		var list []record
		err := db.Read(ctx, x.scope, func(r *store.Reader) error {
			var err error
			list, more, err = from.page(r)
			return err
		})
		if err != nil {
			return n, err
		}
		for _, each := range list {
			if x.csv {
				err = table.WriteAll(each.rows)
			} else {
				err = lines.Encode(each.object())
			}
			if err != nil {
				return n, err
			}
		}
		n += int64(len(list))
		bar.show(n, -1)
	}
	table.Flush()
	return n, errors.Join(table.Error(), out.Flush())
}

// text is a cell that somebody wrote. A spreadsheet must not run it.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// timestamp is a cell with an instant, empty when there is none.
func timestamp(micros int64) string {
	if micros == 0 {
		return ""
	}
	return instant(micros).Format(time.RFC3339)
}

// decimal is a quantity of steps as people write it: 1250 steps of scale 3 are 1.25.
func decimal(steps int64, scale int) string {
	sign := ""
	if steps < 0 {
		sign, steps = "-", -steps
	}
	digits := fmt.Sprintf("%0*d", scale+1, steps)
	whole, part := digits[:len(digits)-scale], strings.TrimRight(digits[len(digits)-scale:], "0")
	if part == "" {
		return sign + whole
	}
	return sign + whole + "." + part
}

// moment is a point in time as it was written: a day in UTC, or an instant.
type moment struct{ time.Time }

// UnmarshalText reads a day or an instant.
func (m *moment) UnmarshalText(text []byte) (err error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if m.Time, err = time.Parse(layout, string(text)); err == nil {
			return nil
		}
	}
	return fmt.Errorf("%q is not a time; write 2026-11-01 or 2026-11-01T08:00:00Z", text)
}

// reason is what went wrong without the path, which the message has already.
func reason(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
