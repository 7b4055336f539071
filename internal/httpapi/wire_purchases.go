package httpapi

import (
	"time"

	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/supplier"
)

// PurchaseOrder is an order placed with a supplier. Who may not see purchases
// sees no costs.
type PurchaseOrder struct {
	ID           string           `json:"id" example:"pur_0pmnqh2000400"`
	Number       int64            `json:"number"`
	Supplier     string           `json:"supplier" example:"sup_0pmnqh2000400"`
	SupplierCode string           `json:"supplier_code"`
	SupplierName string           `json:"supplier_name"`
	Location     string           `json:"location" example:"loc_0pmnqh2000400"`
	Purpose      string           `json:"purpose" enum:"stock,drop_ship,back_to_back"`
	Status       string           `json:"status" enum:"draft,sent,acknowledged,partly_received,received,closed,canceled"`
	History      bool             `json:"history" doc:"Recorded from the past: no stock was touched."`
	Currency     string           `json:"currency"`
	ExternalID   string           `json:"external_id,omitempty"`
	Reference    string           `json:"reference,omitempty" doc:"What the supplier calls it."`
	Transport    string           `json:"transport,omitempty"`
	Note         string           `json:"note,omitempty" doc:"To the supplier."`
	OverPercent  int64            `json:"over_percent"`
	ExpectedOn   string           `json:"expected_on,omitempty" format:"date" doc:"The earliest day of what is still to come."`
	Late         bool             `json:"late" doc:"That day is over."`
	Ordered      int64            `json:"ordered" doc:"Units that were not canceled."`
	Received     int64            `json:"received"`
	Open         int64            `json:"open"`
	Total        string           `json:"total,omitempty" doc:"Goods and charges; decimal text."`
	Lines        []PurchaseLine   `json:"lines"`
	Charges      []PurchaseCharge `json:"charges"`
	CreatedAt    string           `json:"created_at" format:"date-time"`
	SentAt       string           `json:"sent_at,omitempty" format:"date-time"`
	AckAt        string           `json:"acknowledged_at,omitempty" format:"date-time"`
	ReceivedAt   string           `json:"received_at,omitempty" format:"date-time" doc:"When something last came."`
	ClosedAt     string           `json:"closed_at,omitempty" format:"date-time"`
	CanceledAt   string           `json:"canceled_at,omitempty" format:"date-time"`
	Version      int64            `json:"version" doc:"Also the ETag."`
	Actions      []string         `json:"actions" doc:"What may be done with it now."`
	DryRun       bool             `json:"dry_run,omitempty"`
}

// PurchaseLine is one item of a purchase order. Quantities are steps of the item.
type PurchaseLine struct {
	Line        int    `json:"line"`
	Item        string `json:"item" example:"itm_0pmnqh2000400"`
	SKU         string `json:"sku"`
	Title       string `json:"title"`
	SupplierSKU string `json:"supplier_sku,omitempty"`
	Quantity    int64  `json:"quantity"`
	Canceled    int64  `json:"canceled"`
	Confirmed   int64  `json:"confirmed" doc:"That the supplier said it sends; 0 before it answered."`
	Received    int64  `json:"received" doc:"In whatever state."`
	Damaged     int64  `json:"damaged"`
	Inspect     int64  `json:"to_inspect"`
	Open        int64  `json:"open"`
	Invoiced    int64  `json:"invoiced"`
	Back        int64  `json:"went_back" doc:"To the supplier; what it replaced is not counted."`
	Credited    int64  `json:"credited" doc:"Of them, by credit notes."`
	Cost        string `json:"cost,omitempty" doc:"Of one unit, as agreed now; decimal text."`
	Asked       string `json:"asked_cost,omitempty" doc:"As it was first sent."`
	Value       string `json:"value,omitempty" doc:"As agreed."`
	Landed      string `json:"landed,omitempty" doc:"What its units cost with their part of all charges."`
	ExpectedOn  string `json:"expected_on,omitempty" format:"date"`
	PromisedOn  string `json:"promised_on,omitempty" format:"date" doc:"As it was first confirmed; it never changes after."`
	DoneAt      string `json:"done_at,omitempty" format:"date-time" doc:"When the last of it came."`
	LateDays    *int64 `json:"late_days,omitempty" doc:"After the promised day, below zero before it."`
	Order       string `json:"order,omitempty" doc:"Whose line it was bought for." example:"ord_0pmnqh2000400"`
	OrderLine   int    `json:"order_line,omitempty"`
	Fulfillment string `json:"fulfillment,omitempty"`
}

// PurchaseCharge is what is paid beside the goods.
type PurchaseCharge struct {
	N       int    `json:"n"`
	Kind    string `json:"kind" enum:"freight,duty,insurance,handling,other"`
	Spread  string `json:"spread" enum:"value,quantity,weight" doc:"Over which lines by what."`
	Amount  string `json:"amount,omitempty" doc:"Decimal text; a correction is below zero."`
	Receipt string `json:"receipt,omitempty" doc:"Whose goods bear it; all of the order's when absent."`
	Note    string `json:"note,omitempty"`
	At      string `json:"at" format:"date-time"`
}

// NewPurchaseLine asks for an item. What is left out follows from the supplier's
// offer.
type NewPurchaseLine struct {
	SKU         string  `json:"sku" maxLength:"80" example:"MUG-BLUE"`
	Quantity    int64   `json:"quantity" minimum:"1" maximum:"1000000000"`
	Cost        *string `json:"cost,omitempty" doc:"Of one unit; decimal text." example:"4.10"`
	SupplierSKU *string `json:"supplier_sku,omitempty" maxLength:"80"`
	ExpectedOn  string  `json:"expected_on,omitempty" format:"date" doc:"By the lead time of the offer when left out."`
	Order       string  `json:"order,omitempty" doc:"Whose line it is bought for." example:"ord_0pmnqh2000400"`
	OrderLine   int     `json:"order_line,omitempty" minimum:"0"`
}

// NewPurchaseOrder begins a draft.
type NewPurchaseOrder struct {
	Supplier    string            `json:"supplier" doc:"Id, or code as code:ACME." example:"code:ACME"`
	Location    string            `json:"location" doc:"Where it comes to: code or id."`
	Purpose     string            `json:"purpose,omitempty" enum:"stock,back_to_back" doc:"stock when left out. What a supplier sends to customers is bought by asking it."`
	ExternalID  string            `json:"external_id,omitempty" maxLength:"80" doc:"Unique when given."`
	Reference   string            `json:"reference,omitempty" maxLength:"80"`
	Transport   string            `json:"transport,omitempty" maxLength:"40"`
	Note        string            `json:"note,omitempty" maxLength:"2000"`
	OverPercent *int64            `json:"over_percent,omitempty" minimum:"0" maximum:"100" doc:"The supplier's when left out."`
	ExpectedOn  string            `json:"expected_on,omitempty" format:"date" doc:"Of lines that name no day."`
	Lines       []NewPurchaseLine `json:"lines,omitempty" maxItems:"500"`
}

// PurchaseChange changes a purchase order; what is left out stays.
type PurchaseChange struct {
	Reference   *string              `json:"reference,omitempty" maxLength:"80"`
	Transport   *string              `json:"transport,omitempty" maxLength:"40"`
	Note        *string              `json:"note,omitempty" maxLength:"2000"`
	OverPercent *int64               `json:"over_percent,omitempty" minimum:"0" maximum:"100"`
	Location    *string              `json:"location,omitempty" doc:"Of a draft."`
	Lines       []PurchaseLineChange `json:"lines,omitempty" maxItems:"500"`
}

// PurchaseLineChange is what shall be different about a line, or a line that is
// added.
type PurchaseLineChange struct {
	Line        int     `json:"line,omitempty" minimum:"0" doc:"Adds a line when left out."`
	SKU         string  `json:"sku,omitempty" maxLength:"80" doc:"Of a line that is added."`
	Quantity    *int64  `json:"quantity,omitempty" minimum:"0" maximum:"1000000000" doc:"0 takes a line out of a draft."`
	Cost        *string `json:"cost,omitempty"`
	SupplierSKU *string `json:"supplier_sku,omitempty" maxLength:"80"`
	ExpectedOn  *string `json:"expected_on,omitempty" doc:"An empty text for no day."`
}

// PurchaseSending sends a draft.
type PurchaseSending struct {
	Mail bool `json:"mail,omitempty" doc:"By mail to the supplier's address."`
}

// PurchaseAnswer is what a supplier answered.
type PurchaseAnswer struct {
	Reference string               `json:"reference,omitempty" maxLength:"80" doc:"What it calls the order."`
	All       bool                 `json:"all,omitempty" doc:"What is not named is confirmed as it is."`
	Lines     []PurchaseLineAnswer `json:"lines,omitempty" maxItems:"500"`
}

// PurchaseLineAnswer is what it answered of a line; what is left out it did not
// say.
type PurchaseLineAnswer struct {
	Line       int     `json:"line" minimum:"1"`
	Quantity   *int64  `json:"quantity,omitempty" minimum:"0" doc:"That it sends."`
	Cost       *string `json:"cost,omitempty"`
	ExpectedOn *string `json:"expected_on,omitempty"`
	CancelRest bool    `json:"cancel_rest,omitempty" doc:"What it does not send will not come."`
}

// PurchaseCut cancels units; all that is open where no line is named.
type PurchaseCut struct {
	Lines []PurchaseLineCut `json:"lines,omitempty" maxItems:"500"`
}

// PurchaseLineCut is units of a line that shall not come.
type PurchaseLineCut struct {
	Line     int   `json:"line" minimum:"1"`
	Quantity int64 `json:"quantity,omitempty" minimum:"0" doc:"All that is open when left out."`
}

// PurchaseArrival is what came.
type PurchaseArrival struct {
	Reference string                `json:"reference,omitempty" maxLength:"200" doc:"The delivery note."`
	Rest      bool                  `json:"rest,omitempty" doc:"All that is open came in good order."`
	Over      bool                  `json:"over,omitempty" doc:"More than the tolerance is meant."`
	Lines     []PurchaseLineArrival `json:"lines,omitempty" maxItems:"500"`
}

// PurchaseLineArrival is what came of a line, or of what was scanned.
type PurchaseLineArrival struct {
	Line    int    `json:"line,omitempty" minimum:"0"`
	SKU     string `json:"sku,omitempty" maxLength:"80" doc:"Instead of the line: a SKU or a barcode. A case of twelve counts as twelve."`
	Good    int64  `json:"good,omitempty" minimum:"0"`
	Damaged int64  `json:"damaged,omitempty" minimum:"0"`
	Inspect int64  `json:"inspect,omitempty" minimum:"0" doc:"To quality control."`
	Bin     string `json:"bin,omitempty" maxLength:"60"`
	Lot     string `json:"lot,omitempty" maxLength:"60"`
}

// NewPurchaseCharge adds a charge.
type NewPurchaseCharge struct {
	Kind    string `json:"kind" enum:"freight,duty,insurance,handling,other"`
	Spread  string `json:"spread,omitempty" enum:"value,quantity,weight" doc:"value when left out."`
	Amount  string `json:"amount" doc:"Decimal text; a correction is below zero." example:"120.00"`
	Receipt string `json:"receipt,omitempty" doc:"Whose goods bear it." example:"rcp_0pmnqh2000400"`
	Note    string `json:"note,omitempty" maxLength:"500"`
}

// PurchaseReceipt is what came at once.
type PurchaseReceipt struct {
	ID        string                `json:"id" example:"rcp_0pmnqh2000400"`
	Purchase  string                `json:"purchase" example:"pur_0pmnqh2000400"`
	Of        string                `json:"reverses,omitempty" doc:"The receipt that it takes back."`
	Reference string                `json:"reference,omitempty"`
	At        string                `json:"at" format:"date-time"`
	Actor     string                `json:"actor"`
	Entry     int64                 `json:"entry_seq"`
	Lines     []PurchaseReceiptLine `json:"lines"`
}

// PurchaseReceiptLine is units of a line in one state.
type PurchaseReceiptLine struct {
	Line     int    `json:"line"`
	Item     string `json:"item"`
	State    string `json:"state" enum:"on_hand,damaged,quality_control"`
	Quantity int64  `json:"quantity" doc:"Below zero of a reversal."`
	Movement string `json:"movement"`
	Bin      string `json:"bin,omitempty"`
	Lot      string `json:"lot,omitempty"`
}

// PurchaseArrived is a receipt and the purchase order after it.
type PurchaseArrived struct {
	Purchase  PurchaseOrder   `json:"purchase"`
	Receipt   PurchaseReceipt `json:"receipt"`
	Displaced []Displaced     `json:"displaced,omitempty" doc:"Claims that gave way because what they held turned out not to be there."`
	DryRun    bool            `json:"dry_run,omitempty"`
}

// bought renders purchase orders with what is read once.
type bought struct {
	by    map[supplier.ID]*supplier.Supplier
	zone  *time.Location
	now   int64
	costs bool // whether the caller may see them
}

func (x *bought) day(at int64) string {
	if at == 0 {
		return ""
	}
	return dayIn(at, x.zone)
}

func (x *bought) render(p *purchase.Purchase, receipts []purchase.Receipt) (PurchaseOrder, error) {
	ordered, received, open := p.Units()
	out := PurchaseOrder{
		ID: p.ID.String(), Number: p.Number, Supplier: ident.Text("sup", p.Supplier), Location: stock.LocationID(p.Location).String(), Purpose: string(p.Purpose), Status: string(p.Status()), History: p.History,
		Currency: p.Currency, ExternalID: p.External, Reference: p.Reference, Transport: p.Transport, Note: p.Note, OverPercent: p.Over, ExpectedOn: x.day(p.ExpectedAt()), Ordered: ordered, Received: received, Open: open,
		Lines: make([]PurchaseLine, len(p.Lines)), Charges: make([]PurchaseCharge, len(p.Charges)), CreatedAt: instant(p.CreatedAt), SentAt: instant(p.SentAt), AckAt: instant(p.AckAt), ReceivedAt: instant(p.ReceivedAt),
		ClosedAt: instant(p.ClosedAt), CanceledAt: instant(p.CanceledAt), Version: p.Version, Actions: p.Actions(),
	}
	if by := x.by[supplier.ID(p.Supplier)]; by != nil {
		out.SupplierCode, out.SupplierName = by.Code, by.Name
	}
	out.Late = p.SentAt != 0 && open > 0 && p.ExpectedAt() != 0 && purchase.Days(p.ExpectedAt(), x.now, x.zone) > 0
	for i := range p.Lines {
		out.Lines[i] = x.line(&p.Lines[i])
	}
	for i, c := range p.Charges {
		out.Charges[i] = PurchaseCharge{N: c.N, Kind: c.Kind, Spread: c.Spread, Note: c.Note, At: instant(c.At)}
		if c.Receipt != 0 {
			out.Charges[i].Receipt = c.Receipt.String()
		}
	}
	if !x.costs {
		return out, nil
	}
	return out, x.priced(&out, p, receipts)
}

func (x *bought) line(l *purchase.Line) PurchaseLine {
	out := PurchaseLine{
		Line: l.N, Item: ident.Text("itm", l.Item), SKU: l.SKU, Title: l.Title, SupplierSKU: l.SupplierSKU, Quantity: l.Quantity, Canceled: l.Canceled, Confirmed: l.Confirmed, Received: l.Received, Damaged: l.Damaged,
		Inspect: l.Inspect, Open: l.Open(), Invoiced: l.Invoiced, Back: l.Back, Credited: l.Credited, ExpectedOn: x.day(l.ExpectedAt), PromisedOn: x.day(l.PromisedAt), DoneAt: instant(l.DoneAt), OrderLine: l.OrderLine,
	}
	if l.DoneAt != 0 && l.PromisedAt != 0 {
		out.LateDays = &l.LateDays
	}
	if l.Order != 0 {
		out.Order = order.ID(l.Order).String()
	}
	if l.Fulfillment != 0 {
		out.Fulfillment = ident.Text("ful", l.Fulfillment)
	}
	return out
}

// priced adds what it costs.
func (x *bought) priced(out *PurchaseOrder, p *purchase.Purchase, receipts []purchase.Receipt) error {
	c, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return err
	}
	landed, err := p.Landed(receipts)
	if err != nil {
		return err
	}
	for i := range p.Lines {
		l := &p.Lines[i]
		value, err := p.Value(l)
		if err != nil {
			return err
		}
		out.Lines[i].Cost, out.Lines[i].Asked, out.Lines[i].Value = l.Cost.String(), priceText(l.Asked), c.FormatAmount(value)
		out.Lines[i].Landed = c.FormatAmount(landed[i].Value + landed[i].Charges)
	}
	for i := range p.Charges {
		out.Charges[i].Amount = c.FormatAmount(p.Charges[i].Amount)
	}
	total, err := p.Total()
	out.Total = c.FormatAmount(total)
	return err
}

func renderReceipt(r *purchase.Receipt) PurchaseReceipt {
	out := PurchaseReceipt{ID: r.ID.String(), Purchase: r.Purchase.String(), Reference: r.Reference, At: instant(r.At), Actor: r.Actor, Entry: r.Entry, Lines: make([]PurchaseReceiptLine, len(r.Lines))}
	if r.Of != 0 {
		out.Of = r.Of.String()
	}
	for i, l := range r.Lines {
		out.Lines[i] = PurchaseReceiptLine{Line: l.Line, Item: ident.Text("itm", l.Item), State: l.State, Quantity: l.Quantity, Movement: ident.Text("mov", l.Movement), Bin: l.Bin, Lot: l.Lot}
	}
	return out
}
