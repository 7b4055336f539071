package run

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"maps"

	"orderly/internal/desk"
	"orderly/internal/imports"
)

// gather cuts rows into chunks. Rows that could not be read are rejected
// beside them; fill gives a chunk of sound rows its work.
func gather[T any](x *importer, next func() (imports.Row[T], error), fill func(*chunk, []imports.Row[T]) error) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		for {
			var good, bad []imports.Row[T]
			row, err := next()
			for ; err == nil; row, err = next() {
				if row.Err != nil {
					bad = append(bad, row)
				} else {
					good = append(good, row)
				}
				if len(good) == MaxRows || len(bad) == MaxRows {
					break
				}
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(nil, err)
				return
			}
			c := &chunk{rows: len(good), weight: len(good)}
			c.done, _ = x.from.file.Progress()
			if wrong := fill(c, good); wrong != nil {
				yield(nil, wrong)
				return
			}
			settle(x, c, good, bad)
			if len(good)+len(bad) > 0 && !yield(c, nil) || err != nil {
				return
			}
		}
	}
}

// settle counts a chunk's rows when it is through, and writes its rejects.
func settle[T any](x *importer, c *chunk, good, bad []imports.Row[T]) {
	counted := c.after
	c.after = func(got []desk.Result) error {
		x.sum.LinesRead += int64(len(good) + len(bad))
		for _, row := range bad {
			x.sum.LinesRejected++
			if err := x.rejects.add(row.Line, "", row.Err, row.Raw); err != nil {
				return err
			}
		}
		for i, r := range got {
			switch {
			case r.Err != nil:
				x.sum.LinesRejected++
				if err := x.rejects.add(good[i].Line, "", r.Err, good[i].Raw); err != nil {
					return err
				}
			case r.Status == unchanged:
				x.sum.Unchanged++
			}
		}
		if counted != nil {
			return counted(got)
		}
		return nil
	}
}

// bytesTotal is the length of the file as it lies on disk.
func (x *importer) bytesTotal() int64 {
	_, total := x.from.file.Progress()
	return total
}

// rowPhase carries out a file of rows of one kind.
func rowPhase[T any](ctx context.Context, x *importer, read func(imports.Source, imports.Mapping) (*imports.Rows[T], error), fill func(*chunk, []imports.Row[T]) error) error {
	from, err := x.from.rows()
	if err != nil {
		return err
	}
	rows, err := read(from, x.from.mapping)
	if err != nil {
		return x.from.explain(from, err)
	}
	if err := x.phase(ctx, x.o.What, "bytes", x.bytesTotal, gather(x, rows.Next, fill)); err != nil {
		return err
	}
	x.unused(rows.Unused())
	return x.from.unchanged()
}

func (x *importer) unused(columns []string) {
	if len(columns) > 0 {
		x.sum.warn("columns of the file that fill nothing: " + quoted(columns))
	}
}

// mergeCustom lays the file's custom fields over those that are there.
func mergeCustom(old json.RawMessage, custom map[string]string) (json.RawMessage, error) {
	if len(custom) == 0 {
		return old, nil
	}
	all := map[string]any{}
	if len(old) > 0 {
		if err := json.Unmarshal(old, &all); err != nil {
			return nil, err
		}
	}
	for key, text := range maps.All(custom) {
		all[key] = text
	}
	return json.Marshal(all)
}
