package order

import "slices"

// Taken is what lines of an order draw on an offer: units that are pre-ordered,
// and of them those that wait.
type Taken struct{ Units, Waiting int64 }

// Drawn is what the order draws on each offer; nil when it was never pre-ordered.
func (o *Order) Drawn() map[int64]Taken {
	var out map[int64]Taken
	for i := range o.Lines {
		l := &o.Lines[i]
		if l.Preorder == 0 {
			continue
		}
		if out == nil {
			out = map[int64]Taken{}
		}
		t := out[l.Preorder]
		out[l.Preorder] = Taken{t.Units + l.Preordered, t.Waiting + l.Awaited()}
	}
	return out
}

// AwaitedBy are the pre-ordered units that wait, by line.
func (o *Order) AwaitedBy() []Preordered {
	var out []Preordered
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Preorder != 0 && l.Awaited() > 0 {
			out = append(out, Preordered{l.N, l.Preorder, l.Awaited()})
		}
	}
	return out
}

// Carried is what of an order's pre-ordered units another takes over, line by
// line: those that a change takes off here. Both orders name their lines in the
// order of from and to; components of bundles are found by their items.
func (o *Order) Carried(left, other *Order, from, to []int) []Preordered {
	var out []Preordered
	for i, n := range from {
		old, made := o.leaves(n), other.leaves(to[i])
		for _, was := range old {
			q := was.Preordered - left.Line(was.N).Preordered
			at := slices.IndexFunc(made, func(l *Line) bool { return l.Item == was.Item })
			if q > 0 && at >= 0 {
				out = append(out, Preordered{made[at].N, was.Preorder, min(q, made[at].Q[Ordered])})
			}
		}
	}
	return out
}

// leaves are the lines that carry the units of a line: itself, or a bundle's
// components.
func (o *Order) leaves(n int) []*Line {
	if l := o.Line(n); l.Leaf() {
		return []*Line{l}
	}
	return o.Components(n)
}

// Lively are the lines that were asked for and not canceled.
func (o *Order) Lively() []int {
	return slices.DeleteFunc(o.Tops(1), func(n int) bool { return o.Quantities(o.Line(n)).Live() == 0 })
}

// Tops are the lines that were asked for, from one on: not those of which
// bundles are made.
func (o *Order) Tops(from int) []int {
	var out []int
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Parent == 0 && l.N >= from {
			out = append(out, l.N)
		}
	}
	return out
}
