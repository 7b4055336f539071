package audit

import (
	"orderly/internal/putaway"
	"orderly/internal/store"
)

// PutAwayPages walk what waited at doors to be put away.
var PutAwayPages = []Walk{{"put_away", "id", "id", 1}}

// PutAway is a task beside the movements that it speaks of.
type PutAway struct {
	putaway.Task
	Came   int64 // by the movement that it names, of its item at its place, on hand and without a bin
	Told   int64 // put away as all tasks of the item at the place say
	In     int64 // put into bins there as movements say
	Beside int64 // what those movements come to together: none is made nor lost
}

// PutAwaysIn reads a page of them.
func PutAwaysIn(r *store.Reader, in Range) ([]PutAway, error) {
	const these = "(SELECT x.item FROM put_away AS x WHERE x.m = $1 AND x.id > $2 AND x.id <= $3)"
	var out []PutAway
	err := r.Each("SELECT p.id, p.quantity, p.stowed, p.left_out, p.at, p.ended_at, coalesce(v.quantity, 0), t.told, coalesce(b.binned, 0), coalesce(b.beside, 0) FROM put_away AS p "+
		"LEFT JOIN movement AS v ON v.m = $1 AND v.item = p.item AND v.location = p.location AND v.id = p.movement AND v.state = 'on_hand' AND v.bin = '' "+
		"JOIN (SELECT item, location, sum(stowed) AS told FROM put_away WHERE m = $1 AND item IN "+these+" GROUP BY item, location) AS t ON t.item = p.item AND t.location = p.location "+
		"LEFT JOIN (SELECT item, location, sum(CASE WHEN quantity > 0 THEN quantity ELSE 0 END) AS binned, sum(quantity) AS beside FROM movement WHERE m = $1 AND reason = 'put_away' AND state = 'on_hand' AND item IN "+these+
		" GROUP BY item, location) AS b ON b.item = p.item AND b.location = p.location "+
		"WHERE p.m = $1 AND p.id > $2 AND p.id <= $3 ORDER BY p.id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x PutAway
			err := scan(&x.ID, &x.Quantity, &x.Stowed, &x.Left, &x.At, &x.EndedAt, &x.Came, &x.Told, &x.In, &x.Beside)
			out = append(out, x)
			return err
		})
	return out, err
}
