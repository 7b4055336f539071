package order

import (
	"cmp"
	"fmt"
	"slices"
)

// Move takes units of one line from one place to another. Fulfillment names
// the fulfillment on whose books the units are before or after the move; it is
// zero when they are on none.
type Move struct {
	Line        int
	From, To    Bucket
	Quantity    int64
	Fulfillment int64
}

// moves is the one table of what may happen to a unit. A pair that is not
// here is refused. Every physical step has its reverse as a move of its own.
var moves = map[[2]Bucket]string{
	{Unsourced, Allocated}:   "source",
	{Unsourced, Backordered}: "wait",
	{Unsourced, Canceled}:    "cancel",
	{Backordered, Allocated}: "serve",
	{Backordered, Canceled}:  "cancel",
	{Backordered, Unsourced}: "reconsider",
	{Allocated, Canceled}:    "cancel",
	{Allocated, Unsourced}:   "give up the claim",
	{Allocated, Backordered}: "displace",
	{Allocated, Picked}:      "pick",
	{Picked, Allocated}:      "unpick",
	{Picked, Packed}:         "pack",
	{Packed, Picked}:         "unpack",
	{Packed, Shipped}:        "ship",
	{Shipped, Packed}:        "unship",
	{Shipped, Delivered}:     "deliver",
	{Delivered, Shipped}:     "undeliver",
	{Shipped, Lost}:          "lose",
	{Lost, Shipped}:          "find",
	{Unsourced, Delivered}:   "record", // history: sent before these books began
}

// Legal reports whether the table has the pair, and its name.
func Legal(from, to Bucket) (string, bool) {
	name, ok := moves[[2]Bucket{from, to}]
	return name, ok
}

// Rule is one row of the table of moves.
type Rule struct {
	From, To Bucket
	Name     string
}

// Moves lists the table, by where units come from and then where they go.
func Moves() []Rule {
	out := make([]Rule, 0, len(moves))
	for pair, name := range moves {
		out = append(out, Rule{From: pair[0], To: pair[1], Name: name})
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return out
}

// claimed reports whether units in b are held by an open fulfillment.
func claimed(b Bucket) bool { return b == Allocated || b == Picked || b == Packed }

// ClaimChange is by how much the move changes what its fulfillment holds open,
// which is what stock calls reserved.
func (m Move) ClaimChange() int64 {
	switch {
	case !claimed(m.From) && claimed(m.To):
		return m.Quantity
	case claimed(m.From) && !claimed(m.To):
		return -m.Quantity
	}
	return 0
}

// HandChange is by how much the move changes what lies at its fulfillment's
// location: shipping takes away, its reverse brings back.
func (m Move) HandChange() int64 {
	switch {
	case m.From == Packed && m.To == Shipped:
		return -m.Quantity
	case m.From == Shipped && m.To == Packed:
		return m.Quantity
	}
	return 0
}

func (m Move) check(q Buckets) error {
	name, ok := Legal(m.From, m.To)
	switch {
	case !ok:
		return fmt.Errorf("line %d: no move from %s to %s", m.Line, m.From, m.To)
	case m.Quantity <= 0:
		return fmt.Errorf("line %d: %s %d units", m.Line, name, m.Quantity)
	case q[m.From] < m.Quantity:
		return fmt.Errorf("line %d: %s %d units of %d that are %s", m.Line, name, m.Quantity, q[m.From], m.From)
	case (claimed(m.From) || claimed(m.To)) && m.Fulfillment == 0:
		return fmt.Errorf("line %d: %s without a fulfillment", m.Line, name)
	}
	return nil
}
