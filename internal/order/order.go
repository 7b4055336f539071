// Package order is the order and its lines: what was asked, where every unit
// of it is, what it costs, and which of five statuses follow from that.
//
// What belongs here: the bucket law and the table of moves, totals, statuses,
// holds, what may be done next, and the delta by which the journal tells a
// change. What does not: where units are claimed (fulfillment, stock), who
// pays how (payment), and anything that reads or writes. Order never imports
// fulfillment: a line's buckets are enough to know the order's state.
//
// Quantities are whole steps of the item's unit and scale. Amounts are minor
// units of the order's currency. Instants are microseconds since 1970, UTC.
package order

import (
	"encoding/json"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// Limits of one order. docs and the OpenAPI document print them.
const (
	MaxLines       = 2000 // leaves, bundle components included
	MaxFees        = 50
	MaxHolds       = 100
	MaxTags        = 250
	MaxTagLength   = 60
	MaxNoteBytes   = 10_000
	MaxTextLength  = 300
	MaxCustomBytes = 4096
	MaxQuantity    = 1_000_000_000 // steps
	MaxMethod      = 40            // characters of a delivery method's code

	usualMethod = "parcel" // of orders that name none
)

// ID names an order for ever.
type ID int64

func (id ID) String() string { return ident.Text("ord", int64(id)) }

// ParseID reads the text form, "ord_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("ord", s)
	return ID(id), err
}

// Mode says whether the order lived in these books or was only recorded.
type Mode string

const (
	Live    Mode = "live"
	History Mode = "history" // delivered before these books began; never touches stock
)

// Order is one customer's order with everything that decides its state.
// Fields are read freely and changed only by Apply and the edit methods.
type Order struct {
	ID          ID
	Number      int64
	Channel     string
	ExternalID  string // unique within the channel; empty when the channel gave none
	RequestHash []byte // SHA-256 of the canonical request
	Customer    int64  // zero when unknown
	Mode        Mode
	Currency    money.Currency
	Priority    int64 // higher is served first
	Tags        []string
	Custom      json.RawMessage

	PlacedAt  int64  // when the customer placed it
	PlacedOn  int64  // the merchant's local date then, yyyymmdd; fixed at placement
	DueAt     int64  // zero when nothing was promised
	Method    string // by which delivery method; "" for the usual one
	CreatedAt int64  // when these books learned of it
	UpdatedAt int64

	Lines []Line
	Fees  []Fee
	Holds []Hold
	Party party.Parties

	Sums     Buckets // over all lines
	Totals   Totals
	Exchange money.Exchange // into the merchant's currency; zero when that is the same or was not known
	Paid     int64
	Refunded int64
	Statuses Statuses
	Was      *Was // nil when lines and fees are as placed; copied before it is changed

	Version     int64 // how many journal entries tell of this order
	EditVersion int64 // raised by edits of fields only; what If-Match compares
}

// Line is one position. A bundle's line is priced and owns component lines;
// only leaves (lines that own none) carry buckets.
type Line struct {
	N         int // position, from 1
	Item      int64
	SKU       string
	Title     string // the item's name as it was at placement
	Unit      string
	Scale     int
	Parent    int   // N of the bundle line that owns this one, or 0
	PerParent int64 // steps of this in one step of the parent
	Stocked   bool  // false for services and digital goods
	Quantity  int64 // as ordered, bundles and what was canceled included
	Price     money.Price
	Total     int64     // quantity × price, rounded once
	Moved     int64     // exact minus Total, in 10⁻⁹ of the major unit
	Discount  int64     // not negative; lowers what is paid
	Tax       int64     // added on top
	Taxed     tax.Basis // of what the line costs less its discount; fixed when it joins

	Substitutes int // N of the line that this one stands in for, or 0

	Q             Buckets
	RefundedUnits int64 // of which the worth was given back; of a bundle, whole sets
	Refunded      int64 // what they were worth
	BackorderedAt int64 // since when units wait; zero when none do
	Preorder      int64 // the offer by which units were pre-ordered; zero when none ever were
	Preordered    int64 // how many, but for those canceled while they waited
	Custom        json.RawMessage
}

// Awaited is how many of the pre-ordered units wait for stock: of those that
// wait, as many as can be.
func (l *Line) Awaited() int64 { return min(l.Preordered, l.Q[Backordered]) }

// Net is what the line adds to the order's total.
func (l *Line) Net() int64 { return l.Total - l.Discount + l.Tax }

// TaxWithin is the tax that the line's price contains.
func (l *Line) TaxWithin() int64 { return within(l.Taxed, l.Total-l.Discount) }

// within is the tax that an amount contains. It is told, never added to
// anything, so that it is rounded in the one way that splits are.
func within(b tax.Basis, amount int64) int64 {
	if !b.Contained {
		return 0
	}
	return b.Of(amount, money.HalfAwayFromZero)
}

// Fee is a charge or a deduction beside the lines: shipping, gift wrap, a voucher.
type Fee struct {
	N      int
	Kind   string // shipping, fee, adjustment
	Code   string
	Label  string
	Amount int64 // negative for a deduction
	Tax    int64
	Taxed  tax.Basis `json:",omitzero"` // zero when only the amounts are known

	Refunded int64 // given back: nothing, or all of it with its tax
}

// Sum is what the fee adds to the order's total.
func (f *Fee) Sum() int64 { return f.Amount + f.Tax }

// TaxWithin is the tax that the fee's amount contains.
func (f *Fee) TaxWithin() int64 { return within(f.Taxed, f.Amount) }

// TaxWithin is the tax that the prices and fees of the order contain.
func (o *Order) TaxWithin() int64 {
	sum := int64(0)
	for i := range o.Lines {
		sum += o.Lines[i].TaxWithin()
	}
	for i := range o.Fees {
		sum += o.Fees[i].TaxWithin()
	}
	return sum
}

// Hold stops acts until it is lifted. Many may be open at once, each with its
// own reason; the order moves on only when none blocks.
type Hold struct {
	ID       int64
	Reason   string   // stable code: payment_review, address, customer_request …
	Note     string   // free text for colleagues, never in the journal
	Blocks   []string // which acts: release, pick, pack, ship
	Until    int64    `json:",omitzero"` // when it ends by itself; zero: when somebody lifts it
	PlacedAt int64
	PlacedBy string
	LiftedAt int64 // zero while open
	LiftedBy string
}

// Scheduled is the reason of a hold on an order that is to be released on a day
// of its own: the clock ends it.
const Scheduled = "scheduled"

// NoPlace is the reason of a hold on an order of which units have no place to
// come from, and a person shall decide.
const NoPlace = "no_place"

// Approval is the reason of a hold on an order that waits for an approval. Only
// an approval ends it, and nobody places it by hand.
const Approval = "approval"

// Clone is a copy that can be changed without changing the order. What is never
// changed in place, such as texts and custom fields, is shared.
func (o *Order) Clone() *Order {
	c := *o
	c.Lines, c.Fees, c.Holds, c.Tags = slices.Clone(o.Lines), slices.Clone(o.Fees), slices.Clone(o.Holds), slices.Clone(o.Tags)
	c.Was = o.Was.clone()
	return &c
}

// By is the delivery method that the order's goods go by.
func (o *Order) By() string {
	if o.Method == "" {
		return usualMethod
	}
	return o.Method
}

// Line finds a line by its position, nil when there is none.
func (o *Order) Line(n int) *Line {
	if n >= 1 && n <= len(o.Lines) && o.Lines[n-1].N == n {
		return &o.Lines[n-1]
	}
	return nil
}

// Components are the lines that the bundle line n owns, in order.
func (o *Order) Components(n int) []*Line {
	var out []*Line
	for i := range o.Lines {
		if o.Lines[i].Parent == n {
			out = append(out, &o.Lines[i])
		}
	}
	return out
}

// Leaf reports whether the line carries buckets of its own.
func (l *Line) Leaf() bool { return l.Q[Ordered] > 0 }

// Quantities are a line's buckets as shown: a leaf's own, or for a bundle the
// whole sets that its components allow.
func (o *Order) Quantities(l *Line) Buckets {
	if l.Leaf() {
		return l.Q
	}
	parts := o.Components(l.N)
	if len(parts) == 0 {
		return l.Q
	}
	return setsOf(l.Quantity, parts)
}

// setsOf tells how many whole bundles are in each place: the furthest places
// count first, so a bundle is as far as its slowest component.
func setsOf(sets int64, parts []*Line) Buckets {
	var out Buckets
	out[Ordered] = sets
	rest := sets
	reached := [...][]Bucket{
		{Canceled}, {Lost}, {Delivered}, {Shipped, Delivered}, {Packed, Shipped, Delivered},
		{Picked, Packed, Shipped, Delivered}, {Allocated, Picked, Packed, Shipped, Delivered},
		{Backordered, Allocated, Picked, Packed, Shipped, Delivered},
	}
	names := [...]Bucket{Canceled, Lost, Delivered, Shipped, Packed, Picked, Allocated, Backordered}
	done := int64(0)
	for i, set := range reached {
		sum := minSets(parts, set)
		if names[i] == Canceled || names[i] == Lost {
			out[names[i]] = min(sum, rest)
			rest -= out[names[i]]
			continue
		}
		add := max(0, min(sum-done, rest))
		out[names[i]] = add
		done += add
		rest -= add
	}
	out[Unsourced] = rest
	out[Returned] = minSets(parts, []Bucket{Returned})
	out[Restocked] = minSets(parts, []Bucket{Restocked})
	return out
}

func minSets(parts []*Line, in []Bucket) int64 {
	least := int64(-1)
	for _, p := range parts {
		sum := int64(0)
		for _, b := range in {
			sum += p.Q[b]
		}
		if n := sum / max(1, p.PerParent); least < 0 || n < least {
			least = n
		}
	}
	return max(0, least)
}
