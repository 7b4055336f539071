// Package returns is the room of what customers send back: the list by what is
// to be done next, and one return from its request to its end.
//
// What belongs here: asking for a return, approving or refusing it, receiving
// it by scanning, inspecting it, and the refund with its preview. What does
// not: what the customer sees of it (track), and the policy (settings).
package returns

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/care"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// pageSize is how many rows a page shows.
const pageSize = 50

// Routes of the room.
func Routes() []shell.Route {
	read, write, floor := access.OrdersRead, access.OrdersWrite, access.StockWrite
	return []shell.Route{
		{Method: "GET", Path: "/returns", Needs: read, Do: list},
		{Method: "GET", Path: "/returns/counter", Needs: write, Do: counterPage},
		{Method: "POST", Path: "/returns/counter", Needs: write, Do: counterReturn},
		{Method: "POST", Path: "/returns/counter/preview", Needs: write, Do: counterPreview},
		{Method: "GET", Path: "/returns/unreceipted", Needs: read, Do: unreceiptedPage},
		{Method: "POST", Path: "/returns/unreceipted", Needs: write, Do: take},
		{Method: "POST", Path: "/returns/unreceipted/preview", Needs: write, Do: takePreview},
		{Method: "GET", Path: "/returns/new", Needs: write, Do: askPage},
		{Method: "POST", Path: "/returns/new", Needs: write, Do: ask},
		{Method: "POST", Path: "/returns/parcel", Needs: write, Do: parcelBack},
		{Method: "GET", Path: "/returns/{id}", Needs: read, Do: show},
		{Method: "GET", Path: "/returns/{id}/slip.pdf", Needs: read, Do: slip},
		{Method: "GET", Path: "/returns/{id}/files/{file}", Needs: read, Do: file},
		{Method: "POST", Path: "/returns/{id}/label", Needs: write, MaxBytes: returns.MaxLabel + 64<<10, Do: keepLabel},
		{Method: "POST", Path: "/returns/{id}/approve", Needs: write, Do: act("approve", care.ApproveReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/refuse", Needs: write, Do: act("refuse", care.RefuseReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/cancel", Needs: write, Do: act("cancel", care.CancelReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/send", Needs: write, Do: act("send", care.SendReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/close", Needs: write, Do: act("close", care.CloseReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/reopen", Needs: write, Do: act("reopen", care.ReopenReturn, agreed)},
		{Method: "POST", Path: "/returns/{id}/receive", Needs: floor, Do: act("receive", care.ReceiveRequested, arrived)},
		{Method: "POST", Path: "/returns/{id}/scan", Needs: floor, Do: act("scan", care.ReceiveRequested, scanned)},
		{Method: "POST", Path: "/returns/{id}/unreceive", Needs: floor, Do: act("unreceive", care.UnreceiveReturn, arrived)},
		{Method: "POST", Path: "/returns/{id}/inspect", Needs: floor, Do: act("inspect", care.InspectReturn, inspected)},
		{Method: "POST", Path: "/returns/{id}/exchange", Needs: write, Do: act("exchange", intake.Exchange, exchanged)},
		{Method: "POST", Path: "/returns/{id}/exchange/preview", Needs: write, Do: exchangePreview},
		{Method: "POST", Path: "/returns/{id}/refund", Needs: write, Do: act("refund", care.RepayReturn, repaid)},
		{Method: "POST", Path: "/returns/{id}/refund/preview", Needs: write, Do: repayPreview},
	}
}

// tabs are the states in the order of the work.
var tabs = []string{returns.Requested, returns.Approved, returns.InTransit, returns.Received, returns.Inspected, returns.Closed, ""}

// listing is a page of the list.
type listing struct {
	State  string
	Rows   []*returns.Return
	Orders map[order.ID]*order.Order
	Next   string
}

func list(v *shell.Visit) error {
	l := listing{State: v.Query("state")}
	if v.R.URL.RawQuery == "" {
		l.State = returns.Requested
	}
	below := returns.ID(1<<63 - 1)
	if text := v.Query("below"); text != "" {
		id, err := returns.ParseID(text)
		if err != nil {
			return noSuchReturn()
		}
		below = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Rows, err = returned.List(r, l.State, below, pageSize+1); err != nil {
			return err
		}
		var of []order.ID
		for _, x := range l.Rows {
			of = append(of, x.Order)
		}
		l.Orders, err = orders.Load(r, of, orders.Parts{Party: true})
		return err
	})
	if err != nil {
		return err
	}
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = "/returns?state=" + l.State + "&below=" + l.Rows[pageSize-1].ID.String()
	}
	l.Rows = slices.DeleteFunc(l.Rows, func(x *returns.Return) bool { return !sees(v, x) })
	return v.Page(v.T("returns.title"), listPage(v, l))
}

func sees(v *shell.Visit, x *returns.Return) bool {
	return x.Location == 0 || v.Scope.Sees(int64(x.Location))
}

func noSuchReturn() error {
	return fault.New(fault.NotFound, "no_such_return", "there is no such return")
}

func tabLabel(v *shell.Visit, state string) string {
	if state == "" {
		return v.T("returns.all")
	}
	return v.T("returns.tab_" + state)
}

func (l listing) tabs(v *shell.Visit) []ui.Tab {
	out := make([]ui.Tab, len(tabs))
	for i, s := range tabs {
		out[i] = ui.Tab{Label: tabLabel(v, s), Href: "/returns?state=" + s, Current: s == l.State}
	}
	return out
}

func (l listing) customer(x *returns.Return) string {
	if o := l.Orders[x.Order]; o != nil {
		return o.Party.Customer.Name
	}
	return ""
}

// view is one return with all that its page shows.
type view struct {
	*returns.Return
	Of     *order.Order
	Places []*stock.Location
	SKUs   map[int64]string
	Files  []returns.File
}

func load(v *shell.Visit) (*view, error) {
	id, err := returns.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchReturn()
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) error {
		found, err := returned.Load(r, []returns.ID{id})
		if err != nil {
			return err
		}
		if x.Return = found[id]; x.Return == nil || !sees(v, x.Return) {
			return noSuchReturn()
		}
		if x.Of, err = orders.Get(r, x.Order); err != nil {
			return err
		}
		var of []int64
		for i := range x.Lines {
			of = append(of, x.Lines[i].Item)
		}
		if x.SKUs, err = items.SKUs(r, of); err != nil {
			return err
		}
		if x.Files, err = returned.Files(r, []returns.ID{id}); err != nil {
			return err
		}
		x.Places, err = locations.All(r)
		return err
	})
	x.Places = slices.DeleteFunc(x.Places, func(l *stock.Location) bool { return !v.Scope.Sees(int64(l.ID)) || !l.Active })
	return x, err
}

func show(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), returnPage(v, x, form{}))
}

func (x *view) title(v *shell.Visit) string { return v.T("returns.one", "number", x.Name()) }

// may reports whether an act is possible and the visitor's.
func (x *view) may(v *shell.Visit, act string) bool {
	needs := access.OrdersWrite
	if act == "receive" || act == "unreceive" || act == "inspect" {
		needs = access.StockWrite
	}
	return v.May(needs) && slices.Contains(x.Actions(), act)
}

// called is what a line's goods are called.
func (x *view) called(l *returns.Line) string {
	if of := x.Of.Line(l.Line); of != nil {
		return of.Title
	}
	return x.SKUs[l.Item]
}

func (x *view) scale(l *returns.Line) int {
	if of := x.Of.Line(l.Line); of != nil {
		return of.Scale
	}
	return 0
}

func (x *view) place(id stock.LocationID) string {
	for _, l := range x.Places {
		if l.ID == id {
			return l.Name
		}
	}
	return ""
}

func (x *view) places(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("returns.place_open")}}
	for _, l := range x.Places {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name})
	}
	return out
}

// here is where it is most likely received.
func (x *view) here() string {
	if x.Location != 0 {
		return x.Location.String()
	}
	if len(x.Places) > 0 {
		return x.Places[0].ID.String()
	}
	return ""
}

func (x *view) money(v *shell.Visit, amount int64) string {
	return v.Money(amount, x.Of.Currency.Code())
}

// goesTo is where a refund goes unless somebody says otherwise.
func (x *view) goesTo() string {
	if x.ToCredit {
		return "store_credit"
	}
	return "tenders"
}

func ways(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: "tenders", Label: v.T("returns.to_tenders")}, {Value: "store_credit", Label: v.T("returns.to_store_credit")}}
}

// reason says why something comes back.
func reason(v *shell.Visit, code string) string {
	if key := "return_reason." + code; v.Has(key) {
		return v.T(key)
	}
	return code
}

func slip(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) {
		return shell.Filled(walk.ReturnSlip(r, x.ID, now))
	})
}

// feeName is what a fee is called.
func feeName(f *order.Fee) string {
	for _, name := range []string{f.Label, f.Code} {
		if name != "" {
			return name
		}
	}
	return f.Kind
}
