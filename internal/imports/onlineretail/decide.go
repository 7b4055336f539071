package onlineretail

import (
	"slices"
	"strings"
)

// decide turns the lines that were read into facts: what each is, which
// invoices are whole, what cancellations consume, and in which order it all
// happened.
func (r *reader) decide() error {
	b := r.book
	b.gather()
	b.nameArticles()
	if err := r.classify(); err != nil {
		return err
	}
	b.nameFree()
	for i := range b.invoices {
		b.settle(&b.invoices[i])
	}
	b.match()
	b.arrange()
	b.summarize()
	return nil
}

// gather lists the lines of each invoice together, in the order of the file.
func (b *Book) gather() {
	for i := range b.lines {
		b.invoices[b.lines[i].invoice].to++
	}
	end := int32(0)
	for i := range b.invoices {
		in := &b.invoices[i]
		in.from, end = end, end+in.to
		in.to = in.from
	}
	b.byInvoice = make([]int32, len(b.lines))
	for i := range b.lines {
		in := &b.invoices[b.lines[i].invoice]
		b.byInvoice[in.to] = int32(i)
		in.to++
	}
}

func (b *Book) of(in *invoice) []int32 { return b.byInvoice[in.from:in.to] }

// view is all that decides what a line is.
type view struct {
	letter   byte
	means    meaning
	quantity int32
	price    int64
	customer bool
	alone    bool // the only line of its invoice
	blank    bool // without description
	named    bool // described as the article is where it sells at a price
}

// verdict is what a line is, or why it is nothing.
type verdict struct {
	rule         Rule
	role         role
	code, reason string // of a reject
}

// judge is the rule table in code. The order matters: what is money only is
// looked for first, then what stock alone.
func (v view) judge() verdict {
	stock := v.letter == 0 && v.price == 0 && (v.quantity < 0 || v.isFind())
	switch {
	case v.letter == badDebt:
		return verdict{rule: MoneyBadDebt, role: asMoney}
	case stock && (v.means.role != asLine || v.means.kind != Goods):
		return verdict{rule: StockNotKept, role: asStock}
	case stock && v.quantity < 0:
		return verdict{rule: StockDown, role: asStock}
	case stock:
		return verdict{rule: StockUp, role: asStock}
	case v.means.role == asMoney:
		return verdict{rule: v.means.rule, role: asMoney}
	case v.means.kind == BankCharge && !v.customer:
		return verdict{rule: MoneyBankCharge, role: asMoney}
	case v.price < 0:
		return verdict{rule: MoneyNegativePrice, role: asMoney}
	case v.letter == cancellation && v.quantity > 0:
		return verdict{role: asReject, code: "sign_of_cancellation",
			reason: "the quantity is above zero on an invoice that takes back; check the invoice number or the sign"}
	case v.letter == cancellation:
		return verdict{rule: CancelUnmatched, role: v.means.role} // until matched
	case v.quantity < 0:
		return verdict{role: asReject, code: "sign_of_sale",
			reason: "the quantity is below zero at a price, on an invoice that does not begin with C; check the invoice number, the sign or the price"}
	case v.price == 0 && v.means.kind == Goods:
		return verdict{rule: SaleFree, role: asLine}
	}
	return verdict{rule: v.means.rule, role: v.means.role}
}

// isFind is whether a line above quantity 0 at price 0 counts stock in, and
// does not give something away.
func (v view) isFind() bool {
	return !v.customer && (v.blank || v.alone && !v.named)
}

// classify gives each line its rule and role, and rejects those that have
// none and those of invoices that are too long to be an order.
func (r *reader) classify() error {
	b := r.book
	for i := range b.lines {
		l := &b.lines[i]
		in := b.invoiceOf(l)
		sku := b.codeSKU[l.code]
		v := view{
			letter: in.letter, means: b.articles[sku].means, quantity: l.quantity, price: int64(l.price),
			customer: in.customer != noCustomer, alone: in.to-in.from == 1,
			blank: b.texts.texts[l.text] == "", named: b.articles[sku].sellsAs(l.text),
		}
		d := v.judge()
		if in.to-in.from > MaxOrderLines {
			d = verdict{role: asReject, code: "too_many_lines",
				reason: "the invoice has more than " + decimal(MaxOrderLines) + " lines, which no order takes; split it into several"}
		}
		l.rule, l.role = d.rule, d.role
		if d.role == asReject {
			one := Reject{Line: int(l.source), Code: d.code, Reason: d.reason, Raw: b.raw(l), Net: l.net(), Known: true}
			if err := r.reject(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// raw puts a line together again, for a reject that was found late.
func (b *Book) raw(l *line) string {
	in := b.invoiceOf(l)
	fields := []string{
		b.numbers.texts[in.number], b.codes.texts[l.code], b.texts.texts[l.text], decimal(int64(l.quantity)),
		b.wall(l.at).Format(clockLayout), l.price.String(), b.customer(in), b.countries.texts[in.country],
	}
	for i, f := range fields {
		if strings.ContainsAny(f, ",\"\n") {
			fields[i] = `"` + strings.ReplaceAll(f, `"`, `""`) + `"`
		}
	}
	return strings.Join(fields, ",")
}

// settle decides the rule of an invoice and where each line stands in it.
func (b *Book) settle(in *invoice) {
	goods, fees, priced, lump := int32(0), int32(0), false, false
	for _, i := range b.of(in) {
		l := &b.lines[i]
		switch l.role {
		case asLine:
			l.place = goods
			goods++
			priced = priced || l.price > 0
		case asFee:
			l.place = fees
			fees++
			lump = lump || l.rule == FeeManual && l.price > 0
		default:
			l.place = -1
		}
	}
	switch {
	case goods+fees == 0:
		in.rule = unruled
	case in.letter == cancellation:
		in.rule = InvoiceCancellation
	case goods == 0:
		in.rule = InvoiceCharges
	case priced:
		in.rule = InvoiceSale
	case lump:
		in.rule = InvoiceLumpSum
	default:
		in.rule = InvoiceFree
	}
}

// inTime lists the lines as they happened: by the clock, at equal times sales
// before cancellations, and then as the file has them.
func (b *Book) inTime() []int32 {
	order := make([]int32, len(b.lines))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int {
		l, m := &b.lines[x], &b.lines[y]
		switch {
		case l.at < m.at:
			return -1
		case l.at > m.at:
			return 1
		}
		return b.late(l) - b.late(m)
	})
	return order
}

func (b *Book) late(l *line) int {
	if b.invoiceOf(l).letter == cancellation {
		return 1
	}
	return 0
}
