// Package sheets gives requests as partners work on them: with what is to be sent
// to whom.
//
// The rows themselves are kept by partners, orders and fulfillments.
package sheets

import (
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/orders"
)

// Sheet is a request as the partner sees it: what to send to whom, and nothing of
// prices or of what others send.
type Sheet struct {
	*partner.Request
	Order *order.Order // with where it goes to
	Work  *fulfillment.Fulfillment
}

// To is where it goes, with who it is for.
func (s *Sheet) To() party.Address {
	a := s.Order.Party.ShipTo
	if a.Name == "" && a.Company == "" {
		a.Name = s.Order.Party.Customer.Name
	}
	return a
}

// Of adds to requests what a partner needs to work on them. Requests whose
// order is not there are left out.
func Of(r *store.Reader, list []*partner.Request) ([]Sheet, error) {
	var ids []order.ID
	var fuls []fulfillment.ID
	for _, q := range list {
		ids, fuls = append(ids, q.Order), append(fuls, q.Fulfillment)
	}
	found, err := orders.Load(r, ids, orders.Parts{})
	if err != nil {
		return nil, err
	}
	if err := orders.LoadParties(r, ids, found); err != nil {
		return nil, err
	}
	work, err := fulfillments.Load(r, fuls)
	if err != nil {
		return nil, err
	}
	by := map[fulfillment.ID]*fulfillment.Fulfillment{}
	for _, f := range work {
		by[f.ID] = f
	}
	out := make([]Sheet, 0, len(list))
	for _, q := range list {
		if o, f := found[q.Order], by[q.Fulfillment]; o != nil && f != nil {
			out = append(out, Sheet{q, o, f})
		}
	}
	return out, nil
}
