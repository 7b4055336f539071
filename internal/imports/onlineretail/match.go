package onlineretail

// match finds which earlier sales each cancellation takes back. A line of a C
// invoice consumes earlier lines of the same customer and the same code as
// written, the newest first, within the file. Charges are matched like goods.
//
// Whether a line consumes or can be consumed does not depend on its rule, only
// on letter, sign and customer, so that the counts are those of the file and
// stay what they are when a code gets another meaning.
func (b *Book) match() {
	open := map[sold]int32{}             // the newest line not consumed, by who bought what
	older := make([]int32, len(b.lines)) // the one before, or none
	for _, i := range b.inTime() {
		l := &b.lines[i]
		in := b.invoiceOf(l)
		key := sold{in.customer, l.code}
		switch {
		case l.role == asReject:
		case in.letter == cancellation && l.quantity < 0:
			l.left = -l.quantity
			if in.customer != noCustomer {
				b.consume(i, key, open, older)
			}
			b.judgeMatch(l, in)
		case in.letter == 0 && l.quantity > 0 && in.customer != noCustomer:
			l.left = l.quantity
			older[i] = none
			if newest, ok := open[key]; ok {
				older[i] = newest
			}
			open[key] = i
		}
	}
}

// sold is who bought which code.
type sold struct{ customer, code int32 }

const none int32 = -1

// consume takes a cancel line's units from the stack of its key.
func (b *Book) consume(i int32, key sold, open map[sold]int32, older []int32) {
	l := &b.lines[i]
	first := int32(len(b.matches))
	newest, ok := open[key]
	if !ok {
		return
	}
	for newest != none && l.left > 0 {
		sale := &b.lines[newest]
		n := min(sale.left, l.left)
		sale.left -= n
		l.left -= n
		b.matches = append(b.matches, match{newest, n})
		if sale.left == 0 {
			newest = older[newest]
		}
	}
	if newest == none {
		delete(open, key)
	} else {
		open[key] = newest
	}
	b.spans[i] = span{first, int32(len(b.matches))}
}

// judgeMatch counts a cancel line by how far it matched, and gives those that
// are not money only the rule that says so.
func (b *Book) judgeMatch(l *line, in *invoice) {
	s := &b.summary
	s.CanceledUnits += int64(-l.quantity)
	s.UnmatchedUnits += int64(l.left)
	rule := CancelUnmatched
	switch {
	case in.customer == noCustomer:
		rule = CancelNoCustomer
		s.WithoutCustomer++
	case l.left == 0:
		rule = CancelMatched
		s.Matched++
	case l.left < -l.quantity:
		rule = CancelPartly
		s.PartlyMatched++
	default:
		s.Unmatched++
	}
	switch {
	case l.role == asMoney:
	case b.articles[b.codeSKU[l.code]].means.kind == Discount:
		l.rule = CreditDiscount
	default:
		l.rule = rule
	}
}

// reasons tell why units of a cancel line have no sale.
var reasons = map[Rule]string{
	CancelPartly:     "the file has fewer units of it sold to this customer before",
	CancelUnmatched:  "the file has no earlier sale of it to this customer that is not taken back already",
	CancelNoCustomer: "no customer is named, so the sale cannot be found",
	CreditDiscount:   "a discount has no sale of its own",
}
