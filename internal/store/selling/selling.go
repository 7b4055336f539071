// Package selling keeps what channels leave to others, and from where they sell.
//
// What follows from it is not decided here; the noun selling does.
package selling

import (
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
)

func scanBuffer(out *[]selling.Buffer) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var b selling.Buffer
		err := scan(&b.Channel, &b.Item, &b.Location, &b.Units)
		*out = append(*out, b)
		return err
	}
}

const bufferColumns = "channel, item, location, units"

// Terms reads what holds for every channel; nil when nothing was said of any.
func Terms(r *store.Reader) (map[string]*selling.Terms, error) {
	var buffers []selling.Buffer
	err := r.Each("SELECT "+bufferColumns+" FROM channel_buffer WHERE m = $1 LIMIT $2", []any{r.M, int64(selling.MaxBuffers)}, scanBuffer(&buffers))
	if err != nil {
		return nil, err
	}
	var places []selling.Place
	err = r.Each("SELECT channel, location FROM channel_place WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var p selling.Place
		err := scan(&p.Channel, &p.Location)
		places = append(places, p)
		return err
	})
	return selling.ByChannel(buffers, places), err
}

// Buffers lists a channel's buffers by item and location, after a cell.
func Buffers(r *store.Reader, channel string, after stock.Cell, limit int) ([]selling.Buffer, error) {
	var out []selling.Buffer
	err := r.Each("SELECT "+bufferColumns+" FROM channel_buffer WHERE m = $1 AND channel = $2 AND (item, location) > ($3, $4) ORDER BY item, location LIMIT $5",
		[]any{r.M, channel, after.Item, after.Location, int64(limit)}, scanBuffer(&out))
	return out, err
}

// OfItems lists all channels' buffers of items.
func OfItems(r *store.Reader, items []int64) ([]selling.Buffer, error) {
	var out []selling.Buffer
	err := store.In(r, "SELECT "+bufferColumns+" FROM channel_buffer WHERE m = $1 AND item IN ($IN) ORDER BY channel, item, location", []any{r.M}, items, scanBuffer(&out))
	return out, err
}

// Count is how many buffers the merchant has.
func Count(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM channel_buffer WHERE m = $1", r.M).Scan(&n)
	return n, err
}

// Places are the locations that a channel sells from; none means all.
func Places(r *store.Reader, channel string) ([]stock.LocationID, error) {
	var out []stock.LocationID
	err := r.Each("SELECT location FROM channel_place WHERE m = $1 AND channel = $2 ORDER BY location", []any{r.M, channel}, func(scan func(...any) error) error {
		var id stock.LocationID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

var saveBuffer = store.Upsert("channel_buffer", 4, "m", "channel", "item", "location", "units")

// Save keeps buffers as they are now.
func Save(tx *store.Tx, list []selling.Buffer) error {
	return saveBuffer.Run(tx, len(list), func(a []any, n int) []any {
		b := list[n]
		return append(a, tx.M, b.Channel, b.Item, b.Location, b.Units)
	})
}

// Drop takes buffers away.
func Drop(tx *store.Tx, list []selling.Buffer) error {
	for _, b := range list {
		if _, err := tx.Exec("DELETE FROM channel_buffer WHERE m = $1 AND channel = $2 AND item = $3 AND location = $4", tx.M, b.Channel, b.Item, b.Location); err != nil {
			return err
		}
	}
	return nil
}

var insertPlace = store.NewInsert("channel_place", "", "m", "channel", "location")

// SavePlaces has a channel sell from these locations alone; none means from all.
func SavePlaces(tx *store.Tx, channel string, at []stock.LocationID) error {
	if _, err := tx.Exec("DELETE FROM channel_place WHERE m = $1 AND channel = $2", tx.M, channel); err != nil {
		return err
	}
	return insertPlace.Run(tx, len(at), func(a []any, n int) []any { return append(a, tx.M, channel, at[n]) })
}
