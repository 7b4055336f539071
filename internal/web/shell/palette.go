package shell

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/orders"
	"orderly/internal/support"
)

// paletteOrders is how many orders the palette offers.
const paletteOrders = 8

// palette answers what was typed into it with places to go.
func palette(v *Visit) error {
	q := v.Query("q")
	var list []found
	if q != "" && v.May(access.OrdersRead) && v.shell.serves("/orders/{id}") {
		var err error
		if list, err = v.findOrders(q); err != nil {
			return err
		}
	}
	if q != "" && v.May(access.CustomersRead) && v.shell.serves("/cases/{id}") {
		some, err := v.findCases(q)
		if err != nil {
			return err
		}
		list = append(some, list...)
	}
	return v.Part(paletteList(v, list, v.pages(q)))
}

func (v *Visit) findOrders(q string) ([]found, error) {
	words, err := search.Parse(q)
	if err != nil || len(words) == 0 {
		return nil, nil //nolint:nilerr // half a word finds nothing yet
	}
	var page orders.Found
	err = v.Read(func(r *store.Reader) (err error) {
		page, err = orders.List(r, orders.Filter{Words: words, Limit: paletteOrders})
		return err
	})
	out := make([]found, len(page.Rows))
	for i, row := range page.Rows {
		o := row.Order
		out[i] = found{"shopping-bag", "#" + v.plain(o.Number) + "  " + row.Name, v.Money(o.Totals.Total, o.Currency.Code()), "/orders/" + o.ID.String()}
	}
	return out, err
}

// paletteCases is how many cases the palette offers.
const paletteCases = 5

func (v *Visit) findCases(q string) ([]found, error) {
	var list []*support.Case
	err := v.Read(func(r *store.Reader) (err error) {
		list, err = cases.Search(r, q, paletteCases)
		return err
	})
	out := make([]found, len(list))
	for i, c := range list {
		out[i] = found{"message-square", c.Called() + "  " + c.Subject, c.Name, "/cases/" + c.ID.String()}
	}
	return out, err
}

func (v *Visit) pages(q string) []found {
	var out []found
	for _, g := range v.groups() {
		for _, p := range g.Places {
			if label := v.T(p.Key); q == "" || strings.Contains(strings.ToLower(label), strings.ToLower(q)) {
				out = append(out, found{p.Icon, label, "", p.Path})
			}
		}
	}
	return out
}
