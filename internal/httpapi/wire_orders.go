package httpapi

import (
	"slices"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/orders"
	"orderly/internal/tax"
)

// Order is an order with its lines and fulfillments.
type Order struct {
	DryRun bool `json:"dry_run,omitempty" doc:"true when nothing was changed: this is what would be."`
	OrderHead
	Customer       OrderCustomer  `json:"customer"`
	ShipTo         *Address       `json:"ship_to,omitempty"`
	BillTo         *Address       `json:"bill_to,omitempty"`
	Lines          []OrderLine    `json:"lines"`
	Fees           []OrderFee     `json:"fees"`
	Holds          []OrderHold    `json:"holds"`
	Fulfillments   []Fulfillment  `json:"fulfillments"`
	Actions        []string       `json:"actions" doc:"What may be done next."`
	Custom         Custom         `json:"custom,omitempty"`
	Parcels        *[]Parcel      `json:"parcels,omitempty" doc:"When expanded."`
	Entries        *[]Entry       `json:"entries,omitempty" doc:"When expanded: the first 1,000; /entries pages through all."`
	Notes          *[]OrderNote   `json:"notes,omitempty" doc:"When expanded."`
	Bookings       *[]Booking     `json:"payments,omitempty" doc:"When expanded: the ledger, debits positive."`
	Returns        *[]OrderReturn `json:"returns,omitempty" doc:"When expanded."`
	CustomerRecord *Customer      `json:"customer_record,omitempty" doc:"When expanded, and the customer is here."`
}

// OrderHead is what an order is without its parts.
type OrderHead struct {
	ID                string     `json:"id" example:"ord_0pmnqh2000400"`
	Number            int64      `json:"number,omitempty" doc:"What people call it; absent in a dry run." example:"1001"`
	Channel           string     `json:"channel"`
	ExternalID        string     `json:"external_id,omitempty"`
	Mode              string     `json:"mode" enum:"live,history" doc:"history was sent before these books began."`
	Currency          string     `json:"currency"`
	Status            string     `json:"status" enum:"open,completed,canceled"`
	PaymentStatus     string     `json:"payment_status" enum:"none,unpaid,partially_paid,paid,overpaid,partially_refunded,refunded"`
	FulfillmentStatus string     `json:"fulfillment_status" enum:"none,unfulfilled,backordered,partially_backordered,in_progress,partially_shipped,shipped,partially_delivered,delivered,lost"`
	ReturnStatus      string     `json:"return_status" enum:"none,requested,partially_returned,returned"`
	HoldStatus        string     `json:"hold_status" enum:"none,held"`
	Stage             string     `json:"stage" enum:"on_hold,unsourced,backordered,in_work,shipped,delivered,lost,canceled" doc:"The one queue word."`
	Priority          int64      `json:"priority"`
	Tags              []string   `json:"tags"`
	Quantities        Quantities `json:"quantities" doc:"Over all lines."`
	Totals            Totals     `json:"totals"`
	PlacedAt          string     `json:"placed_at" format:"date-time"`
	PlacedOn          string     `json:"placed_on" format:"date" doc:"The merchant's calendar day."`
	DueAt             string     `json:"due_at,omitempty" format:"date-time"`
	Method            string     `json:"method" doc:"The delivery method." example:"parcel"`
	CreatedAt         string     `json:"created_at" format:"date-time"`
	UpdatedAt         string     `json:"updated_at" format:"date-time"`
	ExchangeRate      string     `json:"exchange_rate,omitempty" doc:"What one unit of its currency was worth in the merchant's when it was placed."`
	Version           int64      `json:"version" doc:"How many journal entries tell of it."`
	EditVersion       int64      `json:"edit_version" doc:"Also the ETag."`
}

// OrderRow is an order as lists show it.
type OrderRow struct {
	OrderHead
	Customer  OrderCustomer `json:"customer"`
	City      string        `json:"city,omitempty" doc:"Where it goes."`
	LineCount int           `json:"line_count"`
	Actions   []string      `json:"actions"`
}

// OrderCustomer is who ordered, as the order keeps it.
type OrderCustomer struct {
	ID string `json:"id,omitempty"`
	Contact
}

// Quantities are where the units are. Every unit is in exactly one place:
// ordered is the sum of the nine from canceled to lost.
type Quantities struct {
	Ordered         int64 `json:"ordered"`
	Canceled        int64 `json:"canceled"`
	Unsourced       int64 `json:"unsourced"`
	Backordered     int64 `json:"backordered"`
	Allocated       int64 `json:"allocated"`
	Picked          int64 `json:"picked"`
	Packed          int64 `json:"packed"`
	Shipped         int64 `json:"shipped"`
	Delivered       int64 `json:"delivered"`
	Lost            int64 `json:"lost"`
	ReturnRequested int64 `json:"return_requested"`
	Returned        int64 `json:"returned"`
	Restocked       int64 `json:"restocked"`
}

// Totals are what the order costs, in minor units of its currency.
type Totals struct {
	Currency   string `json:"currency"`
	Subtotal   int64  `json:"subtotal"`
	Discount   int64  `json:"discount"`
	Tax        int64  `json:"tax" doc:"On top of prices and fees."`
	Fees       int64  `json:"fees"`
	Total      int64  `json:"total" doc:"subtotal - discount + tax + fees"`
	Canceled   int64  `json:"canceled" doc:"The part of the total that canceled units take with them."`
	Payable    int64  `json:"payable" doc:"total - canceled"`
	Paid       int64  `json:"paid"`
	Refunded   int64  `json:"refunded"`
	Due        int64  `json:"due" doc:"payable - paid + refunded; negative when too much was paid."`
	RoundedOff int64  `json:"rounded_off_nanos" doc:"What rounding of lines moved, in billionths of the major unit."`
}

// OrderLine is one position. A bundle's line owns lines of its components.
type OrderLine struct {
	Line          int        `json:"line" doc:"Position, from 1."`
	Item          string     `json:"item"`
	SKU           string     `json:"sku"`
	Title         string     `json:"title"`
	Unit          string     `json:"unit"`
	Scale         int        `json:"scale"`
	Parent        int        `json:"parent,omitempty" doc:"The bundle's line that owns this one."`
	PerParent     int64      `json:"per_parent,omitempty"`
	Substitutes   int        `json:"substitutes,omitempty" doc:"The line that this one stands in for."`
	Quantity      int64      `json:"quantity" doc:"As ordered, what was canceled since included."`
	UnitPrice     string     `json:"unit_price" doc:"Decimal text."`
	Total         int64      `json:"total" doc:"Minor units, rounded once."`
	Discount      int64      `json:"discount"`
	Tax           int64      `json:"tax" doc:"On top."`
	TaxRate       string     `json:"tax_rate,omitempty" doc:"Percent; absent where only the amount is known."`
	TaxIncluded   int64      `json:"tax_included,omitempty" doc:"The tax that the price contains."`
	Quantities    Quantities `json:"quantities" doc:"Of a bundle: whole sets, each as far as its slowest component."`
	BackorderedAt string     `json:"backordered_at,omitempty" format:"date-time" doc:"Since when units wait."`
	Preorder      string     `json:"preorder,omitempty" doc:"The offer by which units were pre-ordered: /v1/preorders." example:"pre_0pmnqh2000400"`
	Preordered    int64      `json:"preordered,omitempty" doc:"How many, but for those canceled while they waited."`
	Custom        Custom     `json:"custom,omitempty"`
}

// OrderFee is a charge or a deduction beside the lines, in minor units.
type OrderFee struct {
	Kind   string `json:"kind" enum:"shipping,fee,adjustment"`
	Code   string `json:"code,omitempty"`
	Label  string `json:"label,omitempty"`
	Amount int64  `json:"amount"`
	Tax    int64  `json:"tax" doc:"On top."`

	TaxRate     string `json:"tax_rate,omitempty" doc:"Percent; absent where only the amount is known."`
	TaxIncluded int64  `json:"tax_included,omitempty" doc:"The tax that the amount contains."`
}

// OrderHold stops acts until it is lifted.
type OrderHold struct {
	ID       string   `json:"id" example:"hld_0pmnqh2000400"`
	Reason   string   `json:"reason"`
	Note     string   `json:"note,omitempty"`
	Blocks   []string `json:"blocks"`
	PlacedAt string   `json:"placed_at" format:"date-time"`
	PlacedBy string   `json:"placed_by"`
	Until    string   `json:"until,omitempty" format:"date-time" doc:"When it ends by itself."`
	LiftedAt string   `json:"lifted_at,omitempty" format:"date-time"`
	LiftedBy string   `json:"lifted_by,omitempty"`
}

// renderOrder renders an order with the fulfillments that the caller sees.
func (c *call) renderOrder(v *orderView) Order {
	o := v.order
	out := Order{
		OrderHead: renderHead(o), Customer: renderCustomerOf(o), ShipTo: renderAddress(&o.Party.ShipTo), BillTo: renderAddress(&o.Party.BillTo),
		Lines: make([]OrderLine, len(o.Lines)), Fees: make([]OrderFee, len(o.Fees)), Holds: make([]OrderHold, len(o.Holds)),
		Fulfillments: make([]Fulfillment, 0, len(v.fulfillments)), Actions: o.Actions(), Custom: Custom(o.Custom),
	}
	for i := range o.Lines {
		renderLine(&out.Lines[i], o, &o.Lines[i])
	}
	for i, f := range o.Fees {
		out.Fees[i] = OrderFee{f.Kind, f.Code, f.Label, f.Amount, f.Tax, rateText(f.Taxed), f.TaxWithin()}
	}
	for i := range o.Holds {
		out.Holds[i] = renderHold(&o.Holds[i])
	}
	skus := func(n int) string { return o.Line(n).SKU }
	for _, f := range v.fulfillments {
		if c.scope.Sees(int64(f.Location)) {
			out.Fulfillments = append(out.Fulfillments, c.renderFulfillment(f, skus, o.BlockedActs()))
		}
	}
	return out
}

func renderHead(o *order.Order) OrderHead {
	out := OrderHead{
		ID: o.ID.String(), Number: o.Number, Channel: o.Channel, ExternalID: o.ExternalID, Mode: string(o.Mode), Currency: o.Currency.Code(),
		Status: o.Statuses.Status, PaymentStatus: o.Statuses.Payment, FulfillmentStatus: o.Statuses.Fulfillment, ReturnStatus: o.Statuses.Return,
		HoldStatus: o.Statuses.Hold, Stage: o.Statuses.Stage, Priority: o.Priority, Tags: o.Tags, Quantities: renderBuckets(&o.Sums),
		Totals: renderTotals(o), PlacedAt: instant(o.PlacedAt), PlacedOn: dayText(o.PlacedOn), DueAt: instant(o.DueAt), Method: o.By(),
		CreatedAt: instant(o.CreatedAt), UpdatedAt: instant(o.UpdatedAt), Version: o.Version, EditVersion: o.EditVersion,
	}
	if o.Exchange != 0 {
		out.ExchangeRate = o.Exchange.String()
	}
	if out.Tags == nil {
		out.Tags = []string{}
	}
	return out
}

func renderTotals(o *order.Order) Totals {
	t := &o.Totals
	return Totals{
		Currency: o.Currency.Code(), Subtotal: t.Subtotal, Discount: t.Discount, Tax: t.Tax, Fees: t.Fees, Total: t.Total, Canceled: t.Canceled,
		Payable: t.Payable(), Paid: o.Paid, Refunded: o.Refunded, Due: t.Payable() - o.Paid + o.Refunded, RoundedOff: t.Moved,
	}
}

func renderBuckets(q *order.Buckets) Quantities {
	return Quantities{
		Ordered: q[order.Ordered], Canceled: q[order.Canceled], Unsourced: q[order.Unsourced], Backordered: q[order.Backordered],
		Allocated: q[order.Allocated], Picked: q[order.Picked], Packed: q[order.Packed], Shipped: q[order.Shipped], Delivered: q[order.Delivered],
		Lost: q[order.Lost], ReturnRequested: q[order.ReturnRequested], Returned: q[order.Returned], Restocked: q[order.Restocked],
	}
}

func renderCustomerOf(o *order.Order) OrderCustomer {
	out := OrderCustomer{Contact: Contact(o.Party.Customer)}
	if o.Customer != 0 {
		out.ID = party.ID(o.Customer).String()
	}
	return out
}

func renderLine(to *OrderLine, o *order.Order, l *order.Line) {
	q := o.Quantities(l)
	*to = OrderLine{
		Line: l.N, Item: ident.Text("itm", l.Item), SKU: l.SKU, Title: l.Title, Unit: l.Unit, Scale: l.Scale, Parent: l.Parent, PerParent: l.PerParent, Substitutes: l.Substitutes,
		Quantity: l.Quantity, UnitPrice: l.Price.String(), Total: l.Total, Discount: l.Discount, Tax: l.Tax, TaxRate: rateText(l.Taxed), TaxIncluded: l.TaxWithin(), Quantities: renderBuckets(&q),
		BackorderedAt: instant(l.BackorderedAt), Preordered: l.Preordered, Custom: Custom(l.Custom),
	}
	if l.Preorder != 0 {
		to.Preorder = ident.Text("pre", l.Preorder)
	}
}

func rateText(b tax.Basis) string {
	if b.Rate == 0 {
		return ""
	}
	return b.Rate.String()
}

func renderHold(h *order.Hold) OrderHold {
	return OrderHold{
		ID: ident.Text("hld", h.ID), Reason: h.Reason, Note: h.Note, Blocks: slices.Clone(h.Blocks), Until: instant(h.Until),
		PlacedAt: instant(h.PlacedAt), PlacedBy: h.PlacedBy, LiftedAt: instant(h.LiftedAt), LiftedBy: h.LiftedBy,
	}
}

func renderRow(r orders.Row) OrderRow {
	o := r.Order
	out := OrderRow{OrderHead: renderHead(o), Customer: renderCustomerOf(o), City: r.City, LineCount: r.Lines, Actions: o.Actions()}
	out.Customer.Name, out.Customer.Email = r.Name, r.Email
	return out
}

// dayText writes yyyymmdd as a date.
func dayText(day int64) string {
	if day == 0 {
		return ""
	}
	b := [10]byte{4: '-', 7: '-'}
	for _, i := range [...]int{9, 8, 6, 5, 3, 2, 1, 0} {
		b[i] = byte('0' + day%10)
		day /= 10
	}
	return string(b[:])
}
