package post

import (
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/collect"
	"orderly/internal/fulfillment"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/pickups"
)

// hidden stands where the code will: who looks at a letter is not its customer.
const hidden = "•••-•••"

// waitsOf is the pickup that a message is about; nil when there is none.
func waitsOf(r *store.Reader, x message.Message) (*pickup.Pickup, error) {
	if !x.AtShelf() {
		return nil, nil
	}
	list, err := pickups.OfOrders(r, []order.ID{order.ID(x.Order)})
	var out *pickup.Pickup
	for _, p := range list {
		if of := fulfillment.ID(x.Pickup()); p.Fulfillment == of || of == 0 && p.Lies() {
			out = p
		}
	}
	return out, err
}

// placeOf says where it waits and until when, its code left out.
func placeOf(r *store.Reader, p *pickup.Pickup) (*message.Waits, error) {
	if p == nil {
		return nil, nil
	}
	all, err := locations.All(r)
	w := &message.Waits{Code: hidden, Until: p.KeptUntil}
	for _, l := range all {
		if l.ID == p.Location {
			a := l.Address
			parts := []string{l.Name}
			for _, s := range []string{a.Line1, a.Line2, strings.TrimSpace(a.PostalCode + " " + a.City)} {
				if s != "" {
					parts = append(parts, s)
				}
			}
			w.Place = strings.Join(parts, ", ")
		}
	}
	return w, err
}

// coded writes the code into a letter that leaves.
func (l *Letter) coded(d *desk.Desk) error {
	if l.waits == nil {
		return nil
	}
	code, err := collect.CodeOf(d, l.waits)
	if err != nil {
		return err
	}
	l.about.Waits.Code = pickup.Grouped(code)
	l.Mail = l.Template.Make(message.FactsOf(l.about), l.look)
	return nil
}
