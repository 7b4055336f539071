package invoice

// key is what a line of any document is about.
type key struct {
	kind string
	n    int
}

// Next is what the next documents say: what should be billed less what
// documents have billed. What is more goes on an invoice, what is less on a
// credit note; either may be empty. A line that was billed at another price, or
// whose parts moved in opposite directions, is taken back whole and billed anew.
//
// After the documents were issued with these lines, each line of the order has
// been billed exactly what it owes.
func Next(owed []Line, docs []*Document) (invoice, credit []Line) {
	have := billedLines(docs)
	var x documents
	var deductions []Line
	for _, want := range append(owed, vanished(owed, have)...) {
		was := have[key{want.Kind, want.N}]
		for _, part := range parts(want, was) {
			if want.Kind == Fee && (want.Gross < 0 || want.Gross == 0 && was.Gross < 0) {
				deductions = append(deductions, part)
			} else {
				x.put(part)
			}
		}
	}
	for _, d := range deductions {
		x.lessen(d)
	}
	return x.invoice, x.credit
}

// billedLines adds up what documents say of each line, as it counts in what
// was billed. Price is that of the newest.
func billedLines(docs []*Document) map[key]Line {
	out := map[key]Line{}
	for _, d := range docs {
		for _, l := range d.Lines {
			if d.Kind == Credit {
				l = negative(l)
			}
			k := key{l.Kind, l.N}
			l.Quantity += out[k].Quantity
			l.Discount += out[k].Discount
			l.Net += out[k].Net
			l.Tax += out[k].Tax
			l.Gross += out[k].Gross
			out[k] = l
		}
	}
	return out
}

// vanished are the lines that were billed and are owed no longer, as nothing.
func vanished(owed []Line, have map[key]Line) []Line {
	known := map[key]bool{}
	for i := range owed {
		known[key{owed[i].Kind, owed[i].N}] = true
	}
	var out []Line
	for k, l := range have {
		if !known[k] {
			l.Quantity, l.Discount, l.Net, l.Tax, l.Gross = 0, 0, 0, 0, 0
			at := 0
			for at < len(out) && (out[at].Kind < l.Kind || out[at].Kind == l.Kind && out[at].N < l.N) {
				at++
			}
			out = append(out[:at], append([]Line{l}, out[at:]...)...)
		}
	}
	return out
}

// parts are the differences that documents tell: one, or two when the line is
// billed anew.
func parts(want, was Line) []Line {
	d := want
	d.Quantity -= was.Quantity
	d.Discount -= was.Discount
	d.Net -= was.Net
	d.Tax -= was.Tax
	d.Gross -= was.Gross
	if d.nothing() {
		return nil
	}
	repriced := want.Price != was.Price && want.Quantity != 0 && was.Quantity != 0
	if was.nothing() || !repriced && d.straight() {
		return []Line{d}
	}
	if want.nothing() {
		return []Line{negative(was)}
	}
	return []Line{negative(was), want}
}

func (l *Line) nothing() bool {
	return l.Quantity == 0 && l.Discount == 0 && l.Net == 0 && l.Tax == 0 && l.Gross == 0
}

// straight reports whether all of a difference goes the same way. Units of
// goods that neither come nor go and are worth something else do not.
func (l *Line) straight() bool {
	up, down := false, false
	for _, v := range [...]int64{l.Quantity, l.Discount, l.Net, l.Tax, l.Gross} {
		up, down = up || v > 0, down || v < 0
	}
	return !(up && down) && (l.Kind != Goods || l.Quantity != 0)
}

// documents are the two that are being made.
type documents struct {
	invoice, credit       []Line
	invoiceSum, creditSum int64
}

// put adds a difference to the document of its direction.
func (x *documents) put(l Line) {
	for _, v := range [...]int64{l.Gross, l.Quantity, l.Net, l.Tax, l.Discount} {
		if v != 0 {
			if v > 0 {
				x.bill(l)
			} else {
				x.takeBack(l)
			}
			return
		}
	}
}

// lessen adds a difference of a deduction: to the document that it makes
// smaller, when that is large enough, and else to the other.
func (x *documents) lessen(l Line) {
	switch {
	case l.Gross < 0 && x.invoiceSum+l.Gross >= 0 && len(x.invoice) > 0:
		x.bill(l)
	case l.Gross > 0 && x.creditSum-l.Gross >= 0 && len(x.credit) > 0:
		x.takeBack(l)
	default:
		x.put(l)
	}
}

func (x *documents) bill(l Line) {
	x.invoice, x.invoiceSum = append(x.invoice, l), x.invoiceSum+l.Gross
}

func (x *documents) takeBack(l Line) {
	l = negative(l)
	x.credit, x.creditSum = append(x.credit, l), x.creditSum+l.Gross
}

// Corrects are the invoices that a credit note of these lines takes something
// back from, newest first: those that billed one of them, or all of them when
// the lines are of none.
func Corrects(credit []Line, docs []*Document) []Ref {
	about := map[key]bool{}
	for _, l := range credit {
		k := key{l.Kind, l.N}
		switch l.Kind {
		case Return:
			k.kind = Goods
		case FeeReturn:
			k.kind = Fee
		}
		about[k] = true
	}
	var named, all []Ref
	for i := len(docs) - 1; i >= 0; i-- {
		d := docs[i]
		if d.Kind != Invoice {
			continue
		}
		ref := Ref{d.ID, d.Code, d.IssuedOn}
		all = append(all, ref)
		for j := range d.Lines {
			if about[key{d.Lines[j].Kind, d.Lines[j].N}] {
				named = append(named, ref)
				break
			}
		}
	}
	if len(named) > 0 {
		return named
	}
	return all
}
