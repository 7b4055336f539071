package httpapi

import (
	"fmt"

	"orderly/internal/fault"
	"orderly/internal/order"
)

// LinePart names units of one line.
type LinePart struct {
	Line     int    `json:"line" minimum:"1" doc:"The order's line."`
	Quantity *int64 `json:"quantity,omitempty" minimum:"1" doc:"All that can be when left out."`
}

// CancelOrder asks for units to be canceled; without lines all of the order.
type CancelOrder struct {
	Lines     []LinePart `json:"lines,omitempty" maxItems:"2000"`
	Remaining bool       `json:"remaining,omitempty" doc:"Cancel what can be and leave the rest, instead of refusing."`
}

// CanceledOrder is the order and what was canceled.
type CanceledOrder struct {
	Order
	Canceled []EntryMove `json:"canceled" doc:"Which units, and where they were."`
	Freed    int64       `json:"freed" doc:"By how much what the customer owes has gone down, in minor units."`
}

// LiftHold asks for a hold to end.
type LiftHold struct {
	Hold string `json:"hold,omitempty" doc:"Its id; may be left out when only one is open." example:"hld_0pmnqh2000400"`
}

// NewNote adds a remark for colleagues.
type NewNote struct {
	Text string `json:"text" minLength:"1" doc:"At most 10,000 bytes."`
}

// TagChange adds tags and takes tags away.
type TagChange struct {
	Add    []string `json:"add,omitempty" maxItems:"250"`
	Remove []string `json:"remove,omitempty" maxItems:"250"`
}

// NewPriority sets who is served first.
type NewPriority struct {
	Priority int64 `json:"priority" minimum:"-1000" maximum:"1000"`
}

// NewReturn tells of goods that came back.
type NewReturn struct {
	Location string     `json:"location" doc:"That has them in hand: code or id."`
	Lines    []LinePart `json:"lines" maxItems:"2000"`
	Restock  bool       `json:"restock,omitempty" doc:"Sellable again; otherwise they lie damaged at the location."`
	Refund   string     `json:"refund,omitempty" doc:"What the channel gave back: decimal text." example:"12.95"`
	Reason   string     `json:"reason,omitempty" maxLength:"200"`
}

// ReturnedOrder is the order and the return that was made.
type ReturnedOrder struct {
	Order
	Return OrderReturn `json:"return"`
}

// units is how many units a part names, 0 for all of them. A 0 that was sent
// is a fault: who sends it hardly means all.
func (in *LinePart) units(n int, faults *fault.List) int64 {
	if in.Quantity == nil {
		return 0
	}
	if *in.Quantity < 1 {
		faults.Add(fmt.Sprintf("/lines/%d/quantity", n), "not_positive", "quantity is %d; it must be 1 or more, or left out for all units", *in.Quantity)
	}
	return *in.Quantity
}

// parts are the units of an order that a request names.
func (c *call) parts(in []LinePart) []order.Part {
	out := make([]order.Part, len(in))
	for i := range in {
		out[i] = order.Part{Line: in[i].Line, Quantity: in[i].units(i, &c.faults)}
	}
	return out
}
