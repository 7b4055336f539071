package orders

import "math"

// What it costs to ask a candidate for the rest of the words, in looks along
// an index: a word is looked up beside its neighbors, a list of words lies
// anywhere.
const (
	looksUp  = 1
	readsOut = 4
)

// rarest chooses the index to go along: what does not stand in it cannot stand
// in all. One of which streams are missing is taken only when it is alone.
func (w *walk) rarest() error {
	best, least := 0, 0
	for n, u := range w.indexes {
		if len(w.indexes) == 1 {
			break
		}
		if u.partial {
			continue
		}
		size, err := u.size(w.r, w.below, window)
		if err != nil {
			return err
		}
		if n >= len(w.wants) && size > window { // counted no further: any word is better
			size = math.MaxInt32
		}
		if cost := size * w.price(n); w.along == nil || cost < least {
			best, least, w.along = n, cost, u
		}
	}
	if len(w.indexes) == 0 {
		return nil
	}
	w.along = w.indexes[best]
	if best < len(w.wants) { // words' indexes come first
		w.ask(best)
	}
	return nil
}

// price is what a candidate of an index costs.
func (w *walk) price(n int) int {
	switch {
	case n >= len(w.wants):
		return 1 + min(1, len(w.wants))*readsOut
	case w.rest(n).fits != nil:
		return 1 + readsOut
	}
	return 1 + (len(w.wants)-1)*looksUp
}

// ask has the streams of a word ask for all others too.
func (w *walk) ask(n int) {
	rest := w.rest(n)
	for i, s := range w.along.streams {
		p := s.(posted)
		p.rest = rest
		w.along.streams[i] = p
	}
	w.asked = len(w.along.known) == 0 || len(w.wants) == 1
}
