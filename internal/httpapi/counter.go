package httpapi

import (
	"errors"
	"net/http"
	"slices"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/store/preorders"
	sells "orderly/internal/store/selling"
)

// counterRoutes are for whoever keys orders in.
func (a *api) counterRoutes() {
	add(a, route{method: "POST", path: "/v1/orders/check", id: "checkOrder", summary: "Look at an order before it is placed", needs: access.OrdersWrite, text: checkOrderText}, a.checkOrder)
	add(a, route{method: "POST", path: "/v1/orders/counter", id: "sellOrder", summary: "Sell over the counter", needs: intake.Sell.Permission, answers: madeOrNot, tagged: true, text: sellOrderText}, a.sellOrder)
}

const (
	checkOrderText = "Takes what placing takes and changes nothing: the order as it would be, or why it would be refused; the stock of each line; and what somebody should look at first."
	sellOrderText  = "The order is placed, paid, released, picked, packed and handed over at one location, all at once or not at all. 200 is the answer to a repeat: the order as it is. " +
		"Since goods leave the shelf at once, it needs the scope orders:sell; a till needs no other. A key for some locations sells at those alone."
)

// CounterSale asks for an order that the customer takes away at once.
type CounterSale struct {
	NewOrder
	Location string `json:"location" doc:"Where the goods are handed over: a location's code or id." example:"SHOP"`
}

func (a *api) sellOrder(c *call, p *DryRun, in *CounterSale) (Order, error) {
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return Order{}, err
	}
	cmd := intake.SellCommand{Request: in.request(&c.faults), Location: at}
	do := one[intake.SellCommand]
	if p.Dry {
		do = preview[intake.SellCommand]
	}
	r, err := do(c, intake.Sell, cmd)
	if err != nil {
		return Order{}, err
	}
	if sold, ok := r.Value.(*intake.Sold); ok {
		r.Value = &sold.Placed
	}
	v, err := c.placed(r)
	if err != nil {
		return Order{}, err
	}
	out := c.renderOrder(v)
	switch {
	case p.Dry:
		c.status, out.DryRun = http.StatusOK, true
	case r.Status == "created":
		c.created("/v1/orders/" + out.ID)
	default:
		c.status = http.StatusOK
	}
	c.tag(v.order.EditVersion)
	return out, nil
}

// OrderCheck is what would become of an order.
type OrderCheck struct {
	Order    *Order         `json:"order,omitempty" doc:"As it would be placed now; absent when it would be refused."`
	Refusals []ProblemField `json:"refusals,omitempty" doc:"Why it would be refused."`
	Lines    []LineStock    `json:"lines" doc:"In the order of the request."`
	Warnings []OrderWarning `json:"warnings" doc:"What somebody should look at. Only those of severity stop are refused too."`
}

// LineStock is the stock behind a line.
type LineStock struct {
	Line      int             `json:"line" doc:"From 1, as in the request."`
	SKU       string          `json:"sku"`
	Locations []LocationStock `json:"locations" doc:"Of items that lie on a shelf: where units can be had now. Of bundles see their components."`
}

// LocationStock is what can be had at a location.
type LocationStock struct {
	Location  string `json:"location" doc:"Its code." example:"MAIN"`
	Available int64  `json:"available" doc:"Whole steps that are neither claimed nor kept back."`
}

// OrderWarning is something odd about an order that was asked for.
type OrderWarning struct {
	Code     string `json:"code" example:"unusual_quantity"`
	Severity string `json:"severity" enum:"note,look,stop" doc:"Good to know; worth a look; would be refused."`
	Line     int    `json:"line,omitempty" doc:"From 1; absent when the order as a whole is meant."`
	Field    string `json:"field,omitempty" doc:"Of the address that is meant."`
	OrderID  string `json:"order_id,omitempty" doc:"The order that is meant."`
	Message  string `json:"message"`
}

func (a *api) checkOrder(c *call, _ *none, in *NewOrder) (OrderCheck, error) {
	cmd := intake.PlaceCommand{Request: in.request(&c.faults)}
	out := OrderCheck{Lines: []LineStock{}, Warnings: []OrderWarning{}}
	facts := facts{request: &cmd.Request}
	if len(in.Lines) > order.MaxLines {
		return out, check(c, intake.Place, &cmd)
	}
	r, err := preview(c, intake.Place, cmd)
	var refused *fault.Error
	switch {
	case err == nil:
		v, err := c.placed(r)
		if err != nil {
			return out, err
		}
		o := c.renderOrder(v)
		o.DryRun = true
		out.Order = &o
	case errors.As(err, &refused) && (refused.Kind == fault.Invalid || refused.Kind == fault.Conflict):
		out.Refusals = refusalsOf(refused)
	default:
		return out, err
	}
	if err := c.read(func(r *store.Reader) error { return facts.load(r, a.desk.DB.Now()) }); err != nil {
		return out, err
	}
	for i := range cmd.Request.Lines {
		out.Lines = append(out.Lines, facts.line(i))
	}
	for _, w := range order.Warnings(&cmd.Request, &facts, facts.past, a.desk.DB.Now()) {
		x := OrderWarning{Code: w.Code, Severity: w.Severity, Line: w.Line, Field: w.Field, Message: w.Message}
		if w.Order != 0 {
			x.OrderID = w.Order.String()
		}
		out.Warnings = append(out.Warnings, x)
	}
	return out, nil
}

func refusalsOf(f *fault.Error) []ProblemField {
	if len(f.Fields) == 0 {
		return []ProblemField{{Code: f.Code, Message: f.Message}}
	}
	var out []ProblemField
	for _, x := range f.Fields {
		out = append(out, ProblemField{Pointer: x.Pointer, Code: x.Code, Message: x.Message})
	}
	return out
}

// facts are what the books know about a request.
type facts struct {
	request *order.Request
	past    order.Past
	items   map[string]*catalog.Item
	ids     map[catalog.ID]*catalog.Item
	places  []*stock.Location // that send, and that the caller may see
	levels  map[stock.Cell]int64
}

func (f *facts) BySKU(sku string) *catalog.Item   { return f.items[sku] }
func (f *facts) ByID(id catalog.ID) *catalog.Item { return f.ids[id] }

func (f *facts) load(r *store.Reader, now int64) error {
	*f = facts{request: f.request, items: map[string]*catalog.Item{}, ids: map[catalog.ID]*catalog.Item{}, levels: map[stock.Cell]int64{}}
	asked, stocked, err := f.loadItems(r)
	if err != nil {
		return err
	}
	if f.past, err = orders.Past(r, f.request.CustomerID, asked); err != nil {
		return err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return err
	}
	f.past.Currency, f.past.Available = m.Currency, map[int64]int64{}
	all, err := locations.All(r)
	if err != nil {
		return err
	}
	seen := map[stock.LocationID]bool{}
	for _, l := range all {
		if l.Active && r.Scope.Sees(int64(l.ID)) {
			f.places = append(f.places, l)
			seen[l.ID] = true
		}
	}
	offers, err := preorders.SoldBy(r, f.request.Channel, stocked, now)
	if err != nil {
		return err
	}
	f.past.Offers = order.OnOffer(offers, m.Location())
	terms, err := sells.Terms(r)
	if err != nil {
		return err
	}
	return levels.OfItems(r, stocked, func(l *stock.Level) {
		if n := terms[f.request.Channel].Sellable(l); n > 0 && seen[l.Location] {
			f.levels[l.Cell] = n
			f.past.Available[l.Item] += n
		}
	})
}

// loadItems reads the items of the request and the components of bundles:
// those that were asked for, and those that have stock.
func (f *facts) loadItems(r *store.Reader) (asked, stocked []int64, err error) {
	var skus []string
	for i := range f.request.Lines {
		skus = append(skus, f.request.Lines[i].SKU)
	}
	slices.Sort(skus)
	found, err := items.BySKU(r, slices.Compact(skus))
	if err != nil {
		return nil, nil, err
	}
	var parts []catalog.ID
	for _, i := range found {
		f.items[i.SKU], f.ids[i.ID] = i, i
		asked = append(asked, int64(i.ID))
		for _, c := range i.Components {
			parts = append(parts, c.Item)
		}
	}
	more, err := items.ByID(r, parts)
	for _, i := range more {
		f.ids[i.ID] = i
	}
	for id, i := range f.ids {
		if i.Stocked() {
			stocked = append(stocked, int64(id))
		}
	}
	slices.Sort(stocked)
	return asked, stocked, err
}

// line is the stock behind a line of the request.
func (f *facts) line(i int) LineStock {
	sku := f.request.Lines[i].SKU
	out := LineStock{Line: i + 1, SKU: sku, Locations: []LocationStock{}}
	item := f.items[sku]
	if item == nil {
		return out
	}
	for _, p := range f.places {
		if n := f.levels[stock.Cell{Item: int64(item.ID), Location: p.ID}]; n > 0 {
			out.Locations = append(out.Locations, LocationStock{p.Code, n})
		}
	}
	return out
}
