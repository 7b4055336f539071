package httpapi

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/merchants"
	"orderly/internal/store/preorders"
)

// preorderRoutes are what may be ordered before it is there.
func (a *api) preorderRoutes() {
	read, write := access.StockRead, admin.OfferPreorder.Permission
	add(a, route{method: "GET", path: "/v1/preorders", id: "listPreorders", summary: "List what may be pre-ordered, or is waited for, late ones first", needs: read}, a.listPreorders)
	add(a, route{method: "POST", path: "/v1/preorders", id: "offerPreorder", summary: "Have an item ordered before it is there", needs: write, answers: made, text: offerPreorderText}, a.offerPreorder)
	add(a, route{method: "GET", path: "/v1/preorders/{id}", id: "getPreorder", summary: "Read an offer", needs: read}, a.getPreorder)
	add(a, route{method: "POST", path: "/v1/preorders/{id}/change", id: "changePreorder", summary: "Move its day, raise its cap, or change its end", needs: write, tagged: true, text: changePreorderText}, a.changePreorder)
	add(a, route{method: "POST", path: "/v1/preorders/{id}/end", id: "endPreorder", summary: "End an offer", needs: write, tagged: true, text: endPreorderText}, a.endPreorder)
}

const (
	offerPreorderText = "Orders of what is short are then taken, up to `cap` units in all, whatever the item says of what is short; a line gets all of it or the order is refused with `preorder_full`, which says how many are left. " +
		"They are promised the day and the delivery after it. An offer of a channel comes before one of every channel; an item has one open offer for each."
	changePreorderText = "The cap is never less than what is taken. With another day those who wait are promised anew, some at a time, as long as units wait that it promised: `dry_run=true` tells how many, and what the first of them would be promised. " +
		"An offer that has ended can still be given another day while somebody waits. With If-Match only if it is at that version."
	endPreorderText = "Nobody can take of it any more. Who waits goes on waiting, and is promised what was promised."
)

// Preorder is an item that may be ordered before it is there.
type Preorder struct {
	ID          string `json:"id" example:"pre_0pmnqh2000400"`
	SKU         string `json:"sku"`
	Item        string `json:"item" example:"itm_0pmnqh2000400"`
	Channel     string `json:"channel,omitempty" doc:"Absent: of every channel."`
	State       string `json:"state" enum:"open,full,ended"`
	Cap         int64  `json:"cap" doc:"Units that may be pre-ordered in all, in steps of the item."`
	Taken       int64  `json:"taken" doc:"Sold so, but for what was canceled while it waited."`
	Waiting     int64  `json:"waiting" doc:"Of them, those that wait for stock."`
	Left        int64  `json:"left" doc:"That may still be taken; 0 when it has ended."`
	AvailableOn string `json:"available_on" format:"date" doc:"The day that is promised, in the shop's zone."`
	Late        bool   `json:"late" doc:"The day has come, and somebody waits or may still be promised it."`
	EndsAt      string `json:"ends_at,omitempty" format:"date-time" doc:"Until then it may be taken."`
	UntilStock  bool   `json:"until_stock" doc:"The first units that are received end it."`
	EndedAt     string `json:"ended_at,omitempty" format:"date-time"`
	Ended       string `json:"ended,omitempty" enum:"hand,time,stock" doc:"How it ended."`
	Moves       int64  `json:"moves" doc:"How often its day was changed."`
	Reason      string `json:"reason,omitempty" enum:"supplier,transport,quality,earlier,mistake,other" doc:"Of the last time."`
	CreatedAt   string `json:"created_at" format:"date-time"`
	Version     int64  `json:"version" doc:"Also the ETag."`

	Change *PreorderChanging `json:"change,omitempty" doc:"In a dry run: what another day would change."`
	DryRun bool              `json:"dry_run,omitempty"`
}

// PreorderChanging is what another day of an offer would change.
type PreorderChanging struct {
	Orders     int64             `json:"orders" doc:"That wait for it; at most 10,000 are counted."`
	MoreOrders bool              `json:"more_orders,omitempty" doc:"There are more than were counted."`
	Units      int64             `json:"units"`
	Promises   []PreorderPromise `json:"promises" doc:"Of the first orders that wait."`
}

// PreorderPromise is what an order was promised and would be.
type PreorderPromise struct {
	Order     string `json:"order" example:"ord_0pmnqh2000400"`
	Number    int64  `json:"number"`
	Units     int64  `json:"units"`
	ShipBy    string `json:"ship_by,omitempty" format:"date-time" doc:"As promised now."`
	DeliverBy string `json:"deliver_by,omitempty" format:"date-time"`
	NewShip   string `json:"new_ship_by,omitempty" format:"date-time"`
	NewArrive string `json:"new_deliver_by,omitempty" format:"date-time"`
	Changes   bool   `json:"changes" doc:"false where it stays: a later day had been promised by hand, or was wished for."`
}

// NewPreorder makes an offer.
type NewPreorder struct {
	SKU         string `json:"sku" maxLength:"80" example:"MUG-BLUE"`
	Channel     string `json:"channel,omitempty" maxLength:"60" doc:"Every channel when left out."`
	Cap         int64  `json:"cap" minimum:"1" maximum:"1000000000"`
	AvailableOn string `json:"available_on" format:"date" example:"2027-01-15"`
	EndsAt      string `json:"ends_at,omitempty" format:"date-time"`
	UntilStock  bool   `json:"until_stock,omitempty"`
}

// PreorderChange changes an offer; what is left out stays.
type PreorderChange struct {
	Cap         *int64  `json:"cap,omitempty" minimum:"1" maximum:"1000000000"`
	AvailableOn *string `json:"available_on,omitempty" format:"date"`
	Reason      string  `json:"reason,omitempty" enum:"supplier,transport,quality,earlier,mistake,other" doc:"Of another day; asked for with it."`
	EndsAt      *string `json:"ends_at,omitempty" doc:"An instant, or an empty text for no end."`
	UntilStock  *bool   `json:"until_stock,omitempty"`
}

type preorderQuery struct {
	Paging
	State string `query:"state" enum:"current,done" doc:"current (also when left out): can be taken or is waited for. done: neither."`
}

type preorderID struct {
	ID string `path:"id" example:"pre_0pmnqh2000400"`
	DryRun
}

// preordered renders offers with what is read once.
type preordered struct {
	skus map[int64]string
	zone *time.Location
	now  int64
}

func (a *api) preordersOf(r *store.Reader, list []*preorder.Offer) (x preordered, err error) {
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = o.Item
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return x, err
	}
	x.zone, x.now = m.Location(), a.desk.DB.Now()
	x.skus, err = items.SKUs(r, ids)
	return x, err
}

func dayIn(at int64, zone *time.Location) string {
	return time.UnixMicro(at).In(zone).Format(time.DateOnly)
}

func (x preordered) render(o *preorder.Offer) Preorder {
	out := Preorder{
		ID: o.ID.String(), SKU: x.skus[o.Item], Item: ident.Text("itm", o.Item), Channel: o.Channel, State: "open", Cap: o.Cap, Taken: o.Taken, Waiting: o.Waiting, Left: o.Left(),
		AvailableOn: dayIn(o.AvailableAt, x.zone), Late: o.Late(x.now), EndsAt: instant(o.EndsAt), UntilStock: o.UntilStock, EndedAt: instant(o.EndedAt), Ended: o.Ended,
		Moves: o.Moves, Reason: o.Reason, CreatedAt: instant(o.CreatedAt), Version: o.Version,
	}
	switch {
	case !o.Open(x.now):
		out.State, out.Left = "ended", 0
	case out.Left == 0:
		out.State = "full"
	}
	return out
}

func (a *api) listPreorders(c *call, p *preorderQuery, _ *none) (Page[Preorder], error) {
	after, err := p.numbers(2, 0)
	if err != nil {
		return Page[Preorder]{}, err
	}
	var list []*preorder.Offer
	var x preordered
	err = c.read(func(r *store.Reader) error {
		list, err = preorders.List(r, p.State == "done", preorders.After{AvailableAt: after[0], ID: preorder.ID(after[1])}, p.Limit+1)
		if err == nil {
			x, err = a.preordersOf(r, list)
		}
		return err
	})
	return page(p.Limit, list, x.render, func(o *preorder.Offer) string { return number(o.AvailableAt) + "." + number(int64(o.ID)) }), err
}

func preorderByID(text string) (preorder.ID, error) {
	id, err := preorder.ParseID(text)
	if err != nil {
		err = fault.New(fault.NotFound, "no_such_preorder", "there is no offer %.60q", text)
	}
	return id, err
}

func (a *api) preorderNow(c *call, id preorder.ID) (Preorder, error) {
	var out Preorder
	err := c.read(func(r *store.Reader) error {
		list, err := preorders.Load(r, []preorder.ID{id})
		if err == nil && len(list) == 0 {
			err = fault.New(fault.NotFound, "no_such_preorder", "there is no offer %s", id)
		}
		if err != nil {
			return err
		}
		x, err := a.preordersOf(r, list)
		out = x.render(list[0])
		return err
	})
	if err == nil {
		c.tag(out.Version)
	}
	return out, err
}

func (a *api) getPreorder(c *call, p *preorderID, _ *none) (Preorder, error) {
	id, err := preorderByID(p.ID)
	if err != nil {
		return Preorder{}, err
	}
	return a.preorderNow(c, id)
}

func (a *api) offerPreorder(c *call, _ *none, in *NewPreorder) (Preorder, error) {
	r, err := one(c, admin.OfferPreorder, admin.OfferCommand{
		SKU: in.SKU, Channel: in.Channel, Cap: in.Cap, Day: in.AvailableOn, EndsAt: parseInstant("/ends_at", in.EndsAt, &c.faults), UntilStock: in.UntilStock,
	})
	if err != nil {
		return Preorder{}, err
	}
	c.created("/v1/preorders/" + preorder.ID(r.ID).String())
	return a.preorderNow(c, preorder.ID(r.ID))
}

func (a *api) changePreorder(c *call, p *preorderID, in *PreorderChange) (Preorder, error) {
	id, err := preorderByID(p.ID)
	if err != nil {
		return Preorder{}, err
	}
	cmd := admin.ChangeOfferCommand{Offer: id, Cap: in.Cap, Day: in.AvailableOn, UntilStock: in.UntilStock, Reason: in.Reason}
	if in.EndsAt != nil {
		at := parseInstant("/ends_at", *in.EndsAt, &c.faults)
		cmd.EndsAt = &at
	}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return Preorder{}, err
	}
	if !p.Dry {
		if _, err := one(c, admin.ChangePreorder, cmd); err != nil {
			return Preorder{}, err
		}
		return a.preorderNow(c, id)
	}
	r, err := preview(c, admin.ChangePreorder, cmd)
	if err != nil {
		return Preorder{}, err
	}
	return a.changing(c, r.Value.(*preorder.Offer), in.AvailableOn != nil)
}

// changing renders an offer as a change would leave it, and with another day
// what that changes.
func (a *api) changing(c *call, o *preorder.Offer, day bool) (Preorder, error) {
	var out Preorder
	err := c.read(func(r *store.Reader) error {
		x, err := a.preordersOf(r, []*preorder.Offer{o})
		if err != nil {
			return err
		}
		out = x.render(o)
		out.DryRun = true
		if !day {
			return nil
		}
		f, err := intake.LookAtDay(a.desk, r, o.ID, o.AvailableAt)
		out.Change = &PreorderChanging{Orders: f.Orders, MoreOrders: f.More, Units: f.Units, Promises: []PreorderPromise{}}
		for _, x := range f.Looked {
			out.Change.Promises = append(out.Change.Promises, preorderPromise(x.Order.String(), x.Number, x.Quantity, x.Was, x.Is, x.Differs))
		}
		return err
	})
	return out, err
}

func preorderPromise(id string, n, units int64, was, is delivery.Promise, differs bool) PreorderPromise {
	return PreorderPromise{
		Order: id, Number: n, Units: units, ShipBy: instant(was.ShipBy), DeliverBy: instant(was.DeliverBy), NewShip: instant(is.ShipBy), NewArrive: instant(is.DeliverBy), Changes: differs,
	}
}

func (a *api) endPreorder(c *call, p *preorderID, _ *none) (Preorder, error) {
	id, err := preorderByID(p.ID)
	if err != nil {
		return Preorder{}, err
	}
	cmd := admin.EndOfferCommand{Offer: id}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return Preorder{}, err
	}
	if p.Dry {
		r, err := preview(c, admin.EndPreorder, cmd)
		if err != nil {
			return Preorder{}, err
		}
		return a.changing(c, r.Value.(*preorder.Offer), false)
	}
	if _, err := one(c, admin.EndPreorder, cmd); err != nil {
		return Preorder{}, err
	}
	return a.preorderNow(c, id)
}

// OnPreorder is what may be ordered of an item beyond what is there.
type OnPreorder struct {
	ID          string `json:"id" example:"pre_0pmnqh2000400"`
	AvailableOn string `json:"available_on" format:"date" doc:"What is promised, before days of delivery."`
	Left        int64  `json:"left" doc:"Units that may still be pre-ordered."`
	EndsAt      string `json:"ends_at,omitempty" format:"date-time"`
	UntilStock  bool   `json:"until_stock" doc:"It ends when the first units come."`
}

func onPreorder(o *preorder.Offer, zone *time.Location) *OnPreorder {
	if o == nil {
		return nil
	}
	return &OnPreorder{ID: o.ID.String(), AvailableOn: dayIn(o.AvailableAt, zone), Left: o.Left(), EndsAt: instant(o.EndsAt), UntilStock: o.UntilStock}
}
