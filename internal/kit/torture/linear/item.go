// Package linear decides whether what clients saw of the stock could have
// happened one act after the other: linearizability, by a pure model of each
// item and of each order, with porcupine as the search.
//
// What belongs here: recording what clients asked and were told, the models
// that say which answers were legal, and the campaign that produces histories.
// What does not: the laws of the books at rest (kit/verify). The models know
// nothing of how the desk works; they are told outcomes alone.
package linear

import "fmt"

// places is how many locations a campaign has.
const places = 3

// row is one figure for each location.
type row [places]int64

func (r row) sum() int64 { return r[0] + r[1] + r[2] }

// rules say what a model may hold against an item.
type rules struct {
	// Exact items never lose a claim: nothing counts or takes away units of
	// them. Their reserved units are known for each location. Of others only
	// the sum is known, since a claim that gave way is served again anywhere.
	Exact  bool
	Refuse bool // orders for more than there is are refused, not backordered
}

// itemState is all that the model knows of one item.
type itemState struct {
	OnHand   row
	Reserved row   // exact items only
	Fixed    row   // picked and packed: cannot give way
	Demand   int64 // units that orders want and that have not left: reserved or waiting
}

// reserved is how many units claims hold at all locations together: whoever
// waits is served as soon as there is anything.
func (s *itemState) reserved() int64 { return min(s.Demand, s.OnHand.sum()) }

func (s *itemState) free() int64 { return s.OnHand.sum() - s.reserved() }

// Kinds of operation on an item.
type kind uint8

const (
	placed kind = iota
	placeRefused
	canceled
	picked
	shipped
	changed // received or adjusted
	changeRefused
	counted
	countRefused
	transferred
	transferRefused
	read
)

var kindNames = [...]string{"placed", "place refused", "canceled", "picked", "shipped", "changed", "change refused",
	"counted", "count refused", "transferred", "transfer refused", "read"}

// itemOp is what one act did to one item, as its caller was told.
type itemOp struct {
	Kind     kind
	At, To   int   // which location
	Quantity int64 // asked for; placeRefused: how many were asked for
	Short    int64 // placed: backordered; placeRefused: how many were missing; canceled: of those that waited
	Units    row   // placed: claimed; canceled: freed; picked, shipped; read: on hand
	Reserved row   // read
	After    int64 // changed: on hand afterwards
	Same     bool  // counted: nothing was different
}

func (o *itemOp) String() string {
	switch o.Kind {
	case placed:
		return fmt.Sprintf("placed %v, %d wait", o.Units, o.Short)
	case placeRefused:
		return fmt.Sprintf("place %d refused: %d missing", o.Quantity, o.Short)
	case canceled:
		return fmt.Sprintf("canceled %v, %d that waited", o.Units, o.Short)
	case picked, shipped:
		return fmt.Sprintf("%s %v", kindNames[o.Kind], o.Units)
	case changed, changeRefused:
		return fmt.Sprintf("%s by %d at %d: %d after", kindNames[o.Kind], o.Quantity, o.At, o.After)
	case transferred, transferRefused:
		return fmt.Sprintf("%s %d from %d to %d", kindNames[o.Kind], o.Quantity, o.At, o.To)
	case read:
		return fmt.Sprintf("read on hand %v, reserved %v", o.Units, o.Reserved)
	}
	return fmt.Sprintf("%s %d at %d, same %t", kindNames[o.Kind], o.Quantity, o.At, o.Same)
}

// step says whether the operation could have this outcome in state s, and what
// the state is afterwards.
func (r rules) step(s itemState, o *itemOp) (bool, itemState) {
	switch o.Kind {
	case placed, placeRefused:
		return r.order(s, o)
	case canceled, picked, shipped:
		return r.work(s, o)
	case read:
		return r.read(s, o), s
	case transferred, transferRefused:
		return transfer(s, o)
	}
	return r.ledger(s, o)
}

// order holds both sides: units that were not there are not sold, and a
// refusal while there was enough is as wrong.
func (r rules) order(s itemState, o *itemOp) (bool, itemState) {
	if o.Kind == placeRefused {
		return o.Short == o.Quantity-min(o.Quantity, s.free()), s
	}
	asked := o.Units.sum() + o.Short
	if o.Units.sum() != min(asked, s.free()) || r.Refuse && o.Short != 0 {
		return false, s
	}
	for i, q := range o.Units {
		if r.Exact && q > s.OnHand[i]-s.Reserved[i] || q > s.OnHand[i]-s.Fixed[i] {
			return false, s
		}
		if r.Exact {
			s.Reserved[i] += q
		}
	}
	s.Demand += asked
	return true, s
}

func (r rules) work(s itemState, o *itemOp) (bool, itemState) {
	n := o.Units.sum()
	for i, q := range o.Units {
		loose := s.OnHand[i] - s.Fixed[i]
		if r.Exact {
			loose = s.Reserved[i] - s.Fixed[i]
		}
		switch o.Kind {
		case picked:
			s.Fixed[i] += q
		case shipped:
			loose = s.Fixed[i]
			s.Fixed[i] -= q
			s.OnHand[i] -= q
		}
		if r.Exact && o.Kind != picked {
			s.Reserved[i] -= q
		}
		// What a cancel took at a location may have been given up there since.
		if q > loose && (r.Exact || o.Kind != canceled) {
			return false, s
		}
	}
	if o.Kind == picked {
		return s.Fixed.sum() <= s.reserved(), s
	}
	s.Demand -= n + o.Short
	return s.Demand >= s.Fixed.sum() && (!r.Exact || o.Short == 0), s
}

func (r rules) read(s itemState, o *itemOp) bool {
	if o.Units != s.OnHand || o.Reserved.sum() != s.reserved() || r.Exact && o.Reserved != s.Reserved {
		return false
	}
	for i, q := range o.Reserved {
		if q < s.Fixed[i] || q > s.OnHand[i] {
			return false
		}
	}
	return true
}

// ledger is receiving, adjusting and counting. Claims that are not picked give
// way; what is picked makes the act be refused.
func (r rules) ledger(s itemState, o *itemOp) (bool, itemState) {
	after := o.Quantity
	if o.Kind == changed || o.Kind == changeRefused {
		after += s.OnHand[o.At]
	}
	least := s.Fixed[o.At]
	if r.Exact {
		least = s.Reserved[o.At]
	}
	switch o.Kind {
	case changeRefused, countRefused:
		return after < least, s
	case changed:
		if o.After != after {
			return false, s
		}
	case counted:
		if o.Same != (after == s.OnHand[o.At]) {
			return false, s
		}
	}
	s.OnHand[o.At] = after
	return after >= least, s
}

func transfer(s itemState, o *itemOp) (bool, itemState) {
	enough := o.Quantity <= s.OnHand[o.At]-s.Reserved[o.At]
	if o.Kind == transferRefused {
		return !enough, s
	}
	s.OnHand[o.At] -= o.Quantity
	s.OnHand[o.To] += o.Quantity
	return enough, s
}
