package items

import (
	"slices"
	"strings"

	"orderly/internal/catalog"
	"orderly/internal/search"
	"orderly/internal/store"
)

const (
	// findWindow is how many words of the index one word of a question looks
	// at. What begins with a word that more items share is found among the
	// first so many of them.
	findWindow = 1000
	// beyond any character that a token can hold
	lastRune = "\U0010FFFF"
)

// Search finds items that can be ordered by the beginnings of words of their
// SKU, name or barcode: what a picker offers. Of a question without a word it
// finds nothing. A SKU or barcode that is the text itself comes first.
func Search(r *store.Reader, text string, limit int) ([]*catalog.Item, error) {
	return Find(r, text, false, limit)
}

// Find is Search among the items that are archived, or those that are not.
func Find(r *store.Reader, text string, archived bool, limit int) ([]*catalog.Item, error) {
	words, err := search.Beginnings(text)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	exact, err := exactly(r, text, archived)
	if err != nil {
		return nil, err
	}
	ids, err := matching(r, words, archived, limit+len(exact))
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id catalog.ID) bool { return slices.Contains(exact, id) })
	ids = append(exact, ids...)
	ids = ids[:min(len(ids), limit)]
	found, err := ByID(r, ids)
	slices.SortFunc(found, func(a, b *catalog.Item) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found, err
}

// exactly are the items whose SKU or barcode the text is.
func exactly(r *store.Reader, text string, archived bool) ([]catalog.ID, error) {
	text = strings.TrimSpace(text)
	packs, err := ByBarcode(r, []string{text})
	if err != nil {
		return nil, err
	}
	var ids []catalog.ID
	keep := func(scan func(...any) error) error {
		var id catalog.ID
		err := scan(&id)
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		return err
	}
	spellings := []string{text, strings.ToUpper(text)}
	err = store.In(r, "SELECT id FROM item WHERE m = $1 AND archived = $2 AND sku IN ($IN)", []any{r.M, store.Bool(archived)}, spellings, keep)
	if p, ok := packs[text]; ok && err == nil {
		err = r.Each("SELECT id FROM item WHERE m = $1 AND id = $2 AND archived = $3", []any{r.M, p.Item, store.Bool(archived)}, keep)
	}
	return ids, err
}

// hits are the items that have a word which begins in a certain way.
type hits struct {
	word string
	ids  []catalog.ID
	has  map[catalog.ID]bool
	all  bool // ids are all there are
}

// matching finds items that have every word, the first limit of them in the
// order in which the index has the rarest word.
func matching(r *store.Reader, words []string, archived bool, limit int) ([]catalog.ID, error) {
	list := make([]*hits, len(words))
	for i, w := range words {
		var err error
		if list[i], err = lookUp(r, w, archived); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(list, func(a, b *hits) int {
		if a.all != b.all {
			return map[bool]int{true: -1, false: 1}[a.all]
		}
		return len(a.ids) - len(b.ids)
	})
	var out []catalog.ID
	for part := range slices.Chunk(list[0].ids, 64) {
		kept, err := having(r, part, list[1:])
		if err != nil {
			return nil, err
		}
		if out = append(out, kept...); len(out) >= limit {
			break
		}
	}
	return out, nil
}

func lookUp(r *store.Reader, word string, archived bool) (*hits, error) {
	h := &hits{word: word, has: map[catalog.ID]bool{}}
	n := 0
	err := r.Each("SELECT item FROM item_token WHERE m = $1 AND archived = $2 AND token >= $3 AND token < $4 ORDER BY token, item LIMIT $5",
		[]any{r.M, store.Bool(archived), word, word + lastRune, int64(findWindow)}, func(scan func(...any) error) error {
			var id catalog.ID
			err := scan(&id)
			if n++; !h.has[id] {
				h.has[id] = true
				h.ids = append(h.ids, id)
			}
			return err
		})
	h.all = n < findWindow
	return h, err
}

// having keeps the candidates that have the other words too. Of a word whose
// items are not all known, the candidates' own words are read.
func having(r *store.Reader, ids []catalog.ID, others []*hits) ([]catalog.ID, error) {
	ids = slices.Clone(ids)
	var open []*hits
	for _, h := range others {
		if !h.all {
			open = append(open, h)
			continue
		}
		ids = slices.DeleteFunc(ids, func(id catalog.ID) bool { return !h.has[id] })
	}
	if len(open) == 0 || len(ids) == 0 {
		return ids, nil
	}
	tokens := map[catalog.ID][]string{}
	err := store.In(r, "SELECT item, token FROM item_token WHERE m = $1 AND item IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id catalog.ID
		var token string
		err := scan(&id, &token)
		tokens[id] = append(tokens[id], token)
		return err
	})
	return slices.DeleteFunc(ids, func(id catalog.ID) bool {
		return slices.ContainsFunc(open, func(h *hits) bool {
			return !h.has[id] && !slices.ContainsFunc(tokens[id], func(t string) bool { return strings.HasPrefix(t, h.word) })
		})
	}), err
}

var insertToken = store.NewInsert("item_token", "", "m", "archived", "token", "item")

// saveTokens keeps the words by which an item is found.
func saveTokens(tx *store.Tx, list []*catalog.Item) error {
	type row struct {
		item  *catalog.Item
		token string
	}
	var rows []row
	for _, i := range list {
		if i.EditVersion > 0 {
			if _, err := tx.Exec("DELETE FROM item_token WHERE m = $1 AND item = $2", tx.M, i.ID); err != nil {
				return err
			}
		}
		codes := make([]string, len(i.Barcodes))
		for n, b := range i.Barcodes {
			codes[n] = b.Code
		}
		for _, t := range search.ItemTokens(i.SKU, i.Name, codes) {
			rows = append(rows, row{i, t})
		}
	}
	return insertToken.Run(tx, len(rows), func(a []any, n int) []any {
		return append(a, tx.M, store.Bool(rows[n].item.Archived), rows[n].token, rows[n].item.ID)
	})
}

// Unfound lists items that no word finds, after an id: those that were there
// before words were kept.
func Unfound(r *store.Reader, after catalog.ID, limit int) ([]catalog.ID, error) {
	var out []catalog.ID
	err := r.Each("SELECT i.id FROM item AS i WHERE i.m = $1 AND i.id > $2 AND NOT EXISTS (SELECT 1 FROM item_token AS t WHERE t.m = $3 AND t.item = i.id) ORDER BY i.id LIMIT $4",
		[]any{r.M, after, r.M, int64(limit)}, func(scan func(...any) error) error {
			var id catalog.ID
			err := scan(&id)
			out = append(out, id)
			return err
		})
	return out, err
}

// Reword keeps the words of items anew.
func Reword(tx *store.Tx, ids []catalog.ID) error {
	list, err := ByID(&tx.Reader, ids)
	if err != nil {
		return err
	}
	for _, i := range list {
		i.EditVersion = max(i.EditVersion, 1) // takes away what is there
	}
	return saveTokens(tx, list)
}
