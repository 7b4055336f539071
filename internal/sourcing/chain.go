package sourcing

// Limits of chains: how many orders move for one, how many who hold what is
// short are asked, and how much is looked at in a batch.
const (
	chainDepth  = 24
	chainAsked  = 400
	chainWork   = 400_000
	chainSolves = 2_000
)

// chain makes place for an order that found none: an order of the same
// priority that holds what is short goes to another of its choices, and if
// there is none free, moves another one in turn. Each thing that is short is
// freed once at most in one chain, as in augmenting a matching; where each
// order takes one unit of one place's room and the limits are not reached the
// outcome is a maximum matching. Nothing is changed where no chain is found.
func (t *turn) chain(o int) bool {
	clear(t.seen)
	clear(t.moving)
	return t.push(o, 0)
}

func (t *turn) push(o, depth int) bool {
	if t.anyFree(o, depth) {
		return true
	}
	if depth == chainDepth {
		return false
	}
	t.moving[o] = true
	for i := range t.options(o) {
		c := t.option(o, i)
		key, short := t.short(&c)
		if !short || t.seen[key] {
			continue
		}
		t.seen[key] = true
		if t.free(o, depth, key, c) {
			return true
		}
	}
	delete(t.moving, o)
	return false
}

// options is how many choices a chain considers for an order.
func (t *turn) options(o int) int {
	if len(t.ideals[o].Places) > 1 && len(t.ideals[o].Short) == 0 {
		return len(t.single[o]) + 1
	}
	return len(t.single[o])
}

func (t *turn) option(o, i int) choice {
	if i < len(t.single[o]) {
		return t.byOne(o, i)
	}
	return t.told(o, &t.ideals[o])
}

// anyFree takes a choice that is free now.
func (t *turn) anyFree(o, depth int) bool {
	for i, candidate := range t.single[o] {
		t.work--
		if t.has(o, int(candidate), t.left, t.room) {
			t.take(o, t.byOne(o, i))
			return true
		}
	}
	if depth == 0 || t.solves <= 0 || !t.enough(o) {
		return false
	}
	t.solves--
	if c := t.search(o); c.full {
		t.take(o, c)
		return true
	}
	return false
}

// short is the first thing that a choice lacks.
func (t *turn) short(c *choice) (key int32, is bool) {
	for _, col := range c.cols {
		if t.room[col] == 0 {
			return -1 - col, true
		}
	}
	for _, u := range c.uses {
		if t.left[u.cell] < u.units {
			return u.cell, true
		}
	}
	return 0, false
}

// free moves an order away that holds what is short, so that the choice fits.
func (t *turn) free(o, depth int, key int32, c choice) bool {
	list := t.holders[key]
	asked := make([]int32, 0, min(len(list), chainAsked))
	asked = append(asked, list[:min(len(list), chainAsked)]...)
	for _, other := range asked {
		v := int(other)
		if t.work--; t.work < 0 {
			return false
		}
		if t.moving[v] || t.ps[v].Priority != t.ps[o].Priority {
			continue
		}
		old := t.drop(v)
		if t.fits(&c) {
			t.take(o, c)
			if t.push(v, depth+1) {
				return true
			}
			t.drop(o)
		}
		t.take(v, old)
	}
	return false
}
