package customers

import (
	"slices"
	"strings"

	"orderly/internal/party"
	"orderly/internal/search"
	"orderly/internal/store"
)

const (
	// findWindow is how many words of the index one word of a question looks
	// at: among more people who share a beginning, write more of it.
	findWindow = 1000
	// beyond any character that a token can hold
	lastRune = "\U0010FFFF"
)

// Find looks for customers by the beginnings of words of name, company, e-mail
// address, phone number and external id, all of which must be there. One whose
// id, external id or e-mail address the text is comes first.
func Find(r *store.Reader, text string, limit int) ([]*party.Customer, error) {
	words, err := search.People(text)
	if err != nil || len(words) == 0 {
		return nil, err
	}
	ids, err := exactly(r, strings.TrimSpace(text))
	if err != nil {
		return nil, err
	}
	more, err := matching(r, words, limit)
	if err != nil {
		return nil, err
	}
	for _, id := range more {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	ids = ids[:min(len(ids), limit)]
	found, err := ByID(r, ids)
	slices.SortFunc(found, func(a, b *party.Customer) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return found, err
}

// exactly are the customers whose id, external id or address the text is.
func exactly(r *store.Reader, text string) ([]party.ID, error) {
	var ids []party.ID
	if id, err := party.ParseID(text); err == nil {
		ids = append(ids, id)
	}
	err := r.Each("SELECT id FROM customer WHERE m = $1 AND external_id = $2", []any{r.M, text}, keep(&ids))
	if err == nil && strings.Contains(text, "@") {
		err = r.Each("SELECT id FROM customer WHERE m = $1 AND email = $2 ORDER BY id DESC LIMIT 5", []any{r.M, text}, keep(&ids))
	}
	return ids, err
}

func keep(ids *[]party.ID) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var id party.ID
		err := scan(&id)
		if !slices.Contains(*ids, id) {
			*ids = append(*ids, id)
		}
		return err
	}
}

// matching finds customers that have every word: those of the rarest word,
// held against their own words.
func matching(r *store.Reader, words []string, limit int) ([]party.ID, error) {
	var best []party.ID
	for i, w := range words {
		ids, err := lookUp(r, w)
		if err != nil {
			return nil, err
		}
		if i == 0 || len(ids) < len(best) {
			best = ids
		}
	}
	var out []party.ID
	for part := range slices.Chunk(best, 64) {
		kept, err := having(r, part, words)
		if err != nil {
			return nil, err
		}
		if out = append(out, kept...); len(out) >= limit {
			break
		}
	}
	return out, nil
}

func lookUp(r *store.Reader, word string) ([]party.ID, error) {
	var ids []party.ID
	seen := map[party.ID]bool{}
	err := r.Each("SELECT customer FROM customer_token WHERE m = $1 AND token >= $2 AND token < $3 ORDER BY token, customer LIMIT $4",
		[]any{r.M, word, word + lastRune, int64(findWindow)}, func(scan func(...any) error) error {
			var id party.ID
			err := scan(&id)
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
			return err
		})
	return ids, err
}

func having(r *store.Reader, ids []party.ID, words []string) ([]party.ID, error) {
	tokens := map[party.ID][]string{}
	err := store.In(r, "SELECT customer, token FROM customer_token WHERE m = $1 AND customer IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id party.ID
		var token string
		err := scan(&id, &token)
		tokens[id] = append(tokens[id], token)
		return err
	})
	return slices.DeleteFunc(slices.Clone(ids), func(id party.ID) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			return !slices.ContainsFunc(tokens[id], func(t string) bool { return strings.HasPrefix(t, w) })
		})
	}), err
}

var insertToken = store.NewInsert("customer_token", "", "m", "token", "customer")

// saveTokens keeps the words by which customers are found.
func saveTokens(tx *store.Tx, list []*party.Customer) error {
	type row struct {
		token string
		id    party.ID
	}
	var rows []row
	for _, c := range list {
		if c.EditVersion > 0 {
			if _, err := tx.Exec("DELETE FROM customer_token WHERE m = $1 AND customer = $2", tx.M, c.ID); err != nil {
				return err
			}
		}
		for _, t := range search.CustomerTokens(c) {
			rows = append(rows, row{t, c.ID})
		}
	}
	return insertToken.Run(tx, len(rows), func(a []any, n int) []any {
		return append(a, tx.M, rows[n].token, rows[n].id)
	})
}

// Unfound lists customers that no word finds, after an id: those that were
// there before words were kept, and those of whom nothing is known.
func Unfound(r *store.Reader, after party.ID, limit int) ([]party.ID, error) {
	var out []party.ID
	err := r.Each("SELECT c.id FROM customer AS c WHERE c.m = $1 AND c.id > $2 AND NOT EXISTS (SELECT 1 FROM customer_token AS t WHERE t.m = $3 AND t.customer = c.id) ORDER BY c.id LIMIT $4",
		[]any{r.M, after, r.M, int64(limit)}, keep(&out))
	return out, err
}

// Reword keeps the words of customers anew.
func Reword(tx *store.Tx, ids []party.ID) error {
	list, err := ByID(&tx.Reader, ids)
	if err != nil {
		return err
	}
	for _, c := range list {
		c.EditVersion = max(c.EditVersion, 1) // takes away what is there
	}
	return saveTokens(tx, list)
}
