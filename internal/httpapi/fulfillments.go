package httpapi

import (
	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
)

type fulfillmentID struct {
	ID string `path:"id" example:"ful_0pmnqh2000400"`
}

func noSuchFulfillment(text string) error {
	return fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %.40q; an id looks like ful_0pmnqh2000400", text)
}

func fulfillmentByID(text string) (fulfillment.ID, error) {
	id, err := fulfillment.ParseID(text)
	if err != nil {
		return 0, noSuchFulfillment(text)
	}
	return id, nil
}

type fulfillmentQuery struct {
	Paging
	WorkStatus []string `query:"work_status" enum:"pending,released,picking,picked,packed,ready,shipped,delivered,canceled" doc:"One or more, with commas."`
	Location   string   `query:"location" doc:"Code or id."`
}

func (a *api) listFulfillments(c *call, p *fulfillmentQuery, _ *none) (Page[Fulfillment], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Fulfillment]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[Fulfillment]{}, err
	}
	var list []*fulfillment.Fulfillment
	var next fulfillment.ID
	var skus map[int64]string
	var blocked map[order.ID][]string
	err = c.read(func(r *store.Reader) (err error) {
		list, next, err = fulfillments.List(r, fulfillments.Filter{Location: at, WorkStatus: p.WorkStatus, Before: fulfillment.ID(before[0]), Limit: p.Limit})
		if err == nil {
			skus, err = items.SKUs(r, itemsIn(list))
		}
		if err == nil {
			blocked, err = orders.OpenBlocks(r, ordersOf(list))
		}
		return err
	})
	render := func(f *fulfillment.Fulfillment) Fulfillment {
		return c.renderFulfillment(f, func(line int) string { return skus[f.LineFor(line).Item] }, blocked[order.ID(f.Source)])
	}
	return pageUntil(list, render, below(int64(next))), err
}

func itemsIn(list []*fulfillment.Fulfillment) []int64 {
	var out []int64
	for _, f := range list {
		for i := range f.Lines {
			out = append(out, f.Lines[i].Item)
		}
	}
	return out
}

func (a *api) getFulfillment(c *call, p *fulfillmentID, _ *none) (FulfillmentWithParcels, error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return FulfillmentWithParcels{}, err
	}
	return c.worked(id, desk.Result{})
}

// worked renders a fulfillment as an act left it; without a result, as it is.
func (c *call) worked(id fulfillment.ID, r desk.Result) (FulfillmentWithParcels, error) {
	var v *orderView
	var parcels []*fulfillment.Parcel
	err := c.read(func(rd *store.Reader) error {
		found, err := fulfillments.Load(rd, []fulfillment.ID{id})
		if err == nil && (len(found) == 0 || !c.scope.Sees(int64(found[0].Location))) {
			err = noSuchFulfillment(id.String())
		}
		if err != nil {
			return err
		}
		v, parcels, err = floorView(rd, found[0], r)
		return err
	})
	if err != nil {
		return FulfillmentWithParcels{}, err
	}
	return c.renderWorked(v, parcels, id, r)
}

func (c *call) renderWorked(v *orderView, parcels []*fulfillment.Parcel, id fulfillment.ID, r desk.Result) (FulfillmentWithParcels, error) {
	out := FulfillmentWithParcels{Parcels: []Parcel{}}
	for _, f := range v.fulfillments {
		if f.ID == id {
			out.Fulfillment = c.renderFulfillment(f, func(line int) string { return v.order.Line(line).SKU }, v.order.BlockedActs())
		}
	}
	for _, p := range parcels {
		if p.Fulfillment == id {
			out.Parcels = append(out.Parcels, renderParcel(p))
		}
	}
	if r.Kind == "par" {
		out.Parcel = ident.Text("par", r.ID)
	}
	return out, nil
}

// floorView reads the order of a fulfillment and its parcels as an act left
// them: the result says which version of the fulfillment or of the parcel.
func floorView(rd *store.Reader, f *fulfillment.Fulfillment, r desk.Result) (*orderView, []*fulfillment.Parcel, error) {
	id := order.ID(f.Source)
	v, err := viewOf(rd, id)
	if err != nil {
		return nil, nil, err
	}
	parcels, err := fulfillments.ParcelsOfOrders(rd, []order.ID{id})
	if err != nil || r.Kind == "" || r.Kind == "ful" && f.Version <= r.Seq {
		return v, parcels, err
	}
	history, err := historyOf(rd, id, 0)
	if err != nil {
		return nil, nil, err
	}
	if r.Kind == "ful" {
		return atVersion(v, parcels, history, f.ID, r.Seq)
	}
	n, err := afterStep(history, r.ID, r.Seq)
	if err != nil || n == len(history) {
		return v, parcels, err
	}
	v, err = foldView(v, history[:n])
	if err != nil {
		return nil, nil, err
	}
	parcels, err = parcelsAfter(parcels, history[:n])
	return v, parcels, err
}

// workOn carries out an act on one fulfillment.
func workOn[C any](c *call, text string, op *desk.Operation[C], command func(fulfillment.ID) C) (FulfillmentWithParcels, error) {
	id, err := fulfillmentByID(text)
	if err != nil {
		return FulfillmentWithParcels{}, err
	}
	r, err := one(c, op, command(id))
	if err != nil {
		return FulfillmentWithParcels{}, err
	}
	return c.worked(id, r)
}

// work is the handler of an act that takes units, or all of them.
func work(op *desk.Operation[floor.WorkCommand]) func(*call, *fulfillmentID, *WorkParts) (FulfillmentWithParcels, error) {
	return func(c *call, p *fulfillmentID, in *WorkParts) (FulfillmentWithParcels, error) {
		return workOn(c, p.ID, op, func(id fulfillment.ID) floor.WorkCommand {
			return floor.WorkCommand{Fulfillment: id, Parts: workParts(in.Lines, &c.faults)}
		})
	}
}

// whole is the handler of an act on all of a fulfillment.
func whole(op *desk.Operation[floor.WorkCommand]) func(*call, *fulfillmentID, *none) (FulfillmentWithParcels, error) {
	return func(c *call, p *fulfillmentID, _ *none) (FulfillmentWithParcels, error) {
		return workOn(c, p.ID, op, func(id fulfillment.ID) floor.WorkCommand { return floor.WorkCommand{Fulfillment: id} })
	}
}

func (a *api) shortPick(c *call, p *fulfillmentID, in *ShortParts) (FulfillmentWithParcels, error) {
	return workOn(c, p.ID, floor.ShortPick, func(id fulfillment.ID) floor.WorkCommand {
		return floor.WorkCommand{Fulfillment: id, Parts: workParts(in.Lines, &c.faults)}
	})
}

func (a *api) packFulfillment(c *call, p *fulfillmentID, in *PackParts) (FulfillmentWithParcels, error) {
	return workOn(c, p.ID, floor.Pack, func(id fulfillment.ID) floor.PackCommand { return in.command(id, &c.faults) })
}

func (in *PackParts) command(id fulfillment.ID, faults *fault.List) floor.PackCommand {
	return floor.PackCommand{
		Fulfillment: id, Parts: workParts(in.Lines, faults), Carrier: in.Carrier, Tracking: in.Tracking, WeightGrams: in.WeightGrams,
	}
}

func (a *api) shipFulfillment(c *call, p *fulfillmentID, in *Label) (FulfillmentWithParcels, error) {
	return workOn(c, p.ID, floor.Parcel, func(id fulfillment.ID) floor.ParcelCommand {
		return floor.ParcelCommand{Fulfillment: id, Act: "ship", Carrier: in.Carrier, Tracking: in.Tracking}
	})
}

// moveParcels is the handler of an act on all parcels of a fulfillment.
func moveParcels(act string) func(*call, *fulfillmentID, *none) (FulfillmentWithParcels, error) {
	return func(c *call, p *fulfillmentID, _ *none) (FulfillmentWithParcels, error) {
		return workOn(c, p.ID, floor.Parcel, func(id fulfillment.ID) floor.ParcelCommand {
			return floor.ParcelCommand{Fulfillment: id, Act: act}
		})
	}
}

// ordersOf are the orders that fulfillments are work for.
func ordersOf(list []*fulfillment.Fulfillment) []order.ID {
	out := make([]order.ID, len(list))
	for i, f := range list {
		out[i] = order.ID(f.Source)
	}
	return out
}
