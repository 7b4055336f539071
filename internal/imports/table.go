package imports

import (
	"slices"
	"strings"

	"orderly/internal/fault"
)

// table is one kind of row: its columns and how their texts are checked.
type table struct {
	name    string // in plural, for messages
	columns []column
}

type column struct {
	name    string
	aliases string // other usual names in plain form, with spaces between
	needed  bool
	carried bool // empty on a row that goes on with the one above
	max     int  // characters
	check   check
}

// check gives the text as it will be used, or a sentence on what is wrong.
// Nil takes every text. Empty texts are not checked.
type check func(text string) (clean, wrong string)

func (t *table) column(name string) int {
	return slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
}

func (t *table) names() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ", ")
}

// byName finds a column by the plain form of a header.
func (t *table) byName(plain string) int {
	return slices.IndexFunc(t.columns, func(c column) bool {
		return c.name == plain || slices.Contains(strings.Fields(c.aliases), plain)
	})
}

// binding is a table bound to one file by a mapping. Places holds for a
// header's or key's text which column or custom field it fills.
type binding struct {
	table  *table
	places map[string]place
	fixed  []string
	unused []string
	mapped []bool
	exact  bool
	blank  map[string]bool // texts that stand for nothing
}

// place is a column of the table, or a custom field where custom is set.
type place struct {
	column int
	custom string
}

var nowhere = place{column: -1}

func newBinding(t *table, m Mapping, l *fault.List) *binding {
	m.check(t, l)
	b := &binding{table: t, places: map[string]place{}, fixed: make([]string, len(t.columns)), mapped: make([]bool, len(t.columns)), exact: m.Exact, blank: map[string]bool{}}
	for _, text := range m.Blank {
		b.blank[text] = true
	}
	for key, text := range m.Fixed {
		if i := t.column(key); i >= 0 {
			b.fixed[i] = text
		}
	}
	for key, header := range m.Columns {
		if i := t.column(key); i >= 0 {
			b.claim(header, place{column: i}, key, l)
			b.mapped[i] = true
		}
	}
	for name, header := range m.Custom {
		b.claim(header, place{column: -1, custom: name}, customPrefix+name, l)
	}
	return b
}

func (b *binding) claim(header string, p place, key string, l *fault.List) {
	if _, taken := b.places[header]; taken {
		l.Add("/"+key, "column_used_twice", "the file's column %q is mapped to two of ours", header)
		return
	}
	b.places[header] = p
}

// find tells what a header or key fills, and remembers it.
func (b *binding) find(header string) place {
	if p, known := b.places[header]; known {
		return p
	}
	p := nowhere
	plain := plainName(header)
	if b.exact {
		plain = ""
	}
	if i := b.table.byName(plain); i >= 0 && !b.mapped[i] {
		p.column = i
	} else if name, ok := strings.CutPrefix(plain, plainName(customPrefix)+"_"); ok && customName(name) {
		p.custom = name
	}
	if len(b.places) < MaxColumns {
		b.places[strings.Clone(header)] = p
	}
	return p
}

// bindHeader binds a file whose columns are known beforehand.
func bindHeader(t *table, m Mapping, header []string) (*binding, []place, error) {
	var l fault.List
	b := newBinding(t, m, &l)
	for _, want := range sortedKeys(b.places) {
		if !slices.Contains(header, want) {
			l.Add("", "no_such_column", "the mapping names the column %q, which the file does not have; it has %s",
				want, strings.Join(header, ", "))
		}
	}
	at := make([]place, len(header))
	filledBy := map[place]string{}
	for i, name := range header {
		at[i] = b.find(name)
		if at[i] == nowhere {
			b.unused = append(b.unused, name)
			continue
		}
		if other, twice := filledBy[at[i]]; twice {
			if own := b.label(at[i]); !sameName(name, own) && sameName(other, own) {
				at[i], b.unused = nowhere, append(b.unused, name)
				continue
			} else if sameName(name, own) && !sameName(other, own) {
				at[slices.Index(header, other)], b.unused = nowhere, append(b.unused, other)
				filledBy[at[i]] = name
				continue
			}
			l.Add("/"+b.label(at[i]), "ambiguous_column", "the file's columns %q and %q both look like it; say in the mapping which one it is", other, name)
		}
		filledBy[at[i]] = name
	}
	for i, c := range t.columns {
		if _, ok := filledBy[place{column: i}]; c.needed && !ok && b.fixed[i] == "" {
			l.Add("/"+c.name, "missing_column", "the file has no such column; name it in the mapping")
		}
	}
	return b, at, l.As(fault.Invalid, "columns", "the columns of the file do not fit "+t.name)
}

// sameName tells that a header is a column's own name, and not one of those that
// other systems call it by: of two that fill one column, the own name does.
func sameName(header, column string) bool { return plainName(header) == plainName(column) }

func (b *binding) label(p place) string {
	if p.custom != "" {
		return customPrefix + p.custom
	}
	return b.table.columns[p.column].name
}
