package run

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/money"
	"orderly/internal/order"
)

// entry is what one invoice of the file becomes: an order with all that is
// known of its life, or, without goods, the charges and credits of a C invoice
// or of the merchant's own money.
type entry struct {
	request  order.Request
	canceled back   // units taken back on the day of the sale: never sent
	returned []back // units taken back later, in time order
	sources  []int  // lines of the file: first those of request.Lines, in their order
	net      onlineretail.Exact
	booked   int64 // net as the books have it, in pennies
	err      error // why it cannot be asked for
}

// allSources are the lines of the file that the entry stands for, its backs'
// with them.
func (e *entry) allSources() []int {
	out := append(e.sources[:len(e.sources):len(e.sources)], e.canceled.sources...)
	for _, r := range e.returned {
		out = append(out, r.sources...)
	}
	return out
}

// allNet is what the entry adds to revenue, after what was taken back.
func (e *entry) allNet() onlineretail.Exact {
	net := e.net + e.canceled.net
	for _, r := range e.returned {
		net += r.net
	}
	return net
}

func (e *entry) allBooked() int64 {
	sum := e.booked - e.canceled.value
	for _, r := range e.returned {
		sum -= r.value
	}
	return sum
}

// goods is whether the entry has lines and not only fees.
func (e *entry) goods() bool { return len(e.request.Lines) > 0 }

// entries gives all orders of the file in time order, one or, where an invoice
// has too many charges for one order, more for each invoice.
func (b *retail) entries() iter.Seq[entry] {
	return func(yield func(entry) bool) {
		given := map[string]bool{} // invoices of money alone
		for f := range b.book.Facts() {
			var made []entry
			switch f := f.(type) {
			case *onlineretail.Sale:
				made = b.sale(f)
				given[f.Invoice] = true
			case *onlineretail.Cancellation:
				made = b.credit(f)
			case *onlineretail.MoneyAdjustment:
				if !b.backs[f.Invoice] && !given[f.Invoice] {
					made = b.own(f)
					given[f.Invoice] = true
				}
			}
			for _, e := range made {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// charge is a fee with what it is worth exactly, and its line of the file.
type charge struct {
	fee    order.Fee
	net    onlineretail.Exact
	source int
}

// sale makes the order of an invoice without a letter.
func (b *retail) sale(s *onlineretail.Sale) []entry {
	e := entry{request: b.head(s.Invoice, s.At, s.CustomerID, s.Country)}
	if s.Rule != onlineretail.InvoiceSale {
		e.request.Tags = []string{s.Rule.String()}
	}
	e.request.Lines = make([]order.RequestLine, len(s.Lines))
	e.sources = make([]int, 0, len(s.Lines)+len(s.Fees))
	for i := range s.Lines {
		l := &s.Lines[i]
		e.request.Lines[i] = b.line(l)
		e.sources = append(e.sources, l.SourceLine)
		e.net += exact(l.Quantity, l.Price)
	}
	var charges []charge
	for i := range s.Fees {
		l := &s.Fees[i]
		kind := "fee"
		switch l.Kind {
		case onlineretail.Shipping:
			kind = "shipping"
		case onlineretail.Discount:
			kind = "adjustment"
		}
		charges = append(charges, b.charge(kind, l, l.Quantity, l.Price, describe(l)))
	}
	out := b.complete(e, append(charges, b.ownMoney(s.Invoice)...))
	if len(b.taken[s.Invoice]) > 0 {
		b.takeBack(&out[0], s)
	}
	return out
}

func exact(quantity int64, price money.Price) onlineretail.Exact {
	return onlineretail.Exact(quantity) * onlineretail.Exact(price)
}

// head is a request without lines.
func (b *retail) head(invoice string, at time.Time, customer, country string) order.Request {
	r := order.Request{
		Channel: b.o.Channel, ExternalID: invoice, Currency: onlineretail.Currency.Code(), PlacedAt: at.UnixMicro(), CustomerID: b.people[customer],
	}
	r.Parties.Customer = contactOf(customer)
	r.Parties.ShipTo = addressOf(country)
	return r
}

// line asks for a line of the file. The text of the invoice and the code as it
// was written are kept where they are not the item's.
func (b *retail) line(l *onlineretail.Line) order.RequestLine {
	out := order.RequestLine{SKU: l.SKU, Quantity: b.units(l.SKU, l.Quantity), Price: l.Price}
	if item := b.shelf.BySKU(l.SKU); item != nil && l.Description != "" && l.Description != item.Name {
		out.Title = plain(l.Description)
	}
	if l.Code != l.SKU {
		out.Custom = customText("code", l.Code)
	}
	return out
}

func customText(key, text string) json.RawMessage {
	raw, err := json.Marshal(map[string]string{key: text})
	if err != nil {
		panic(err) // texts always marshal
	}
	return raw
}

// units are so many of an item in its steps.
func (b *retail) units(sku string, n int64) int64 {
	if item := b.shelf.BySKU(sku); item != nil {
		for range item.Scale {
			n *= 10
		}
	}
	return n
}

// charge is a fee, or below zero a credit, for a line of the file.
func (b *retail) charge(kind string, l *onlineretail.Line, quantity int64, price money.Price, label string) charge {
	amount, _, err := money.LineTotal(quantity, 0, price, onlineretail.Currency, b.merchant.Rounding)
	if err != nil {
		panic("run: the limits of a line of the file are beyond those of money: " + err.Error())
	}
	fee := order.Fee{Kind: kind, Code: clip(l.Rule.String()+"/"+l.Code, maxFeeCode), Label: clip(label, order.MaxTextLength), Amount: amount}
	return charge{fee, exact(quantity, price), l.SourceLine}
}

const maxFeeCode = 60 // characters, by the rules of an order

// clip cuts text to at most n bytes, which are at least as many as characters.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// describe is a charge in words.
func describe(l *onlineretail.Line) string {
	words := plain(l.Description)
	if words == "" {
		words = inWords(l.Kind)
	}
	if l.Quantity != 1 {
		words = fmt.Sprintf("%d × %s", l.Quantity, words)
	}
	return words
}

func inWords(k onlineretail.Kind) string { return strings.ReplaceAll(string(k), "_", " ") }

// ownMoney is what an invoice changes of the merchant's own money.
func (b *retail) ownMoney(invoice string) []charge {
	var out []charge
	for _, m := range b.money[invoice] {
		out = append(out, b.charge("adjustment", &m.Line, m.Quantity, m.Price, inWords(m.Kind)+": "+describe(&m.Line)))
	}
	return out
}

// own makes the order of an invoice that changes only the merchant's money.
func (b *retail) own(m *onlineretail.MoneyAdjustment) []entry {
	e := entry{request: b.head(m.Invoice, m.At, m.CustomerID, m.Country)}
	e.request.Tags = []string{m.Rule.String()}
	return b.complete(e, b.ownMoney(m.Invoice))
}

// credit makes the order of a C invoice: of all that no sale takes back. What
// matches a sale is told there; only where the C invoice names another price
// does the difference stand here. A C invoice that matches entirely makes none.
func (b *retail) credit(c *onlineretail.Cancellation) []entry {
	e := entry{request: b.head(c.Invoice, c.At, c.CustomerID, c.Country)}
	e.request.Tags = []string{"credit"}
	var charges []charge
	for i := range c.Lines {
		l := &c.Lines[i]
		open := l.Unmatched
		for _, m := range l.Matches {
			if m.Index < 0 {
				open += m.Quantity
			} else if sold := b.sold[m.SourceLine]; sold != l.Price {
				label := fmt.Sprintf("%s: sold at %s on %s, taken back at %s", plain(l.Description), sold, m.SaleInvoice, l.Price)
				charges = append(charges, b.charge("adjustment", &l.Line, m.Quantity, sold-l.Price, label))
			}
		}
		if open > 0 {
			charges = append(charges, b.takenBack(l, open))
		}
	}
	for i := range c.Fees {
		charges = append(charges, b.takenBack(&c.Fees[i], c.Fees[i].Quantity))
	}
	return b.complete(e, append(charges, b.ownMoney(c.Invoice)...))
}

// takenBack is a credit for units or a charge that no order of the books gives.
func (b *retail) takenBack(l *onlineretail.CancelLine, quantity int64) charge {
	label := fmt.Sprintf("%d × %s taken back", quantity, plain(l.Description))
	if l.Reason != "" {
		label += ": " + l.Reason
	}
	return b.charge("adjustment", &l.Line, -quantity, l.Price, label)
}

// complete gives an entry its charges. Those beyond what one order takes go to
// orders of fees alone, with a number behind that of the invoice.
func (b *retail) complete(e entry, charges []charge) []entry {
	var out []entry
	for n := 1; len(charges) > 0 || n == 1 && e.goods(); n++ {
		next := e
		if n > 1 {
			next = entry{request: e.request}
			next.request.Lines = nil
			next.request.ExternalID = fmt.Sprintf("%s/%d", e.request.ExternalID, n)
		}
		part := charges[:min(len(charges), order.MaxFees)]
		charges = charges[len(part):]
		for _, c := range part {
			next.request.Fees = append(next.request.Fees, c.fee)
			next.sources = append(next.sources, c.source)
			next.net += c.net
		}
		b.total(&next)
		out = append(out, next)
	}
	return out
}

// total sums what an entry costs, and has its channel pay that.
func (b *retail) total(e *entry) {
	for i := range e.request.Lines {
		l := &e.request.Lines[i]
		item := b.shelf.BySKU(l.SKU)
		switch {
		case item == nil:
			continue // the desk says so
		case item.Kind == catalog.Bundle:
			e.err = fault.New(fault.Conflict, "is_a_bundle", "%q is a bundle here, and an article of its own in the file; rename one of them", l.SKU)
			return
		}
		total, _, err := money.LineTotal(l.Quantity, item.Scale, l.Price, onlineretail.Currency, b.merchant.Rounding)
		if err != nil {
			e.err = err
			return
		}
		e.booked += total
	}
	for _, f := range e.request.Fees {
		e.booked += f.Amount
	}
	if e.booked > 0 {
		e.request.Payments = []order.Payment{{Amount: e.booked, Reference: e.request.ExternalID}}
	}
}
