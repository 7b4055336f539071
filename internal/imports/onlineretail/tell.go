package onlineretail

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"time"
)

const clockLayout = time.DateTime

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// event is one fact to come: a line, or an invoice.
type event struct {
	at    int64
	phase phase
	id    int32 // of a line for stock and money, else of an invoice
}

// phase orders facts of one second: what was found can be sold, and what was
// sold can be taken back.
type phase uint8

const (
	stockPhase phase = iota
	salePhase
	moneyPhase
	moneyBackPhase // on C invoices
	cancelPhase
)

// arrange puts the facts in order.
func (b *Book) arrange() {
	for i := range b.lines {
		switch l := &b.lines[i]; l.role {
		case asStock:
			b.events = append(b.events, event{l.at, stockPhase, int32(i)})
		case asMoney:
			at := moneyPhase
			if b.invoiceOf(l).letter == cancellation {
				at = moneyBackPhase
			}
			b.events = append(b.events, event{l.at, at, int32(i)})
		}
	}
	for i := range b.invoices {
		switch in := &b.invoices[i]; in.rule {
		case unruled:
		case InvoiceCancellation:
			b.events = append(b.events, event{in.last, cancelPhase, int32(i)})
		default:
			b.events = append(b.events, event{in.first, salePhase, int32(i)})
		}
	}
	slices.SortFunc(b.events, func(x, y event) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.phase, y.phase), cmp.Compare(x.id, y.id))
	})
}

// Facts gives all facts in time order, at equal times stock, sales, money and
// cancellations in this order. A fact that names another comes after it. It
// can be gone through any number of times.
func (b *Book) Facts() iter.Seq[Fact] {
	return func(yield func(Fact) bool) {
		for _, e := range b.events {
			if !yield(b.fact(e)) {
				return
			}
		}
	}
}

func (b *Book) fact(e event) Fact {
	switch e.phase {
	case stockPhase:
		return b.adjustment(e.id)
	case moneyPhase, moneyBackPhase:
		return b.moneyAdjustment(e.id)
	case salePhase:
		return b.sale(&b.invoices[e.id])
	}
	return b.cancellation(&b.invoices[e.id])
}

func (b *Book) sale(in *invoice) *Sale {
	s := &Sale{
		Invoice: b.numbers.texts[in.number], At: b.wall(in.first), LastAt: b.wall(in.last),
		CustomerID: b.customer(in), Country: b.countries.texts[in.country], Rule: in.rule,
	}
	goods, fees := b.sizes(in)
	s.Lines, s.Fees = make([]Line, 0, goods), make([]Line, 0, fees)
	for _, i := range b.of(in) {
		switch b.lines[i].role {
		case asLine:
			s.Lines = append(s.Lines, b.line(i))
		case asFee:
			s.Fees = append(s.Fees, b.line(i))
		}
	}
	return s
}

func (b *Book) cancellation(in *invoice) *Cancellation {
	c := &Cancellation{
		Invoice: b.numbers.texts[in.number], FirstAt: b.wall(in.first), At: b.wall(in.last),
		CustomerID: b.customer(in), Country: b.countries.texts[in.country], Rule: in.rule,
	}
	goods, fees := b.sizes(in)
	c.Lines, c.Fees = make([]CancelLine, 0, goods), make([]CancelLine, 0, fees)
	for _, i := range b.of(in) {
		switch b.lines[i].role {
		case asLine:
			c.Lines = append(c.Lines, b.cancelLine(i))
		case asFee:
			c.Fees = append(c.Fees, b.cancelLine(i))
		}
	}
	return c
}

func (b *Book) sizes(in *invoice) (goods, fees int) {
	for _, i := range b.of(in) {
		switch b.lines[i].role {
		case asLine:
			goods++
		case asFee:
			fees++
		}
	}
	return goods, fees
}

func (b *Book) line(i int32) Line {
	l := &b.lines[i]
	sku := b.codeSKU[l.code]
	return Line{
		SKU: b.skus.texts[sku], Code: b.codes.texts[l.code], Description: b.texts.texts[l.text], Kind: b.articles[sku].means.kind,
		Quantity: int64(l.quantity), Price: l.price, SourceLine: int(l.source), Rule: l.rule,
	}
}

func (b *Book) cancelLine(i int32) CancelLine {
	l := &b.lines[i]
	c := CancelLine{Line: b.line(i), Matches: b.matchesOf(i), Unmatched: int64(l.left)}
	c.Quantity = -c.Quantity
	if c.Unmatched > 0 {
		c.Reason = reasons[l.rule]
	}
	return c
}

func (b *Book) matchesOf(i int32) []Match {
	s, ok := b.spans[i]
	if !ok {
		return nil
	}
	out := make([]Match, 0, s.to-s.from)
	for _, m := range b.matches[s.from:s.to] {
		l := &b.lines[m.sale]
		out = append(out, Match{
			SaleInvoice: b.numbers.texts[b.invoiceOf(l).number], Index: int(l.place), SourceLine: int(l.source), Quantity: int64(m.quantity),
		})
	}
	return out
}

func (b *Book) adjustment(i int32) *Adjustment {
	l := &b.lines[i]
	sku := b.codeSKU[l.code]
	note := b.texts.texts[l.text]
	return &Adjustment{
		Invoice: b.numbers.texts[b.invoiceOf(l).number], At: b.wall(l.at),
		SKU: b.skus.texts[sku], Code: b.codes.texts[l.code], Quantity: int64(l.quantity),
		Stocked: l.rule != StockNotKept, Cause: causeOf(note), Note: note, SourceLine: int(l.source), Rule: l.rule,
	}
}

// moneyKinds are the kinds of lines whose code alone does not tell.
var moneyKinds = map[Rule]Kind{MoneyBadDebt: BadDebt, MoneyNegativePrice: Correction}

func (b *Book) moneyAdjustment(i int32) *MoneyAdjustment {
	l := &b.lines[i]
	in := b.invoiceOf(l)
	m := &MoneyAdjustment{
		Invoice: b.numbers.texts[in.number], At: b.wall(l.at), CustomerID: b.customer(in), Country: b.countries.texts[in.country],
		Line: b.line(i), Matches: b.matchesOf(i),
	}
	if kind, ok := moneyKinds[l.rule]; ok {
		m.Kind = kind
	}
	if in.letter == cancellation {
		m.Unmatched = int64(l.left)
	}
	return m
}
