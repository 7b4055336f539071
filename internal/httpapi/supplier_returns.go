package httpapi

import (
	"net/http"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/walk"
)

// supplierReturnRoutes are units that go back to suppliers.
func (a *api) supplierReturnRoutes() {
	read, write := access.StockRead, buy.CreateReturn.Permission
	const at = "/v1/supplier-returns"
	add(a, route{method: "GET", path: at, id: "listSupplierReturns", summary: "List returns to suppliers, newest first", needs: read, text: "Those that leave from places that the key sees."}, a.listSupplierReturns)
	add(a, route{method: "GET", path: at + "/{id}", id: "getSupplierReturn", summary: "Read a return to a supplier", needs: read, tagged: true}, a.getSupplierReturn)
	add(a, route{method: "GET", path: "/v1/purchase-orders/{id}/returns", id: "listPurchaseReturns", summary: "List what goes back of a purchase order", needs: read}, a.purchaseReturns)
	add(a, route{method: "POST", path: "/v1/purchase-orders/{id}/returns", id: "createSupplierReturn", summary: "Begin a return to the supplier", needs: write, answers: madeOrNot, tagged: true, text: newReturnText}, a.createSupplierReturn)
	for _, x := range []struct{ act, summary, text string }{
		{"ask", "Ask the supplier to take it back", askReturnText}, {"approve", "Note that the supplier takes it back", "With `rma`, its own number of it."},
		{"credit", "Take in the credit note", creditText}, {"replace", "Goods came for them", "As many units come in, on hand, and who waits for them is served."},
		{"refuse", "Note that the supplier does not take it, or gives nothing", "With `why`; with `came_again`, goods that had left are here again, in the state they were in."},
		{"close", "End it without credit", "With `why`."}, {"cancel", "Do not send it after all", ""},
	} {
		add(a, route{method: "POST", path: at + "/{id}/" + x.act, id: x.act + "SupplierReturn", summary: x.summary, needs: write, tagged: true, text: x.text}, a.actOnReturn(x.act, buy.ActOnReturn))
	}
	addPaper(a, route{method: "GET", path: at + "/{id}/note.pdf", id: "supplierReturnPaper", summary: "Print the note that goes with the goods", needs: read}, returnPaper)
	add(a, route{method: "POST", path: at + "/{id}/ship", id: "shipSupplierReturn", summary: "The goods leave", needs: buy.ShipReturn.Permission, tagged: true, text: shipReturnText}, a.actOnReturn("ship", buy.ShipReturn))
	add(a, route{method: "POST", path: at + "/{id}/answer-approve", id: "answerApproveSupplierReturn", summary: "As the supplier: take it back", needs: buy.AnswerReturn.Permission, text: answerReturnText}, a.actOnReturn("approve", buy.AnswerReturn))
	add(a, route{method: "POST", path: at + "/{id}/answer-refuse", id: "answerRefuseSupplierReturn", summary: "As the supplier: do not take it", needs: buy.AnswerReturn.Permission, text: answerReturnText}, a.actOnReturn("refuse", buy.AnswerReturn))
}

const (
	newReturnText    = "A draft: of units that came and are not spoken for by other returns. Damaged goods and those that failed an inspection go from `damaged`, others from `on_hand`, unless `state` says otherwise; what is to be inspected is inspected first."
	askReturnText    = "It shows in the supplier's portal. With `mail` it goes to the supplier's address, too, once this is written; the mail stands in the conversation about the purchase order, which takes an answer in."
	shipReturnText   = "Movements out of the state in which the goods are, in the commit that says so. What is not there any more, or is claimed by orders, does not leave."
	creditText       = "It is held against what the goods cost as agreed, within the supplier's `price_percent`; what differs is taken with `why` alone. A number of a supplier is taken once. The units count as invoiced no more."
	answerReturnText = "For the key of a supplier that is bound to its location. Only what it was asked for."
)

// SupplierReturn is units of a purchase order that go back to its supplier.
type SupplierReturn struct {
	ID         string               `json:"id" example:"prt_0pmnqh2000400"`
	Number     int64                `json:"number"`
	Purchase   string               `json:"purchase_order" example:"pur_0pmnqh2000400"`
	Supplier   string               `json:"supplier" example:"sup_0pmnqh2000400"`
	Location   string               `json:"location" example:"loc_0pmnqh2000400" doc:"From where it leaves."`
	Step       string               `json:"step" enum:"draft,asked,approved,shipped,credited,replaced,refused,closed,canceled"`
	RMA        string               `json:"rma,omitempty" doc:"The supplier's number of it."`
	Note       string               `json:"note,omitempty"`
	Why        string               `json:"why,omitempty"`
	Carrier    string               `json:"carrier,omitempty"`
	Tracking   string               `json:"tracking,omitempty"`
	CreditNote string               `json:"credit_note,omitempty"`
	Credited   string               `json:"credited,omitempty" doc:"Decimal text."`
	Expected   string               `json:"expected,omitempty" doc:"What the goods cost as agreed: what a credit is held against."`
	Charges    string               `json:"charges,omitempty" doc:"Their part of freight and other charges, as landed: it stays ours."`
	Currency   string               `json:"currency"`
	Lines      []SupplierReturnLine `json:"lines"`
	CreatedAt  string               `json:"created_at" format:"date-time"`
	ShippedAt  string               `json:"shipped_at,omitempty" format:"date-time"`
	EndedAt    string               `json:"ended_at,omitempty" format:"date-time"`
	Awaits     string               `json:"awaits,omitempty" enum:"us,supplier" doc:"Who is to act next; absent when it is over."`
	Since      string               `json:"awaits_since,omitempty" format:"date-time"`
	Version    int64                `json:"version" doc:"Also the ETag."`
	Actions    []string             `json:"actions"`
	DryRun     bool                 `json:"dry_run,omitempty"`
}

// SupplierReturnLine is units of a line of the purchase order.
type SupplierReturnLine struct {
	Line     int    `json:"line"`
	Item     string `json:"item" example:"itm_0pmnqh2000400"`
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	Reason   string `json:"reason" enum:"damaged,failed_inspection,wrong,recall,over,unsold"`
	State    string `json:"state" enum:"on_hand,damaged"`
	Movement string `json:"movement,omitempty" doc:"By which it left."`
	Again    string `json:"came_again,omitempty" doc:"The movement by which as many came again."`
}

// NewSupplierReturn begins a return.
type NewSupplierReturn struct {
	Location string                  `json:"location,omitempty" doc:"From where: code or id; where the goods came to when left out."`
	Note     string                  `json:"note,omitempty" maxLength:"2000" doc:"For the supplier."`
	Lines    []NewSupplierReturnLine `json:"lines" maxItems:"500"`
}

// NewSupplierReturnLine is units that go back.
type NewSupplierReturnLine struct {
	Line     int    `json:"line" minimum:"1"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"1000000000"`
	Reason   string `json:"reason" enum:"damaged,failed_inspection,wrong,recall,over,unsold"`
	State    string `json:"state,omitempty" enum:"on_hand,damaged"`
}

// SupplierReturnAct is what is said with an act on a return.
type SupplierReturnAct struct {
	Mail       bool   `json:"mail,omitempty" doc:"With ask: by mail to the supplier's address, with the return note."`
	RMA        string `json:"rma,omitempty" maxLength:"80" doc:"With approve."`
	Carrier    string `json:"carrier,omitempty" maxLength:"80" doc:"With ship."`
	Tracking   string `json:"tracking,omitempty" maxLength:"80"`
	CreditNote string `json:"credit_note,omitempty" maxLength:"80" doc:"With credit."`
	Amount     string `json:"amount,omitempty" doc:"With credit; decimal text." example:"12.30"`
	Why        string `json:"why,omitempty" maxLength:"2000"`
	CameAgain  bool   `json:"came_again,omitempty" doc:"With refuse."`
}

// renderBack shows a return; what it costs, to who may see that.
func (c *call) renderBack(r *store.Reader, x *purchase.Return, p *purchase.Purchase) (SupplierReturn, error) {
	out := SupplierReturn{
		ID: x.ID.String(), Number: x.Number, Purchase: x.Purchase.String(), Supplier: ident.Text("sup", x.Supplier), Location: stock.LocationID(x.Location).String(), Step: string(x.Step), RMA: x.RMA, Note: x.Note, Why: x.Why,
		Carrier: x.Carrier, Tracking: x.Tracking, CreditNote: x.CreditNote, Currency: p.Currency, Lines: make([]SupplierReturnLine, len(x.Lines)), CreatedAt: instant(x.CreatedAt), Version: x.Version, Actions: x.Actions(),
	}
	who, since := x.Awaits()
	out.Awaits = who
	for text, at := range map[*string]int64{&out.ShippedAt: x.ShippedAt, &out.EndedAt: x.EndedAt, &out.Since: since} {
		if at != 0 {
			*text = instant(at)
		}
	}
	for i, l := range x.Lines {
		y := SupplierReturnLine{Line: l.Line, Item: ident.Text("itm", l.Item), Quantity: l.Quantity, Reason: l.Reason, State: l.State}
		if of := p.Line(l.Line); of != nil {
			y.SKU = of.SKU
		}
		if l.Movement != 0 {
			y.Movement = ident.Text("mov", l.Movement)
		}
		if l.Again != 0 {
			y.Again = ident.Text("mov", l.Again)
		}
		out.Lines[i] = y
	}
	if !c.scope.May(access.PurchasesRead) {
		return out, nil
	}
	cur, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return out, err
	}
	receipts, err := purchases.ReceiptsOf(r, p.ID)
	if err != nil {
		return out, err
	}
	landed, err := p.Landed(receipts)
	if err != nil {
		return out, err
	}
	goods, charges, err := p.Expected(x, landed)
	out.Expected, out.Charges = cur.FormatAmount(goods), cur.FormatAmount(charges)
	if x.Credit > 0 {
		out.Credited = cur.FormatAmount(x.Credit)
	}
	return out, err
}

type supplierReturnID struct {
	ID string `path:"id" example:"prt_0pmnqh2000400"`
	DryRun
}

func returnNamed(text string) (purchase.ReturnID, error) {
	id, err := purchase.ParseReturnID(text)
	if err != nil {
		err = fault.New(fault.NotFound, "no_such_return", "there is no return %.40q to a supplier", text)
	}
	return id, err
}

func (a *api) getSupplierReturn(c *call, p *struct {
	ID string `path:"id" example:"prt_0pmnqh2000400"`
}, _ *none) (SupplierReturn, error) {
	id, err := returnNamed(p.ID)
	if err != nil {
		return SupplierReturn{}, err
	}
	return c.returnNow(id, false)
}

func returnPaper(_ *call, p *struct {
	ID string `path:"id" example:"prt_0pmnqh2000400"`
}) (func(*store.Reader, int64) (printed, error), error) {
	id, err := returnNamed(p.ID)
	return func(r *store.Reader, now int64) (printed, error) { return walk.SupplierReturn(r, id, now) }, err
}

func (c *call) returnNow(id purchase.ReturnID, answered bool) (out SupplierReturn, err error) {
	err = c.read(func(r *store.Reader) error {
		x, err := purchases.Return(r, id)
		if err == nil && (x == nil || !answered && !c.scope.Sees(x.Location)) {
			err = fault.New(fault.NotFound, "no_such_return", "there is no return %s to a supplier", id)
		}
		if err != nil {
			return err
		}
		p, err := purchases.Get(r, x.Purchase)
		if err == nil {
			out, err = c.renderBack(r, x, p)
		}
		return err
	})
	if err == nil {
		c.tag(out.Version)
	}
	return out, err
}

// sendingBack carries out an act on a return, or shows what it would do.
func sendingBack[C any](c *call, dry bool, op *desk.Operation[C], cmd C) (out SupplierReturn, err error) {
	if !dry {
		r, err := one(c, op, cmd)
		if err != nil {
			return out, err
		}
		return c.returnNow(purchase.ReturnID(r.ID), true)
	}
	c.status = http.StatusOK
	r, err := preview(c, op, cmd)
	if err != nil {
		return out, err
	}
	done := r.Value.(*buy.SentBack)
	err = c.read(func(rd *store.Reader) (err error) {
		out, err = c.renderBack(rd, done.Return, done.Purchase)
		return err
	})
	out.DryRun = true
	return out, err
}

func (a *api) createSupplierReturn(c *call, p *purchaseID, in *NewSupplierReturn) (SupplierReturn, error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return SupplierReturn{}, err
	}
	cmd := buy.NewReturnCommand{Purchase: id, Note: in.Note}
	if cmd.Location, err = c.location("/location", in.Location, &c.faults); err != nil {
		return SupplierReturn{}, err
	}
	for _, l := range in.Lines {
		cmd.Lines = append(cmd.Lines, purchase.ReturnLine{Line: l.Line, Quantity: l.Quantity, Reason: l.Reason, State: l.State})
	}
	out, err := sendingBack(c, p.Dry, buy.CreateReturn, cmd)
	if err == nil && !p.Dry {
		c.created("/v1/supplier-returns/" + out.ID)
	}
	return out, err
}

func (a *api) actOnReturn(act string, op *desk.Operation[buy.ReturnActCommand]) func(*call, *supplierReturnID, *SupplierReturnAct) (SupplierReturn, error) {
	return func(c *call, p *supplierReturnID, in *SupplierReturnAct) (SupplierReturn, error) {
		id, err := returnNamed(p.ID)
		if err != nil {
			return SupplierReturn{}, err
		}
		cmd := buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: act, Mail: in.Mail, RMA: in.RMA, Carrier: in.Carrier, Tracking: in.Tracking, CreditNote: in.CreditNote, Why: in.Why, Again: in.CameAgain}}
		if cmd.Version, err = c.ifMatch(false); err != nil {
			return SupplierReturn{}, err
		}
		if in.Amount != "" {
			currency, err := c.returnedIn(id)
			if err != nil {
				return SupplierReturn{}, err
			}
			cmd.Credit = amount(currency, "/amount", in.Amount, &c.faults)
		}
		return sendingBack(c, p.Dry, op, cmd)
	}
}

// returnedIn is the currency of a return.
func (c *call) returnedIn(id purchase.ReturnID) (cur money.Currency, err error) {
	err = c.read(func(r *store.Reader) error {
		x, err := purchases.Return(r, id)
		if err == nil && x == nil {
			err = fault.New(fault.NotFound, "no_such_return", "there is no return %s to a supplier", id)
		}
		if err != nil {
			return err
		}
		p, err := purchases.Get(r, x.Purchase)
		if err == nil {
			cur, err = money.ParseCurrency(p.Currency)
		}
		return err
	})
	return cur, err
}

func (a *api) purchaseReturns(c *call, p *struct {
	ID string `path:"id" example:"pur_0pmnqh2000400"`
}, _ *none) (Page[SupplierReturn], error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return Page[SupplierReturn]{}, err
	}
	out := Page[SupplierReturn]{Data: []SupplierReturn{}}
	err = c.read(func(r *store.Reader) error {
		of, err := c.purchaseSeen(r, id)
		if err != nil {
			return err
		}
		list, err := purchases.ReturnsOf(r, id)
		if err != nil {
			return err
		}
		for i := range list {
			x, err := c.renderBack(r, &list[i], of)
			if err != nil {
				return err
			}
			out.Data = append(out.Data, x)
		}
		return nil
	})
	return out, err
}

type supplierReturnsQuery struct {
	Paging
	Step     string `query:"step" enum:"draft,asked,approved,shipped,credited,replaced,refused,closed,canceled"`
	Awaits   string `query:"awaits" enum:"us,supplier" doc:"Who is to act next."`
	Supplier string `query:"supplier" maxLength:"80" doc:"Id, or code:…"`
}

func (a *api) listSupplierReturns(c *call, p *supplierReturnsQuery, _ *none) (Page[SupplierReturn], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[SupplierReturn]{}, err
	}
	f := purchases.ReturnFilter{Before: purchase.ReturnID(before[0]), Steps: purchase.OpenSteps[p.Awaits]}
	if p.Step != "" {
		f.Steps = []purchase.Step{purchase.Step(p.Step)}
	}
	if p.Supplier != "" {
		of, err := c.supplier(p.Supplier)
		if err != nil {
			return Page[SupplierReturn]{}, badParameter("supplier", "no_such_supplier", "there is no supplier %.60q", p.Supplier)
		}
		f.Supplier = int64(of.ID)
	}
	var list []purchase.Return
	shown := map[purchase.ReturnID]SupplierReturn{}
	err = c.read(func(r *store.Reader) error {
		if list, err = purchases.Returns(r, f, p.Limit+1); err != nil {
			return err
		}
		ids := make([]purchase.ID, len(list))
		for i := range list {
			ids[i] = list[i].Purchase
		}
		of, err := purchases.Load(r, ids)
		for i := range list {
			if err == nil {
				shown[list[i].ID], err = c.renderBack(r, &list[i], of[list[i].Purchase])
			}
		}
		return err
	})
	return page(p.Limit, list, func(x purchase.Return) SupplierReturn { return shown[x.ID] }, func(x purchase.Return) string { return number(int64(x.ID)) }), err
}
