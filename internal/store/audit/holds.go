package audit

import "orderly/internal/store"

// HoldPages walk holds by their orders.
var HoldPages = []Walk{{"order_hold", "order_id", "order_id, id", 1}}

// Ending is a hold that ends at a time, or that the clock has ended.
type Ending struct {
	Order, ID, Until, PlacedAt, LiftedAt int64
	LiftedBy                             string
}

// EndingIn reads a page of them; clock is who lifts by the clock.
func EndingIn(r *store.Reader, in Range, clock string) ([]Ending, error) {
	var out []Ending
	err := r.Each("SELECT order_id, id, until_at, placed_at, lifted_at, lifted_by FROM order_hold WHERE m = $1 AND order_id > $2 AND order_id <= $3 AND (until_at <> 0 OR lifted_by = $4) ORDER BY order_id, id",
		[]any{r.M, in.After, in.UpTo, clock}, func(scan func(...any) error) error {
			var x Ending
			err := scan(&x.Order, &x.ID, &x.Until, &x.PlacedAt, &x.LiftedAt, &x.LiftedBy)
			out = append(out, x)
			return err
		})
	return out, err
}
