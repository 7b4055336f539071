package httpapi

import (
	"fmt"
	"time"

	"orderly/internal/delivery"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store/promises"
)

// CartLine is a quantity of an item that may be ordered.
type CartLine struct {
	SKU      string `json:"sku" maxLength:"80" example:"MUG-BLUE"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"1000000000" example:"2"`
}

// Cart is what may be ordered, and where to.
type Cart struct {
	Channel string     `json:"channel" maxLength:"60" example:"web"`
	Lines   []CartLine `json:"lines" minItems:"1" maxItems:"500"`
	ShipTo  Address    `json:"ship_to,omitempty" doc:"Country and postal code are enough."`
	Method  string     `json:"method,omitempty" maxLength:"40" doc:"The code of the one that is asked about; all when left out."`
	Wanted  string     `json:"wanted_by,omitempty" format:"date-time" doc:"Until when it should be there."`
}

func (in *Cart) cart(faults *fault.List) intake.Cart {
	c := intake.Cart{Channel: in.Channel, ShipTo: in.ShipTo.address("/ship_to", faults), Method: in.Method, Wanted: parseInstant("/wanted_by", in.Wanted, faults)}
	for _, l := range in.Lines {
		c.Lines = append(c.Lines, order.RequestLine{SKU: l.SKU, Quantity: l.Quantity})
	}
	return c
}

// OfferFrom is what one place would send.
type OfferFrom struct {
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Units    int64  `json:"units"`
	Grams    int64  `json:"grams"`
	ShipBy   string `json:"ship_by" format:"date-time"`
	Cost     int64  `json:"cost"`
}

// PromiseOption is what one delivery method offers for a cart.
type PromiseOption struct {
	Method    string      `json:"method" example:"standard"`
	Name      string      `json:"name,omitempty"`
	Kind      string      `json:"kind" enum:"parcel,express,collect,van,digital"`
	ShipBy    string      `json:"ship_by,omitempty" format:"date-time" doc:"When the last of it leaves; of kind collect, when it is ready."`
	Earliest  string      `json:"deliver_earliest,omitempty" format:"date-time"`
	DeliverBy string      `json:"deliver_by,omitempty" format:"date-time" doc:"What is promised; absent when the method says nothing of days."`
	Cost      int64       `json:"cost" doc:"Minor units of the merchant's currency."`
	Currency  string      `json:"currency" example:"GBP"`
	Handling  int64       `json:"handling_cost,omitempty" doc:"What our work on it costs us, as calendars say."`
	From      []OfferFrom `json:"from,omitempty"`
	Complete  bool        `json:"complete" doc:"Nothing is short but what is on pre-order: the dates hold for all of it."`
	Preorder  bool        `json:"preorder,omitempty" doc:"Units of it are pre-ordered: the dates are those of the offers, and of delivery after them."`
	InTime    bool        `json:"in_time" doc:"It is all there by wanted_by, at most."`
	ExpiresAt string      `json:"expires_at" format:"date-time" doc:"Dates hold for what is placed until then. No stock is kept back for an offer."`
}

// CartShort is what nobody can give now.
type CartShort struct {
	SKU      string `json:"sku"`
	Quantity int64  `json:"quantity"`
	Incoming int64  `json:"incoming" doc:"Units on their way to our places."`
	Expected string `json:"expected_on,omitempty" format:"date" doc:"When the first of them should come, as purchase orders say; absent when no day is known."`
	ShipBy   string `json:"ship_by,omitempty" format:"date-time" doc:"When they would leave then, after our work on them."`
	Deliver  string `json:"deliver_by,omitempty" format:"date-time" doc:"When they would arrive by the method, where it says."`
	Refused  bool   `json:"refused" doc:"An order for it is refused, not backordered."`

	Preorder *OnPreorder `json:"preorder,omitempty" doc:"It is on pre-order: refused only where more is short than is left."`
}

// Offers are what could be promised now.
type Offers struct {
	Options []PromiseOption `json:"options" doc:"Complete ones first, then the soonest, then the cheapest."`
	Short   []CartShort     `json:"short,omitempty" doc:"Of the option that is short of least."`
}

func renderOffers(o *intake.Offers, currency string, zone *time.Location) Offers {
	out := Offers{Options: []PromiseOption{}}
	for i := range o.Options {
		x := &o.Options[i]
		p := PromiseOption{
			Method: x.Code, Name: x.Name, Kind: x.Kind, ShipBy: instant(x.ShipBy), Earliest: instant(x.Earliest), DeliverBy: instant(x.Latest),
			Cost: x.Cost, Currency: currency, Handling: x.Handling, Complete: x.Complete, Preorder: x.Preordered, InTime: x.InTime, ExpiresAt: instant(x.Until),
		}
		for _, l := range x.Legs {
			p.From = append(p.From, OfferFrom{l.From.String(), l.Units, l.Grams, instant(l.ShipBy), l.Cost})
		}
		out.Options = append(out.Options, p)
	}
	for _, s := range o.Short {
		x := CartShort{SKU: s.SKU, Quantity: s.Quantity, Incoming: s.Incoming, ShipBy: instant(s.ShipBy), Deliver: instant(s.DeliverBy), Refused: s.Refused, Preorder: onPreorder(s.Preorder, zone)}
		if s.ExpectedAt != 0 {
			x.Expected = dayIn(s.ExpectedAt, zone)
		}
		out.Short = append(out.Short, x)
	}
	return out
}

// MadePromise is what a customer was told, and what became of it.
type MadePromise struct {
	N         int    `json:"n" doc:"1 is the first, which is never changed."`
	ShipBy    string `json:"ship_by,omitempty" format:"date-time"`
	DeliverBy string `json:"deliver_by,omitempty" format:"date-time"`
	MadeAt    string `json:"made_at" format:"date-time"`
	Cause     string `json:"cause" enum:"placement,sourced,served,preorder,delay,choice,edit" doc:"What it was made for; preorder: the day of what was pre-ordered is another."`
	Entry     int64  `json:"entry_seq" doc:"The journal entry that tells of it."`
	Outcome   string `json:"outcome" enum:"kept,late,open,overdue,canceled"`
	LateHours int64  `json:"late_hours,omitempty" doc:"By how much it was or is late, in hours that have begun."`
}

func renderPromise(p *delivery.Promise, d delivery.Done, now int64) MadePromise {
	state, late := p.Outcome(d, now)
	return MadePromise{
		N: p.N, ShipBy: instant(p.ShipBy), DeliverBy: instant(p.DeliverBy), MadeAt: instant(p.MadeAt), Cause: p.Cause, Entry: p.Entry,
		Outcome: state, LateHours: hoursBegun(late),
	}
}

func hoursBegun(us int64) int64 { return (us + hour - 1) / hour }

const hour = 3_600_000_000

// NewPromise says another day than was promised.
type NewPromise struct {
	ShipBy    string `json:"ship_by,omitempty" format:"date-time"`
	DeliverBy string `json:"deliver_by" format:"date-time"`
	Cause     string `json:"cause" enum:"delay,choice,edit" doc:"We are later than we said, the customer wants it otherwise, or we mend what was written."`
}

// PromisePeriod is which first promises are counted.
type PromisePeriod struct {
	From string `query:"from" required:"true" format:"date" doc:"The first day, in the shop's zone." example:"2026-11-01"`
	To   string `query:"to" required:"true" format:"date" doc:"And the last, at most 366 days later." example:"2026-11-30"`
}

// PromiseFigures tell how first promises that were due in a period were kept.
type PromiseFigures struct {
	Due       int64          `json:"due" doc:"First promises of an arrival in the period."`
	Kept      int64          `json:"kept"`
	Late      int64          `json:"late"`
	Open      int64          `json:"open"`
	Overdue   int64          `json:"overdue"`
	Canceled  int64          `json:"canceled"`
	KeptRate  string         `json:"kept_rate,omitempty" doc:"Percent kept of those that were kept, late or are overdue." example:"96.4"`
	LateHours int64          `json:"late_hours" doc:"By how much the late and overdue ones together are late."`
	Worst     []OverduePiece `json:"worst" doc:"The latest of them, at most 50."`
	More      bool           `json:"more" doc:"There were more than are counted at once; choose a shorter period."`
}

// OverduePiece is an order whose first promise was not kept.
type OverduePiece struct {
	Order   string      `json:"order" example:"ord_0pmnqh2000400"`
	Number  int64       `json:"number"`
	Promise MadePromise `json:"promise"`
}

func percent(part, whole int64) string {
	if whole == 0 {
		return ""
	}
	tenths := (part*1000 + whole/2) / whole
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

func renderKept(list []promises.Due, now int64, more bool) PromiseFigures {
	t := promises.Sum(list, now)
	out := PromiseFigures{
		Due: t.Due, Kept: t.Kept, Late: t.Late, Open: t.Open, Overdue: t.Overdue, Canceled: t.Canceled,
		KeptRate: percent(t.Kept, t.Kept+t.Late+t.Overdue), LateHours: hoursBegun(t.LateBy), Worst: []OverduePiece{}, More: more,
	}
	for i := range t.Worst {
		d := &t.Worst[i]
		out.Worst = append(out.Worst, OverduePiece{d.Order.String(), d.Number, renderPromise(&d.Promise, d.Done, now)})
	}
	return out
}
