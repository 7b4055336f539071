package linear

import "fmt"

// orderState is where the units of one order are, all of whose items are
// exact: nobody but its own acts moves them.
type orderState struct{ Allocated, Fixed, Shipped, Canceled int64 }

type orderAct uint8

const (
	cancelAll orderAct = iota // all of it or nothing
	cancelSome
	cancelRemaining
	release
	pick
	pack
	ship
)

var actNames = [...]string{"cancel all", "cancel some", "cancel the rest", "release", "pick", "pack", "ship"}

// orderOp is one act on an order; Refused says that it was told no.
type orderOp struct {
	Act      orderAct
	Quantity int64
	Refused  bool
}

func (o *orderOp) String() string {
	return fmt.Sprintf("%s %d, refused %t", actNames[o.Act], o.Quantity, o.Refused)
}

// add sums up what an act did, whichever other acts came before it.
func (s *orderState) add(o *orderOp) {
	q := o.Quantity
	switch {
	case o.Refused:
	case o.Act <= cancelRemaining:
		s.Allocated, s.Canceled = s.Allocated-q, s.Canceled+q
	case o.Act == pick:
		s.Allocated, s.Fixed = s.Allocated-q, s.Fixed+q
	case o.Act == ship:
		s.Fixed, s.Shipped = s.Fixed-q, s.Shipped+q
	}
}

func stepOrder(s orderState, o *orderOp) (bool, orderState) {
	if o.Refused {
		return mayRefuse(s, o.Act), s
	}
	switch o.Act {
	case cancelAll, cancelRemaining:
		if o.Quantity != s.Allocated || o.Quantity == 0 || o.Act == cancelAll && s.Fixed+s.Shipped > 0 {
			return false, s
		}
	case pack:
		return o.Quantity <= s.Fixed, s
	}
	s.add(o)
	return s.Allocated >= 0 && s.Fixed >= 0, s
}

// mayRefuse says in which states an act may be told no. Each fulfillment is
// released, picked, packed and shipped once, by whoever placed the order, so
// only a cancel can come between.
func mayRefuse(s orderState, a orderAct) bool {
	switch a {
	case cancelAll:
		return s.Allocated == 0 || s.Fixed+s.Shipped > 0
	case cancelSome:
		return s.Fixed+s.Shipped+s.Canceled > 0
	case cancelRemaining:
		return s.Allocated == 0
	case release, pick:
		return s.Canceled > 0
	}
	return false
}
