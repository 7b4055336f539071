package httpapi

import (
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/ledger"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
)

// OrderNote is a remark for colleagues.
type OrderNote struct {
	ID    string `json:"id" example:"nte_0pmnqh2000400"`
	Text  string `json:"text"`
	At    string `json:"at" format:"date-time"`
	Actor string `json:"actor"`
}

// Booking is one half of a booking in the order's ledger.
type Booking struct {
	ID        string `json:"id" example:"bok_0pmnqh2000400"`
	Account   string `json:"account" enum:"channel_clearing,card_clearing,bank_clearing,cash_drawer,receivable,disputes"`
	Currency  string `json:"currency"`
	Amount    int64  `json:"amount" doc:"Minor units; debits are positive."`
	Reference string `json:"reference,omitempty"`
	Entry     int64  `json:"entry"`
	At        string `json:"at" format:"date-time"`
}

// OrderReturn is what comes back of an order, or has: in short.
type OrderReturn struct {
	ID           string       `json:"id" example:"ret_0pmnqh2000400"`
	Number       string       `json:"number" example:"R1001"`
	State        string       `json:"state" enum:"requested,approved,in_transit,received,inspected,closed,refused,canceled"`
	Order        string       `json:"order"`
	Location     string       `json:"location,omitempty" doc:"Absent where the order was only recorded, and while that is open."`
	LocationCode string       `json:"location_code,omitempty"`
	Reason       string       `json:"reason,omitempty"`
	At           string       `json:"at" format:"date-time"`
	Lines        []ReturnLine `json:"lines"`
}

// ReturnLine is units of an order line that came back; line 0 is goods that the
// order never sent.
type ReturnLine struct {
	Line      int   `json:"line"`
	Quantity  int64 `json:"quantity" doc:"That came back. In an entry, below zero when that was a mistake."`
	Restocked int64 `json:"restocked" doc:"Sellable again."`
}

// maxExpanded bounds the entries that an order is expanded with.
const maxExpanded = 1000

// expansion is what an order is expanded with, as one snapshot has it.
type expansion struct {
	parcels  []*fulfillment.Parcel
	scans    map[fulfillment.ParcelID][]fulfillment.Scan
	entries  []journal.Entry
	skus     map[int64]string
	notes    []orders.Note
	bookings []payment.Entry
	returns  []*returns.Return
	customer *party.Customer
}

func (x *expansion) load(r *store.Reader, o *order.Order, expand []string) (err error) {
	if wants(expand, "parcels") || wants(expand, "scans") {
		err = x.loadParcels(r, o.ID, wants(expand, "scans"))
	}
	if err == nil && wants(expand, "entries") {
		if x.entries, err = entries.OfSubject(r, int64(o.ID), 0, 0, maxExpanded); err == nil {
			x.skus, err = items.SKUs(r, itemsOf(x.entries))
		}
	}
	if err == nil && wants(expand, "notes") {
		x.notes, err = orders.Notes(r, o.ID)
	}
	if err == nil && wants(expand, "payments") {
		x.bookings, err = ledger.OfOrder(r, int64(o.ID))
	}
	if err == nil && wants(expand, "returns") {
		x.returns, err = returned.OfOrder(r, o.ID)
	}
	if err == nil && wants(expand, "customer") && o.Customer != 0 {
		var found []*party.Customer
		found, err = customers.ByID(r, []party.ID{party.ID(o.Customer)})
		for _, each := range found {
			x.customer = each
		}
	}
	return err
}

func (x *expansion) loadParcels(r *store.Reader, id order.ID, scans bool) error {
	var err error
	if x.parcels, err = fulfillments.ParcelsOfOrders(r, []order.ID{id}); err != nil || !scans {
		return err
	}
	var ids []fulfillment.ParcelID
	for _, p := range x.parcels {
		ids = append(ids, p.ID)
	}
	x.scans, err = fulfillments.Scans(r, ids)
	return err
}

func (x *expansion) render(c *call, out *Order, expand []string) error {
	if wants(expand, "parcels") || wants(expand, "scans") {
		list := []Parcel{}
		for _, p := range x.parcels {
			if !c.scope.Sees(int64(p.Location)) {
				continue
			}
			one := renderParcel(p)
			if wants(expand, "scans") {
				one.Scans = renderScans(x.scans[p.ID])
			}
			list = append(list, one)
		}
		out.Parcels = &list
	}
	if wants(expand, "entries") {
		list, err := renderEntries(x.entries, x.skus)
		if err != nil {
			return err
		}
		out.Entries = &list
	}
	if wants(expand, "notes") {
		list := make([]OrderNote, len(x.notes))
		for i, n := range x.notes {
			list[i] = OrderNote{ident.Text("nte", n.ID), n.Text, instant(n.At), n.Actor}
		}
		out.Notes = &list
	}
	if wants(expand, "payments") {
		list := make([]Booking, len(x.bookings))
		for i, b := range x.bookings {
			list[i] = Booking{ident.Text("bok", b.ID), b.Account, b.Currency, b.Amount, b.Ref, b.Seq, instant(b.At)}
		}
		out.Bookings = &list
	}
	if wants(expand, "returns") {
		list := make([]OrderReturn, len(x.returns))
		for i := range x.returns {
			list[i] = c.renderReturn(x.returns[i])
		}
		out.Returns = &list
	}
	if x.customer != nil {
		who := renderCustomer(x.customer)
		out.CustomerRecord = &who
	}
	return nil
}

func (c *call) renderReturn(x *returns.Return) OrderReturn {
	out := OrderReturn{ID: x.ID.String(), Number: x.Name(), State: x.State, Order: x.Order.String(), Reason: x.Reason, At: instant(x.At), Lines: make([]ReturnLine, len(x.Lines))}
	if x.Location != 0 {
		out.Location, out.LocationCode = x.Location.String(), c.code(x.Location)
	}
	for i := range x.Lines {
		l := &x.Lines[i]
		out.Lines[i] = ReturnLine{l.Line, l.Quantity, l.Restocked}
	}
	return out
}
