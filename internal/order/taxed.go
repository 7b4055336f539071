package order

import (
	"orderly/internal/money"
	"orderly/internal/tax"
)

// saysTax reports whether the request says anything of taxes: then all of them
// are as it says.
func (r *Request) saysTax() bool {
	for i := range r.Lines {
		if r.Lines[i].Tax != 0 || r.Lines[i].Taxed != nil {
			return true
		}
	}
	for i := range r.Fees {
		if r.Fees[i].Tax != 0 || r.Fees[i].Taxed.Rate != 0 {
			return true
		}
	}
	return false
}

// tax gives a new line its tax: as the request says, else as the table does.
func (l *Line) tax(r *RequestLine, table tax.Basis, rounding money.Rounding) {
	switch {
	case r.Taxed != nil:
		l.Taxed = *r.Taxed
	case r.Tax == 0:
		l.Taxed = table
	}
	l.Taxed = kept(l.Taxed)
	if l.Tax == 0 && !l.Taxed.Contained {
		l.Tax = l.Taxed.Of(l.Total-l.Discount, rounding)
	}
}

// taxedByRate reports whether the tax on top is what the rate makes of the
// price, so that it follows when the price changes.
func (l *Line) taxedByRate(r money.Rounding) bool {
	return l.Taxed.Rate > 0 && !l.Taxed.Contained && l.Tax == l.Taxed.Of(l.Total-l.Discount, r)
}

// taxOf is the tax of a fee when its amount becomes another.
func (f *Fee) taxOf(amount int64, r money.Rounding) int64 {
	if amount != f.Amount && f.Taxed.Rate > 0 && !f.Taxed.Contained && f.Tax == f.Taxed.Of(f.Amount, r) {
		return f.Taxed.Of(amount, r)
	}
	return f.Tax
}

// TaxAt says how the fee is taxed; on top, the tax follows when none was given.
func (f *Fee) TaxAt(b tax.Basis) {
	f.Taxed = b
	if f.Tax == 0 && !b.Contained {
		f.Tax = b.Of(f.Amount, money.HalfAwayFromZero)
	}
}

// GrossFee is the basis of a fee of which the amount is what the customer pays
// or keeps, whatever taxes it has: no table adds to it.
var GrossFee = tax.Basis{Contained: true}

// taxFees taxes the fees of a new order by the table.
func (o *Order) taxFees(s *Setting) {
	for i := range o.Fees {
		f := &o.Fees[i]
		if s.Taxes.Table != nil {
			f.tax(s, o.Lines)
		}
		f.Taxed = kept(f.Taxed)
	}
}

// kept is a basis as it is stored: one without a rate says nothing.
func kept(b tax.Basis) tax.Basis {
	if b.Rate == 0 {
		return tax.Basis{}
	}
	return b
}

// tax gives a fee its tax by the table, where it has none. What lessens the
// whole order lessens the tax of each line in proportion.
func (f *Fee) tax(s *Setting, lines []Line) {
	if f.Tax != 0 || f.Taxed != (tax.Basis{}) {
		return
	}
	switch f.Kind {
	case "shipping":
		f.Taxed = s.Taxes.Of(tax.Shipping)
	case "adjustment":
		amounts, of := make([]int64, len(lines)), make([]tax.Basis, len(lines))
		for i := range lines {
			amounts[i], of[i] = lines[i].Total-lines[i].Discount, lines[i].Taxed
		}
		f.Taxed = tax.Blend(amounts, of)
	default:
		f.Taxed = s.Taxes.Of("")
	}
	if f.Taxed = kept(f.Taxed); !f.Taxed.Contained {
		f.Tax = f.Taxed.Of(f.Amount, s.Rounding)
	}
}
