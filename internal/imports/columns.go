package imports

import "strings"

// ColumnDoc is one column of a kind of file, for help and documentation.
type ColumnDoc struct {
	Name   string
	Also   []string // other usual names, in plain form
	Needed bool
}

// Columns tells what a file of items, stock, customers, orders, payments or purchases may have;
// none for another word. Custom fields come on top.
func Columns(what string) []ColumnDoc {
	t := tables[what]
	if t == nil {
		return nil
	}
	out := make([]ColumnDoc, len(t.columns))
	for i, c := range t.columns {
		out[i] = ColumnDoc{c.name, strings.Fields(c.aliases), c.needed}
	}
	return out
}
