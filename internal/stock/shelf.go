package stock

// Shelved is units of a cell that lie in one bin and lot, "" when nobody said.
type Shelved struct {
	Bin, Lot string
	Quantity int64
}

// Shelf tells where the units on hand lie and which are to be taken first: the
// oldest. It reads the newest movements of a cell, newest first. Shipping names
// no lot, so what left is taken to have been the oldest: what is here is what
// came last. What was put away left the door for its bin. When the movements do not reach back far enough, the rest of the
// units stands first, without a bin.
func Shelf(onHand int64, newest []Movement) []Shelved {
	type place struct{ bin, lot string }
	gone := map[place]int64{}
	left := onHand
	var out []Shelved // newest first
	for _, m := range newest {
		k := place{m.Bin, m.Lot}
		if m.State != OnHand || m.Reason == "unship" || left <= 0 {
			continue
		}
		if m.Quantity < 0 {
			if k != (place{}) || m.Reason == PutAway {
				gone[k] -= m.Quantity
			}
			continue
		}
		q := m.Quantity - min(m.Quantity, gone[k])
		gone[k] -= m.Quantity - q
		if q = min(q, left); q == 0 {
			continue
		}
		left -= q
		if n := len(out); n > 0 && out[n-1].Bin == m.Bin && out[n-1].Lot == m.Lot {
			out[n-1].Quantity += q
			continue
		}
		out = append(out, Shelved{m.Bin, m.Lot, q})
	}
	if left > 0 {
		out = append(out, Shelved{Quantity: left})
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// Take says from where a number of units are taken, oldest first.
func Take(shelf []Shelved, q int64) []Shelved {
	var out []Shelved
	for _, s := range shelf {
		if q <= 0 {
			break
		}
		s.Quantity = min(s.Quantity, q)
		q -= s.Quantity
		out = append(out, s)
	}
	if q > 0 {
		out = append(out, Shelved{Quantity: q})
	}
	return out
}

// Without is a shelf from which a number of units was taken, oldest first.
func Without(shelf []Shelved, q int64) []Shelved {
	var out []Shelved
	for _, s := range shelf {
		n := min(q, s.Quantity)
		q -= n
		if s.Quantity -= n; s.Quantity > 0 {
			out = append(out, s)
		}
	}
	return out
}
