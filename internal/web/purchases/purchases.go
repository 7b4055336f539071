// Package purchases is the room of orders placed with suppliers: what is on its
// way, what came, and what was asked for it.
//
// What belongs here: reading purchase orders and acting on them. What does not:
// suppliers and their offers (suppliers), and stock that nobody ordered (stock).
package purchases

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/purchases"
	"orderly/internal/store/shelves"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/talk"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/talking"
	"orderly/internal/web/ui"
)

const (
	shown     = 50  // rows of a list
	choosable = 200 // suppliers that a form offers
)

// Routes of the room.
func Routes() []shell.Route {
	read, write, floor := access.StockRead, buy.CreatePurchase.Permission, buy.ReceivePurchase.Permission
	said := talking.Routes("/purchases", talk.Purchase, named, sayAgain)
	return append(said, []shell.Route{
		{Method: "GET", Path: "/purchases", Needs: read, Do: index},
		{Method: "POST", Path: "/purchases", Needs: write, Do: create},
		{Method: "GET", Path: "/purchases/returns", Needs: read, Do: returnsIndex},
		{Method: "GET", Path: "/purchases/{id}", Needs: read, Do: page},
		{Method: "GET", Path: "/purchases/{id}/order.pdf", Needs: access.PurchasesRead, Do: paper},
		{Method: "POST", Path: "/purchases/{id}/lines", Needs: write, Do: saveLine},
		{Method: "POST", Path: "/purchases/{id}/send", Needs: write, Do: send},
		{Method: "POST", Path: "/purchases/{id}/acknowledge", Needs: write, Do: acknowledge},
		{Method: "POST", Path: "/purchases/{id}/cancel", Needs: write, Do: cancel},
		{Method: "POST", Path: "/purchases/{id}/close", Needs: write, Do: closeIt},
		{Method: "POST", Path: "/purchases/{id}/charge", Needs: write, Do: charge},
		{Method: "POST", Path: "/purchases/{id}/invoice", Needs: write, Do: invoice},
		{Method: "POST", Path: "/purchases/{id}/invoices/{invoice}", Needs: write, Do: decide},
		{Method: "POST", Path: "/purchases/{id}/returns", Needs: write, Do: beginReturn},
		{Method: "POST", Path: "/purchases/{id}/returns/{return}", Needs: read, Do: actOnReturn},
		{Method: "GET", Path: "/purchases/{id}/returns/{return}/note.pdf", Needs: read, Do: returnNote},
		{Method: "GET", Path: "/purchases/{id}/receive", Needs: floor, Do: receivePage},
		{Method: "POST", Path: "/purchases/{id}/receive", Needs: floor, Do: receive},
		{Method: "POST", Path: "/purchases/{id}/inspect", Needs: floor, Do: inspect},
		{Method: "POST", Path: "/purchases/{id}/receipts/{receipt}", Needs: floor, Do: reverse},
	}...)
}

func named(text string) (int64, error) {
	id, err := purchase.ParseID(text)
	return int64(id), err
}

// sayAgain shows a purchase order with what was refused of a message.
func sayAgain(v *shell.Visit, said *talking.View) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	x.Talk = said
	return v.Again(x.title(v), purchasePage(v, x))
}

// listing is what the page of the list shows.
type listing struct {
	Rows     []*purchase.Purchase
	Status   purchase.Status
	Supplier *supplier.Supplier // that it is narrowed to
	Purpose  purchase.Purpose
	Numbers  map[int64]int64 // of the orders that rows were written for
	By       map[supplier.ID]*supplier.Supplier
	Choices  []*supplier.Supplier
	Places   []*stock.Location
	Talks    map[purchase.ID]*talk.Talk // what is said of rows
	Next     string
	Faults   shell.Faults
	again    bool
}

func index(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("purchases.title"), indexPage(v, x))
}

func load(v *shell.Visit) (*listing, error) {
	x := &listing{Status: purchase.Status(v.Query("status")), Purpose: purchase.Purpose(v.Query("purpose"))}
	f := purchases.Filter{Status: x.Status, Purpose: x.Purpose, Before: 1<<63 - 1}
	if text := v.Query("before"); text != "" {
		id, err := purchase.ParseID(text)
		if err != nil {
			return nil, fault.New(fault.Invalid, "invalid_parameter", "this is not a place in the list; begin again at its start")
		}
		f.Before = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if id, bad := supplier.ParseID(v.Query("supplier")); bad == nil {
			if x.Supplier, err = suppliers.Get(r, id); err != nil {
				return err
			}
			f.Supplier = id
		}
		if x.Rows, err = purchases.List(r, f, shown+1); err != nil {
			return err
		}
		ids := make([]supplier.ID, len(x.Rows))
		var whose []int64
		for i, p := range x.Rows {
			ids[i] = supplier.ID(p.Supplier)
			if of := ordersOf(p); len(of) == 1 {
				whose = append(whose, of[0])
			}
		}
		if x.Numbers, err = shelves.Numbers(r, whose); err != nil {
			return err
		}
		if x.By, err = suppliers.ByID(r, ids); err != nil {
			return err
		}
		if v.May(access.PurchasesRead) {
			if x.Talks, err = talks.OfPurchases(r, x.Rows); err != nil {
				return err
			}
		}
		if x.Choices, err = suppliers.Page(r, false, "", choosable); err != nil {
			return err
		}
		x.Places, err = ours(r, v)
		return err
	})
	if len(x.Rows) > shown {
		x.Rows = x.Rows[:shown]
		x.Next = x.address(x.Status) + "&before=" + x.Rows[shown-1].ID.String()
	}
	return x, err
}

// ours are the places that something bought may come to.
func ours(r *store.Reader, v *shell.Visit) ([]*stock.Location, error) {
	all, err := locations.All(r)
	var out []*stock.Location
	for _, l := range all {
		if l.Active && l.Kind != "supplier" && v.Scope.Sees(int64(l.ID)) {
			out = append(out, l)
		}
	}
	return out, err
}

func (x *listing) address(s purchase.Status) string {
	out := "/purchases?status=" + string(s)
	if x.Supplier != nil {
		out += "&supplier=" + x.Supplier.ID.String()
	}
	if slices.Contains(purposes, x.Purpose) {
		out += "&purpose=" + string(x.Purpose)
	}
	return out
}

// purposes are what the list may be narrowed to.
var purposes = []purchase.Purpose{"", purchase.Stock, purchase.DropShip, purchase.BackToBack}

// of is the address of the list for another purpose.
func (x *listing) of(p purchase.Purpose) string {
	other := *x
	other.Purpose = p
	return other.address(x.Status)
}

// ordersOf are the orders that a purchase order was written for, each once.
func ordersOf(p *purchase.Purchase) (out []int64) {
	for i := range p.Lines {
		if o := p.Lines[i].Order; o != 0 && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

func (x *listing) tabs(v *shell.Visit) []ui.Tab {
	out := []ui.Tab{{Label: v.T("purchases.every"), Href: x.address(""), Current: x.Status == ""}}
	for _, s := range purchase.Statuses {
		out = append(out, ui.Tab{Label: v.T("purchases.is_" + string(s)), Href: x.address(s), Current: x.Status == s})
	}
	return out
}

func create(v *shell.Visit) error {
	var l fault.List
	by, bad := supplier.ParseID(v.Form("supplier"))
	if bad != nil {
		l.Add("/supplier", "missing", "%s", v.T("purchases.say_supplier"))
	}
	at, bad := stock.ParseLocationID(v.Form("location"))
	if bad != nil {
		l.Add("/location", "missing", "%s", v.T("purchases.say_place"))
	}
	err := l.Err()
	if err == nil {
		r, bad := shell.Do(v, buy.CreatePurchase, buy.DraftCommand{Supplier: by, Location: at})
		if err = bad; err == nil {
			return v.Go("/purchases/" + purchase.ID(r.ID).String())
		}
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, err := load(v)
	if err != nil {
		return err
	}
	x.Faults, x.again = faults, true
	return v.Again(v.T("purchases.title"), indexPage(v, x))
}

// view is what the page of one purchase order shows.
type view struct {
	*purchase.Purchase
	By       *supplier.Supplier
	Place    *stock.Location
	Receipts []purchase.Receipt
	Reversed map[purchase.ReceiptID]bool
	Invoices []purchase.Invoice
	Differ   map[purchase.InvoiceID][]purchase.Difference
	Landed   []purchase.Landed
	Returns  []purchase.Return
	Talk     *talking.View // nil for who may not see what is bought
	Form     string        // that was refused
	Faults   shell.Faults
}

func read(v *shell.Visit) (*view, error) {
	id, err := purchase.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchPurchase()
	}
	x := &view{Reversed: map[purchase.ReceiptID]bool{}, Differ: map[purchase.InvoiceID][]purchase.Difference{}}
	err = v.Read(func(r *store.Reader) error {
		if x.Purchase, err = purchases.Get(r, id); err == nil && (x.Purchase == nil || !v.Scope.Sees(x.Location)) {
			err = noSuchPurchase()
		}
		if err != nil {
			return err
		}
		if x.By, err = suppliers.Get(r, supplier.ID(x.Supplier)); err != nil {
			return err
		}
		all, err := locations.All(r)
		if err != nil {
			return err
		}
		for _, l := range all {
			if int64(l.ID) == x.Location {
				x.Place = l
			}
		}
		if x.Talk, err = talking.Read(r, talk.Purchase, int64(id), x.path()); err != nil {
			return err
		}
		return x.beside(r, v)
	})
	return x, err
}

// beside reads what came and what was asked.
func (x *view) beside(r *store.Reader, v *shell.Visit) (err error) {
	if x.Receipts, err = purchases.ReceiptsOf(r, x.ID); err != nil {
		return err
	}
	for i := range x.Receipts {
		x.Reversed[x.Receipts[i].Of] = true
	}
	if x.Returns, err = purchases.ReturnsOf(r, x.ID); err != nil {
		return err
	}
	if !x.costs(v) {
		return nil
	}
	if x.Landed, err = x.Purchase.Landed(x.Receipts); err != nil {
		return err
	}
	if x.Invoices, err = purchases.InvoicesOf(r, x.ID); err != nil {
		return err
	}
	for i := range x.Invoices {
		if x.Differ[x.Invoices[i].ID], err = buy.DifferencesOf(r, x.Purchase, &x.Invoices[i]); err != nil {
			return err
		}
	}
	return nil
}

func noSuchPurchase() error {
	return fault.New(fault.NotFound, "no_such_purchase", "there is no such purchase order")
}

func (x *view) path() string { return "/purchases/" + x.ID.String() }

func (x *view) title(v *shell.Visit) string { return v.T("purchases.of", "n", x.Number) }

// costs reports whether the visitor may see what it costs.
func (x *view) costs(v *shell.Visit) bool { return v.May(access.PurchasesRead) }

// can reports whether an act is possible now and the visitor may do it.
func (x *view) can(v *shell.Visit, act string) bool {
	needs := buy.CreatePurchase.Permission
	if act == "receive" || act == "inspect" {
		needs = buy.ReceivePurchase.Permission
	}
	for _, a := range x.Actions() {
		if a == act {
			return v.May(needs)
		}
	}
	return false
}

func page(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), purchasePage(v, x))
}

func paper(v *shell.Visit) error {
	id, err := purchase.ParseID(v.Path("id"))
	if err != nil {
		return noSuchPurchase()
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) { return walk.Purchase(r, id, now) })
}

// done goes back to the purchase order with a sentence, or shows it again with
// what was refused beside the form of that name.
func (x *view) done(v *shell.Visit, form, said string, err error) error {
	if err == nil {
		v.Toast(said)
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Form, x.Faults = form, faults
	return v.Again(x.title(v), purchasePage(v, x))
}

// refusal is what was refused of a form, as one text: the first fault there is.
func (x *view) refusal(form string) string {
	if x.Form != form {
		return ""
	}
	for _, text := range x.Faults {
		return text
	}
	return ""
}

// typed is what was typed into a form that was refused.
func (x *view) typed(v *shell.Visit, form, field, otherwise string) string {
	if x.Form == form {
		return v.Form(field)
	}
	return otherwise
}

func dayOf(v *shell.Visit, at int64) string {
	if at == 0 {
		return "–"
	}
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

func typedDay(v *shell.Visit, at int64) string {
	if at == 0 {
		return ""
	}
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(time.DateOnly)
}

// late reports whether the day is over on which something should have come.
func late(v *shell.Visit, p *purchase.Purchase) bool {
	_, _, open := p.Units()
	at := p.ExpectedAt()
	return p.SentAt != 0 && open > 0 && at != 0 && purchase.Days(at, v.Now().UnixMicro(), v.Merchant.Location()) > 0
}

func tone(p *purchase.Purchase) ui.Tone {
	switch p.Status() {
	case purchase.Draft:
		return ui.Neutral
	case purchase.Received, purchase.Closed:
		return ui.Good
	case purchase.Canceled:
		return ui.Quiet
	case purchase.PartlyReceived:
		return ui.Warn
	}
	return ui.Accent
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func orderPath(id int64) string { return "/orders/" + order.ID(id).String() }

func called(by *supplier.Supplier) string {
	if by == nil {
		return "–"
	}
	return by.Name
}

func lineName(n int) string { return fmt.Sprintf("line-%d", n) }
