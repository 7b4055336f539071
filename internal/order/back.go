package order

import "orderly/internal/fault"

// Returnable is how many units of a leaf line may be asked back: they left, and
// are neither back nor asked for.
func (a Buckets) Returnable() int64 { return a.Left() - a[Returned] - a[ReturnRequested] }

// AskBack decides which units shall come back.
func (o *Order) AskBack(parts []Part) ([]Asked, error) {
	var out []Asked
	err := o.comingBack(parts, func(line int, n int64) { out = append(out, Asked{Line: line, Quantity: n}) })
	return out, err
}

// Return decides which units came back: they must have left and not be back
// already. restock says whether they are sellable again.
func (o *Order) Return(parts []Part, restock bool) (Delta, error) {
	var d Delta
	err := o.comingBack(parts, func(line int, n int64) {
		r := Return{Line: line, Quantity: n}
		if restock && o.Line(line).Stocked {
			r.Restocked = n
		}
		d.Returned = append(d.Returned, r)
	})
	return d, err
}

// comingBack names the units of leaf lines that parts mean, if they may come back.
func (o *Order) comingBack(parts []Part, add func(line int, quantity int64)) error {
	leaves, err := o.leafParts(parts)
	if err != nil {
		return err
	}
	var faults fault.List
	for _, p := range leaves {
		l := o.Line(p.Line)
		most, n := l.Q.Returnable(), p.Quantity
		if n == 0 {
			n = most
		}
		if n < 1 || n > most {
			faults.Add(p.at, "not_returnable", "line %d: %d units can come back, %d were named", l.N, most, p.Quantity)
			continue
		}
		add(l.N, n)
	}
	if len(parts) == 0 {
		faults.Add("/lines", "missing", "name the lines that came back")
	}
	return faults.As(fault.Conflict, "not_returnable", "some units cannot come back")
}
