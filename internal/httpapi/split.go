package httpapi

import (
	"fmt"

	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
)

// SplitOrder asks for units to become an order of their own.
type SplitOrder struct {
	Lines  []SplitLine `json:"lines" maxItems:"500"`
	ShipTo *Address    `json:"ship_to,omitempty" doc:"Where the new order goes; where this one does when left out."`
}

// SplitLine names units of a line.
type SplitLine struct {
	Line     int   `json:"line" minimum:"1" doc:"Of a bundle its own, never a component's."`
	Quantity int64 `json:"quantity,omitempty" minimum:"1" maximum:"1000000000" doc:"All that were not canceled when left out."`
}

// SplitOrders are both orders after a split.
type SplitOrders struct {
	DryRun bool  `json:"dry_run,omitempty"`
	Order  Order `json:"order" doc:"What is left."`
	Made   Order `json:"made" doc:"The new one; in a dry run it has no number."`
	Moved  int64 `json:"moved" doc:"What of that was paid at the channel went with the units, in minor units."`
}

// MergeOrder names the order that goes into this one.
type MergeOrder struct {
	From         string `json:"from" example:"ord_0pmnqh2000400"`
	OtherAddress bool   `json:"other_address,omitempty" doc:"Also when it was to go to another address: all goes where this order does."`
}

// MergedOrders are both orders after a merge.
type MergedOrders struct {
	DryRun bool  `json:"dry_run,omitempty"`
	Order  Order `json:"order" doc:"The one that stays."`
	From   Order `json:"from" doc:"Canceled; what it had is in the other."`
	Moved  int64 `json:"moved" doc:"What was paid for it at the channel and counts for the other now, in minor units."`
}

const (
	splitText = "Both orders together cost what the one did, to the minor unit: lines at their prices with their exact shares of discount and tax; fees stay. " +
		"Open holds hold both. What the channel was paid beyond what is left goes with the units; what came by another tender cannot, and refuses. Units that were picked stay."
	mergeText = "Lines and fees join at what they cost, with the open holds and what the channel was paid. Both must be of one customer, in one currency, and nothing of the one that goes may be picked or refunded. With dry_run nothing is changed."
)

func (a *api) splitOrder(c *call, p *changeParams, in *SplitOrder) (SplitOrders, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return SplitOrders{}, err
	}
	cmd := intake.SplitCommand{Order: id}
	for _, l := range in.Lines {
		cmd.Parts = append(cmd.Parts, order.Part{Line: l.Line, Quantity: l.Quantity})
	}
	if in.ShipTo != nil {
		to := in.ShipTo.address("/ship_to", &c.faults)
		cmd.ShipTo = &to
	}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return SplitOrders{}, err
	}
	if p.Dry {
		r, err := preview(c, intake.SplitOrder, cmd)
		if err != nil {
			return SplitOrders{}, err
		}
		x := r.Value.(*intake.Split)
		return SplitOrders{true, c.renderOrder(&orderView{order: x.Order}), c.renderOrder(&orderView{order: x.Made}), x.Moved}, nil
	}
	r, err := one(c, intake.SplitOrder, cmd)
	if err != nil {
		return SplitOrders{}, err
	}
	left, made, err := c.both(id, order.ID(r.ID))
	if err != nil {
		return SplitOrders{}, err
	}
	return SplitOrders{Order: c.renderOrder(left), Made: c.renderOrder(made), Moved: made.order.Paid}, nil
}

func (a *api) mergeOrder(c *call, p *changeParams, in *MergeOrder) (MergedOrders, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return MergedOrders{}, err
	}
	from, err := order.ParseID(in.From)
	if err != nil {
		return MergedOrders{}, fault.New(fault.NotFound, "no_such_order", "from: there is no order %.40q", in.From)
	}
	cmd := intake.MergeCommand{Order: id, From: from, Address: in.OtherAddress}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return MergedOrders{}, err
	}
	if p.Dry {
		r, err := preview(c, intake.Merge, cmd)
		if err != nil {
			return MergedOrders{}, err
		}
		x := r.Value.(*intake.Merged)
		return MergedOrders{true, c.renderOrder(&orderView{order: x.Order}), c.renderOrder(&orderView{order: x.From}), x.Moved}, nil
	}
	if _, err := one(c, intake.Merge, cmd); err != nil {
		return MergedOrders{}, err
	}
	stays, gone, err := c.both(id, from)
	if err != nil {
		return MergedOrders{}, err
	}
	return MergedOrders{Order: c.renderOrder(stays), From: c.renderOrder(gone), Moved: gone.order.Refunded}, nil
}

// both reads two orders as they are by now.
func (c *call) both(a, b order.ID) (x, y *orderView, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		if x, err = viewOf(r, a); err != nil {
			return err
		}
		if y, err = viewOf(r, b); err != nil {
			return fmt.Errorf("beside %s: %w", a, err)
		}
		return nil
	})
	return x, y, err
}
