package httpapi

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
)

// ChangeOrder asks for a placed order to be changed. What is left out stays.
type ChangeOrder struct {
	Lines    []ChangeLine `json:"lines,omitempty" maxItems:"500" doc:"Lines that are there."`
	Add      []AddLine    `json:"add,omitempty" maxItems:"500" doc:"Lines that join; a bundle brings its components."`
	Fees     []ChangeFee  `json:"fees,omitempty" maxItems:"50"`
	Customer *Contact     `json:"customer,omitempty" doc:"As a whole."`
	ShipTo   *Address     `json:"ship_to,omitempty" doc:"As a whole; refused while units are packed."`
	BillTo   *Address     `json:"bill_to,omitempty" doc:"As a whole."`
	Refund   bool         `json:"refund,omitempty" doc:"Book as given back what has been paid too much afterwards. Without it that is told and not booked."`
}

// ChangeLine says what shall be different about a line.
type ChangeLine struct {
	Line       int      `json:"line" minimum:"1" doc:"The order's line; of a bundle its own, never a component's."`
	Quantity   *int64   `json:"quantity,omitempty" minimum:"0" maximum:"1000000000" doc:"How many units shall not be canceled: more join, fewer are canceled, 0 removes the line."`
	UnitPrice  string   `json:"unit_price,omitempty" doc:"Decimal text." example:"11.50"`
	Discount   string   `json:"discount,omitempty" doc:"Of the whole line: positive decimal text." example:"2.00"`
	Tax        string   `json:"tax,omitempty" doc:"Of the whole line. Left out it stays in proportion to what the line costs." example:"4.78"`
	Substitute *AddLine `json:"substitute,omitempty" doc:"Stands in for all units that can still be canceled; as many when quantity is left out, at the same price when unit_price is."`
}

// AddLine is a line that joins.
type AddLine struct {
	SKU       string `json:"sku" maxLength:"80" example:"MUG-RED"`
	Quantity  int64  `json:"quantity,omitempty" minimum:"1" maximum:"1000000000" doc:"Whole steps of the item."`
	UnitPrice string `json:"unit_price,omitempty" doc:"Decimal text; the item's own price when left out." example:"12.95"`
	Title     string `json:"title,omitempty" maxLength:"300" doc:"The item's name when left out."`
	Discount  string `json:"discount,omitempty" doc:"Taken off the line: positive decimal text."`
	Tax       string `json:"tax,omitempty" doc:"Added to the line: decimal text."`
}

// ChangeFee changes the amounts of a fee, or adds one.
type ChangeFee struct {
	Fee    int    `json:"fee,omitempty" minimum:"1" doc:"Position of one that is there, from 1; a new one when left out."`
	Kind   string `json:"kind,omitempty" enum:"shipping,fee,adjustment" doc:"Of a new one."`
	Code   string `json:"code,omitempty" maxLength:"60" doc:"Of a new one."`
	Label  string `json:"label,omitempty" maxLength:"300" doc:"Of a new one."`
	Amount string `json:"amount,omitempty" doc:"Decimal text; 0 for a fee that is waived." example:"3.95"`
	Tax    string `json:"tax,omitempty" doc:"Decimal text."`
}

// ChangedOrder is the order as the change leaves it, and what it comes to.
type ChangedOrder struct {
	Order
	Change OrderChange `json:"change"`
}

// OrderChange is what a change comes to, in minor units.
type OrderChange struct {
	TotalBefore   int64          `json:"total_before"`
	PayableBefore int64          `json:"payable_before"`
	Total         int64          `json:"total"`
	Payable       int64          `json:"payable" doc:"The total without what canceled units take with them."`
	Due           int64          `json:"due" doc:"Still to be paid afterwards. Nothing of it is booked."`
	ToRefund      int64          `json:"to_refund" doc:"Paid too much afterwards, and not given back yet."`
	Refunded      int64          `json:"refunded" doc:"What this change has booked as given back."`
	Lines         []ChangedLine  `json:"lines" doc:"Lines that it touches, components included."`
	Warnings      []OrderWarning `json:"warnings,omitempty" doc:"Of a dry run: what somebody should look at. Line is the order's."`
}

// ChangedLine is what becomes of a line's units.
type ChangedLine struct {
	Line        int           `json:"line"`
	SKU         string        `json:"sku"`
	Joined      bool          `json:"joined,omitempty" doc:"true of a line that was not there before."`
	Canceled    int64         `json:"canceled,omitempty"`
	Claimed     []LineClaimed `json:"claimed,omitempty" doc:"Units that join and where they come from."`
	Backordered int64         `json:"backordered,omitempty" doc:"Units that join and wait for stock."`
}

// LineClaimed is how many units a location gives.
type LineClaimed struct {
	Location string `json:"location,omitempty" doc:"Its code; absent where the key does not see it." example:"MAIN"`
	Quantity int64  `json:"quantity"`
}

// change is what is asked for, as the order sees it.
func (in *ChangeOrder) change(c money.Currency, faults *fault.List) order.Change {
	var out order.Change
	for i := range in.Lines {
		out.Lines = append(out.Lines, in.Lines[i].line(fmt.Sprintf("/lines/%d", i), c, faults))
	}
	for i := range in.Add {
		out.Add = append(out.Add, in.Add[i].line(fmt.Sprintf("/add/%d", i), c, faults))
	}
	for i := range in.Fees {
		at, f := fmt.Sprintf("/fees/%d", i), &in.Fees[i]
		out.Fees = append(out.Fees, order.FeeChange{N: f.Fee, Kind: f.Kind, Code: f.Code, Label: f.Label,
			Amount: amountIf(c, at+"/amount", f.Amount, faults), Tax: amountIf(c, at+"/tax", f.Tax, faults)})
	}
	if in.Customer != nil {
		who := in.Customer.contact()
		out.Customer = &who
	}
	if in.ShipTo != nil {
		a := in.ShipTo.address("/ship_to", faults)
		out.ShipTo = &a
	}
	if in.BillTo != nil {
		a := in.BillTo.address("/bill_to", faults)
		out.BillTo = &a
	}
	return out
}

func (in *ChangeLine) line(at string, c money.Currency, faults *fault.List) order.LineChange {
	out := order.LineChange{Line: in.Line, Quantity: in.Quantity, Price: priceIf(at+"/unit_price", in.UnitPrice, faults),
		Discount: amountIf(c, at+"/discount", in.Discount, faults), Tax: amountIf(c, at+"/tax", in.Tax, faults)}
	if in.Substitute != nil {
		s := in.Substitute.line(at+"/substitute", c, faults)
		out.Substitute = &s
	}
	return out
}

func (in *AddLine) line(at string, c money.Currency, faults *fault.List) order.NewLine {
	return order.NewLine{SKU: in.SKU, Quantity: in.Quantity, Title: in.Title, Price: priceIf(at+"/unit_price", in.UnitPrice, faults),
		Discount: amount(c, at+"/discount", in.Discount, faults), Tax: amount(c, at+"/tax", in.Tax, faults)}
}

// amountIf is an amount, nil when it was left out.
func amountIf(c money.Currency, at, text string, faults *fault.List) *int64 {
	if text == "" {
		return nil
	}
	v := amount(c, at, text, faults)
	return &v
}

func priceIf(at, text string, faults *fault.List) *money.Price {
	if text == "" {
		return nil
	}
	p, err := money.ParsePrice(text)
	if err != nil {
		faults.AddError(at, err)
	}
	return &p
}
