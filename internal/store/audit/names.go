package audit

import (
	"strconv"
	"strings"

	"orderly/internal/store"
)

// NameSpace is a set of names that must not be given twice.
type NameSpace struct {
	What    string // what bears the name
	Prefix  string // of its id
	table   string
	columns []string
	where   string
}

// NameSpaces lists them. Each is walked along an index of its columns.
var NameSpaces = []NameSpace{
	{"orders have the channel and external_id", "ord", "orders", []string{"channel", "external_id"}, "external_id IS NOT NULL"},
	{"items have the SKU", "itm", "item", []string{"sku"}, ""},
	{"locations have the code", "loc", "location", []string{"code"}, ""},
	{"customers have the external_id", "cus", "customer", []string{"external_id"}, "external_id IS NOT NULL"},
	{"parcels under way have the carrier and number", "par", "parcel", []string{"carrier", "tracking"}, "delivered_at = 0 AND tracking <> '' AND status <> 'unpacked'"},
}

// Duplicate is a name that more than one has.
type Duplicate struct {
	Name        []string
	N           int64
	First, Last int64 // lowest and highest id
}

// text builds a statement of the name space: what is selected, the bounds on
// its columns (">" and "<=" with a value for each column), and what follows.
func (s NameSpace) text(selected string, lower, upper bool, tail string) string {
	cols := strings.Join(s.columns, ", ")
	n := len(s.columns)
	text := "SELECT " + selected + " FROM " + s.table + " WHERE m = $1"
	if s.where != "" {
		text += " AND " + s.where
	}
	if lower {
		text += " AND (" + cols + ") > (" + store.Params(2, n) + ")"
	}
	if upper {
		text += " AND (" + cols + ") <= (" + store.Params(2+n, n) + ")"
	}
	return text + strings.ReplaceAll(tail, "$COLS", cols)
}

// Page looks for duplicates among the next rows after a name, and gives the
// name where the page ends, nil when it was the last. The first page begins
// after nil.
func (s NameSpace) Page(r *store.Reader, after []string, rows int64) (found []Duplicate, end []string, err error) {
	cols := strings.Join(s.columns, ", ")
	args := []any{r.M}
	for i := range s.columns { // the lower bound is always bound, though not always used
		if after == nil {
			args = append(args, "")
		} else {
			args = append(args, after[i])
		}
	}
	limit := strconv.Itoa(len(args) + 1)
	err = r.Each(s.text(cols, after != nil, false, unused(after == nil, len(s.columns))+" ORDER BY $COLS LIMIT 1 OFFSET $"+limit), append(args[:len(args):len(args)], rows),
		func(scan func(...any) error) error {
			end = make([]string, len(s.columns))
			return scan(pointers(end)...)
		})
	if err != nil {
		return nil, nil, err
	}
	for _, v := range end {
		args = append(args, v)
	}
	text := s.text(cols+", count(*), min(id), max(id)", after != nil, end != nil, unused(after == nil, len(s.columns))+" GROUP BY $COLS HAVING count(*) > 1 ORDER BY $COLS")
	err = r.Each(text, args, func(scan func(...any) error) error {
		d := Duplicate{Name: make([]string, len(s.columns))}
		err := scan(append(pointers(d.Name), &d.N, &d.First, &d.Last)...)
		found = append(found, d)
		return err
	})
	return found, end, err
}

// unused mentions the lower bound's parameters where nothing else does, so
// that both engines know of them and their type.
func unused(yes bool, n int) string {
	if !yes {
		return ""
	}
	var b strings.Builder
	for i := range n {
		b.WriteString(" AND CAST($" + strconv.Itoa(i+2) + " AS TEXT) = ''")
	}
	return b.String()
}

func pointers(list []string) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
