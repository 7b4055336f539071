package httpapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/walk"
)

// purchaseRoutes are orders placed with suppliers.
func (a *api) purchaseRoutes() {
	read, write, floor := access.StockRead, buy.CreatePurchase.Permission, buy.ReceivePurchase.Permission
	const at = "/v1/purchase-orders"
	add(a, route{method: "GET", path: at, id: "listPurchaseOrders", summary: "List purchase orders, newest first", needs: read}, a.listPurchases)
	add(a, route{method: "POST", path: at, id: "createPurchaseOrder", summary: "Begin a purchase order", needs: write, answers: madeOrNot, tagged: true, text: createPurchaseText}, a.createPurchase)
	add(a, route{method: "POST", path: at + "/backorders", id: "buyBackorders", summary: "Begin one for lines of orders that wait", needs: write, answers: madeOrNot, tagged: true, text: backordersText}, a.buyBackorders)
	add(a, route{method: "POST", path: at + "/record", id: "recordPurchaseOrder", summary: "Record one of the past", needs: write, answers: madeOrNot, tagged: true, text: recordPurchaseText}, a.recordPurchase)
	add(a, route{method: "GET", path: at + "/{id}", id: "getPurchaseOrder", summary: "Read a purchase order", needs: read, tagged: true}, a.getPurchase)
	add(a, route{method: "POST", path: at + "/{id}/change", id: "changePurchaseOrder", summary: "Edit a draft, or change what was sent", needs: write, tagged: true, text: changePurchaseText}, a.changePurchase)
	add(a, route{method: "POST", path: at + "/{id}/send", id: "sendPurchaseOrder", summary: "Send it to the supplier", needs: write, tagged: true, text: sendPurchaseText}, a.sendPurchase)
	add(a, route{method: "POST", path: at + "/{id}/acknowledge", id: "acknowledgePurchaseOrder", summary: "Note what the supplier confirmed", needs: write, tagged: true, text: acknowledgeText}, a.acknowledgePurchase)
	add(a, route{method: "POST", path: at + "/{id}/cancel", id: "cancelPurchaseOrder", summary: "Cancel units, or all that is open", needs: write, tagged: true}, a.cancelPurchase)
	add(a, route{method: "POST", path: at + "/{id}/close", id: "closePurchaseOrder", summary: "End it: nothing more comes", needs: write, tagged: true}, a.closePurchase)
	add(a, route{method: "POST", path: at + "/{id}/charge", id: "chargePurchaseOrder", summary: "Add freight, duty or another charge", needs: write, tagged: true, text: chargeText}, a.chargePurchase)
	add(a, route{method: "POST", path: at + "/{id}/receive", id: "receivePurchaseOrder", summary: "Goods of it came in", needs: floor, answers: madeOrNot, tagged: true, text: receivePurchaseText}, a.receivePurchase)
	add(a, route{method: "POST", path: at + "/{id}/inspect", id: "inspectPurchaseOrder", summary: "Say what an inspection found", needs: floor, answers: madeOrNot, tagged: true, text: inspectPurchaseText}, a.inspectPurchase)
	add(a, route{method: "GET", path: at + "/{id}/receipts", id: "listPurchaseReceipts", summary: "List what came, first to last", needs: read}, a.listReceipts)
	add(a, route{method: "POST", path: "/v1/purchase-receipts/{id}/reverse", id: "reversePurchaseReceipt", summary: "Take back a receipt that was booked by mistake", needs: floor}, a.reversePurchaseReceipt)
	add(a, route{method: "GET", path: at + "/{id}/invoices", id: "listPurchaseInvoices", summary: "List what the supplier asked for", needs: access.PurchasesRead}, a.purchaseInvoices)
	add(a, route{method: "POST", path: at + "/{id}/invoices", id: "takeSupplierInvoice", summary: "Take in a supplier's invoice, and match it", needs: write, answers: madeOrNot, text: takeInvoiceText}, a.takeInvoice)
	add(a, route{method: "GET", path: "/v1/supplier-invoices", id: "listSupplierInvoices", summary: "List supplier invoices in a state, newest first", needs: access.PurchasesRead}, a.listSupplierInvoices)
	add(a, route{method: "POST", path: "/v1/supplier-invoices/{id}/approve", id: "approveSupplierInvoice", summary: "Have it paid", needs: write, text: decideInvoiceText}, a.decideInvoice(true))
	add(a, route{method: "POST", path: "/v1/supplier-invoices/{id}/dispute", id: "disputeSupplierInvoice", summary: "Do not have it paid", needs: write, text: decideInvoiceText}, a.decideInvoice(false))
	addPaper(a, route{method: "GET", path: at + "/{id}/order.pdf", id: "purchaseOrderPaper", summary: "Print it for the supplier", needs: access.PurchasesRead}, purchasePaper)
}

const (
	createPurchaseText  = "A draft: nobody outside knows of it and nothing is incoming. Costs and the supplier's own names follow from its offers where they are left out."
	backordersText      = "A line for each line of an order that waits for one of the items, but for what is bought for it already; what minimum and pack ask for beyond that is a line for nobody. When it comes, units go to who waits by priority and age."
	recordPurchaseText  = "History: it touches no stock and nothing of it is awaited. Score cards are made of it like of any. The same `external_id` is recorded once: again with the same content it is answered as it is, with another it is refused."
	changePurchaseText  = "What came of a line stands; the destination of what was sent stays; what is incoming follows in the same act. With If-Match only at that version."
	sendPurchaseText    = "From now on it is incoming. Lines without a day are expected by the lead time of the offer. With `mail`, it leaves for the supplier's address by the shop's mail server."
	acknowledgeText     = "Quantities, days and costs, by line. The first day that the supplier confirms is what it is measured by; a later one changes what is expected. What it does not send stays open unless `cancel_rest` is said."
	chargeText          = "It is spread over the lines by value, quantity or weight, exactly: the parts are the charge, by largest remainder. With `receipt`, over what that receipt brought."
	inspectPurchaseText = "Of units that were to be inspected, what passed goes on hand and to who waits for it, what failed is damaged. It is kept with the receipts, and is taken back like one."
	receivePurchaseText = "Movements, receipt and what is incoming change in one commit, and who waits for the goods is served in it. More than ordered is taken within `over_percent`, and beyond it with `over`. " +
		"Lines are named by number, or by a scanned SKU or barcode."
)

type purchaseID struct {
	ID string `path:"id" doc:"The purchase order's id, or its number as number:12." example:"pur_0pmnqh2000400"`
	DryRun
}

type purchaseQuery struct {
	Paging
	Status   string `query:"status" enum:"draft,sent,acknowledged,partly_received,received,closed,canceled"`
	Supplier string `query:"supplier" doc:"Id, or code as code:ACME."`
	Purpose  string `query:"purpose" enum:"stock,drop_ship,back_to_back" doc:"drop_ship: what suppliers send to customers; its lines name the order and the fulfillment."`
}

// purchaseByID finds the id of a purchase order.
func (c *call) purchaseByID(text string) (id purchase.ID, err error) {
	if n, ok := strings.CutPrefix(text, "number:"); ok {
		number, bad := strconv.ParseInt(n, 10, 64)
		if bad == nil {
			err = c.read(func(r *store.Reader) (err error) {
				id, err = purchases.ByNumber(r, number)
				return err
			})
		}
	} else {
		id, _ = purchase.ParseID(text)
	}
	if err == nil && id == 0 {
		err = fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %.60q", text)
	}
	return id, err
}

func (a *api) boughtOf(c *call, r *store.Reader, list []*purchase.Purchase) (*bought, error) {
	ids := make([]supplier.ID, len(list))
	for i, p := range list {
		ids[i] = supplier.ID(p.Supplier)
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, err
	}
	by, err := suppliers.ByID(r, ids)
	return &bought{by: by, zone: m.Location(), now: a.desk.DB.Now(), costs: c.scope.May(access.PurchasesRead)}, err
}

func (a *api) listPurchases(c *call, p *purchaseQuery, _ *none) (Page[PurchaseOrder], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[PurchaseOrder]{}, err
	}
	f := purchases.Filter{Status: purchase.Status(p.Status), Purpose: purchase.Purpose(p.Purpose), Before: purchase.ID(before[0])}
	if p.Supplier != "" {
		s, err := c.supplier(p.Supplier)
		if err != nil {
			return Page[PurchaseOrder]{}, badParameter("supplier", "no_such_supplier", "there is no supplier %.60q", p.Supplier)
		}
		f.Supplier = s.ID
	}
	var list []*purchase.Purchase
	var x *bought
	err = c.read(func(r *store.Reader) error {
		if list, err = purchases.List(r, f, p.Limit+1); err == nil {
			x, err = a.boughtOf(c, r, list)
		}
		return err
	})
	if err != nil {
		return Page[PurchaseOrder]{}, err
	}
	return page(p.Limit, list, func(y *purchase.Purchase) PurchaseOrder {
		out, bad := x.render(y, nil)
		if bad != nil {
			err = bad
		}
		return out
	}, func(y *purchase.Purchase) string { return number(int64(y.ID)) }), err
}

// purchaseSeen reads a purchase order for who sees where it goes.
func (c *call) purchaseSeen(r *store.Reader, id purchase.ID) (*purchase.Purchase, error) {
	p, err := purchases.Get(r, id)
	if err == nil && (p == nil || !c.scope.Sees(p.Location)) {
		err = fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %s", id)
	}
	return p, err
}

// purchaseNow reads a purchase order as it is.
func (a *api) purchaseNow(c *call, id purchase.ID) (PurchaseOrder, error) {
	var out PurchaseOrder
	err := c.read(func(r *store.Reader) error {
		p, err := c.purchaseSeen(r, id)
		if err != nil {
			return err
		}
		out, err = a.renderPurchase(c, r, p)
		return err
	})
	if err == nil {
		c.tag(out.Version)
	}
	return out, err
}

func (a *api) renderPurchase(c *call, r *store.Reader, p *purchase.Purchase) (PurchaseOrder, error) {
	x, err := a.boughtOf(c, r, []*purchase.Purchase{p})
	if err != nil {
		return PurchaseOrder{}, err
	}
	receipts, err := purchases.ReceiptsOf(r, p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	return x.render(p, receipts)
}

func (a *api) getPurchase(c *call, p *struct {
	ID string `path:"id" doc:"The purchase order's id, or its number as number:12." example:"pur_0pmnqh2000400"`
}, _ *none) (PurchaseOrder, error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	return a.purchaseNow(c, id)
}

// buying carries out an act on a purchase order, or shows what it would do.
func buying[C any](a *api, c *call, dry bool, op *desk.Operation[C], cmd C) (PurchaseOrder, error) {
	if !dry {
		r, err := one(c, op, cmd)
		if err != nil {
			return PurchaseOrder{}, err
		}
		return a.purchaseNow(c, purchase.ID(r.ID))
	}
	c.status = http.StatusOK
	r, err := preview(c, op, cmd)
	if err != nil {
		return PurchaseOrder{}, err
	}
	var out PurchaseOrder
	err = c.read(func(rd *store.Reader) (err error) {
		out, err = a.renderPurchase(c, rd, r.Value.(*purchase.Purchase))
		return err
	})
	out.DryRun = true
	return out, err
}

// buyingNew is buying of one that is made.
func buyingNew[C any](a *api, c *call, dry bool, op *desk.Operation[C], cmd C) (PurchaseOrder, error) {
	out, err := buying(a, c, dry, op, cmd)
	if err == nil && !dry {
		c.created("/v1/purchase-orders/" + out.ID)
	}
	return out, err
}

func (c *call) cost(at string, text *string) *money.Price {
	if text == nil {
		return nil
	}
	p := price(at, *text, &c.faults)
	return &p
}

func (c *call) draftLine(at string, in *NewPurchaseLine) buy.DraftLine {
	out := buy.DraftLine{SKU: in.SKU, Quantity: in.Quantity, Cost: c.cost(at+"/cost", in.Cost), SupplierSKU: in.SupplierSKU, Expected: in.ExpectedOn, OrderLine: in.OrderLine}
	if in.Order != "" {
		id, err := orderByID(in.Order)
		c.faults.AddError(at+"/order", err)
		out.Order = id
	}
	return out
}

func (a *api) createPurchase(c *call, p *DryRun, in *NewPurchaseOrder) (PurchaseOrder, error) {
	cmd := buy.DraftCommand{
		Purpose: purchase.Purpose(in.Purpose), External: in.ExternalID, Reference: in.Reference, Transport: in.Transport, Note: in.Note, Over: in.OverPercent, Expected: in.ExpectedOn,
	}
	var err error
	if cmd.Supplier, err = c.supplierNamed("/supplier", in.Supplier); err != nil {
		return PurchaseOrder{}, err
	}
	if cmd.Location, err = c.location("/location", in.Location, &c.faults); err != nil {
		return PurchaseOrder{}, err
	}
	for i := range in.Lines {
		cmd.Lines = append(cmd.Lines, c.draftLine(fmt.Sprintf("/lines/%d", i), &in.Lines[i]))
	}
	return buyingNew(a, c, p.Dry, buy.CreatePurchase, cmd)
}

// supplierNamed finds the supplier that a body names; a fault when there is none.
func (c *call) supplierNamed(at, text string) (supplier.ID, error) {
	s, err := c.supplier(text)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		c.faults.Add(at, "no_such_supplier", "there is no supplier %.60q", text)
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return s.ID, nil
}

// NewBackorderPurchase asks for a draft for who waits.
type NewBackorderPurchase struct {
	Supplier   string   `json:"supplier" example:"code:ACME"`
	Location   string   `json:"location"`
	SKUs       []string `json:"skus" maxItems:"500"`
	ExpectedOn string   `json:"expected_on,omitempty" format:"date"`
}

func (a *api) buyBackorders(c *call, p *DryRun, in *NewBackorderPurchase) (PurchaseOrder, error) {
	cmd := buy.BackordersCommand{SKUs: in.SKUs, Expected: in.ExpectedOn}
	var err error
	if cmd.Supplier, err = c.supplierNamed("/supplier", in.Supplier); err != nil {
		return PurchaseOrder{}, err
	}
	if cmd.Location, err = c.location("/location", in.Location, &c.faults); err != nil {
		return PurchaseOrder{}, err
	}
	return buyingNew(a, c, p.Dry, buy.BuyBackorders, cmd)
}

func purchasePaper(c *call, p *struct {
	ID string `path:"id" example:"pur_0pmnqh2000400"`
}) (func(*store.Reader, int64) (printed, error), error) {
	id, err := c.purchaseByID(p.ID)
	return func(r *store.Reader, now int64) (printed, error) { return walk.Purchase(r, id, now) }, err
}
