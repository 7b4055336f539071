package imports

// Bind tells for each column of a file's header which of ours it fills:
// "sku", "custom.color", "" for none. The fault is that of reading the file by
// this mapping; the names are then those that are clear.
func Bind(what string, header []string, m Mapping) ([]string, error) {
	t := tables[what]
	out := make([]string, len(header))
	if t == nil {
		return out, nil
	}
	b, at, err := bindHeader(t, m, header)
	for i := range at {
		if at[i] != nowhere {
			out[i] = b.label(at[i])
		}
	}
	return out, err
}

// Faults reads a file of a kind to its end, or limit lines of it, and gives
// the faults of each line's own text by its number.
func Faults(what string, from Source, m Mapping, limit int) (map[int]error, error) {
	t := tables[what]
	rows, err := newRows(from, t, m, func(c *cells) struct{} {
		if t == purchases { // its days are read by what another column says
			purchaseRow(c)
		}
		return struct{}{}
	})
	if err != nil {
		return nil, err
	}
	out := map[int]error{}
	for range limit {
		row, err := rows.Next()
		if err != nil {
			break
		}
		if row.Err != nil {
			out[row.Line] = row.Err
		}
	}
	return out, nil
}

var tables = map[string]*table{"items": items, "stock": levels, "customers": customers, "orders": orders, "payments": payments, "purchases": purchases}
