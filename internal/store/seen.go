package store

// Seen narrows a statement to what the reader's scope sees: rows of no location,
// and those of its own. It gives the condition and the arguments with its own
// behind them; of a scope that sees everything the condition is empty.
func (r *Reader) Seen(column string, args []any) (string, []any) {
	if len(r.Scope.Locations) == 0 {
		return "", args
	}
	text := " AND " + column + " IN (" + Params(len(args)+1, len(r.Scope.Locations)+1) + ")"
	args = append(args, int64(0))
	for _, id := range r.Scope.Locations {
		args = append(args, id)
	}
	return text, args
}
