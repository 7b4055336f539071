package verify

import (
	"slices"

	"orderly/internal/order"
)

// people: every order has its row of people, which erasure rewrites and never
// removes.
func (s *subject) people() {
	if s.Rows.Parties != 1 {
		s.tell("its people are missing")
	}
}

// lines: the bucket law on each line, and lines counted and numbered.
func (s *subject) lines() {
	if s.Rows != s.Stored {
		s.parts()
	}
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		if l.N != i+1 {
			s.tell("line %d stands where line %d should", l.N, i+1)
			return
		}
		if err := l.Q.Check(); err != nil {
			s.tell("line %d: %v", l.N, err)
		}
		if l.Leaf() && l.Q[order.Ordered] != l.Quantity {
			s.tell("line %d was placed with %d units and has %d in its buckets", l.N, l.Quantity, l.Q[order.Ordered])
		}
		if l.Substitutes < 0 || l.Substitutes >= l.N {
			s.tell("line %d stands in for line %d, which is not before it", l.N, l.Substitutes)
		}
		if (l.Q[order.Backordered] > 0) != (l.BackorderedAt > 0) {
			s.tell("line %d has %d units backordered and waits since %d", l.N, l.Q[order.Backordered], l.BackorderedAt)
		}
	}
}

func (s *subject) parts() {
	for _, x := range [...]struct {
		what         string
		rows, stored int64
	}{{"lines", s.Rows.Lines, s.Stored.Lines}, {"fees", s.Rows.Fees, s.Stored.Fees}, {"holds", s.Rows.Holds, s.Stored.Holds}} {
		if x.rows != x.stored {
			s.tell("it has %d %s, its header counts %d", x.rows, x.what, x.stored)
		}
	}
	if n := int64(len(s.o.Lines)); n != s.Rows.Lines {
		s.tell("only %d of its %d lines can be read", n, s.Rows.Lines)
	}
}

// sums: the header's buckets are the sums over its lines.
func (s *subject) sums() {
	var sums order.Buckets
	for i := range s.o.Lines {
		sums.Add(s.o.Lines[i].Q)
	}
	for b := range sums {
		if sums[b] != s.o.Sums[b] {
			s.tell("its lines have %d units %s together, its header says %d", sums[b], order.Bucket(b), s.o.Sums[b])
		}
	}
}

// statuses: what is stored is what the order derives. A change that changes
// nothing makes a copy of the order derive anew.
func (s *subject) statuses() {
	fresh := *s.o
	fresh.Lines, fresh.Holds = slices.Clone(s.o.Lines), slices.Clone(s.o.Holds)
	if err := fresh.Apply(&order.Delta{}, s.o.UpdatedAt, 0); err != nil {
		return // what it refuses is told by the law of money
	}
	is, should := s.o.Statuses, fresh.Statuses
	for _, x := range [...]struct{ what, is, should string }{
		{"status", is.Status, should.Status}, {"payment status", is.Payment, should.Payment}, {"fulfillment status", is.Fulfillment, should.Fulfillment},
		{"return status", is.Return, should.Return}, {"hold status", is.Hold, should.Hold}, {"stage", is.Stage, should.Stage},
	} {
		if x.is != x.should {
			s.tell("its %s is %q and should be %q", x.what, x.is, x.should)
		}
	}
}

// bundles: a bundle's line owns components and no buckets; a component is of
// the units that so many bundles need.
func (s *subject) bundles() {
	owns := map[int]bool{}
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		if l.Parent == 0 {
			continue
		}
		owns[l.Parent] = true
		p := s.o.Line(l.Parent)
		switch {
		case p == nil:
			s.tell("line %d is a component of line %d, which is not there", l.N, l.Parent)
		case p.Parent != 0 || p.N >= l.N:
			s.tell("line %d is a component of line %d, which is no bundle", l.N, p.N)
		case l.PerParent <= 0 || p.Quantity*l.PerParent != l.Quantity:
			s.tell("line %d has %d units, %d of line %d with %d each need %d", l.N, l.Quantity, p.Quantity, p.N, l.PerParent, p.Quantity*l.PerParent)
		}
		if !l.Leaf() {
			s.tell("line %d is a component and has no units in its buckets", l.N)
		}
		if l.Total != 0 {
			s.tell("line %d is a component and costs %d, which its bundle's line has", l.N, l.Total)
		}
	}
	for i := range s.o.Lines {
		l := &s.o.Lines[i]
		switch {
		case owns[l.N] && l.Q != order.Buckets{}:
			s.tell("line %d is a bundle and has %d units in its own buckets", l.N, l.Q[order.Ordered])
		case !owns[l.N] && !l.Leaf():
			s.tell("line %d has no units in its buckets and owns no components", l.N)
		}
	}
}

// copies: where others look for an order's priority, it is the order's.
func (s *subject) copies() {
	if s.Rows.Lines > 0 && (s.Priorities[0] != s.o.Priority || s.Priorities[1] != s.o.Priority) {
		s.tell("its priority is %d, its lines have %d to %d", s.o.Priority, s.Priorities[0], s.Priorities[1])
	}
	for _, f := range s.Fulfillments {
		if f.Priority != s.o.Priority {
			s.tell("its priority is %d, fulfillment %s has %d", s.o.Priority, f.ID, f.Priority)
		}
	}
}
