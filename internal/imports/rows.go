package imports

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Row is one line of the file as a T. With Err, which lists every fault of the
// line, the Value is not to be used.
type Row[T any] struct {
	Line  int
	Raw   string // as it stands in the file, at most MaxRawBytes
	Value T
	Err   error
}

// Rows reads a file as rows of one kind.
type Rows[T any] struct {
	from  source
	cells cells
	build func(*cells) T
}

// cells is one line sorted into the columns of a table.
type cells struct {
	texts  []string
	custom map[string]string
	faults fault.List
}

// Source is a reader of records: *CSV or *NDJSON.
type Source interface {
	bind(*table, Mapping) (source, error)
}

// source is a Source bound to a table.
type source interface {
	// next sorts one line into cells. The first error is the line's, the
	// second ends the file.
	next(*cells) (line int, raw string, wrong, err error)
	binding() *binding
}

func newRows[T any](from Source, t *table, m Mapping, build func(*cells) T) (*Rows[T], error) {
	bound, err := from.bind(t, m)
	if err != nil {
		return nil, err
	}
	return &Rows[T]{from: bound, cells: cells{texts: make([]string, len(t.columns))}, build: build}, nil
}

// Unused are the columns of the file that fill nothing, for a word to the user.
func (r *Rows[T]) Unused() []string { return r.from.binding().unused }

// Next gives the next row, io.EOF after the last. Any other error means that
// nothing more can be read.
func (r *Rows[T]) Next() (Row[T], error) {
	clear(r.cells.texts)
	r.cells.custom, r.cells.faults = nil, fault.List{}
	line, raw, wrong, err := r.from.next(&r.cells)
	row := Row[T]{Line: line, Raw: raw, Err: wrong}
	if err != nil || wrong != nil {
		return row, err
	}
	r.from.binding().check(&r.cells)
	row.Value = r.build(&r.cells)
	row.Err = rowFault(&r.cells.faults)
	return row, nil
}

// rowFault keeps the code of a single fault, so that rejects can be counted by it.
func rowFault(l *fault.List) error {
	err := l.As(fault.Invalid, "invalid_row", "the row has faults")
	if one, ok := err.(*fault.Error); ok && len(one.Fields) == 1 {
		one.Code = one.Fields[0].Code
	}
	return err
}

// check fills in fixed texts and checks each text by its column.
func (b *binding) check(c *cells) {
	for i := range b.table.columns {
		col, text := &b.table.columns[i], strings.TrimSpace(c.texts[i])
		if b.blank[text] {
			text = ""
		}
		if text == "" {
			text = b.fixed[i]
		}
		c.texts[i] = text
		wrong := faultOf(text, col.max)
		switch {
		case text == "" && col.needed && !col.carried:
			c.faults.Add("/"+col.name, "missing", "is empty")
		case text == "":
		case wrong != "":
			c.faults.Add("/"+col.name, "invalid_text", "%s", wrong)
		case col.check != nil:
			if c.texts[i], wrong = col.check(text); wrong != "" {
				c.faults.Add("/"+col.name, "invalid_"+col.name, "%s", wrong)
			}
		}
	}
	for _, name := range sortedKeys(c.custom) {
		if wrong := faultOf(c.custom[name], maxName); wrong != "" {
			c.faults.Add("/"+customPrefix+name, "invalid_text", "%s", wrong)
		}
	}
}

func faultOf(text string, most int) string {
	switch {
	case len(text) > most && utf8.RuneCountInString(text) > most:
		return "is longer than " + strconv.Itoa(most) + " characters"
	case strings.ContainsFunc(text, unicode.IsControl):
		return "holds a line end or another control character; take it out"
	case !utf8.ValidString(text):
		return "is not UTF-8"
	}
	return ""
}

// put fills the place with a text. Custom fields that are empty are left out.
func (c *cells) put(p place, text string) {
	switch {
	case p.custom == "":
		c.texts[p.column] = text
	case strings.TrimSpace(text) != "":
		if c.custom == nil {
			c.custom = map[string]string{}
		}
		c.custom[p.custom] = strings.TrimSpace(text)
	}
}

type boundCSV struct {
	csv *CSV
	b   *binding
	at  []place
}

func (c *CSV) bind(t *table, m Mapping) (source, error) {
	b, at, err := bindHeader(t, m, c.header)
	return &boundCSV{c, b, at}, err
}

func (s *boundCSV) binding() *binding { return s.b }

func (s *boundCSV) next(into *cells) (int, string, error, error) {
	r, err := s.csv.Next()
	if err != nil || r.Err != nil {
		return r.Line, r.Raw, r.Err, err
	}
	for i, p := range s.at {
		if p != nowhere {
			into.put(p, r.Fields[i])
		}
	}
	return r.Line, r.Raw, nil, nil
}

type boundNDJSON struct {
	in *NDJSON
	b  *binding
}

func (n *NDJSON) bind(t *table, m Mapping) (source, error) {
	var l fault.List
	b := newBinding(t, m, &l)
	return &boundNDJSON{n, b}, l.As(fault.Invalid, "columns", "the mapping does not fit "+t.name)
}

func (s *boundNDJSON) binding() *binding { return s.b }

// next refuses keys that fill nothing and keys that fill a place twice: in a
// file where each line names its own fields, either is a mistake of the sender.
func (s *boundNDJSON) next(into *cells) (int, string, error, error) {
	o, err := s.in.Next()
	if err != nil || o.Err != nil {
		return o.Line, o.Raw, o.Err, err
	}
	filled := make(map[place]bool, len(o.Keys))
	for i, key := range o.Keys {
		p := s.b.find(key)
		switch {
		case p == nowhere:
			into.faults.Add("/"+clip(key, maxKey), "unknown_key", "%s have no such field", s.b.table.name)
		case filled[p]:
			into.faults.Add("/"+s.b.label(p), "duplicate_key", "is given twice")
		case len(into.custom) == MaxCustom && p.custom != "":
			into.faults.Add("", "too_many", "at most %d custom fields", MaxCustom)
		default:
			into.put(p, o.Values[i])
			filled[p] = true
		}
	}
	return o.Line, o.Raw, nil, nil
}

const maxKey = 80 // bytes of a key of the sender's in a message

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
