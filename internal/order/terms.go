package order

import (
	"encoding/json"
	"fmt"
	"maps"

	"orderly/internal/money"
	"orderly/internal/tax"
)

// Terms are what a line asks for and costs. They change after placement only
// by a change of the order.
type Terms struct {
	Line                        int
	Quantity                    int64
	Price                       money.Price
	Total, Moved, Discount, Tax int64
}

// Added is a line that joined the order after it was placed. What it is
// called, its rate of tax and its custom fields are not told by the journal.
type Added struct{ Line }

// ChangedFee is a fee with its new amounts, or one that joined. Its code,
// label and rate are not told by the journal.
type ChangedFee struct {
	N           int    `json:"n"`
	Kind        string `json:"kind"`
	Amount      int64  `json:"amount"`
	Tax         int64  `json:"tax,omitempty"`
	Code, Label string `json:"-"`

	Taxed tax.Basis `json:"-"`
}

// Grown is by how much a change has the order's figures differ.
type Grown struct {
	Units    int64 `json:"units,omitempty"`
	Subtotal int64 `json:"subtotal,omitempty"`
	Discount int64 `json:"discount,omitempty"`
	Tax      int64 `json:"tax,omitempty"`
	Fees     int64 `json:"fees,omitempty"`
}

// Total is by how much the order's total differs.
func (g *Grown) Total() int64 { return g.Subtotal - g.Discount + g.Tax + g.Fees }

// Was is what an order was when it was placed, as far as it has been changed
// since: folding the journal begins there.
type Was struct {
	Lines int            `json:"lines"` // those after them joined later
	Fees  int            `json:"fees"`
	Sums  Grown          `json:"sums"` // figures of the whole order
	Terms map[int]Terms  `json:"terms,omitempty"`
	Fee   map[int]FeeWas `json:"fee,omitempty"`
}

// FeeWas are the amounts of a fee as placed.
type FeeWas struct{ Amount, Tax int64 }

// Encode gives the stored form; of none it is empty.
func (w *Was) Encode() string {
	if w == nil {
		return ""
	}
	b, err := json.Marshal(w)
	if err != nil {
		panic(err) // numbers always marshal
	}
	return string(b)
}

// DecodeWas reads the stored form.
func DecodeWas(s string) (*Was, error) {
	if s == "" {
		return nil, nil
	}
	w := &Was{}
	if err := json.Unmarshal([]byte(s), w); err != nil {
		return nil, fmt.Errorf("decode what an order was: %w", err)
	}
	return w, nil
}

func (w *Was) clone() *Was {
	if w == nil {
		return nil
	}
	c := *w
	c.Terms, c.Fee = maps.Clone(w.Terms), maps.Clone(w.Fee)
	return &c
}

func (l *Line) terms() Terms {
	return Terms{l.N, l.Quantity, l.Price, l.Total, l.Moved, l.Discount, l.Tax}
}

func (l *Line) setTerms(t Terms) {
	l.Quantity, l.Price, l.Total, l.Moved, l.Discount, l.Tax = t.Quantity, t.Price, t.Total, t.Moved, t.Discount, t.Tax
}

// recast carries out what a change does to lines and fees. Units that a line
// grows by are unsourced; the moves of the same change may take them on.
func (o *Order) recast(d *Delta) error {
	if len(d.Added)+len(d.Terms)+len(d.Fees) == 0 {
		return nil
	}
	if o.Was == nil {
		t := &o.Totals
		o.Was = &Was{Lines: len(o.Lines), Fees: len(o.Fees), Sums: Grown{o.Sums[Ordered], t.Subtotal, t.Discount, t.Tax, t.Fees}}
	}
	for _, t := range d.Terms {
		if err := o.applyTerms(t); err != nil {
			return err
		}
	}
	for _, a := range d.Added {
		if err := a.Q.Check(); err != nil || a.N != len(o.Lines)+1 {
			return fmt.Errorf("line %d joins %d lines with %d units: %w", a.N, len(o.Lines), a.Q[Ordered], err)
		}
		o.Lines = append(o.Lines, a.Line)
		o.Sums.Add(a.Q)
	}
	for _, f := range d.Fees {
		if err := o.applyFee(f); err != nil {
			return err
		}
	}
	totals, err := sumTotals(o.Lines, o.Fees)
	totals.Canceled = o.Totals.Canceled
	o.Totals = totals
	return err
}

func (o *Order) applyTerms(t Terms) error {
	l := o.Line(t.Line)
	if l == nil || t.Quantity < l.Quantity {
		return fmt.Errorf("line %d cannot become %d units", t.Line, t.Quantity)
	}
	if _, known := o.Was.Terms[l.N]; !known && l.N <= o.Was.Lines {
		if o.Was.Terms == nil {
			o.Was.Terms = map[int]Terms{}
		}
		o.Was.Terms[l.N] = l.terms()
	}
	if more := t.Quantity - l.Quantity; l.Leaf() {
		grown := Buckets{Ordered: more, Unsourced: more}
		l.Q.Add(grown)
		o.Sums.Add(grown)
	}
	l.setTerms(t)
	return l.Q.Check()
}

func (o *Order) applyFee(c ChangedFee) error {
	if c.N == len(o.Fees)+1 {
		o.Fees = append(o.Fees, Fee{N: c.N, Kind: c.Kind, Code: c.Code, Label: c.Label, Amount: c.Amount, Tax: c.Tax, Taxed: c.Taxed})
		return nil
	}
	if c.N < 1 || c.N > len(o.Fees) {
		return fmt.Errorf("fee %d joins %d fees", c.N, len(o.Fees))
	}
	f := &o.Fees[c.N-1]
	if _, known := o.Was.Fee[f.N]; !known && f.N <= o.Was.Fees {
		if o.Was.Fee == nil {
			o.Was.Fee = map[int]FeeWas{}
		}
		o.Was.Fee[f.N] = FeeWas{f.Amount, f.Tax}
	}
	f.Amount, f.Tax = c.Amount, c.Tax
	return nil
}

// unchange takes back what changes have done to lines and fees.
func (o *Order) unchange() {
	w := o.Was
	if w == nil {
		return
	}
	o.Lines, o.Fees = o.Lines[:min(w.Lines, len(o.Lines))], o.Fees[:min(w.Fees, len(o.Fees))]
	for i := range o.Lines {
		l := &o.Lines[i]
		if t, ok := w.Terms[l.N]; ok {
			if l.Leaf() {
				l.Q[Ordered] = t.Quantity
			}
			l.setTerms(t)
		}
	}
	for i := range o.Fees {
		if f, ok := w.Fee[o.Fees[i].N]; ok {
			o.Fees[i].Amount, o.Fees[i].Tax = f.Amount, f.Tax
		}
	}
	o.Was = nil
	o.Totals, _ = sumTotals(o.Lines, o.Fees) // they were within bounds when it was placed
}
