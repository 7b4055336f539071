package upload

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/formula"
	"orderly/internal/imports"
	"orderly/internal/imports/run"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
)

const (
	maxMended = 64 << 10 // bytes of one mended row
	retryRows = 2000     // lines that one request tries again
)

// Form is a rejected line as it can be mended: by cell where it can be cut,
// else as one text.
type Form struct {
	uploads.Reject
	Header []string
	Fits   []string
	Cells  []string // nil: by text
}

// FormOf reads a rejected line.
func FormOf(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, line int64) (*Form, error) {
	x, sh, err := rejected(ctx, d, s, f, line)
	if err != nil {
		return nil, err
	}
	form := &Form{Reject: x, Header: sh.header}
	m, err := mappingOf([]byte(f.Mapping))
	if err == nil {
		form.Fits, err = imports.Bind(f.What, sh.header, m)
	}
	if cells, ok := sh.cells(x.Text); ok && !x.Clipped {
		form.Cells = cells
	}
	return form, err
}

func rejected(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, line int64) (x uploads.Reject, sh shape, err error) {
	var ok bool
	err = d.DB.Read(ctx, s, func(r *store.Reader) (err error) {
		x, ok, err = uploads.RejectAt(r, f.ID, line)
		return err
	})
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "no_such_reject", "line %d of this file was not rejected", line)
	}
	if err != nil {
		return x, sh, err
	}
	sh, err = shapeOf(ctx, d, s, f)
	return x, sh, err
}

func shapeOf(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File) (shape, error) {
	file, err := open(ctx, d, s, f)()
	if err != nil {
		return shape{}, err
	}
	sh, _, _, err := look(file, 1)
	return sh, err
}

// Mended is a line as somebody has mended it: its cells, or its text.
type Mended struct {
	Line  int64
	Cells []string
	Text  string
}

// Mend takes a mended line in, together with the rejected others of its order.
// What it gives are those lines as they are then.
func Mend(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, m Mended) ([]uploads.Reject, error) {
	x, sh, err := rejected(ctx, d, s, f, m.Line)
	if err != nil {
		return nil, err
	}
	if x.FixedAt != 0 {
		return nil, fault.New(fault.Conflict, "mended_before", "line %d was mended and taken before", m.Line)
	}
	if m.Cells != nil && !sh.ndjson {
		m.Text = sh.record(m.Cells)
	}
	m.Text = strings.TrimRight(m.Text, "\r\n")
	if m.Text == "" || len(m.Text) > maxMended {
		return nil, fault.New(fault.Invalid, "invalid_row", "a mended line has 1 to %d bytes", maxMended)
	}
	x.Text, x.Clipped = m.Text, false
	lines := []uploads.Reject{x}
	ref := orderOf(f, &sh, m.Text)
	if ref == "" && f.What == run.Purchases {
		ref = x.Ref // it goes on with the row above it
	}
	if ref != "" {
		lines[0].Ref = ref
		err := d.DB.Read(ctx, s, func(r *store.Reader) error {
			others, err := uploads.RejectsOf(r, f.ID, ref, imports.MaxOrderLines)
			for _, o := range others {
				if o.Line != x.Line {
					lines = append(lines, o)
				}
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return try(ctx, d, s, f, &sh, lines)
}

// orderOf is the order that a row of orders or purchases names.
func orderOf(f *uploads.File, sh *shape, text string) string {
	if f.What != run.Orders && f.What != run.Purchases {
		return ""
	}
	m, err := mappingOf([]byte(f.Mapping))
	if err != nil {
		return ""
	}
	mini, _ := sh.mini([]row{{text: text}})
	from, err := source(sh, mini)
	if err != nil {
		return ""
	}
	if f.What == run.Purchases {
		rows, err := imports.ReadPurchases(from, m)
		if err != nil {
			return ""
		}
		row, _ := rows.Next() // a row that cannot be read names none
		return row.Value.ExternalID
	}
	list, err := imports.ReadOrders(from, m)
	if err != nil {
		return ""
	}
	o, err := list.Next()
	if err != nil || len(o.Rows) == 0 {
		return ""
	}
	return o.Rows[0].Value.ExternalID
}

// try carries lines out again and keeps what became of each.
func try(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, sh *shape, lines []uploads.Reject) ([]uploads.Reject, error) {
	slices.SortFunc(lines, func(a, b uploads.Reject) int { return int(a.Line - b.Line) })
	rows := make([]row, len(lines))
	for i, l := range lines {
		if l.Clipped {
			return nil, fault.New(fault.Invalid, "row_too_long", "line %d is too long to be mended here; mend the file and upload it again", l.Line)
		}
		rows[i] = row{int(l.Line), l.Text}
	}
	text, at := sh.mini(rows)
	var wrong map[int]run.Reject
	o := run.Options{Mapped: []byte(f.Mapping), As: f.Way, Channel: f.Channel}
	o.Keep = func(r run.Reject) error {
		wrong[at[r.Line]] = r
		return nil
	}
	for again := false; ; again = true {
		wrong = map[int]run.Reject{}
		o.Restart = again
		sum, err := imported(ctx, d, s, f, text, o)
		if err != nil {
			return nil, err
		}
		if again || len(wrong) == 0 || sum.ChunksSkipped == 0 {
			break
		} // the books remember that the same lines were refused: ask anew
	}
	for i := range lines {
		r, bad := wrong[i]
		if bad {
			lines[i].Code, lines[i].Reason = r.Code, asInFile(r.Reason, at, func(i int) int64 { return lines[i].Line })
		} else {
			lines[i].FixedAt = d.DB.Now()
		}
	}
	_, err := desk.One(ctx, d, admin.Mend, s, admin.MendCommand{File: f.ID, Lines: lines}, desk.Options{})
	return lines, err
}

// Retry tries lines again as they are, the first of them: when what stood in
// their way is gone. It tells how many were taken.
func Retry(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File) (taken, tried int, err error) {
	sh, err := shapeOf(ctx, d, s, f)
	if err != nil {
		return 0, 0, err
	}
	var lines []uploads.Reject
	err = d.DB.Read(ctx, s, func(r *store.Reader) (err error) {
		lines, err = uploads.Rejects(r, f.ID, 0, retryRows)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	if len(lines) == retryRows { // the last order may go on beyond them
		last := lines[len(lines)-1].Ref
		for len(lines) > 1 && last != "" && lines[len(lines)-1].Ref == last {
			lines = lines[:len(lines)-1]
		}
	}
	lines = slices.DeleteFunc(lines, func(x uploads.Reject) bool { return x.Clipped })
	if len(lines) == 0 {
		return 0, 0, nil
	}
	lines, err = try(ctx, d, s, f, &sh, lines)
	for _, l := range lines {
		if l.FixedAt != 0 {
			taken++
		}
	}
	return taken, len(lines), err
}

// WriteRejects writes the lines that wait to be mended as CSV: where each
// stands, why, and its cells. No cell is taken for a formula by a spreadsheet.
func WriteRejects(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, w io.Writer) error {
	sh, err := shapeOf(ctx, d, s, f)
	if err != nil {
		return err
	}
	out := csv.NewWriter(w)
	head := []string{"line", "code", "reason"}
	if sh.ndjson {
		head = append(head, "text")
	} else {
		head = append(head, sh.header...)
	}
	_ = out.Write(harmless(head)) // told by Flush
	for after := int64(0); ; {
		var page []uploads.Reject
		err := d.DB.Read(ctx, s, func(r *store.Reader) (err error) {
			page, err = uploads.Rejects(r, f.ID, after, keepAtOnce)
			return err
		})
		if err != nil {
			return err
		}
		for _, x := range page {
			after = x.Line
			cells, ok := sh.cells(x.Text)
			if !ok {
				cells = []string{x.Text}
			}
			_ = out.Write(harmless(append([]string{strconv.FormatInt(x.Line, 10), x.Code, x.Reason}, cells...)))
		}
		out.Flush()
		if err := out.Error(); err != nil || len(page) < keepAtOnce {
			return err
		}
	}
}

func harmless(row []string) []string {
	for i := range row {
		row[i] = formula.Harmless(row[i])
	}
	return row
}

// Sample is a small file of a kind, to begin from.
func Sample(what string) []byte {
	var b bytes.Buffer
	for _, line := range samples[what] {
		b.WriteString(line + "\n")
	}
	return b.Bytes()
}

var samples = map[string][]string{
	run.Items: {
		"sku,name,kind,unit,price,cost,weight_grams,barcodes,components,custom.color",
		"MUG-BLUE,Blue mug,goods,pcs,12.95,4.20,380,4006381333931|4006381333948*12,,blue",
		"TEA-EARL,Earl Grey,goods,pcs,6.50,2.10,120,,,",
		"GIFT-SET,Mug and tea,bundle,pcs,17.90,,,,MUG-BLUE|TEA-EARL*2,",
	},
	run.Stock:     {"sku,location,quantity,bin,lot,reason", "MUG-BLUE,MAIN,48,A-01-3,,delivery 4711", "TEA-EARL,MAIN,120,A-02-1,L2026-11,delivery 4711"},
	run.Customers: {"external_id,name,email,phone,company,line1,city,postal_code,country", "C-1001,Ada Byron,ada@example.com,+44 20 7946 0000,,12 Mill Lane,York,YO1 7HH,GB"},
	run.Purchases: {
		"external_id,supplier,currency,sent_on,location,transport,sku,quantity,received,damaged,cost,promised_on,came_on",
		"PO-301,Potters & Sons,EUR,2026-08-03,MAIN,Truck,MUG-BLUE,240,240,2,4.20,2026-08-24,2026-08-26",
		"PO-301,,,,,,TEA-EARL,600,560,,2.10,2026-08-24,2026-08-20",
		"PO-302,Potters & Sons,EUR,2026-09-14,MAIN,Air,MUG-BLUE,120,120,,4.45,2026-09-24,2026-09-23",
	},
	run.Orders: {
		"external_id,placed_at,currency,customer_name,email,ship_to_line1,ship_to_city,ship_to_postal_code,ship_to_country,sku,quantity,unit_price,paid",
		"W-5001,2026-11-02 09:30:00,EUR,Ada Byron,ada@example.com,12 Mill Lane,York,YO1 7HH,GB,MUG-BLUE,2,12.95,yes",
		"W-5001,,,,,,,,,TEA-EARL,1,6.50,",
	},
}
