// Package suppliers keeps whom goods are bought from, and what each offers.
//
// What an offer comes to for a quantity is not decided here; the noun supplier
// does.
package suppliers

import (
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/supplier"
)

const columns = "id, code, name, email, phone, currency, address, lead_days, terms_days, min_order, note, over_percent, price_percent, location, drop_ships, active, created_at, updated_at, version"

func collect(out *[]*supplier.Supplier) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		s := &supplier.Supplier{}
		var address string
		var drops, active int64
		err := scan(&s.ID, &s.Code, &s.Name, &s.Email, &s.Phone, &s.Currency, &address, &s.LeadDays, &s.TermsDays, &s.MinOrder, &s.Note, &s.Over, &s.Price, &s.Location, &drops,
			&active, &s.CreatedAt, &s.UpdatedAt, &s.Version)
		if err != nil {
			return err
		}
		s.DropShips, s.Active = drops != 0, active != 0
		s.Address, err = store.UnpackAddress(address)
		*out = append(*out, s)
		return err
	}
}

// ByID reads suppliers by id, each once; unknown ones are left out.
func ByID(r *store.Reader, ids []supplier.ID) (map[supplier.ID]*supplier.Supplier, error) {
	var list []*supplier.Supplier
	err := store.In(r, "SELECT "+columns+" FROM supplier WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collect(&list))
	out := make(map[supplier.ID]*supplier.Supplier, len(list))
	for _, s := range list {
		out[s.ID] = s
	}
	return out, err
}

// Get reads one supplier; nil when there is none.
func Get(r *store.Reader, id supplier.ID) (*supplier.Supplier, error) {
	found, err := ByID(r, []supplier.ID{id})
	return found[id], err
}

// ByCode reads suppliers by code; unknown ones are left out.
func ByCode(r *store.Reader, codes []string) (map[string]*supplier.Supplier, error) {
	var list []*supplier.Supplier
	err := store.In(r, "SELECT "+columns+" FROM supplier WHERE m = $1 AND code IN ($IN)", []any{r.M}, codes, collect(&list))
	out := make(map[string]*supplier.Supplier, len(list))
	for _, s := range list {
		out[s.Code] = s
	}
	return out, err
}

// AtLocations reads the suppliers whose stock is counted at locations.
func AtLocations(r *store.Reader, at []stock.LocationID) (map[stock.LocationID]*supplier.Supplier, error) {
	var list []*supplier.Supplier
	err := store.In(r, "SELECT "+columns+" FROM supplier WHERE m = $1 AND location > 0 AND location IN ($IN)", []any{r.M}, at, collect(&list))
	out := make(map[stock.LocationID]*supplier.Supplier, len(list))
	for _, s := range list {
		out[stock.LocationID(s.Location)] = s
	}
	return out, err
}

// Page lists suppliers by code after one. all lists those that are not active,
// too.
func Page(r *store.Reader, all bool, after string, limit int) (out []*supplier.Supplier, err error) {
	err = r.Each("SELECT "+columns+" FROM supplier WHERE m = $1 AND code > $2 AND active >= $3 ORDER BY code LIMIT $4", []any{r.M, after, 1 - store.Bool(all), int64(limit)}, collect(&out))
	return out, err
}

var save = store.Upsert("supplier", 2, "m", "id", "code", "name", "email", "phone", "currency", "address", "lead_days", "terms_days", "min_order", "note", "over_percent", "price_percent", "location", "drop_ships",
	"active", "created_at", "updated_at", "version")

// Save keeps a supplier as it is now.
func Save(tx *store.Tx, s *supplier.Supplier) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(s.ID), s.Code, s.Name, s.Email, s.Phone, s.Currency, store.PackAddress(s.Address), s.LeadDays, s.TermsDays, s.MinOrder, s.Note, s.Over, s.Price, s.Location, store.Bool(s.DropShips),
			store.Bool(s.Active), s.CreatedAt, s.UpdatedAt, s.Version)
	})
}
