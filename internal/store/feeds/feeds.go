// Package feeds keeps where partners' lists of their stock are fetched from.
//
// What they are belongs to feed.
package feeds

import (
	"encoding/json"

	"orderly/internal/feed"
	"orderly/internal/stock"
	"orderly/internal/store"
)

const columns = "location, source, address, header, secret, named, sku_column, quantity_column, complete, minutes, active, next_at, status, looked_at, taken_at, hash, lines, unknown, bad, told, version, updated_at"

func collect(out *[]*feed.Feed) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var f feed.Feed
		var complete, active int64
		var told string
		err := scan(&f.Location, &f.Source, &f.Address, &f.Header, &f.Secret, &f.Named, &f.SKU, &f.Quantity, &complete, &f.Minutes, &active, &f.NextAt,
			&f.Outcome.Status, &f.Outcome.At, &f.Outcome.TakenAt, &f.Outcome.Hash, &f.Outcome.Lines, &f.Outcome.Unknown, &f.Outcome.Bad, &told, &f.Version, &f.UpdatedAt)
		if err == nil {
			err = json.Unmarshal([]byte(told), &f.Outcome.Told)
		}
		f.Complete, f.Active = complete != 0, active != 0
		*out = append(*out, &f)
		return err
	}
}

// All lists the feeds of a merchant, by location; there are no more of them than
// locations.
func All(r *store.Reader) (out []*feed.Feed, err error) {
	err = r.Each("SELECT "+columns+" FROM stock_feed WHERE m = $1 ORDER BY location", []any{r.M}, collect(&out))
	return out, err
}

// Of reads the feed of a location; nil where there is none.
func Of(r *store.Reader, at stock.LocationID) (*feed.Feed, error) {
	var out []*feed.Feed
	err := r.Each("SELECT "+columns+" FROM stock_feed WHERE m = $1 AND location = $2", []any{r.M, int64(at)}, collect(&out))
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return out[0], nil
}

var save = store.Upsert("stock_feed", 2, "m", "location", "source", "address", "header", "secret", "named", "sku_column", "quantity_column", "complete", "minutes", "active", "next_at",
	"status", "looked_at", "taken_at", "hash", "lines", "unknown", "bad", "told", "version", "updated_at")

// Save keeps a feed as it is now.
func Save(tx *store.Tx, f *feed.Feed) error {
	told, err := json.Marshal(append([]string{}, f.Outcome.Told...))
	if err != nil {
		return err
	}
	o := &f.Outcome
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(f.Location), f.Source, f.Address, f.Header, f.Secret, f.Named, f.SKU, f.Quantity, store.Bool(f.Complete), f.Minutes, store.Bool(f.Active), f.NextAt,
			o.Status, o.At, o.TakenAt, o.Hash, o.Lines, o.Unknown, o.Bad, string(told), f.Version, f.UpdatedAt)
	})
}
