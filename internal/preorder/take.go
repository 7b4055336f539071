package preorder

import "fmt"

// Want is how many units of a line cannot be had now.
type Want struct {
	Line     int
	Item     int64
	Quantity int64
}

// Sold is how many units of a line are pre-ordered by an offer.
type Sold struct {
	Line     int
	Offer    *Offer
	Quantity int64
}

// Full is a line for which not enough is left of its offer.
type Full struct {
	Want
	Offer *Offer
	Left  int64 // for this line, lines before it served
}

// Take shares offers out among lines, first come first served. A line gets all
// that it wants or is told how many there are: whoever asked shall decide. What
// has no offer is left to whoever asks. Nothing is changed.
func Take(wants []Want, of func(Want) *Offer) (sold []Sold, rest []Want, full []Full) {
	given := map[*Offer]int64{}
	for _, w := range wants {
		o := of(w)
		switch {
		case o == nil:
			rest = append(rest, w)
		case w.Quantity > o.Left()-given[o]:
			full = append(full, Full{w, o, o.Left() - given[o]})
		default:
			given[o] += w.Quantity
			sold = append(sold, Sold{w.Line, o, w.Quantity})
		}
	}
	return sold, rest, full
}

// Count changes how many units are taken and wait. What would go beyond the cap
// is a bug of whoever decided.
func (o *Offer) Count(taken, waiting int64) error {
	t, w := o.Taken+taken, o.Waiting+waiting
	if t < 0 || t > o.Cap || w < 0 || w > t {
		return fmt.Errorf("offer %s: %d taken and %d waiting of %d", o.ID, t, w, o.Cap)
	}
	o.Taken, o.Waiting = t, w
	return nil
}
