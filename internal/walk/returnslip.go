package walk

import (
	"strconv"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/papers"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
)

// ReturnSlip fills what a customer puts into the box that comes back.
func ReturnSlip(r *store.Reader, id returns.ID, now int64) (*papers.ReturnSlip, error) {
	found, err := returned.Load(r, []returns.ID{id})
	if err != nil {
		return nil, err
	}
	x := found[id]
	if x == nil || r.Scope.Order != 0 && r.Scope.Order != int64(x.Order) {
		return nil, fault.New(fault.NotFound, "no_such_return", "there is no return %s", id)
	}
	o, err := orders.Get(r, x.Order)
	if err != nil {
		return nil, err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, err
	}
	place, err := goesTo(r, x.Location)
	if err != nil {
		return nil, err
	}
	brand, err := brandOf(r, &m, place)
	if err != nil {
		return nil, err
	}
	out := &papers.ReturnSlip{Paper: papers.Paper{At: moment(now, m.Location()), Brand: brand}, Number: x.Name(), Order: strconv.FormatInt(o.Number, 10), Note: x.Note}
	if place.ID != 0 {
		out.To = append([]string{m.Name}, addressLines(party.Contact{}, place.Address)...)
	}
	for i := range x.Lines {
		l := &x.Lines[i]
		if of := o.Line(l.Line); of != nil && l.Asked > 0 {
			out.Lines = append(out.Lines, papers.ReturnSlipLine{SKU: of.SKU, Title: of.Title, Quantity: Quantity(l.Asked, of.Scale, of.Unit), Reason: strings.ReplaceAll(l.Reason, "_", " ")})
		}
	}
	return out, nil
}

// goesTo is the location that a return is to go to; none while that is open.
func goesTo(r *store.Reader, id stock.LocationID) (*stock.Location, error) {
	all, err := locations.All(r)
	for _, l := range all {
		if l.ID == id {
			return l, err
		}
	}
	return &stock.Location{}, err
}
