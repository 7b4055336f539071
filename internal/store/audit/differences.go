package audit

import (
	"orderly/internal/difference"
	"orderly/internal/store"
)

// DifferencePages walk differences between partners' words and the books.
var DifferencePages = []Walk{{"stock_difference", "id", "id", 1}}

// Differs is a difference beside what was booked.
type Differs struct {
	difference.Difference
	Moved  int64 // by the act that it names, of its item at its place
	Booked int64 // of the item at the place by differences in all
	Told   int64 // as all differences of the item at the place say
}

// DifferencesIn reads a page of them.
func DifferencesIn(r *store.Reader, in Range) ([]Differs, error) {
	var out []Differs
	moved := "coalesce((SELECT sum(v.quantity) FROM movement AS v WHERE v.m = $1 AND v.item = d.item AND v.location = d.location AND v.state = 'on_hand' AND v.reason = 'difference'"
	err := r.Each("SELECT d.id, d.item, d.location, d.said, d.books, d.held, d.coming, d.proposed, d.state, d.taken, d.act, d.made_at, d.decided_at, "+
		moved+" AND v.ref_kind = 'stk' AND v.ref_id = d.act), 0), "+moved+"), 0), "+
		"coalesce((SELECT sum(x.taken) FROM stock_difference AS x WHERE x.m = $1 AND x.location = d.location AND x.state = 'applied' AND x.item = d.item), 0) "+
		"FROM stock_difference AS d WHERE d.m = $1 AND d.id > $2 AND d.id <= $3 ORDER BY d.id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Differs
			err := scan(&x.ID, &x.Cell.Item, &x.Cell.Location, &x.Said, &x.Books, &x.Held, &x.Coming, &x.Proposed, &x.State, &x.Taken, &x.Act, &x.MadeAt, &x.DecidedAt, &x.Moved, &x.Booked, &x.Told)
			out = append(out, x)
			return err
		})
	return out, err
}
