package floor

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
)

// PackCommand puts picked units into one parcel.
type PackCommand struct {
	Fulfillment fulfillment.ID
	Parts       []fulfillment.Part // none: all that is picked
	Carrier     string
	Tracking    string
	WeightGrams int64
}

// Pack makes one parcel of picked units. Its result is the parcel.
var Pack = step.Act[PackCommand]{
	Name: "fulfillments.pack", Permission: access.FulfillmentWrite,
	Check: func(c *PackCommand) error {
		var l fault.List
		fulfillment.CheckLabel("", c.Carrier, c.Tracking, c.WeightGrams, &l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[PackCommand]) error {
		ids := make([]fulfillment.ID, len(asked))
		var labels []step.Label
		for i := range asked {
			c := &asked[i].Command
			ids[i] = c.Fulfillment
			labels = append(labels, step.Label{Carrier: c.Carrier, Tracking: c.Tracking})
		}
		if err := b.LoadFulfillments(ids); err != nil {
			return err
		}
		return b.LoadLabels(labels)
	},
	Decide: decidePack,
}.Operation()

func decidePack(b *step.Batch, a desk.Asked[PackCommand]) (desk.Result, error) {
	c := a.Command
	f, o, err := workable(b, a.Scope, c.Fulfillment, "pack")
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.FreeLabel(step.Label{Carrier: c.Carrier, Tracking: c.Tracking}, 0); err != nil {
		return desk.Result{}, err
	}
	p, err := b.Pack(a.Scope, o, f, c.Parts, fulfillment.Parcel{Carrier: c.Carrier, Tracking: c.Tracking, WeightGrams: c.WeightGrams})
	if err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: "par", ID: int64(p.ID), Seq: p.Version, Status: "created",
		Value: &Worked{f, o, []*fulfillment.Parcel{p}}}, nil
}

func missingDemands(o *order.Order, moves []order.Move) []sourcing.Demand {
	out := make([]sourcing.Demand, len(moves))
	for i, m := range moves {
		out[i] = sourcing.Demand{Line: m.Line, Item: o.Line(m.Line).Item, Quantity: m.Quantity}
	}
	return out
}
