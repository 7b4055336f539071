package httpapi

import (
	"fmt"
	"net/http"

	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/purchases"
)

// onPurchase finds the purchase order of an act, and the version that the caller
// saw.
func (c *call) onPurchase(text string) (purchase.ID, *int64, error) {
	id, err := c.purchaseByID(text)
	if err != nil {
		return 0, nil, err
	}
	version, err := c.ifMatch(false)
	return id, version, err
}

func (a *api) changePurchase(c *call, p *purchaseID, in *PurchaseChange) (PurchaseOrder, error) {
	id, version, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	cmd := buy.EditCommand{Purchase: id, Version: version, Reference: in.Reference, Transport: in.Transport, Note: in.Note, Over: in.OverPercent}
	if in.Location != nil {
		at, err := c.location("/location", *in.Location, &c.faults)
		if err != nil {
			return PurchaseOrder{}, err
		}
		cmd.Location = &at
	}
	for i, x := range in.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		y := buy.LineChange{N: x.Line, Quantity: x.Quantity, Cost: c.cost(at+"/cost", x.Cost), Expected: x.ExpectedOn, SupplierSKU: x.SupplierSKU}
		if x.Line == 0 {
			y.Added = buy.DraftLine{SKU: x.SKU, Cost: y.Cost, SupplierSKU: x.SupplierSKU}
			set(&y.Added.Quantity, x.Quantity)
			set(&y.Added.Expected, x.ExpectedOn)
			y.Expected = nil
		}
		cmd.Lines = append(cmd.Lines, y)
	}
	return buying(a, c, p.Dry, buy.ChangePurchase, cmd)
}

func (a *api) sendPurchase(c *call, p *purchaseID, in *PurchaseSending) (PurchaseOrder, error) {
	id, version, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	return buying(a, c, p.Dry, buy.SendPurchase, buy.SendCommand{Purchase: id, Mail: in.Mail, Version: version})
}

func (a *api) acknowledgePurchase(c *call, p *purchaseID, in *PurchaseAnswer) (PurchaseOrder, error) {
	id, version, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	cmd := buy.AckCommand{Purchase: id, Version: version, Reference: in.Reference, All: in.All}
	for i, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, buy.AckLine{
			Answer: purchase.Answer{N: x.Line, Quantity: x.Quantity, Cost: c.cost(fmt.Sprintf("/lines/%d/cost", i), x.Cost), CancelRest: x.CancelRest}, Expected: x.ExpectedOn,
		})
	}
	return buying(a, c, p.Dry, buy.AcknowledgePurchase, cmd)
}

func (a *api) cancelPurchase(c *call, p *purchaseID, in *PurchaseCut) (PurchaseOrder, error) {
	id, version, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	cmd := buy.CutCommand{Purchase: id, Version: version}
	for _, x := range in.Lines {
		cmd.Cuts = append(cmd.Cuts, purchase.Cut{N: x.Line, Quantity: x.Quantity})
	}
	return buying(a, c, p.Dry, buy.CancelPurchase, cmd)
}

func (a *api) closePurchase(c *call, p *purchaseID, _ *none) (PurchaseOrder, error) {
	id, version, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	return buying(a, c, p.Dry, buy.ClosePurchase, buy.PurchaseCommand{Purchase: id, Version: version})
}

// boughtIn is the currency of a purchase order, in which its amounts are
// written.
func (c *call) boughtIn(id purchase.ID) (cur money.Currency, err error) {
	err = c.read(func(r *store.Reader) error {
		p, err := c.purchaseSeen(r, id)
		if err == nil {
			cur, err = money.ParseCurrency(p.Currency)
		}
		return err
	})
	return cur, err
}

func (a *api) chargePurchase(c *call, p *purchaseID, in *NewPurchaseCharge) (PurchaseOrder, error) {
	id, _, err := c.onPurchase(p.ID)
	if err != nil {
		return PurchaseOrder{}, err
	}
	currency, err := c.boughtIn(id)
	if err != nil {
		return PurchaseOrder{}, err
	}
	x := purchase.Charge{Kind: in.Kind, Spread: in.Spread, Amount: amount(currency, "/amount", in.Amount, &c.faults), Note: in.Note}
	if x.Spread == "" {
		x.Spread = "value"
	}
	if in.Receipt != "" {
		if x.Receipt, err = purchase.ParseReceiptID(in.Receipt); err != nil {
			c.faults.Add("/receipt", "no_such_receipt", "there is no receipt %.40q", in.Receipt)
		}
	}
	return buying(a, c, p.Dry, buy.ChargePurchase, buy.ChargeCommand{Purchase: id, Charge: x})
}

func (a *api) receivePurchase(c *call, p *purchaseID, in *PurchaseArrival) (PurchaseArrived, error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return PurchaseArrived{}, err
	}
	cmd := buy.ReceiveCommand{Purchase: id, Reference: in.Reference, Rest: in.Rest, Over: in.Over}
	for _, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, buy.ComeLine{N: x.Line, SKU: x.SKU, Good: x.Good, Damaged: x.Damaged, Inspect: x.Inspect, Bin: x.Bin, Lot: x.Lot})
	}
	return arriving(a, c, p.Dry, buy.ReceivePurchase, cmd)
}

// arriving carries out a receipt or takes one back, or shows what that would do.
func arriving[C any](a *api, c *call, dry bool, op *desk.Operation[C], cmd C) (PurchaseArrived, error) {
	do := one[C]
	if dry {
		do, c.status = preview[C], http.StatusOK
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return PurchaseArrived{}, err
	}
	out := PurchaseArrived{DryRun: dry}
	var lost []stock.Displaced
	err = c.read(func(rd *store.Reader) error {
		done, ok := r.Value.(*buy.Arrived)
		if !ok { // the answer to a repeated request: what that receipt was
			done, err = arrivedBefore(rd, purchase.ID(r.ID), r.Seq)
			if err != nil {
				return err
			}
		}
		lost = done.Displaced
		out.Receipt = renderReceipt(done.Receipt)
		out.Purchase, err = a.renderPurchase(c, rd, done.Purchase)
		return err
	})
	if len(lost) > 0 {
		out.Displaced = renderDisplaced(lost)
	}
	c.tag(out.Purchase.Version)
	return out, err
}

// arrivedBefore reads a purchase order and the receipt that one of its entries
// tells of.
func arrivedBefore(r *store.Reader, id purchase.ID, seq int64) (*buy.Arrived, error) {
	p, err := purchases.Get(r, id)
	if err != nil {
		return nil, err
	}
	list, err := purchases.ReceiptsOf(r, id)
	if err != nil {
		return nil, err
	}
	told, err := entries.OfSubject(r, int64(id), seq-1, seq, 1)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if len(told) > 0 && list[i].Entry == told[0].Seq {
			return &buy.Arrived{Purchase: p, Receipt: &list[i]}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no_such_receipt", "entry %d of purchase order %s is of no receipt", seq, id)
}

// PurchaseInspection is what an inspection found.
type PurchaseInspection struct {
	Reference string                   `json:"reference,omitempty" maxLength:"200"`
	Lines     []PurchaseLineInspection `json:"lines" maxItems:"500"`
}

// PurchaseLineInspection is what it found of a line.
type PurchaseLineInspection struct {
	Line   int   `json:"line" minimum:"1"`
	Passed int64 `json:"passed,omitempty" minimum:"0"`
	Failed int64 `json:"failed,omitempty" minimum:"0"`
}

func (a *api) inspectPurchase(c *call, p *purchaseID, in *PurchaseInspection) (PurchaseArrived, error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return PurchaseArrived{}, err
	}
	cmd := buy.InspectCommand{Purchase: id, Reference: in.Reference}
	for _, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, purchase.Checked{N: x.Line, Passed: x.Passed, Failed: x.Failed})
	}
	return arriving(a, c, p.Dry, buy.InspectPurchase, cmd)
}

type purchaseReceiptID struct {
	ID string `path:"id" doc:"The receipt's id, as receiving answered it." example:"rcp_0pmnqh2000400"`
	DryRun
}

func (a *api) reversePurchaseReceipt(c *call, p *purchaseReceiptID, _ *none) (PurchaseArrived, error) {
	id, err := purchase.ParseReceiptID(p.ID)
	if err != nil {
		return PurchaseArrived{}, fault.New(fault.NotFound, "no_such_receipt", "there is no receipt %.40q", p.ID)
	}
	return arriving(a, c, p.Dry, buy.ReversePurchaseReceipt, buy.UnreceiveCommand{Receipt: id})
}

func (a *api) listReceipts(c *call, p *struct {
	ID string `path:"id" example:"pur_0pmnqh2000400"`
}, _ *none) (Page[PurchaseReceipt], error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return Page[PurchaseReceipt]{}, err
	}
	out := Page[PurchaseReceipt]{Data: []PurchaseReceipt{}}
	err = c.read(func(r *store.Reader) error {
		if _, err := c.purchaseSeen(r, id); err != nil {
			return err
		}
		list, err := purchases.ReceiptsOf(r, id)
		for i := range list {
			out.Data = append(out.Data, renderReceipt(&list[i]))
		}
		return err
	})
	return out, err
}

// PastPurchaseOrder is a purchase order of the past. Days are of the shop's zone.
type PastPurchaseOrder struct {
	Supplier   string             `json:"supplier" example:"code:ACME"`
	Location   string             `json:"location"`
	Purpose    string             `json:"purpose,omitempty" enum:"stock,drop_ship,back_to_back"`
	ExternalID string             `json:"external_id" maxLength:"80"`
	Reference  string             `json:"reference,omitempty" maxLength:"80"`
	Transport  string             `json:"transport,omitempty" maxLength:"40"`
	SentOn     string             `json:"sent_on,omitempty" format:"date"`
	Lines      []PastPurchaseLine `json:"lines" maxItems:"500"`
}

// PastPurchaseLine is a line of a purchase order of the past.
type PastPurchaseLine struct {
	SKU        string  `json:"sku" maxLength:"80"`
	Quantity   int64   `json:"quantity" minimum:"1" maximum:"1000000000"`
	Cost       *string `json:"cost,omitempty"`
	Received   int64   `json:"received,omitempty" minimum:"0" maximum:"1000000000"`
	Damaged    int64   `json:"damaged,omitempty" minimum:"0"`
	PromisedOn string  `json:"promised_on,omitempty" format:"date"`
	CameOn     string  `json:"came_on,omitempty" format:"date" doc:"The last of it."`
}

func (a *api) recordPurchase(c *call, p *DryRun, in *PastPurchaseOrder) (PurchaseOrder, error) {
	cmd := buy.PastCommand{Purpose: purchase.Purpose(in.Purpose), External: in.ExternalID, Reference: in.Reference, Transport: in.Transport, Sent: in.SentOn}
	var err error
	if cmd.Supplier, err = c.supplierNamed("/supplier", in.Supplier); err != nil {
		return PurchaseOrder{}, err
	}
	if cmd.Location, err = c.location("/location", in.Location, &c.faults); err != nil {
		return PurchaseOrder{}, err
	}
	for i, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, buy.PastLine{
			DraftLine: buy.DraftLine{SKU: x.SKU, Quantity: x.Quantity, Cost: c.cost(fmt.Sprintf("/lines/%d/cost", i), x.Cost)}, Received: x.Received, Damaged: x.Damaged, Promised: x.PromisedOn, Came: x.CameOn,
		})
	}
	if p.Dry {
		return buying(a, c, true, buy.RecordPurchase, cmd)
	}
	r, err := one(c, buy.RecordPurchase, cmd)
	if err != nil {
		return PurchaseOrder{}, err
	}
	out, err := a.purchaseNow(c, purchase.ID(r.ID))
	if err == nil {
		if c.created("/v1/purchase-orders/" + out.ID); r.Status == "unchanged" {
			c.status = http.StatusOK
		}
	}
	return out, err
}
