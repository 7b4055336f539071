package orders

import (
	"slices"
	"unicode/utf8"

	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
)

// maxBeginnings is how many SKUs that begin as asked are looked at. More than
// that and the answer is partial.
const maxBeginnings = 24

// wanted is a word of the question and all that it may stand for.
type wanted struct {
	word  search.Word
	items map[string]bool // tokens of the items whose SKU it is
	spans []span          // of words, where it is looked for
	known []order.ID
}

func (x *wanted) has(id order.ID, tokens []string) bool {
	return slices.Contains(x.known, id) || x.word.Has(tokens, x.items)
}

// word finds out where the orders that have a word stand.
func (w *walk) word(word search.Word) error {
	u, x := &union{}, wanted{word: word, items: map[string]bool{}}
	for i, t := range word.Tokens {
		if i == 0 && word.Prefix {
			x.spans = append(x.spans, beginning(t))
		} else {
			x.spans = append(x.spans, exactly(t))
		}
	}
	items, more, err := w.items(word)
	if err != nil {
		return err
	}
	u.partial = more
	for _, id := range items {
		t := search.ItemToken(id)
		x.items[t] = true
		x.spans = append(x.spans, exactly(t))
	}
	if word.Number != 0 {
		one, err := w.one("number = $2", word.Number)
		if err != nil {
			return err
		}
		u.known = one.known
	}
	if word.Order != 0 {
		u.known = append(u.known, order.ID(word.Order))
	}
	x.known = u.known
	w.add(u, x)
	return nil
}

// add puts what must be found beside the index that it is found by.
func (w *walk) add(u *union, x wanted) {
	for some := range slices.Chunk(x.spans, maxSpans) {
		u.streams = append(u.streams, posted{spans: some})
	}
	w.wants, w.indexes = append(w.wants, x), append(w.indexes, u)
}

// tokens are all that the word may be; none when it may be more than a
// statement lists.
func (x *wanted) tokens() (out []string) {
	for _, s := range x.spans {
		if s.from != s.to || len(x.known) > 0 || len(x.spans) > maxSpans {
			return nil
		}
		out = append(out, s.from)
	}
	return out
}

// rest is what the words other than this one ask of a candidate.
func (w *walk) rest(but int) (out rest) {
	for i := range w.wants {
		if i == but {
			continue
		}
		tokens := w.wants[i].tokens()
		if tokens == nil {
			return rest{fits: w.fits}
		}
		out.words = append(out.words, tokens)
	}
	return out
}

// last is after every text that begins with another.
const last = string(utf8.MaxRune)

// items are those whose SKU is the word, or begins so.
func (w *walk) items(word search.Word) (out []int64, more bool, err error) {
	add := func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
		return err
	}
	if !word.Prefix {
		return out, false, store.In(w.r, "SELECT id FROM item WHERE m = $1 AND sku IN ($IN)", []any{w.r.M}, word.SKUs, add)
	}
	for _, sku := range word.SKUs {
		n := 0
		err := w.r.Each("SELECT id FROM item WHERE m = $1 AND sku >= $2 AND sku < $3 ORDER BY sku LIMIT $4", []any{w.r.M, sku, sku + last, int64(maxBeginnings + 1)}, func(scan func(...any) error) error {
			if n++; n > maxBeginnings {
				more = true
				return nil
			}
			return add(scan)
		})
		if err != nil {
			return nil, false, err
		}
	}
	return out, more, nil
}

// having keeps those of the candidates that have every word.
func (w *walk) having(ids []order.ID) ([]order.ID, error) {
	fits := map[order.ID]bool{}
	err := store.In(w.r, "SELECT order_id, tokens FROM search_order WHERE m = $1 AND order_id IN ($IN)", []any{w.r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var words string
		err := scan(&id, &words)
		fits[id] = w.fits(id, store.UnpackWords(words))
		return err
	})
	return slices.DeleteFunc(ids, func(id order.ID) bool { return !fits[id] }), err
}

func (w *walk) fits(id order.ID, tokens []string) bool {
	for i := range w.wants {
		if !w.wants[i].has(id, tokens) {
			return false
		}
	}
	return true
}
