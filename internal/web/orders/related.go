package orders

import (
	"cmp"
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

// relation is another order and what it has to do with this one.
type relation struct {
	orders.Row
	Why string // the key of a text
}

// The reasons, the most telling first.
const (
	maybeTwice   = "order.related_twice"
	sameExternal = "order.related_external"
	sameBuyer    = "order.related_buyer"
	sameAddress  = "order.related_address"
)

// soon is within what time an equal order is likely the same one, sent twice.
const soon = int64(24 * 3600 * 1_000_000)

// related finds orders of the same buyer, to the same address, and of the same
// number at the channel.
func (x *view) related(r *store.Reader) error {
	var out []relation
	add := func(rows []orders.Row, why string, fits func(*orders.Row) bool) {
		for i := range rows {
			known := slices.ContainsFunc(out, func(o relation) bool { return o.Order.ID == rows[i].Order.ID })
			if rows[i].Order.ID == x.ID || known || fits != nil && !fits(&rows[i]) {
				continue
			}
			if why == sameBuyer && x.twice(rows[i].Order) {
				out = append(out, relation{rows[i], maybeTwice})
				continue
			}
			out = append(out, relation{rows[i], why})
		}
	}
	if begins := stem(x.ExternalID); begins != "" {
		rows, err := orders.Like(r, x.Channel, begins, maxRelated)
		if err != nil {
			return err
		}
		add(rows, sameExternal, nil)
	}
	rows, err := x.ofBuyer(r)
	if err != nil {
		return err
	}
	add(rows, sameBuyer, nil)
	if rows, err = x.toAddress(r); err != nil {
		return err
	}
	add(rows, sameAddress, nil)
	slices.SortStableFunc(out, func(a, b relation) int { return cmp.Compare(rank(a.Why), rank(b.Why)) })
	x.Related = out[:min(len(out), maxRelated)]
	return nil
}

func rank(why string) int {
	return slices.Index([]string{maybeTwice, sameExternal, sameBuyer, sameAddress}, why)
}

// twice reports whether an order of the same buyer looks like this one again.
func (x *view) twice(o *order.Order) bool {
	apart := x.PlacedAt - o.PlacedAt
	return o.Totals.Total == x.Totals.Total && o.Sums[order.Ordered] == x.Sums[order.Ordered] && -soon < apart && apart < soon && o.Statuses.Stage != order.StageCanceled
}

// ofBuyer are the newest orders of the customer, or of the e-mail address.
func (x *view) ofBuyer(r *store.Reader) ([]orders.Row, error) {
	f := orders.Filter{Customer: x.Customer, Limit: maxRelated + 1}
	if x.Customer == 0 {
		words, err := search.Parse(x.Party.Customer.Email)
		if err != nil {
			return nil, nil //nolint:nilerr // no address to look for
		}
		for i := range words {
			words[i].Prefix = false
		}
		f.Words = words
	}
	got, err := orders.List(r, f)
	return got.Rows, err
}

// toAddress are the newest orders to the same door.
func (x *view) toAddress(r *store.Reader) ([]orders.Row, error) {
	words, err := search.Parse(x.Party.ShipTo.PostalCode)
	if err != nil {
		return nil, nil //nolint:nilerr // no postal code to look for
	}
	for i := range words {
		words[i].Prefix = false
	}
	got, err := orders.List(r, orders.Filter{Words: words, Limit: 3 * maxRelated})
	if err != nil {
		return nil, err
	}
	all := map[order.ID]*order.Order{}
	var ids []order.ID
	for _, row := range got.Rows {
		ids, all[row.Order.ID] = append(ids, row.Order.ID), row.Order
	}
	if err := orders.LoadParties(r, ids, all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(got.Rows, func(row orders.Row) bool { return door(row.Order.Party.ShipTo) != door(x.Party.ShipTo) }), nil
}

// door is what two writings of one address have in common.
func door(a party.Address) string {
	fold := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }
	return fold(a.Line1) + "/" + fold(a.PostalCode) + "/" + fold(a.Country)
}

// stem is what parts of one order have in common at a channel: "W-2201-1" and
// "W-2201-2" begin with "W-2201-". A part is told by one or two characters
// after a number: in "TILL-100482" or "2026-000017" what stands first is how the
// channel begins every number.
func stem(external string) string {
	at := strings.LastIndexAny(external, "-_./#")
	if part := len(external) - at - 1; at < 3 || part < 1 || part > 2 || !strings.ContainsAny(external[:at], "0123456789") {
		return ""
	}
	return external[:at+1]
}
