package replenish

// Rule gives the levels that hold after a week. It is told what is known then,
// and no more.
type Rule func(*History) Levels

// Course is what a rule is walked through.
type Course struct {
	Demand []int64
	Lead   int // weeks from the end of the week of an order until it has come
	Terms  Terms
	Review int // weeks between looks; 0: one
	Rule   Rule
}

// Outcome is what became of some weeks. A week with demand is a line: it is
// served when all of it was there at once.
type Outcome struct {
	Weeks, Demand, Served int64
	Lines, LinesServed    int64
	Cycles, CyclesServed  int64 // from one arrival to the next, and those without a shortage
	Stock                 int64 // on hand at the end of each week, summed
	Orders, Ordered       int64
}

// shelf is a place on its way through the weeks.
type shelf struct {
	Course
	at   Position
	due  []int64 // by the week in which it comes
	torn bool    // something was short since the last arrival
	from []int
	out  []Outcome
}

// Walk takes courses of one item's demand through the same weeks, from an empty
// shelf and with nothing known. In a week first comes what was ordered, then
// demand; what is missing waits. At its end the rule looks at all weeks up to it
// and orders. Outcomes are by course, and by the week from which they count.
func Walk(courses []Course, from ...int) [][]Outcome {
	if len(courses) == 0 {
		return nil
	}
	demand := courses[0].Demand
	h := &History{}
	shelves := make([]shelf, len(courses))
	for i, c := range courses {
		shelves[i] = shelf{Course: c, due: make([]int64, len(demand)+c.Lead+2), from: from, out: make([]Outcome, len(from))}
	}
	for t, q := range demand {
		h.Add(q)
		for i := range shelves {
			shelves[i].week(t, q, h)
		}
	}
	out := make([][]Outcome, len(courses))
	for i := range shelves {
		out[i] = shelves[i].out
	}
	return out
}

func (s *shelf) week(t int, q int64, h *History) {
	var w Outcome
	if came := s.due[t]; came > 0 {
		w.Cycles, w.CyclesServed = 1, 1
		if s.torn {
			w.CyclesServed = 0
		}
		s.torn = false
		s.at.Incoming -= came
		s.at.OnHand += came
		late := min(s.at.OnHand, s.at.Backordered)
		s.at.OnHand -= late
		s.at.Backordered -= late
	}
	served := min(s.at.OnHand, q)
	s.at.OnHand -= served
	s.at.Backordered += q - served
	s.torn = s.torn || served < q
	w.Weeks, w.Demand, w.Served, w.Stock = 1, q, served, s.at.OnHand
	if q > 0 {
		w.Lines = 1
		if served == q {
			w.LinesServed = 1
		}
	}
	if s.Review < 2 || t%s.Review == s.Review-1 {
		p := (&Policy{}).Propose(s.Rule(h), s.Terms, s.at)
		if p.Quantity > 0 {
			w.Orders, w.Ordered = 1, p.Quantity
			s.at.Incoming += p.Quantity
			s.due[t+s.Lead+1] += p.Quantity
		}
	}
	for i, from := range s.from {
		if t >= from {
			s.out[i].Add(w)
		}
	}
}

// Add counts another time or item with it.
func (o *Outcome) Add(w Outcome) {
	o.Weeks += w.Weeks
	o.Demand += w.Demand
	o.Served += w.Served
	o.Lines += w.Lines
	o.LinesServed += w.LinesServed
	o.Cycles += w.Cycles
	o.CyclesServed += w.CyclesServed
	o.Stock += w.Stock
	o.Orders += w.Orders
	o.Ordered += w.Ordered
}

// Plain is the reorder point of a first spreadsheet: the mean demand of all weeks
// known times the lead time, and the same for a fixed number of weeks of safety.
// Lots are those of the policy. It is there to be compared with.
func (p *Policy) Plain(safetyWeeks float64, t Terms) Rule {
	t = p.Terms(t)
	return func(h *History) Levels {
		sum := 0.0
		for _, q := range h.weeks {
			sum += float64(q)
		}
		mean := sum / float64(len(h.weeks))
		s := int64(mean*(float64(t.LeadDays)/week+safetyWeeks) + 0.999999)
		return Levels{ReorderAt: s, UpTo: s, Lot: t.Round(p.lot(mean, t))}
	}
}
