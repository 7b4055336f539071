package cases

import (
	"strings"

	"orderly/internal/store"
	"orderly/internal/support"
)

// recent is how many of the newest cases are looked through for words: what
// people look for is mostly there, and it costs the same however many there were.
const recent = 1000

// Search finds cases by their number, by the address of their customer, or by
// words of the subject and the customer's name, the newest first. Words are
// looked for among the newest cases alone.
func Search(r *store.Reader, text string, limit int) ([]*support.Case, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if n, ok := support.ParseName(text); ok {
		c, err := ByNumber(r, n)
		if c == nil || err != nil {
			return nil, err
		}
		return []*support.Case{c}, nil
	}
	if strings.Contains(text, "@") {
		return List(r, Filter{Email: text, Limit: limit})
	}
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 8 {
		return nil, nil
	}
	var ids []int64
	err := r.Each("SELECT id, subject, name FROM support_case WHERE m = $1 ORDER BY id DESC LIMIT $2", []any{r.M, int64(recent)}, func(scan func(...any) error) error {
		var id int64
		var subject, name string
		err := scan(&id, &subject, &name)
		if len(ids) < limit && holds(strings.ToLower(subject+" "+name), words) {
			ids = append(ids, id)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []*support.Case
	for _, id := range ids {
		c, err := Get(r, support.ID(id))
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
