package stock

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Line is one line of a stock act: which item where, and how many.
type Line struct {
	SKU      string
	Location LocationID
	Quantity int64
	State    State // zero means on_hand
	Bin      string
	Lot      string
	Reason   string // adjust: why, in the merchant's words
	Note     string
}

// CheckLines lists the faults that can be seen without looking anything up.
// signed allows negative quantities (adjust); zero allows 0 (count).
func CheckLines(lines []Line, signed, zero bool) error {
	var l fault.List
	if len(lines) == 0 {
		l.Add("/lines", "missing", "name at least one line")
	}
	if len(lines) > MaxActLines {
		l.Add("/lines", "too_many_lines", "%d lines; at most %d in one act", len(lines), MaxActLines)
		return l.Err()
	}
	for i := range lines {
		lines[i].check(fmt.Sprintf("/lines/%d", i), &l, signed, zero)
	}
	return l.Err()
}

func (x *Line) check(at string, l *fault.List, signed, zero bool) {
	if x.SKU == "" {
		l.Add(at+"/sku", "missing", "name the item by its SKU or a barcode")
	}
	if x.Location == 0 {
		l.Add(at+"/location", "missing", "name the location by its code or id")
	}
	switch {
	case x.Quantity > MaxQuantity || x.Quantity < -MaxQuantity:
		l.Add(at+"/quantity", "too_large", "at most %d units in one line", MaxQuantity)
	case x.Quantity < 0 && !signed:
		l.Add(at+"/quantity", "negative", "quantity is %d; it must not be negative here", x.Quantity)
	case x.Quantity == 0 && !zero:
		l.Add(at+"/quantity", "zero", "quantity is 0; leave the line out")
	}
	if x.State != "" && !slices.Contains(States, x.State) {
		l.Add(at+"/state", "unknown_state", "state is on_hand, damaged or quality_control")
	}
	checkText(at+"/bin", x.Bin, MaxBin, l)
	checkText(at+"/lot", x.Lot, MaxBin, l)
	checkText(at+"/reason", x.Reason, MaxReason, l)
	checkText(at+"/note", x.Note, MaxReason, l)
}

// arrivals are why units lie at the door of a place.
var arrivals = []string{Receive, Purchase, "purchase_inspected", "return", "unreceipted", TransferIn, "supplier_return"}

// Arrival reports whether units that moved for a reason have just come in.
func Arrival(reason string) bool { return slices.Contains(arrivals, reason) }

// CheckBin lists the faults of the name of a bin.
func CheckBin(at, s string, l *fault.List) { checkText(at, s, MaxBin, l) }

// CheckNote lists the faults of a remark that a movement keeps.
func CheckNote(at, s string, l *fault.List) { checkText(at, s, MaxReason, l) }

func checkText(at, s string, most int, l *fault.List) {
	switch {
	case len(s) > most:
		l.Add(at, "too_long", "at most %d bytes", most)
	case !storable(s):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}

func storable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// Short is by how many units a change of on_hand would leave less than is
// reserved: what claims must give up.
func (l *Level) Short(change int64) int64 {
	return max(0, l.Reserved-(l.OnHand+change))
}

// Take checks that a state holds at least q units to take away.
func (l *Level) Take(s State, q int64, sku string) error {
	if have := l.In(s); q > have {
		return fault.New(fault.Conflict, "not_enough", "%s: only %d %s here, %d cannot be taken; count first if the shelf says otherwise", sku, have, s, q)
	}
	return nil
}
