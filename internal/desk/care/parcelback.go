package care

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
)

// ParcelBackCommand is about a parcel that comes back by itself: refused, or
// not to be delivered.
type ParcelBackCommand struct {
	Parcel fulfillment.ParcelID
}

// ParcelBack makes a return of all that is in a parcel and not back or asked
// for already: nobody has to agree to it, and it is on its way to where it was
// sent from. What it brings is received like any other return.
var ParcelBack = step.Act[ParcelBackCommand]{
	Name: "returns.parcel", Permission: access.OrdersWrite,
	Load: func(b *step.Batch, asked []desk.Asked[ParcelBackCommand]) error {
		ids := make([]fulfillment.ParcelID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Parcel
		}
		return b.LoadParcels(ids)
	},
	Decide: decideParcelBack,
}.Operation()

func decideParcelBack(b *step.Batch, a desk.Asked[ParcelBackCommand]) (desk.Result, error) {
	p := b.Parcel(a.Command.Parcel)
	if p == nil || !a.Scope.Sees(int64(p.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_parcel", "there is no parcel %s", a.Command.Parcel)
	}
	if p.Status != "shipped" && p.Status != "delivered" {
		return desk.Result{}, fault.New(fault.Conflict, "not_under_way", "parcel %s is %s; only what has left comes back", p.ID, p.Status)
	}
	o := b.Order(p.Order)
	x := &returns.Return{
		ID: returns.ID(b.NewID()), Order: o.ID, Location: p.Location, Origin: returns.Parcel, Carrier: p.Carrier, Tracking: p.Tracking,
		At: b.At, ApprovedAt: b.At, SentAt: b.At,
	}
	var d order.Delta
	for _, in := range p.Lines {
		l := o.Line(in.Line)
		if n := min(in.Quantity, l.Q.Returnable()); n > 0 {
			x.Lines = append(x.Lines, returns.Line{N: len(x.Lines) + 1, Line: l.N, Item: l.Item, Stocked: l.Stocked, Reason: returns.ReasonUndelivered, Asked: n, Requested: n})
			d.Asked = append(d.Asked, order.Asked{Line: l.N, Quantity: n})
		}
	}
	if len(x.Lines) == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "not_returnable", "all that was in parcel %s is back or asked for already", p.ID)
	}
	data := map[string]any{"origin": x.Origin, "parcel": p.ID.String(), "lines": told(x)}
	r, err := carryOut(b, a.Scope, x, o, outcome{order: d, typ: journal.OrderAskedBack, tell: journal.ReturnRequested, data: data})
	r.Status = "created"
	return r, err
}
