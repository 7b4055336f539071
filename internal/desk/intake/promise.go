package intake

import (
	"cmp"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/preorder"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
)

// Limits of what is asked and promised.
const (
	MaxPromiseLines = 500
	farthest        = 2 * 366 * 24 * 3600 * 1_000_000 // of a promise from now, µs
)

// promisedAt is what is promised of an order with its placement: the day that
// the request names, else what the method says of an order of which nothing is
// short and on which work begins at a moment. It gives the order its day, which its fulfillments take over. An order
// that has to be taken (units ordered before, or sold and in somebody's hands)
// is not refused for its method.
func promisedAt(b *step.Batch, o *order.Order, p *step.Plan, from int64, taken bool) (delivery.Promise, error) {
	out := delivery.Promise{DeliverBy: o.DueAt, Cause: delivery.Placement}
	if o.Method == "" {
		return promisedLater(b, o, p, nil, from, out), nil
	}
	m, err := methodOf(b, o)
	if err == nil && m == nil {
		return promisedLater(b, o, p, nil, from, out), nil
	}
	if err == nil && !b.Reached(o) {
		err = notSent(m, "it is sent from nowhere to this address")
	}
	if taken && err != nil {
		return out, nil
	}
	if err != nil || !m.Moves() {
		return out, err
	}
	offer, ok := b.OfferFrom(o, p, m, from)
	if !ok && !taken {
		return out, notSent(m, "what one place sends is too heavy for it")
	}
	if ok && len(p.Short)+len(p.Awaited) == 0 && len(offer.Legs) > 0 {
		out.ShipBy, out.DeliverBy = offer.ShipBy, cmp.Or(o.DueAt, offer.Latest)
		o.DueAt = out.DeliverBy
	}
	return promisedLater(b, o, p, m, from, out), nil
}

// methodOf is the method that an order names; nil for the usual one, of which
// nothing has to be set up.
func methodOf(b *step.Batch, o *order.Order) (*delivery.Method, error) {
	m := b.Catalog.Method(o.Method)
	var l fault.List
	switch {
	case m == nil && o.Method == delivery.Usual:
		return nil, nil
	case m == nil || !m.Active:
		l.Add("/method", "unknown_method", "no delivery method that is in use has the code %q", o.Method)
	case !m.Moves() && slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Leaf() && l.Stocked }):
		l.Add("/method", "goods_move", "%s is for what is not sent; this order has goods", m.Name)
	}
	return m, l.Err()
}

func notSent(m *delivery.Method, why string) error {
	var l fault.List
	l.Add("/method", "not_delivered", "%s does not deliver this: %s; choose another method", m.Name, why)
	return l.As(fault.Conflict, "not_delivered", "the delivery method does not deliver this order")
}

// Cart is what somebody may order, and where it should go.
type Cart struct {
	Channel string
	Lines   []order.RequestLine
	ShipTo  party.Address
	Method  string // the one asked about; empty for all
	Wanted  int64  // until when it should be there; 0 when it does not matter
}

// Option is what one method offers for a cart.
type Option struct {
	Code, Name, Kind string
	delivery.Offer
	Complete bool // nothing is short but what is on pre-order

	Preordered bool // its dates are those of offers for pre-order
	InTime     bool // it arrives, at most, when it is wanted
}

// ShortOf is what of a cart nobody can give now.
type ShortOf struct {
	SKU      string
	Quantity int64
	Incoming int64 // units that are ordered or on their way to our places

	ExpectedAt int64 // when the day begins on which the first of them should come; 0 when no day is known
	ShipBy     int64 // when they would leave then, after our work on them; 0 without a day
	DeliverBy  int64 // when they would arrive by the method; 0 where it says nothing of days

	Refused bool // it is not sold before it is here

	Preorder *preorder.Offer // by which it is sold before it is here, up to what is left
}

// Offers are the answers for a cart: options by when they arrive, then by cost.
type Offers struct {
	Options []Option
	Short   []ShortOf // by the option that is short of least
}

// PromiseFor tells what could be promised for a cart now. It reads a snapshot
// and keeps nothing back.
func PromiseFor(d *desk.Desk, r *store.Reader, c Cart) (Offers, error) {
	b, err := step.Look(d, r)
	if err != nil {
		return Offers{}, err
	}
	if len(c.Lines) > MaxPromiseLines {
		return Offers{}, fault.New(fault.Invalid, "too_many_lines", "at most %d lines are asked about at once", MaxPromiseLines)
	}
	if err := loadCart(b, c.Lines); err != nil {
		return Offers{}, err
	}
	o, err := cartOrder(b, &c)
	if err != nil {
		return Offers{}, err
	}
	if err := b.LoadBacklog(); err != nil {
		return Offers{}, err
	}
	var out Offers
	least := int64(-1)
	for _, m := range methodsFor(b, o, c.Method) {
		if o.Method = delivery.Usual; m != nil {
			o.Method = m.Code
		}
		plan := b.Plan(o, demands(o))
		short, err := lacking(b, o, &plan, m)
		if err != nil {
			return out, err
		}
		full := b.Preorder(o, &plan)
		offer, ok := b.Offer(o, &plan, m)
		if len(plan.Awaited) > 0 {
			offer, ok = b.WhenOffered(o, &plan, m, b.At)
		}
		missing := missingOf(&plan, full)
		if least < 0 || missing < least {
			least, out.Short = missing, short
		}
		if !ok || len(offer.Legs) == 0 && (m == nil || m.Moves()) {
			continue
		}
		x := Option{Code: delivery.Usual, Kind: delivery.Parcel, Offer: offer, Complete: missing == 0, Preordered: len(plan.Awaited) > 0}
		if m != nil {
			x.Code, x.Name, x.Kind = m.Code, m.Name, m.Kind
		}
		x.InTime = c.Wanted == 0 || offer.Latest != 0 && offer.Latest <= c.Wanted && x.Complete
		out.Options = append(out.Options, x)
	}
	slices.SortStableFunc(out.Options, func(a, b Option) int {
		return cmp.Or(cmp.Compare(b2i(b.Complete), b2i(a.Complete)), cmp.Compare(a.Latest, b.Latest), cmp.Compare(a.Cost, b.Cost))
	})
	return out, nil
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// loadCart reads the items of lines and their levels.
func loadCart(b *step.Batch, lines []order.RequestLine) error {
	var skus []string
	for i := range lines {
		skus = append(skus, lines[i].SKU)
	}
	slices.Sort(skus)
	skus = slices.Compact(skus)
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	stocked := stockedItems(b, skus)
	if err := b.LoadOffers(stocked); err != nil {
		return err
	}
	return b.LoadLevels(stocked)
}

// cartOrder is the cart as an order that is not placed, its levels loaded.
func cartOrder(b *step.Batch, c *Cart) (*order.Order, error) {
	r := order.Request{Channel: c.Channel, Currency: b.Catalog.Merchant.Currency, Lines: c.Lines, Parties: party.Parties{ShipTo: c.ShipTo}}
	if err := r.Check(); err != nil {
		return nil, err
	}
	h := order.Header{Now: b.At, PlacedOn: localDate(b, b.At), Mode: order.Live, Rounding: b.Catalog.Merchant.Rounding}
	return order.New(h, &r, b.Catalog)
}

// methodsFor are the methods that a cart may go by; nil stands for the usual
// one, when nothing was set up.
func methodsFor(b *step.Batch, o *order.Order, code string) []*delivery.Method {
	goods := slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Leaf() && l.Stocked })
	var out []*delivery.Method
	for _, m := range b.Catalog.Methods {
		if m.Active && m.Moves() == goods && (code == "" || m.Code == code) {
			out = append(out, m)
		}
	}
	if goods && len(out) == 0 && (code == delivery.Usual || code == "" && len(b.Catalog.Methods) == 0) {
		out = append(out, nil)
	}
	return out
}

// missingOf is how much of a plan nobody can give or promise.
func missingOf(p *step.Plan, full []preorder.Full) int64 {
	sum := int64(0)
	for _, f := range full {
		sum += f.Quantity
	}
	for _, s := range p.Short {
		sum += s.Quantity
	}
	return sum
}

func lacking(b *step.Batch, o *order.Order, p *step.Plan, by *delivery.Method) ([]ShortOf, error) {
	var out []ShortOf
	coming, err := comingTo(b, o, p)
	if err != nil {
		return nil, err
	}
	for _, s := range p.Short {
		l := o.Line(s.Line)
		x := ShortOf{SKU: l.SKU, Quantity: s.Quantity, Refused: b.Catalog.ByID(catalog.ID(l.Item)).WhenShort == catalog.Refuse}
		if offer := b.PreorderOf(o.Channel, l.Item); offer != nil {
			x.Preorder, x.Refused = offer, s.Quantity > offer.Left()
		}
		for _, at := range b.Catalog.Locations {
			x.Incoming += b.Level(stock.Cell{Item: l.Item, Location: at.ID}).Incoming
		}
		if first, known := coming[l.Item]; known {
			x.ExpectedAt = first.At
			q := step.Plan{Decision: sourcing.Decision{Takes: []sourcing.Take{{Line: s.Line, Item: l.Item, Place: first.Location, Quantity: s.Quantity}}}}
			if offer, ok := b.OfferFrom(o, &q, by, max(b.At, first.At)); ok {
				x.ShipBy, x.DeliverBy = offer.ShipBy, offer.Latest
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// comingTo reads, for items that a plan is short of, where and when the first
// units should come that are bought and whose day is known.
func comingTo(b *step.Batch, o *order.Order, p *step.Plan) (map[int64]purchases.Expected, error) {
	var items []int64
	for _, s := range p.Short {
		items = append(items, o.Line(s.Line).Item)
	}
	list, err := purchases.ExpectedOf(b.R, items)
	out := map[int64]purchases.Expected{}
	for _, x := range list {
		at := b.Catalog.Location(x.Location)
		if first, known := out[x.Item]; at != nil && at.Active && (!known || x.At < first.At) {
			out[x.Item] = x
		}
	}
	return out, err
}

// PromiseCommand says another day than was promised.
type PromiseCommand struct {
	Order     order.ID
	ShipBy    int64
	DeliverBy int64
	Cause     string
	Version   *int64 // EditVersion that the caller saw; nil edits whatever it is
}

// PromiseAgain keeps what is promised of an order from now on; what was
// promised before stays in the ledger.
var PromiseAgain = step.Act[PromiseCommand]{
	Name: "orders.promise", Permission: Edit.Permission,
	Check: func(c *PromiseCommand) error {
		var l fault.List
		if c.DeliverBy <= 0 {
			l.Add("/deliver_by", "missing", "say until when it will be there")
		}
		if c.ShipBy < 0 || c.ShipBy > c.DeliverBy {
			l.Add("/ship_by", "out_of_range", "it leaves before it arrives")
		}
		if !slices.Contains(delivery.Changes, c.Cause) {
			l.Add("/cause", "unknown_cause", "the cause is delay, choice or edit")
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[PromiseCommand]) error {
		list := ids(asked, func(c PromiseCommand) order.ID { return c.Order })
		if err := b.LoadPromises(list); err != nil {
			return err
		}
		return b.LoadOrders(list)
	},
	Decide: decidePromise,
}.Operation()

func decidePromise(b *step.Batch, a desk.Asked[PromiseCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	switch {
	case o == nil:
		return desk.Result{}, unknownOrder(c.Order)
	case c.Version != nil && *c.Version != o.EditVersion:
		return desk.Result{}, editedMeanwhile(o, *c.Version)
	case o.Sums.Open() == 0:
		return desk.Result{}, fault.New(fault.Conflict, "nothing_open", "nothing of order %d is still to be sent", o.Number)
	case c.DeliverBy > b.At+farthest:
		return desk.Result{}, fault.New(fault.Invalid, "too_far", "a promise is for a day within two years")
	}
	had := b.PromisedOf(o.ID)
	if n := len(had); n > 0 && had[n-1].DeliverBy == c.DeliverBy && had[n-1].ShipBy == c.ShipBy {
		return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "unchanged"}, nil
	}
	if err := b.PromiseAnew(a.Scope, o, delivery.Promise{ShipBy: c.ShipBy, DeliverBy: c.DeliverBy, Cause: c.Cause}); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "done"}, nil
}
