package upload

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/imports/run"
	"orderly/internal/store/uploads"
)

// previewRows is how many rows a preview shows.
const previewRows = 20

// Facts are how a file is written.
type Facts struct {
	Format    string // CSV or NDJSON
	Delimiter string
	Encoding  string
}

// Cell is one cell of a previewed row.
type Cell struct{ Text, Fault string }

// PreviewRow is one of the first rows of a file, with what is wrong in it.
type PreviewRow struct {
	Line  int
	Cells []Cell // by the header; none when the row cannot be cut
	Text  string
	Fault string // of the row as a whole, when no cell has it
}

// Preview is what a file's first rows would become by a mapping.
type Preview struct {
	Facts
	Header []string
	Fits   []string // by the header: our column, "custom.…", or ""
	Rows   []PreviewRow
	Faults []fault.Field // of the mapping
	Sound  int           // rows without a fault
}

// Look shows the first rows of a file as the mapping and the way would take
// them. It carries the rows out as far as a dry run can and changes nothing.
func Look(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, mapping []byte, way, channel string) (*Preview, error) {
	file, err := open(ctx, d, s, f)()
	if err != nil {
		return nil, err
	}
	sh, first, facts, err := look(file, previewRows)
	if err != nil {
		return nil, err
	}
	p := &Preview{Facts: facts, Header: sh.header}
	m, err := mappingOf(mapping)
	if err == nil {
		p.Fits, err = imports.Bind(f.What, sh.header, m)
	}
	var wrong *fault.Error
	if errors.As(err, &wrong) {
		p.Faults = wrong.Fields
		if len(p.Faults) == 0 {
			p.Faults = []fault.Field{{Code: wrong.Code, Message: wrong.Message}}
		}
	} else if err != nil {
		return nil, err
	}
	if p.Fits == nil {
		p.Fits = make([]string, len(sh.header))
	}
	p.cut(&sh, first)
	if len(p.Faults) > 0 {
		return p, nil
	}
	return p, p.try(ctx, d, s, f, &sh, first, run.Options{Mapped: mapping, As: way, Channel: channel})
}

// mappingOf reads a mapping's text; none leaves all to the columns' names.
func mappingOf(text []byte) (imports.Mapping, error) {
	if len(text) == 0 {
		return imports.Mapping{}, nil
	}
	return imports.ParseMapping(text)
}

func (p *Preview) cut(sh *shape, first []row) {
	for _, r := range first {
		x := PreviewRow{Line: r.line, Text: r.text}
		if cells, ok := sh.cells(r.text); ok {
			for _, c := range cells {
				x.Cells = append(x.Cells, Cell{Text: c})
			}
		}
		p.Rows = append(p.Rows, x)
	}
}

// try carries the rows out without writing, and puts each fault where it is.
func (p *Preview) try(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, sh *shape, first []row, o run.Options) error {
	text, at := sh.mini(first)
	m, err := mappingOf(o.Mapped)
	if err != nil {
		return err
	}
	var own map[int]error
	if from, err := source(sh, text); err == nil {
		own, _ = imports.Faults(f.What, from, m, len(first)) // what it cannot tell, the dry run does
	}
	bad := map[int]bool{}
	o.DryRun = true
	o.Keep = func(x run.Reject) error {
		i, ok := at[x.Line]
		if !ok {
			return nil
		}
		bad[i] = true
		if !p.place(&p.Rows[i], own[x.Line]) {
			p.Rows[i].Fault = asInFile(x.Reason, at, func(i int) int64 { return int64(p.Rows[i].Line) })
		}
		return nil
	}
	_, err = imported(ctx, d, s, f, text, o)
	p.Sound = len(p.Rows) - len(bad)
	var wrong *fault.Error
	if errors.As(err, &wrong) && wrong.Kind != fault.Internal && wrong.Kind != fault.Unavailable {
		p.Faults, err = []fault.Field{{Code: wrong.Code, Message: wrong.Message}}, nil
	}
	return err
}

func source(sh *shape, text []byte) (imports.Source, error) {
	if sh.ndjson {
		return imports.NewNDJSON(bytes.NewReader(text))
	}
	return imports.NewCSV(bytes.NewReader(text))
}

// place puts a row's faults at its cells; false when they have no cell.
func (p *Preview) place(x *PreviewRow, err error) bool {
	var f *fault.Error
	if !errors.As(err, &f) || len(x.Cells) == 0 {
		return false
	}
	placed := false
	for _, field := range f.Fields {
		for i, ours := range p.Fits {
			if ours != "" && ours == strings.TrimPrefix(field.Pointer, "/") && i < len(x.Cells) {
				x.Cells[i].Fault, placed = field.Message, true
			}
		}
	}
	return placed
}

// imported carries some rows out by the mapping and the way that o has.
func imported(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, text []byte, o run.Options) (*run.Summary, error) {
	o.What, o.Path, o.Open, o.Salt = f.What, f.Name, openMini(text), f.ID.String()
	return run.Import(ctx, run.Shop{DB: d.DB, Desk: d, Scope: s}, o)
}

// Map checks a mapping against the file's columns and keeps it.
func Map(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, c admin.MapCommand) (*uploads.File, error) {
	file, err := open(ctx, d, s, f)()
	if err != nil {
		return nil, err
	}
	sh, _, _, err := look(file, 1)
	if err != nil {
		return nil, err
	}
	m, err := mappingOf([]byte(c.Mapping))
	if err == nil && !sh.ndjson {
		_, err = imports.Bind(f.What, sh.header, m)
	}
	if err == nil {
		err = (&run.Options{What: f.What, As: c.Way, Path: f.Name}).Check()
	}
	if err != nil {
		return nil, err
	}
	if c.Mapping == "" {
		c.Mapping = "{}"
	}
	c.File = f.ID
	r, err := desk.One(ctx, d, admin.Map, s, c, desk.Options{})
	if err != nil {
		return nil, err
	}
	return r.Value.(*uploads.File), nil
}

// Columns tells what a file of a kind may have.
func Columns(what string) []imports.ColumnDoc { return imports.Columns(what) }
