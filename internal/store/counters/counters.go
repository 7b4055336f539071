// Package counters keeps how many things stand in each queue.
//
// What does not belong here: which queues there are, and who stands in them; the nouns say that.
package counters

import (
	"maps"
	"slices"

	"orderly/internal/store"
)

var upsert = store.NewInsert("counter", " ON CONFLICT (m, key) DO UPDATE SET n = counter.n + excluded.n", "m", "key", "n")
var seed = store.NewInsert("counter", " ON CONFLICT (m, key) DO NOTHING", "m", "key", "n")

// Add changes counters by signed differences, in one fixed order.
func Add(tx *store.Tx, by map[string]int64) error {
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(by)), func(k string) bool { return by[k] == 0 })
	var down []string
	var up []string
	for _, k := range keys {
		if by[k] < 0 { // the row is there: something stood in the queue
			down = append(down, k)
		} else {
			up = append(up, k)
		}
	}
	err := upsert.Run(tx, len(up), func(a []any, n int) []any { return append(a, tx.M, up[n], by[up[n]]) })
	for _, k := range down {
		if err == nil {
			_, err = tx.Exec("UPDATE counter SET n = n + $1 WHERE m = $2 AND key = $3", by[k], tx.M, k)
		}
	}
	return err
}

// All reads every counter of the merchant.
func All(r *store.Reader) (map[string]int64, error) {
	out := map[string]int64{}
	err := r.Each("SELECT key, n FROM counter WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var k string
		var n int64
		err := scan(&k, &n)
		out[k] = n
		return err
	})
	return out, err
}

// Replace sets the counters anew: the one repair that verify offers.
func Replace(tx *store.Tx, to map[string]int64) error {
	if _, err := tx.Exec("DELETE FROM counter WHERE m = $1", tx.M); err != nil {
		return err
	}
	keys := slices.Sorted(maps.Keys(to))
	return seed.Run(tx, len(keys), func(a []any, n int) []any { return append(a, tx.M, keys[n], to[keys[n]]) })
}
