package audit

import "orderly/internal/store"

// DecisionPages walk fulfillments by their orders.
var DecisionPages = []Walk{{"fulfillment", "source_id", "source_id, id", 1}}

// Decided is a fulfillment of an order and why it is where it is.
type Decided struct {
	ID, Order, Location int64
	Stocked             bool // it holds or held something that needs stock
	Text                []byte
}

// UndecidedIn reads those of a page that keep no decision, and how many there
// are in all.
func UndecidedIn(r *store.Reader, in Range) (out []Decided, all int64, err error) {
	err = r.Each("SELECT id, source_id, location, length(decision) FROM fulfillment WHERE m = $1 AND purpose = 'order' AND source_id > $2 AND source_id <= $3 ORDER BY source_id, id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Decided
			var long int64
			err := scan(&x.ID, &x.Order, &x.Location, &long)
			if all++; long == 0 {
				out = append(out, x)
			}
			return err
		})
	return out, all, err
}

// DecidedIn reads a page of them.
func DecidedIn(r *store.Reader, in Range) ([]Decided, error) {
	var out []Decided
	err := r.Each("SELECT f.id, f.source_id, f.location, f.decision, EXISTS (SELECT 1 FROM fulfillment_line AS l WHERE l.m = $1 AND l.fulfillment = f.id AND l.stocked = 1) FROM fulfillment AS f "+
		"WHERE f.m = $2 AND f.purpose = 'order' AND f.source_id > $3 AND f.source_id <= $4 ORDER BY f.source_id, f.id",
		[]any{r.M, r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x Decided
			var text string
			err := scan(&x.ID, &x.Order, &x.Location, &text, &x.Stocked)
			x.Text = []byte(text)
			out = append(out, x)
			return err
		})
	return out, err
}
