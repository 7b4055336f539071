package audit

import (
	"strings"

	"orderly/internal/store"
)

// NameSpace is a set of names that must not be given twice.
type NameSpace struct {
	What    string // who has such a name, and which
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
	{"documents have the number", "inv", "invoice", []string{"code"}, ""},
	{"parcels under way have the carrier and tracking number", "par", "parcel", []string{"carrier", "tracking"}, "delivered_at = 0 AND tracking <> '' AND status <> 'unpacked'"},
	{"payments have the provider and its reference", "pay", "payment", []string{"provider", "reference"}, "provider <> '' AND reference <> ''"},
	{"gift cards have the hash of a code", "crd", "credit", []string{"code_hash"}, "code_hash <> ''"},
	{"bank lines have the key", "bln", "bank_line", []string{"line_key"}, ""},
}

// Duplicate is a name that more than one has.
type Duplicate struct {
	Name        []string
	N           int64
	First, Last int64 // lowest and highest id
}

// Page looks for duplicates among the next rows after a name, tells how many
// rows it looked at, and gives the name where the page ends, nil when it was
// the last. The first page begins after nil.
func (s NameSpace) Page(r *store.Reader, after []string, rows int64) (found []Duplicate, n int64, end []string, err error) {
	text, args := s.from([]any{r.M}, ">", after)
	cols := strings.Join(s.columns, ", ")
	err = r.Each("SELECT "+cols+text+" ORDER BY "+cols+" LIMIT 1 OFFSET "+store.Params(len(args)+1, 1), append(args[:len(args):len(args)], rows),
		func(scan func(...any) error) error {
			end = make([]string, len(s.columns))
			return scan(pointers(end)...)
		})
	if err != nil {
		return nil, 0, nil, err
	}
	if end != nil {
		upper, more := s.bound(args, "<=", end)
		text, args = text+upper, more
	}
	if err := r.Row("SELECT count(*)"+text, args...).Scan(&n); err != nil {
		return nil, 0, nil, err
	}
	err = r.Each("SELECT "+cols+", count(*), min(id), max(id)"+text+" GROUP BY "+cols+" HAVING count(*) > 1 ORDER BY "+cols, args, func(scan func(...any) error) error {
		d := Duplicate{Name: make([]string, len(s.columns))}
		err := scan(append(pointers(d.Name), &d.N, &d.First, &d.Last)...)
		found = append(found, d)
		return err
	})
	return found, n, end, err
}

// from is the rows of the name space on one side of a name, all for nil.
func (s NameSpace) from(args []any, side string, name []string) (string, []any) {
	text := " FROM " + s.table + " WHERE m = $1"
	if s.where != "" {
		text += " AND " + s.where
	}
	if name == nil {
		return text, args
	}
	cond, args := s.bound(args, side, name)
	return text + cond, args
}

func (s NameSpace) bound(args []any, side string, name []string) (string, []any) {
	cond := " AND (" + strings.Join(s.columns, ", ") + ") " + side + " (" + store.Params(len(args)+1, len(name)) + ")"
	for _, v := range name {
		args = append(args, v)
	}
	return cond, args
}

func pointers(list []string) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}
