package order

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"orderly/internal/fault"
)

// Part names units of one line; a Quantity of zero means all that can be.
type Part struct {
	Line     int
	Quantity int64
}

// cancelable are the places from which units may be canceled, the least
// costly first. Picked and packed goods must be put back before.
var cancelable = [...]Bucket{Unsourced, Backordered, Allocated}

// Claim is how many allocated units of a line one fulfillment holds.
type Claim struct {
	Fulfillment int64
	Line        int
	Allocated   int64
	Firm        bool // a partner was asked for them: they are not canceled without asking
}

// firm is how many units of a line partners were asked for.
func firm(line int, claims []Claim) (units int64) {
	for _, c := range claims {
		if c.Line == line && c.Firm {
			units += c.Allocated
		}
	}
	return units
}

// Cancel decides the moves that cancel the parts, or all that can be canceled
// when there are none. Claims are the order's open claims, newest first: the
// youngest gives way first. It refuses when units that were asked for have
// been picked or sent, unless remaining is set: then it cancels what it can.
func (o *Order) Cancel(parts []Part, claims []Claim, remaining bool) ([]Move, error) {
	leaves, err := o.leafParts(parts)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		for i := range o.Lines {
			if o.Lines[i].Leaf() {
				leaves = append(leaves, leafPart{Part: Part{Line: o.Lines[i].N}})
			}
		}
	}
	var faults fault.List
	var out []Move
	for _, p := range leaves {
		l := o.Line(p.Line)
		held := firm(l.N, claims)
		free := l.Q.Cancelable() - held
		want := p.Quantity
		if want == 0 {
			want = l.Q.Live()
			if remaining {
				want = free
			}
		}
		if want > free {
			if !remaining {
				faults.Add(p.at, "not_cancelable", "%s", l.whyNot(want, free, held))
				continue
			}
			want = free
		}
		out = append(out, l.cancelMoves(want, claims)...)
	}
	if err := faults.As(fault.Conflict, "not_cancelable", "some units can no longer be canceled"); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fault.New(fault.Conflict, "nothing_to_cancel", "order %d has no units left that could be canceled", o.Number)
	}
	return out, nil
}

// leafPart is a part of a line that carries buckets, and where the request
// named it.
type leafPart struct {
	Part
	at string
}

// leafParts turns parts of bundle lines into parts of their components and
// refuses lines that do not exist or are named twice, be it by their bundle.
func (o *Order) leafParts(parts []Part) ([]leafPart, error) {
	var faults fault.List
	var out []leafPart
	seen := map[int]bool{}
	add := func(at string, line int, quantity int64) {
		if seen[line] {
			faults.Add(at, "repeated", "line %d is named twice, by itself or by its bundle", line)
			return
		}
		seen[line] = true
		out = append(out, leafPart{Part{Line: line, Quantity: quantity}, at})
	}
	for i, p := range parts {
		at := fmt.Sprintf("/lines/%d", i)
		l := o.Line(p.Line)
		switch {
		case l == nil:
			faults.Add(at, "no_such_line", "order %d has no line %d", o.Number, p.Line)
		case p.Quantity < 0:
			faults.Add(at, "negative", "quantity is not negative; leave it out for all units")
		case l.Leaf():
			add(at, p.Line, p.Quantity)
		default:
			sets := min(p.Quantity, MaxQuantity+1) // more than any line has, and the product stays small
			for _, c := range o.Components(p.Line) {
				add(at, c.N, sets*c.PerParent)
			}
		}
	}
	return out, faults.Err()
}

func (l *Line) whyNot(want, free, firm int64) string {
	if firm > 0 {
		return fmt.Sprintf("line %d: %d of %d units can be canceled; a partner was asked for %d: withdraw that, or ask the partner to cancel", l.N, free, want, firm)
	}
	var where []string
	for _, b := range [...]Bucket{Picked, Packed, Shipped, Delivered, Lost} {
		if l.Q[b] > 0 {
			where = append(where, fmt.Sprintf("%d %s", l.Q[b], b))
		}
	}
	if len(where) == 0 {
		return fmt.Sprintf("line %d has only %d units left to cancel", l.N, free)
	}
	return fmt.Sprintf("line %d: %d of %d units can be canceled (%s); put picked goods back first, return what was sent",
		l.N, free, want, strings.Join(where, ", "))
}

func (l *Line) cancelMoves(want int64, claims []Claim) []Move {
	var out []Move
	for _, from := range cancelable {
		if from == Allocated {
			out = append(out, TakeClaims(l.N, want, claims, Canceled)...)
			continue
		}
		if n := min(want, l.Q[from]); n > 0 {
			out = append(out, Move{Line: l.N, From: from, To: Canceled, Quantity: n})
			want -= n
		}
	}
	return out
}

// TakeClaims moves want allocated units of a line to another place, from the
// claims in the order given.
func TakeClaims(line int, want int64, claims []Claim, to Bucket) []Move {
	var out []Move
	for _, c := range claims {
		if c.Line != line || want == 0 || c.Firm {
			continue
		}
		if n := min(want, c.Allocated); n > 0 {
			out = append(out, Move{Line: line, From: Allocated, To: to, Quantity: n, Fulfillment: c.Fulfillment})
			want -= n
		}
	}
	return out
}

// HoldBlocks are the acts that a hold can stop.
var HoldBlocks = []string{"release", "pick", "pack", "ship"}

// faults lists what is wrong with a hold as somebody asks for it.
func (h *Hold) faults() []fault.Field {
	var l fault.List
	text(&l, "/reason", h.Reason, 1, MaxTagLength)
	if h.Reason == Approval {
		l.Add("/reason", "reserved", "the reason approval is kept for orders that need one; choose another word")
	}
	note(&l, "/note", h.Note)
	if len(h.Blocks) > len(HoldBlocks) {
		l.Add("/blocks", "too_many", "name each act at most once")
		return l.Fields()
	}
	for i, b := range h.Blocks {
		if !slices.Contains(HoldBlocks, b) {
			l.Add("/blocks", "unknown_act", "%q cannot be blocked; use some of release, pick, pack, ship", b)
		}
		if slices.Contains(h.Blocks[:i], b) {
			l.Add("/blocks", "repeated", "%q is named twice", b)
		}
	}
	return l.Fields()
}

// MaxHoldFor is how far ahead the end of a hold may be: a year and a day.
const MaxHoldFor = 366 * 24 * time.Hour

// ClockID names who lifts holds whose end has come.
const ClockID = "holds"

// CheckUntil lists what is wrong with when the hold shall end, as of now.
func (h *Hold) CheckUntil(at string, now int64, l *fault.List) {
	switch {
	case h.Until == 0:
	case h.Until <= now:
		l.Add(at, "past", "a hold ends in the future; leave the end out to lift it by hand")
	case h.Until-now > MaxHoldFor.Microseconds():
		l.Add(at, "too_far", "a hold ends within a year; leave the end out to lift it by hand")
	}
}

// CheckBegin lists what is wrong with the moment before which no work begins.
func CheckBegin(at string, begin, now int64, l *fault.List) {
	switch {
	case begin == 0:
	case begin <= now:
		l.Add(at, "past", "work begins in the future; leave it out to begin at once")
	case begin-now > MaxHoldFor.Microseconds():
		l.Add(at, "too_far", "work begins within a year")
	}
}

// Elapsed are the open holds whose end has come, oldest first.
func (o *Order) Elapsed(now int64) []int64 {
	var out []int64
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && h.Until != 0 && h.Until <= now && h.Reason != Approval {
			out = append(out, h.ID)
		}
	}
	return out
}

// Standing are the open holds whose end has not come, as another order that
// takes over from this one is to have them. Whether that needs an approval is
// asked anew.
func (o *Order) Standing(now int64) []Hold {
	var out []Hold
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && h.Reason != Approval && (h.Until == 0 || h.Until > now) {
			out = append(out, Hold{Reason: h.Reason, Note: h.Note, Blocks: h.Blocks, Until: h.Until})
		}
	}
	return out
}

// Hold decides a new hold. It adds it to the order, note and all, and gives
// the delta that tells of it. A hold that names nothing blocks everything.
func (o *Order) Hold(h Hold) (Delta, error) {
	if faults := h.faults(); len(faults) > 0 {
		return Delta{}, &fault.Error{Kind: fault.Invalid, Code: "invalid", Message: "the hold has faults", Fields: faults}
	}
	if len(o.Holds) >= MaxHolds {
		return Delta{}, fault.New(fault.Conflict, "too_many_holds", "order %d has had %d holds, the most there may be", o.Number, MaxHolds)
	}
	return o.hold(h)
}

// HoldForApproval is the hold of an order that waits for an approval, however
// many there were.
func (o *Order) HoldForApproval(id, at int64, by string) (Delta, error) {
	return o.hold(Hold{ID: id, Reason: Approval, PlacedAt: at, PlacedBy: by})
}

func (o *Order) hold(h Hold) (Delta, error) {
	if len(h.Blocks) == 0 {
		h.Blocks = HoldBlocks
	}
	if o.Sums.Open() == 0 {
		return Delta{}, fault.New(fault.Conflict, "nothing_to_hold", "order %d has no open work that a hold could stop", o.Number)
	}
	o.addHold(h)
	return Delta{Held: &Held{ID: h.ID, Reason: h.Reason, Blocks: h.Blocks, Until: h.Until}}, nil
}

// Lift decides the end of a hold; id zero lifts the only open one. What waits
// for an approval it leaves alone.
func (o *Order) Lift(id int64, by string) (Delta, error) {
	var open []*Hold
	waits := false
	for i := range o.Holds {
		h := &o.Holds[i]
		switch {
		case h.LiftedAt != 0 || id != 0 && h.ID != id:
		case h.Reason == Approval:
			waits = true
		default:
			open = append(open, h)
		}
	}
	switch {
	case len(open) == 0 && waits:
		return Delta{}, fault.New(fault.Conflict, "needs_approval", "order %d waits for an approval, which alone ends this hold: approve or refuse the order", o.Number)
	case len(open) == 0:
		return Delta{}, fault.New(fault.Conflict, "no_such_hold", "order %d has no such open hold", o.Number)
	case len(open) > 1:
		return Delta{}, fault.New(fault.Conflict, "which_hold", "order %d has %d open holds; say which one to lift", o.Number, len(open))
	}
	open[0].LiftedBy = by
	return Delta{Lifted: open[0].ID}, nil
}

// AwaitsApproval is the hold that waits for an approval; zero when none does.
func (o *Order) AwaitsApproval() int64 {
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && h.Reason == Approval {
			return h.ID
		}
	}
	return 0
}

// Approve ends the hold that waits for an approval; the delta tells of it.
func (o *Order) Approve(by string) Delta {
	for i := range o.Holds {
		if h := &o.Holds[i]; h.LiftedAt == 0 && h.Reason == Approval {
			h.LiftedBy = by
			return Delta{Lifted: h.ID}
		}
	}
	return Delta{}
}

// Blocked is a fault when an open hold stops the act.
func (o *Order) Blocked(act string) error {
	for _, h := range o.Holds {
		if h.LiftedAt == 0 && slices.Contains(h.Blocks, act) {
			if h.Reason == Approval {
				return fault.New(fault.Conflict, "order_on_hold", "order %d waits for an approval and may not %s; have it approved first", o.Number, act)
			}
			return fault.New(fault.Conflict, "order_on_hold", "order %d is on hold (%s) and may not %s; lift the hold first", o.Number, h.Reason, act)
		}
	}
	return nil
}

// paidReasons are reasons of holds that wait for money alone.
var paidReasons = []string{"payment", "payment_review", "unpaid"}

// WaitsForMoney reports whether holds for a reason end when all is paid.
func WaitsForMoney(reason string) bool { return slices.Contains(paidReasons, reason) }

// Endable are the open holds whose reason is gone, oldest first: those that
// waited for money, once all that is owed has been paid. Other reasons end when
// a person says so.
func (o *Order) Endable() []int64 {
	var out []int64
	for _, h := range o.Holds {
		gone := WaitsForMoney(h.Reason) && o.InFull() || h.Reason == NoPlace && o.Sums[Unsourced] == 0
		if h.LiftedAt == 0 && gone {
			out = append(out, h.ID)
		}
	}
	return out
}

// InFull reports whether nothing more is owed.
func (o *Order) InFull() bool { return o.Paid-o.Refunded >= o.Totals.Payable() }

// BlockedActs are the acts that open holds stop.
func (o *Order) BlockedActs() []string {
	var acts []string
	for _, h := range o.Holds {
		if h.LiftedAt == 0 {
			acts = append(acts, h.Blocks...)
		}
	}
	return acts
}

// liftable reports whether a hold is open that somebody may lift.
func (o *Order) liftable() bool {
	return slices.ContainsFunc(o.Holds, func(h Hold) bool { return h.LiftedAt == 0 && h.Reason != Approval })
}

// Actions are what may be done next with the order as it is.
func (o *Order) Actions() []string {
	out := []string{}
	if o.Sums[Unsourced]+o.Sums[Backordered]+o.Sums[Allocated] > 0 {
		out = append(out, "cancel")
	}
	if o.Changeable() {
		out = append(out, "change")
	}
	if o.Sums.Open() > 0 && len(o.Holds) < MaxHolds {
		out = append(out, "hold")
	}
	if o.liftable() {
		out = append(out, "lift")
	}
	if o.AwaitsApproval() != 0 && o.Sums.Open() > 0 {
		out = append(out, "approve", "refuse")
	}
	if o.Sums.Left() > o.Sums[Returned]+o.Sums[ReturnRequested] {
		out = append(out, "return")
	}
	if o.Paid-o.Refunded < o.Totals.Payable() {
		out = append(out, "pay")
	}
	if o.Paid > o.Refunded {
		out = append(out, "refund")
	}
	return append(out, "note", "tag")
}
