// Package tariffs keeps the rate cards of partners, and reads what happened at
// their places that cards charge for.
//
// What it comes to is not decided here; the noun tariff does.
package tariffs

import (
	"orderly/internal/store"
	"orderly/internal/tariff"
)

const columns = "id, location, n, from_day, currency, note, created_at, created_by, withdrawn_at, version"

func collect(out *[]*tariff.Card) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		c := &tariff.Card{}
		err := scan(&c.ID, &c.Location, &c.N, &c.From, &c.Currency, &c.Note, &c.CreatedAt, &c.CreatedBy, &c.WithdrawnAt, &c.Version)
		*out = append(*out, c)
		return err
	}
}

// Book reads every version of a place's rate card with its rates, the first first.
func Book(r *store.Reader, location int64) (tariff.Book, error) {
	var list []*tariff.Card
	err := r.Each("SELECT "+columns+" FROM rate_card WHERE m = $1 AND location = $2 ORDER BY n", []any{r.M, location}, collect(&list))
	if err != nil {
		return nil, err
	}
	return list, fill(r, list)
}

// Books reads the versions of every place that has any, by place.
func Books(r *store.Reader) (map[int64]tariff.Book, error) {
	var list []*tariff.Card
	err := r.Each("SELECT "+columns+" FROM rate_card WHERE m = $1 ORDER BY location, n", []any{r.M}, collect(&list))
	if err == nil {
		err = fill(r, list)
	}
	out := map[int64]tariff.Book{}
	for _, c := range list {
		out[c.Location] = append(out[c.Location], c)
	}
	return out, err
}

// Card reads one version; nil when there is none.
func Card(r *store.Reader, id tariff.CardID) (*tariff.Card, error) {
	var list []*tariff.Card
	err := r.Each("SELECT "+columns+" FROM rate_card WHERE m = $1 AND id = $2", []any{r.M, int64(id)}, collect(&list))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], fill(r, list)
}

func fill(r *store.Reader, list []*tariff.Card) error {
	of, ids := map[tariff.CardID]*tariff.Card{}, make([]tariff.CardID, len(list))
	for i, c := range list {
		ids[i], of[c.ID] = c.ID, c
	}
	return store.In(r, "SELECT card, n, kind, label, price, included, up_to, carrier FROM rate_line WHERE m = $1 AND card IN ($IN) ORDER BY card, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id tariff.CardID
		var x tariff.Rate
		err := scan(&id, &x.N, &x.Kind, &x.Label, &x.Price, &x.Included, &x.UpTo, &x.Carrier)
		if c := of[id]; c != nil {
			c.Rates = append(c.Rates, x)
		}
		return err
	})
}

var (
	insertCard = store.NewInsert("rate_card", "", "m", "id", "location", "n", "from_day", "currency", "note", "created_at", "created_by", "withdrawn_at", "version")
	insertRate = store.NewInsert("rate_line", "", "m", "card", "n", "kind", "label", "price", "included", "up_to", "carrier")
	withdraw   = store.NewUpdate("rate_card", 1, "id", "_version", "withdrawn_at", "version")
)

// Add keeps a new version.
func Add(tx *store.Tx, c *tariff.Card) error {
	err := insertCard.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(c.ID), c.Location, c.N, c.From, c.Currency, c.Note, c.CreatedAt, c.CreatedBy, c.WithdrawnAt, c.Version)
	})
	if err != nil {
		return err
	}
	return insertRate.Run(tx, len(c.Rates), func(a []any, n int) []any {
		x := &c.Rates[n]
		return append(a, tx.M, int64(c.ID), int64(x.N), x.Kind, x.Label, int64(x.Price), x.Included, x.UpTo, x.Carrier)
	})
}

// Withdraw keeps that a version, which was at another before, never comes into
// force.
func Withdraw(tx *store.Tx, c *tariff.Card, before int64) error {
	return withdraw.Run(tx, 1, func(a []any, _ int) []any { return append(a, int64(c.ID), before, c.WithdrawnAt, c.Version) })
}
