package automate

import (
	"slices"
	"strings"

	"orderly/internal/desk/step"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/rule"
	"orderly/internal/store/orders"
)

// factsOf is what a condition is told of a loaded order.
func factsOf(b *step.Batch, o *order.Order, c *RunCommand) (rule.Personal, error) {
	about := rule.About{Order: o, Zone: b.Zone(), Entry: &c.Entry}
	if f, _ := b.Run(o.ID); f != nil {
		about.Flow = f.Name
	}
	for _, f := range b.FulfillmentsOf(o.ID) {
		at := b.Catalog.Location(f.Location)
		if at != nil && f.WorkStatus != fulfillment.Canceled && !slices.Contains(about.Locations, at.Code) {
			about.Locations = append(about.Locations, at.Code)
		}
	}
	if o.Customer != 0 && strings.Contains(c.Rule.If, "customer") { // counted only for who asks
		var err error
		if about.Before, err = orders.Before(b.R, o.Customer, o.ID, rule.MaxBefore); err != nil {
			return rule.Personal{}, err
		}
	}
	about.Blocked = b.Blocked(party.ID(o.Customer), o.Party.Customer.Email) != "" // read only for who asks
	return rule.FactsOf(about), nil
}
