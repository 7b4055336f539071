package floor

import (
	"slices"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
)

// Reasons for which work goes elsewhere.
var RerouteReasons = []string{"rejected", "capacity", "stock", "closed", "customer", "other"}

// RerouteCommand takes work from a location that cannot do it.
type RerouteCommand struct {
	Fulfillment fulfillment.ID
	Reason      string
	Note        string // for colleagues
}

// Reroute gives up what a location has claimed and not picked, and looks for
// other places: never the one that gives up, nor one that gave up units of the
// same order before. What nobody else has is dealt with as the profile says. The
// location's stock is free for others in the same commit.
var Reroute = step.Act[RerouteCommand]{
	Name: "fulfillments.reroute", Permission: access.FulfillmentWrite,
	Check: func(c *RerouteCommand) error {
		var l fault.List
		if !slices.Contains(RerouteReasons, c.Reason) {
			l.Add("/reason", "unknown_reason", "a reason is rejected, capacity, stock, closed, customer or other")
		}
		if utf8.RuneCountInString(c.Note) > stock.MaxReason {
			l.Add("/note", "too_long", "a note has at most %d characters", stock.MaxReason)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[RerouteCommand]) error {
		ids := make([]fulfillment.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Fulfillment
		}
		if err := b.LoadFulfillments(ids); err != nil {
			return err
		}
		var of []order.ID
		for _, id := range ids {
			if f := b.Fulfillment(id); f != nil {
				of = append(of, order.ID(f.Source))
			}
		}
		return b.LoadParties(of)
	},
	Decide: decideReroute,
}.Operation()

func decideReroute(b *step.Batch, a desk.Asked[RerouteCommand]) (desk.Result, error) {
	f, o, err := workable(b, a.Scope, a.Command.Fulfillment, "")
	if err != nil {
		return desk.Result{}, err
	}
	d, err := f.GiveUp()
	if err != nil {
		return desk.Result{}, err
	}
	plan := b.Elsewhere(o, f, &d)
	if err := b.Apply(a.Scope, journal.FulRerouted, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	at := b.Catalog.Location(f.Location)
	text := at.Name + " gave up its part: " + a.Command.Reason + "."
	if a.Command.Note != "" {
		text += " " + a.Command.Note
	}
	b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: text, At: b.At, Actor: a.Scope.Actor.String()})
	if err := b.HoldForPlace(a.Scope, o, &plan); err != nil {
		return desk.Result{}, err
	}
	return worked(f, o), nil
}
