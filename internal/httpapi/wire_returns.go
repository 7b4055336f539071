package httpapi

import (
	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/money"
	"orderly/internal/returns"
)

// Return is goods that come back from a customer, from the request to its end.
type Return struct {
	DryRun       bool            `json:"dry_run,omitempty" doc:"true when nothing was changed."`
	ID           string          `json:"id" example:"ret_0pmnqh2000400"`
	Number       string          `json:"number,omitempty" doc:"What people call it; absent in a dry run." example:"R1001"`
	Order        string          `json:"order"`
	State        string          `json:"state" enum:"requested,approved,in_transit,received,inspected,closed,refused,canceled"`
	Origin       string          `json:"origin" enum:"counter,portal,staff,parcel" doc:"counter was received in one act, without a request; parcel came back by itself."`
	Location     string          `json:"location,omitempty" doc:"Where it is to go, and then where it was received."`
	LocationCode string          `json:"location_code,omitempty"`
	Reason       string          `json:"reason,omitempty" doc:"Of one that was received in one act."`
	Comment      string          `json:"comment,omitempty" doc:"The customer's words."`
	Note         string          `json:"note,omitempty" doc:"Ours to the customer."`
	Carrier      string          `json:"carrier,omitempty"`
	Tracking     string          `json:"tracking,omitempty"`
	RequestedAt  string          `json:"requested_at" format:"date-time"`
	ApprovedAt   string          `json:"approved_at,omitempty" format:"date-time"`
	RefusedAt    string          `json:"refused_at,omitempty" format:"date-time"`
	CanceledAt   string          `json:"canceled_at,omitempty" format:"date-time"`
	SentAt       string          `json:"sent_at,omitempty" format:"date-time"`
	ReceivedAt   string          `json:"received_at,omitempty" format:"date-time"`
	ClosedAt     string          `json:"closed_at,omitempty" format:"date-time"`
	Replacement  string          `json:"replacement,omitempty" doc:"The order that went out in exchange."`
	Lines        []ReturnedGoods `json:"lines"`
	Refund       ReturnRefund    `json:"refund"`
	StoreCredit  bool            `json:"store_credit,omitempty" doc:"The customer chose store credit instead of the money."`
	Bonus        int64           `json:"bonus,omitempty" doc:"On top of store credit, in basis points."`
	Files        []ReturnFile    `json:"files,omitempty" doc:"Labels and photos, when one return is read."`
	Actions      []string        `json:"actions" doc:"What may be done next."`
}

// ReturnedGoods is units of one item of a return.
type ReturnedGoods struct {
	N           int    `json:"n" doc:"Position in the return."`
	Line        int    `json:"line,omitempty" doc:"The order's line; absent of goods that the order never sent."`
	Item        string `json:"item"`
	Reason      string `json:"reason,omitempty"`
	Asked       int64  `json:"asked"`
	Requested   int64  `json:"requested" doc:"Still to come."`
	Received    int64  `json:"received"`
	ToInspect   int64  `json:"to_inspect"`
	Restocked   int64  `json:"restocked"`
	Damaged     int64  `json:"damaged"`
	Quarantined int64  `json:"quarantined"`
	Supplier    int64  `json:"supplier"`
	Scrapped    int64  `json:"scrapped"`
	Refunded    int64  `json:"refunded" doc:"Units of which the worth was given back."`
}

// ReturnRefund is what a return has given back, in minor units of its order's currency.
type ReturnRefund struct {
	Worth    int64  `json:"worth" doc:"Of its units, exact: whatever an order is refunded in, the parts close at its total."`
	Fees     int64  `json:"fees"`
	Deducted int64  `json:"deducted" doc:"Kept of that; below zero when more was given."`
	Given    int64  `json:"given"`
	Credit   int64  `json:"credit,omitempty" doc:"What of the worth pays for the exchange."`
	Settled  int64  `json:"settled,omitempty" doc:"How much of that the units have come to so far."`
	Turned   int64  `json:"store_credit,omitempty" doc:"Of what was given, what became store credit."`
	Bonus    int64  `json:"bonus,omitempty" doc:"Granted on top of the store credit."`
	Reason   string `json:"reason,omitempty"`
}

// NewReturnRequest asks for units of an order to come back.
type NewReturnRequest struct {
	Lines        []NewReturnLine `json:"lines" maxItems:"500"`
	Comment      string          `json:"comment,omitempty" maxLength:"2000" doc:"The customer's words."`
	Location     string          `json:"location,omitempty" doc:"Where it is to go: code or id."`
	Approve      bool            `json:"approve,omitempty" doc:"At once."`
	IgnorePolicy bool            `json:"ignore_policy,omitempty" doc:"Take back what the policy does not."`
	StoreCredit  bool            `json:"store_credit,omitempty" doc:"The customer wants store credit instead of the money; refused (no_credit) where the policy does not offer it."`
}

// NewReturnLine is units that shall come back.
type NewReturnLine struct {
	LinePart
	Reason string `json:"reason" maxLength:"40" doc:"One of the policy's reasons." example:"unwanted"`
}

// ReturnNote says something to the customer.
type ReturnNote struct {
	Note string `json:"note,omitempty" maxLength:"2000" doc:"For the customer."`
}

// ReturnApproval lets a return come.
type ReturnApproval struct {
	ReturnNote
	Location string `json:"location,omitempty" doc:"Where it is to go: code or id."`
}

// ReturnSent says that a return is on its way.
type ReturnSent struct {
	Carrier  string `json:"carrier,omitempty" maxLength:"80"`
	Tracking string `json:"tracking,omitempty" maxLength:"80"`
}

// ReturnReceipt says what has come, unit by unit.
type ReturnReceipt struct {
	Location string           `json:"location,omitempty" doc:"That has the goods in hand: code or id."`
	Lines    []ReturnGoodsRow `json:"lines" maxItems:"500"`
}

// ReturnGoodsRow is units that are here. Name one of n, line and sku.
type ReturnGoodsRow struct {
	N        int    `json:"n,omitempty" minimum:"0" doc:"A line of the return."`
	Line     int    `json:"line,omitempty" minimum:"0" doc:"A line of the order."`
	SKU      string `json:"sku,omitempty" maxLength:"80" doc:"A SKU or a barcode: what was asked for comes first, then what the order sent, then what it never did."`
	Quantity int64  `json:"quantity" minimum:"1"`
}

// ReturnInspection says what becomes of units that came.
type ReturnInspection struct {
	Lines []ReturnMove `json:"lines" maxItems:"500"`
}

// ReturnMove gives units a disposition.
type ReturnMove struct {
	N        int    `json:"n" minimum:"1" doc:"A line of the return."`
	Quantity *int64 `json:"quantity,omitempty" minimum:"1" doc:"All of them when left out."`
	From     string `json:"from,omitempty" enum:"restock,damaged,quarantine,supplier" doc:"The disposition they had; left out of those that nobody has inspected."`
	To       string `json:"to" enum:"restock,damaged,quarantine,supplier,scrap"`
}

// ReturnPayback gives back what units that came are worth.
type ReturnPayback struct {
	Lines  []ReturnPart `json:"lines,omitempty" maxItems:"500" doc:"All that came and were not refunded when left out."`
	Fees   []int        `json:"fees,omitempty" maxItems:"50" doc:"Fees of the order, by their position, that go back as a whole."`
	Deduct string       `json:"deduct,omitempty" doc:"Kept of it: decimal text." example:"4.95"`
	Amount *string      `json:"amount,omitempty" doc:"Given instead of what it comes to: decimal text." example:"10.00"`
	Reason string       `json:"reason,omitempty" maxLength:"2000" doc:"Why it is not what the units are worth."`
	To     string       `json:"to,omitempty" enum:"tenders,store_credit" doc:"What the customer chose when left out."`
	Credit *string      `json:"store_credit,omitempty" doc:"Only so much of it as store credit, the rest by the tenders: decimal text." example:"10.00"`
}

// CounterReturn takes goods back from somebody who stands at the counter.
type CounterReturn struct {
	Location     string         `json:"location,omitempty" doc:"That has the goods in hand: code or id."`
	Lines        []CounterGoods `json:"lines" maxItems:"500"`
	Reason       string         `json:"reason" maxLength:"40" doc:"Why it comes back, one of the policy's reasons." example:"unwanted"`
	IgnorePolicy bool           `json:"ignore_policy,omitempty" doc:"Take back what the policy does not."`
	Pay          string         `json:"pay" enum:"tenders,cash,store_credit,later"`
	Fees         []int          `json:"fees,omitempty" maxItems:"50" doc:"Fees of the order, by their position, that go back as a whole."`
	Deduct       string         `json:"deduct,omitempty" doc:"Kept of it: decimal text." example:"4.95"`
	Amount       *string        `json:"amount,omitempty" doc:"Given instead of what it comes to: decimal text." example:"10.00"`
	MoneyReason  string         `json:"money_reason,omitempty" maxLength:"2000" doc:"Why it is not what the units are worth."`
}

// CounterGoods is units of an order's line and what becomes of them. A line may
// stand several times, with other dispositions.
type CounterGoods struct {
	Line     int    `json:"line" minimum:"1" doc:"The order's line; of a bundle its components."`
	Quantity int64  `json:"quantity" minimum:"1"`
	To       string `json:"to" enum:"restock,damaged,quarantine,supplier,scrap"`
}

// ReturnPart is units of a line of a return.
type ReturnPart struct {
	N        int    `json:"n" minimum:"1"`
	Quantity *int64 `json:"quantity,omitempty" minimum:"1" doc:"All of them when left out."`
}

// Returnable is what of an order may come back.
type Returnable struct {
	Policy ReturnPolicy     `json:"policy"`
	Lines  []ReturnableLine `json:"lines"`
}

// ReturnableLine is the policy's verdict on one line.
type ReturnableLine struct {
	Line  int    `json:"line"`
	Most  int64  `json:"most" doc:"How many units may be asked for."`
	Why   string `json:"why,omitempty" enum:"not_sent,all_back,final_sale,too_late,no_returns,history,no_goods" doc:"Why none may."`
	Until string `json:"until,omitempty" format:"date-time" doc:"Absent while delivery was not reported: the time has not begun."`
}

// ReturnPolicy says what customers may send back.
type ReturnPolicy struct {
	Channel      string   `json:"channel,omitempty" maxLength:"60" doc:"Left out: of all channels without their own."`
	Days         int64    `json:"days" minimum:"0" maximum:"3650" doc:"After delivery; 0 takes no returns. An item whose custom field final_sale is true is not taken either."`
	Reasons      []string `json:"reasons" maxItems:"20"`
	Payer        string   `json:"payer" enum:"customer,merchant" doc:"Of the way back."`
	AutoApprove  bool     `json:"auto_approve,omitempty" doc:"A customer's request that the policy allows needs no person."`
	Instructions string   `json:"instructions,omitempty" maxLength:"2000" doc:"How to send it, for the customer."`
	StoreCredit  bool     `json:"store_credit,omitempty" doc:"Customers may have store credit instead of their money."`
	Bonus        int64    `json:"bonus,omitempty" minimum:"0" maximum:"5000" doc:"On top of store credit, in basis points."`
	TypedMost    int64    `json:"typed_most,omitempty" minimum:"0" doc:"What goods without a receipt may be taken at by a typed sum, in minor units; of the policy without a channel alone."`
}

func renderPolicy(p *returns.Policy) ReturnPolicy {
	return ReturnPolicy{Channel: p.Channel, Days: p.Days, Reasons: p.Reasons, Payer: p.Payer, AutoApprove: p.Auto, Instructions: p.Instructions, StoreCredit: p.Credit, Bonus: p.Bonus, TypedMost: p.TypedMost}
}

func (in *ReturnPolicy) policy() returns.Policy {
	return returns.Policy{Channel: in.Channel, Days: in.Days, Reasons: in.Reasons, Payer: in.Payer, Auto: in.AutoApprove, Instructions: in.Instructions, Credit: in.StoreCredit, Bonus: in.Bonus, TypedMost: in.TypedMost}
}

// rma renders a return. It must not be called inside a read.
func (c *call) rma(x *returns.Return) Return {
	out := Return{
		ID: x.ID.String(), Order: x.Order.String(), State: x.Derive(), Origin: x.Origin, Reason: x.Reason, Comment: x.Comment, Note: x.Note, Carrier: x.Carrier, Tracking: x.Tracking,
		RequestedAt: instant(x.At), ApprovedAt: instant(x.ApprovedAt), RefusedAt: instant(x.RefusedAt), CanceledAt: instant(x.CanceledAt), SentAt: instant(x.SentAt),
		ReceivedAt: instant(x.ReceivedAt), ClosedAt: instant(x.ClosedAt), Lines: make([]ReturnedGoods, len(x.Lines)), Actions: x.Actions(),
		Refund: ReturnRefund{x.Money.Worth, x.Money.Fees, x.Money.Deducted, x.Money.Given, x.Money.Credit, x.Money.Settled, x.Money.Turned, x.Money.Bonus, x.Money.Reason}, StoreCredit: x.ToCredit, Bonus: x.BonusRate,
	}
	if x.Number != 0 {
		out.Number = x.Name()
	}
	if x.Replacement != 0 {
		out.Replacement = x.Replacement.String()
	}
	if x.Location != 0 {
		out.Location, out.LocationCode = x.Location.String(), c.code(x.Location)
	}
	for i := range x.Lines {
		l := &x.Lines[i]
		out.Lines[i] = ReturnedGoods{
			N: l.N, Line: l.Line, Item: catalog.ID(l.Item).String(), Reason: l.Reason, Asked: l.Asked, Requested: l.Requested, Received: l.Quantity, ToInspect: l.In(returns.Uninspected),
			Restocked: l.Restocked, Damaged: l.Damaged, Quarantined: l.Quarantined, Supplier: l.Supplier, Scrapped: l.Scrapped, Refunded: l.Refunded,
		}
	}
	return out
}

// units is how many units a part of a return names, 0 for all.
func units(q *int64) int64 {
	if q == nil {
		return 0
	}
	return *q
}

func (in *ReturnPayback) command(c *call, id returns.ID, currency money.Currency) care.RepayCommand {
	cmd := care.RepayCommand{Return: id, Fees: in.Fees, Deduct: amount(currency, "/deduct", in.Deduct, &c.faults), Reason: in.Reason}
	if in.Amount != nil {
		v := amount(currency, "/amount", *in.Amount, &c.faults)
		cmd.Amount = &v
	}
	if in.Credit != nil {
		v := amount(currency, "/store_credit", *in.Credit, &c.faults)
		cmd.Credit = &v
	}
	if in.Credit != nil && in.To != "" {
		c.faults.Add("/to", "repeated", "say how much is store credit, or that all or nothing is")
	}
	switch in.To {
	case "tenders":
		cmd.Credit = new(int64)
	case "store_credit":
		cmd.AllCredit = true
	}
	for _, l := range in.Lines {
		cmd.Lines = append(cmd.Lines, care.RepayLine{N: l.N, Quantity: units(l.Quantity)})
	}
	return cmd
}
