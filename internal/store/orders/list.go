package orders

import (
	"strings"

	"orderly/internal/order"
	"orderly/internal/store"
)

// Filter narrows a list of orders. Zero fields do not narrow.
type Filter struct {
	Status      string
	Payment     string
	Fulfillment string
	Return      string
	Hold        string
	Stages      []string
	Channel     string
	ExternalID  string
	Number      int64
	Customer    int64
	Tag         string
	From, To    order.ID // placed into these books at or after, and before: ids rise with time
	Before      order.ID // page: only orders with a lower id
	Limit       int
}

// Row is an order as lists show it.
type Row struct {
	Order *order.Order // header only: no lines, holds or fees
	Name  string       // of the customer
	Email string
	City  string
	Lines int
}

// List reads orders newest first. It never counts and never skips: a page
// begins below the id that the last one ended with.
func List(r *store.Reader, f Filter) ([]Row, error) {
	var cond strings.Builder
	args := []any{r.M}
	and := func(text string, vs ...any) {
		cond.WriteString(" AND " + strings.ReplaceAll(text, "?", store.Params(len(args)+1, len(vs))))
		args = append(args, vs...)
	}
	for _, c := range [...]struct{ col, want string }{
		{"status", f.Status}, {"payment_status", f.Payment}, {"fulfillment_status", f.Fulfillment}, {"return_status", f.Return},
		{"hold_status", f.Hold}, {"channel", f.Channel}, {"external_id", f.ExternalID},
	} {
		if c.want != "" {
			and(c.col+" = ?", c.want)
		}
	}
	if len(f.Stages) > 0 {
		words := make([]any, len(f.Stages))
		for i, s := range f.Stages {
			words[i] = s
		}
		and("stage IN (?)", words...)
	}
	if f.Number != 0 {
		and("number = ?", f.Number)
	}
	if f.Customer != 0 {
		and("customer = ?", f.Customer)
	}
	if f.Tag != "" { // tags are kept one a line
		and("'\n' || tags || '\n' LIKE ? ESCAPE '\\'", "%\n"+likeEscape.Replace(f.Tag)+"\n%")
	}
	if f.From != 0 {
		and("id >= ?", int64(f.From))
	}
	upper := f.Before
	if f.To != 0 && (upper == 0 || f.To < upper) {
		upper = f.To
	}
	if upper != 0 {
		and("id < ?", int64(upper))
	}
	args = append(args, int64(f.Limit))
	text := "SELECT " + header + " FROM orders WHERE m = $1" + cond.String() + " ORDER BY id DESC LIMIT " + store.Params(len(args), 1)
	var out []Row
	at := map[order.ID]int{}
	var ids []order.ID
	err := r.Each(text, args, func(scan func(...any) error) error {
		o, n, err := scanHeader(scan)
		if err != nil {
			return err
		}
		at[o.ID] = len(out)
		ids = append(ids, o.ID)
		out = append(out, Row{Order: o, Lines: n.lines})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT order_id, name, email, ship_to FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var name, email, ship string
		if err := scan(&id, &name, &email, &ship); err != nil {
			return err
		}
		a, err := store.UnpackAddress(ship)
		row := &out[at[id]]
		row.Name, row.Email, row.City = name, email, a.City
		return err
	})
	return out, err
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)
