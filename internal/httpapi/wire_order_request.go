package httpapi

import (
	"encoding/json"
	"fmt"

	"orderly/internal/checkout"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// NewOrder asks for an order.
type NewOrder struct {
	Channel    string         `json:"channel" maxLength:"60" doc:"Where it was placed." example:"web"`
	ExternalID string         `json:"external_id,omitempty" maxLength:"200" doc:"The channel's own id, unique in it: a repeat is answered with the order that is there." example:"A-1"`
	Currency   string         `json:"currency" maxLength:"3" doc:"ISO 4217." example:"GBP"`
	Customer   NewCustomerRef `json:"customer,omitempty"`
	ShipTo     Address        `json:"ship_to,omitempty"`
	BillTo     Address        `json:"bill_to,omitempty" doc:"The same as ship_to when left out."`
	Lines      []NewLine      `json:"lines" maxItems:"2000"`
	Fees       []NewFee       `json:"fees,omitempty" maxItems:"50" doc:"Charges and deductions beside the lines."`
	Payments   []NewPayment   `json:"payments,omitempty" maxItems:"50" doc:"Money that the channel has taken."`
	Holds      []NewHold      `json:"holds,omitempty" maxItems:"100"`
	Tags       []string       `json:"tags,omitempty" maxItems:"250"`
	Note       string         `json:"note,omitempty" doc:"For colleagues, at most 10,000 bytes."`
	Priority   int64          `json:"priority,omitempty" minimum:"-1000" maximum:"1000" doc:"Higher is served first."`
	PlacedAt   string         `json:"placed_at,omitempty" format:"date-time" doc:"When the customer placed it; now when left out."`
	DueAt      string         `json:"due_at,omitempty" format:"date-time" doc:"When it was promised."`
	NotBefore  string         `json:"not_before,omitempty" format:"date-time" doc:"When work on it may begin, within a year: until then it has a hold of the reason scheduled, that the clock lifts."`
	Method     string         `json:"method,omitempty" maxLength:"40" doc:"The code of a delivery method. Only places that send by it to ship_to are asked; without due_at, what it promises is promised." example:"standard"`
	Claim      string         `json:"claim,omitempty" maxLength:"40" doc:"A claim whose stock becomes the order's own, in the same commit. One that has become an order is refused with claim_used; one that ended otherwise holds nothing, and the order takes what is free." example:"clm_0pmnqh2000400"`
	Custom     Custom         `json:"custom,omitempty"`

	PricesIncludeTax bool   `json:"prices_include_tax,omitempty" doc:"The tax_rate of lines and fees is within their prices; else it comes on top."`
	ExchangeRate     string `json:"exchange_rate,omitempty" doc:"What one unit of the currency is worth in the merchant's, as the channel says: decimal text. The one set for the day when left out." example:"0.9221"`
}

// NewCustomerRef is who orders: a customer that is here, and how to reach them.
type NewCustomerRef struct {
	ID string `json:"id,omitempty" doc:"Of a customer that is here." example:"cus_0pmnqh2000400"`
	Contact
}

// NewLine asks for a quantity of an item at a price.
type NewLine struct {
	SKU       string `json:"sku" maxLength:"80" example:"MUG-BLUE"`
	Quantity  int64  `json:"quantity" minimum:"1" maximum:"1000000000" doc:"Whole steps of the item." example:"2"`
	UnitPrice string `json:"unit_price,omitempty" doc:"Decimal text of at most six decimals; 0 when left out." example:"12.95"`
	Title     string `json:"title,omitempty" maxLength:"300" doc:"The item's name when left out."`
	Discount  string `json:"discount,omitempty" doc:"Taken off the line: positive decimal text." example:"2.00"`
	Tax       string `json:"tax,omitempty" doc:"Added to the line: decimal text." example:"4.78"`
	TaxRate   string `json:"tax_rate,omitempty" doc:"Percent, at most four decimals. On top of the price the tax follows from it when none is given. An order that says no tax and no rate at all is taxed as its channel is set to." example:"19"`
	Custom    Custom `json:"custom,omitempty"`
}

// NewFee asks for a charge or a deduction beside the lines.
type NewFee struct {
	Kind   string `json:"kind" enum:"shipping,fee,adjustment"`
	Code   string `json:"code,omitempty" maxLength:"60"`
	Label  string `json:"label,omitempty" maxLength:"300"`
	Amount string `json:"amount" doc:"Decimal text; negative only for an adjustment." example:"3.95"`
	Tax    string `json:"tax,omitempty" doc:"Decimal text."`

	TaxRate string `json:"tax_rate,omitempty" doc:"Percent, as of lines." example:"19"`
}

// NewPayment tells of money that the channel took, or gave back.
type NewPayment struct {
	Amount      string `json:"amount" doc:"Decimal text, more than 0." example:"29.85"`
	Reference   string `json:"reference,omitempty" maxLength:"200" doc:"The channel's own."`
	Tender      string `json:"tender,omitempty" enum:"paid_at_channel" doc:"paid_at_channel when left out."`
	Means       string `json:"means,omitempty" maxLength:"40" doc:"By which the channel was paid, in its words." example:"credit_card"`
	Instalments int64  `json:"instalments,omitempty" minimum:"0" maximum:"120" doc:"In which its customer pays the channel."`
}

// NewHold asks for acts on an order to be stopped.
type NewHold struct {
	Reason string   `json:"reason" maxLength:"60" example:"payment_review"`
	Note   string   `json:"note,omitempty" doc:"For colleagues, at most 10,000 bytes."`
	Blocks []string `json:"blocks,omitempty" enum:"release,pick,pack,ship" maxItems:"4" doc:"All of them when left out."`
	Until  string   `json:"until,omitempty" format:"date-time" doc:"When it ends by itself, within a year; it stands until it is lifted when left out." example:"2026-12-01T09:00:00Z"`
}

// hold is what is asked for, as the order sees it.
func (in *NewHold) hold(at string, faults *fault.List) order.Hold {
	return order.Hold{Reason: in.Reason, Note: in.Note, Blocks: in.Blocks, Until: parseInstant(at+"/until", in.Until, faults)}
}

// OrderBatch asks for many orders.
type OrderBatch struct {
	Orders Rows[NewOrder] `json:"orders"`
}

func (in *OrderBatch) take(rows []json.RawMessage) { in.Orders = rows }

// request is what is asked for, as the order sees it.
func (in *NewOrder) request(faults *fault.List) order.Request {
	currency, _ := money.ParseCurrency(in.Currency) // an unknown one is told by the request's own check
	r := order.Request{
		Channel: in.Channel, ExternalID: in.ExternalID, Currency: in.Currency, Tags: in.Tags, Note: in.Note, Priority: in.Priority,
		Parties: party.Parties{
			Customer: in.Customer.contact(), ShipTo: in.ShipTo.address("/ship_to", faults), BillTo: in.BillTo.address("/bill_to", faults),
		},
		PlacedAt: parseInstant("/placed_at", in.PlacedAt, faults), DueAt: parseInstant("/due_at", in.DueAt, faults), Method: in.Method, Custom: json.RawMessage(in.Custom),
		Lines: make([]order.RequestLine, len(in.Lines)),
	}
	if in.Claim != "" {
		id, err := checkout.ParseID(in.Claim)
		if err != nil {
			faults.AddError("/claim", err)
		}
		r.Claim = int64(id)
	}
	if in.Customer.ID != "" {
		var err error
		if r.CustomerID, err = party.ParseID(in.Customer.ID); err != nil {
			faults.AddError("/customer/id", err)
		}
	}
	for i := range in.Lines {
		in.Lines[i].line(&r.Lines[i], i, currency, faults)
		if in.Lines[i].TaxRate != "" {
			r.Lines[i].Taxed = basis(fmt.Sprintf("/lines/%d", i), in.Lines[i].TaxRate, in.PricesIncludeTax, faults)
		}
	}
	for i := range in.Fees {
		at := fmt.Sprintf("/fees/%d", i)
		f := in.Fees[i].fee(at, currency, faults)
		if in.Fees[i].TaxRate != "" {
			f.TaxAt(*basis(at, in.Fees[i].TaxRate, in.PricesIncludeTax, faults))
		}
		r.Fees = append(r.Fees, f)
	}
	if in.ExchangeRate != "" {
		var err error
		if r.Exchange, err = money.ParseExchange(in.ExchangeRate); err != nil {
			faults.AddError("/exchange_rate", err)
		}
	}
	for i := range in.Payments {
		at := fmt.Sprintf("/payments/%d", i)
		r.Payments = append(r.Payments, order.Payment{Amount: in.Payments[i].amount(at, currency, faults), Reference: in.Payments[i].Reference, Means: in.Payments[i].Means, Instalments: in.Payments[i].Instalments})
	}
	for i := range in.Holds {
		r.Holds = append(r.Holds, in.Holds[i].hold(fmt.Sprintf("/holds/%d", i), faults))
	}
	r.NotBefore = parseInstant("/not_before", in.NotBefore, faults)
	return r
}

// line fills a line. Where it is told only when there is a fault, since most
// lines have none.
func (in *NewLine) line(to *order.RequestLine, n int, c money.Currency, faults *fault.List) {
	*to = order.RequestLine{SKU: in.SKU, Quantity: in.Quantity, Title: in.Title, Custom: json.RawMessage(in.Custom)}
	var err error
	if in.UnitPrice != "" {
		if to.Price, err = money.ParsePrice(in.UnitPrice); err != nil {
			faults.AddError(fmt.Sprintf("/lines/%d/unit_price", n), err)
		}
	}
	if in.Discount != "" || in.Tax != "" {
		at := fmt.Sprintf("/lines/%d", n)
		to.Discount = amount(c, at+"/discount", in.Discount, faults)
		to.Tax = amount(c, at+"/tax", in.Tax, faults)
	}
}

// basis reads how something is taxed.
func basis(at, rate string, contained bool, faults *fault.List) *tax.Basis {
	r, err := tax.ParseRate(rate)
	if err != nil {
		faults.AddError(at+"/tax_rate", err)
	}
	return &tax.Basis{Rate: r, Contained: contained}
}

func (in *NewFee) fee(at string, c money.Currency, faults *fault.List) order.Fee {
	return order.Fee{
		Kind: in.Kind, Code: in.Code, Label: in.Label,
		Amount: amount(c, at+"/amount", in.Amount, faults), Tax: amount(c, at+"/tax", in.Tax, faults),
	}
}

func (in *NewPayment) amount(at string, c money.Currency, faults *fault.List) int64 {
	if in.Tender != "" && in.Tender != "paid_at_channel" {
		faults.Add(at+"/tender", "unknown_tender", "the only tender is paid_at_channel")
	}
	return amount(c, at+"/amount", in.Amount, faults)
}
