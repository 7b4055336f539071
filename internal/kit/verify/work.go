package verify

import (
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/returns"
)

// worked is what fulfillments or parcels say about one order line.
type worked struct{ allocated, picked, packed, shipped, arrived int64 }

// work: an order's lines and its fulfillments tell of the same units.
func (s *subject) work() {
	if s.o.Mode == order.History {
		if len(s.Fulfillments) > 0 || len(s.Parcels) > 0 {
			s.tell("it was only recorded and has %d fulfillments and %d parcels", len(s.Fulfillments), len(s.Parcels))
		}
		return
	}
	sums := map[int]*worked{}
	for i := range s.o.Lines {
		sums[s.o.Lines[i].N] = &worked{}
	}
	for _, f := range s.Fulfillments {
		s.fulfillment(f, sums)
	}
	for i := range s.o.Lines {
		l, w := &s.o.Lines[i], sums[s.o.Lines[i].N]
		left := l.Q[order.Shipped] + l.Q[order.Delivered] + l.Q[order.Lost]
		for _, x := range [...]struct {
			what     string
			line, ff int64
		}{
			{"allocated", l.Q[order.Allocated], w.allocated}, {"picked", l.Q[order.Picked], w.picked}, {"packed", l.Q[order.Packed], w.packed},
			{"shipped, delivered or lost", left, w.shipped}, {"delivered or lost", l.Q[order.Delivered] + l.Q[order.Lost], w.arrived},
		} {
			if x.line != x.ff {
				s.tell("line %d has %d units %s, its fulfillments have %d", l.N, x.line, x.what, x.ff)
			}
		}
	}
}

// fulfillment holds one fulfillment to its own laws and adds it to the sums.
func (s *subject) fulfillment(f *fulfillment.Fulfillment, sums map[int]*worked) {
	if len(f.Lines) == 0 {
		s.tell("fulfillment %s has no lines", f.ID)
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		if l.Picked < 0 || l.Packed < 0 || l.Allocated() < 0 || l.Arrived < 0 || l.Arrived > l.Shipped || l.Open+l.Shipped > l.Quantity {
			s.tell("fulfillment %s, line %d: %d claimed, %d open, %d picked, %d packed, %d shipped and %d arrived cannot be", f.ID, l.N, l.Quantity, l.Open, l.Picked, l.Packed, l.Shipped, l.Arrived)
		}
		of := s.o.Line(l.Order)
		if of == nil {
			s.tell("fulfillment %s holds units of line %d, which is not there", f.ID, l.Order)
			continue
		}
		if of.Item != l.Item || of.Stocked != l.Stocked {
			s.tell("fulfillment %s holds another item than line %d asks for", f.ID, l.Order)
		}
		w := sums[of.N]
		w.allocated += l.Allocated()
		w.picked += l.Picked
		w.packed += l.Packed
		w.shipped += l.Shipped
		w.arrived += l.Arrived
	}
	if should := workStatus(f); f.WorkStatus != should {
		s.tell("the work status of fulfillment %s is %q and should be %q", f.ID, f.WorkStatus, should)
	}
}

// workStatus is what the fulfillment derives, by a change that changes nothing.
func workStatus(f *fulfillment.Fulfillment) string {
	fresh := *f
	fresh.Lines = slices.Clone(f.Lines)
	d := order.Delta{Recalled: []int64{int64(f.ID)}}
	if f.ReleasedAt != 0 {
		d = order.Delta{Released: []int64{int64(f.ID)}}
	}
	if err := fresh.Apply(&d, f.ReleasedAt, nil); err != nil {
		return err.Error()
	}
	return fresh.WorkStatus
}

// boxKey is an order line in a fulfillment.
type boxKey struct {
	f    fulfillment.ID
	line int
}

// parcels: the units of parcels are those of their fulfillments, and what
// became of them is what the lines say.
func (s *subject) parcels() {
	held, arrived := map[boxKey]*worked{}, map[int]*[2]int64{}
	for _, f := range s.Fulfillments {
		for i := range f.Lines {
			held[boxKey{f.ID, f.Lines[i].Order}] = &worked{}
		}
	}
	for i := range s.o.Lines {
		arrived[s.o.Lines[i].N] = &[2]int64{}
	}
	for _, p := range s.Parcels {
		s.parcel(p, held, arrived)
	}
	for _, f := range s.Fulfillments {
		for i := range f.Lines {
			l := &f.Lines[i]
			if w := held[boxKey{f.ID, l.Order}]; w.packed != l.Packed || w.shipped != l.Shipped || w.arrived != l.Arrived {
				s.tell("fulfillment %s has %d packed, %d shipped and %d arrived of line %d, its parcels have %d, %d and %d",
					f.ID, l.Packed, l.Shipped, l.Arrived, l.Order, w.packed, w.shipped, w.arrived)
			}
		}
	}
	if s.o.Mode == order.History {
		return
	}
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		if got := arrived[l.N]; got[0] != l.Q[order.Delivered] || got[1] != l.Q[order.Lost] {
			s.tell("line %d has %d delivered and %d lost, its parcels have %d and %d", l.N, l.Q[order.Delivered], l.Q[order.Lost], got[0], got[1])
		}
	}
}

func (s *subject) parcel(p *fulfillment.Parcel, held map[boxKey]*worked, arrived map[int]*[2]int64) {
	gone, there := p.Status == "shipped" || p.Status == "delivered" || p.Status == "lost", p.Status == "delivered"
	if gone != (p.ShippedAt > 0) || there != (p.DeliveredAt > 0) {
		s.tell("parcel %s is %s, shipped at %d and delivered at %d", p.ID, p.Status, p.ShippedAt, p.DeliveredAt)
	}
	if !slices.Contains([]string{"packed", "unpacked", "shipped", "delivered", "lost"}, p.Status) {
		s.tell("parcel %s is %q, which no parcel can be", p.ID, p.Status)
	}
	if len(p.Lines) == 0 {
		s.tell("parcel %s is empty", p.ID)
	}
	for _, l := range p.Lines {
		w, a := held[boxKey{p.Fulfillment, l.Line}], arrived[l.Line]
		if w == nil || a == nil {
			s.tell("parcel %s holds units of line %d, which fulfillment %s does not have", p.ID, l.Line, p.Fulfillment)
			continue
		}
		switch p.Status {
		case "packed":
			w.packed += l.Quantity
		case "delivered":
			a[0] += l.Quantity
			w.arrived += l.Quantity
		case "lost":
			a[1] += l.Quantity
			w.arrived += l.Quantity
		}
		if gone {
			w.shipped += l.Quantity
		}
	}
}

// returns: what is to come back, came back and was refunded is what the lines
// say.
func (s *subject) returns() {
	type sums struct{ requested, returned, restocked, refunded int64 }
	back := map[int]*sums{}
	for i := range s.o.Lines {
		back[s.o.Lines[i].N] = &sums{}
	}
	for _, t := range s.Returns {
		s.rma(t)
		for i := range t.Lines {
			l := &t.Lines[i]
			if l.Line == 0 {
				continue // something else that lay in the box
			}
			of := s.o.Line(l.Line)
			if of == nil || of.Item != l.Item {
				s.tell("return %s has units of line %d that this line never had", t.ID, l.Line)
				continue
			}
			x := back[l.Line]
			x.requested += l.Requested
			x.returned += l.Quantity
			x.refunded += l.Refunded
			if l.Stocked {
				x.restocked += l.Restocked
			}
		}
	}
	for i := range s.o.Lines {
		l, got := &s.o.Lines[i], back[s.o.Lines[i].N]
		if got.returned != l.Q[order.Returned] || got.restocked != l.Q[order.Restocked] {
			s.tell("line %d has %d returned and %d restocked, its returns have %d and %d", l.N, l.Q[order.Returned], l.Q[order.Restocked], got.returned, got.restocked)
		}
		if got.requested != l.Q[order.ReturnRequested] {
			s.tell("line %d has %d units asked to come back, its returns have %d", l.N, l.Q[order.ReturnRequested], got.requested)
		}
		if l.Leaf() && got.refunded != l.RefundedUnits {
			s.tell("line %d has %d units refunded, its returns have %d", l.N, l.RefundedUnits, got.refunded)
		}
	}
}

// rma: a return is in the state that follows from it, and its units are in one
// place each.
func (s *subject) rma(t *returns.Return) {
	if t.State != t.Derive() {
		s.tell("return %s is %q and should be %q", t.ID, t.State, t.Derive())
	}
	if !t.Open() && t.Sums().Requested != 0 {
		s.tell("return %s is %s and waits for %d units", t.ID, t.State, t.Sums().Requested)
	}
	for i := range t.Lines {
		l := &t.Lines[i]
		if l.Requested < 0 || l.Requested > l.Asked || l.Refunded < 0 || l.Refunded > l.Quantity || l.In(returns.Uninspected) < 0 {
			s.tell("return %s, line %d: %d asked for, %d to come, %d came, %d of them not inspected, %d refunded cannot be", t.ID, l.N, l.Asked, l.Requested, l.Quantity, l.In(returns.Uninspected), l.Refunded)
		}
	}
}

// turned: what returns gave as store credit is part of what they gave, has the
// bonus that it was promised, and was turned by the order's payments.
func (s *subject) turned() {
	sum, credited := int64(0), int64(0)
	for _, t := range s.Returns {
		m := t.Money
		sum += m.Turned
		if m.Turned < 0 || m.Turned > m.Given || m.Bonus != returns.BonusOf(m.Turned, t.BonusRate) {
			s.tell("return %s gave %d of %d as store credit and %d on top, at %d basis points", t.ID, m.Turned, m.Given, m.Bonus, t.BonusRate)
		}
	}
	for _, p := range s.Payments {
		if p.Tender == payment.StoreCredit {
			credited += p.Credited
		}
	}
	if sum > credited {
		s.tell("its returns gave %d as store credit, its payments were turned into %d", sum, credited)
	}
}

// refunds: what was given back for lines and fees is what they are worth, and
// what returns have given is in what was refunded.
func (s *subject) refunds() {
	deductions, fees, lines, given := int64(0), int64(0), int64(0), int64(0)
	for i := range s.o.Fees {
		f := &s.o.Fees[i]
		deductions += min(0, f.Sum())
		fees += f.Refunded
		if f.Refunded != 0 && f.Refunded != f.Sum() {
			s.tell("%d was given back of fee %d of %d", f.Refunded, f.N, f.Sum())
		}
	}
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		lines += l.Refunded
		most := l.WorthOf(l.RefundedUnits)
		if l.Parent == 0 && (l.Refunded < 0 || l.Refunded > most || deductions == 0 && s.o.Was == nil && l.Refunded != most) {
			s.tell("line %d has given back %d for %d of its units, which are worth %d", l.N, l.Refunded, l.RefundedUnits, most)
		}
	}
	worth, feesOf := int64(0), int64(0)
	for _, t := range s.Returns {
		m := t.Money
		worth, feesOf, given = worth+m.Worth, feesOf+m.Fees, given+m.Given
		if m.Given < 0 || m.Given != m.Worth+m.Fees-m.Settled-m.Deducted || m.Settled < 0 || m.Settled > m.Credit {
			s.tell("return %s has given %d: %d and %d for fees, less %d, and %d of %d for an exchange", t.ID, m.Given, m.Worth, m.Fees, m.Deducted, m.Settled, m.Credit)
		}
	}
	s.turned()
	back := s.o.Refunded // and what providers were asked to give back
	for _, p := range s.Payments {
		for _, x := range p.Intents {
			if x.Kind == payment.Refund && x.State != payment.Succeeded {
				back += x.Amount
			}
		}
	}
	if worth != lines || feesOf != fees || given > back {
		s.tell("its returns have given %d for goods worth %d and fees of %d, its lines and fees %d and %d, of %d refunded", given, worth, feesOf, lines, fees, back)
	}
}
