package run

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

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

// back is units that one C invoice takes back, or for canceled ones all of a day.
type back struct {
	invoice string
	at      time.Time
	parts   []order.Part
	sources []int
	net     onlineretail.Exact // below zero, at the price of the sale
	value   int64              // net as the books have it, above zero
	refund  int64              // what the channel gave back: the value, as far as it was paid
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

// sale makes the order of an invoice without a letter.
func (b *retail) sale(s *onlineretail.Sale) []entry {
	e := entry{request: b.head(s.Invoice, s.At, s.CustomerID, s.Country), net: s.Net()}
	if s.Rule != onlineretail.InvoiceSale {
		e.request.Tags = []string{s.Rule.String()}
	}
	e.request.Lines = make([]order.RequestLine, len(s.Lines))
	e.sources = make([]int, 0, len(s.Lines)+len(s.Fees))
	for i := range s.Lines {
		e.request.Lines[i] = b.line(&s.Lines[i])
		e.sources = append(e.sources, s.Lines[i].SourceLine)
	}
	var fees []order.Fee
	for i := range s.Fees {
		l := &s.Fees[i]
		kind := map[onlineretail.Kind]string{onlineretail.Shipping: "shipping", onlineretail.Discount: "adjustment"}[l.Kind]
		if kind == "" {
			kind = "fee"
		}
		fees = append(fees, b.fee(kind, l, l.Quantity, l.Price, describe(l)))
		e.sources = append(e.sources, l.SourceLine)
	}
	fees = b.addMoney(&e, s.Invoice, fees)
	return b.complete(e, fees, func(e *entry) { b.takeBack(e, s) })
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

// fee is a charge, or below zero a credit, for a line of the file.
func (b *retail) fee(kind string, l *onlineretail.Line, quantity int64, price money.Price, label string) order.Fee {
	amount, _, err := money.LineTotal(quantity, 0, price, onlineretail.Currency, b.merchant.Rounding)
	if err != nil {
		panic("run: the limits of a line of the file are beyond those of money: " + err.Error())
	}
	return order.Fee{Kind: kind, Code: clip(l.Rule.String()+"/"+l.Code, maxFeeCode), Label: clip(label, order.MaxTextLength), Amount: amount}
}

const maxFeeCode = 60

// clip cuts text to at most n characters, which for what is cut here are bytes
// or less.
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
		words = strings.ReplaceAll(string(l.Kind), "_", " ")
	}
	if l.Quantity != 1 {
		words = fmt.Sprintf("%d × %s", l.Quantity, words)
	}
	return words
}

// addMoney adds what an invoice changes of the merchant's own money.
func (b *retail) addMoney(e *entry, invoice string, fees []order.Fee) []order.Fee {
	for _, m := range b.money[invoice] {
		fees = append(fees, b.fee("adjustment", &m.Line, m.Quantity, m.Price, strings.ReplaceAll(string(m.Kind), "_", " ")+": "+describe(&m.Line)))
		e.sources = append(e.sources, m.SourceLine)
		e.net += m.Net()
	}
	return fees
}

// own makes the order of an invoice that changes only the merchant's money.
func (b *retail) own(m *onlineretail.MoneyAdjustment) []entry {
	e := entry{request: b.head(m.Invoice, m.At, m.CustomerID, m.Country)}
	e.request.Tags = []string{m.Rule.String()}
	return b.complete(e, b.addMoney(&e, m.Invoice, nil), nil)
}

// credit makes the order of a C invoice: of all that no sale takes back. What
// matches a sale is told there; only where the C invoice names another price
// does the difference stand here.
func (b *retail) credit(c *onlineretail.Cancellation) []entry {
	e := entry{request: b.head(c.Invoice, c.At, c.CustomerID, c.Country)}
	e.request.Tags = []string{"credit"}
	var fees []order.Fee
	for i := range c.Lines {
		l := &c.Lines[i]
		open := l.Unmatched
		for _, m := range l.Matches {
			if m.Index < 0 {
				open += m.Quantity
				continue
			}
			if sold := b.priceOf(m); sold != l.Price {
				label := fmt.Sprintf("%s: sold at %s on %s, taken back at %s", plain(l.Description), sold, m.SaleInvoice, l.Price)
				fees = append(fees, b.fee("adjustment", &l.Line, m.Quantity, sold-l.Price, label))
				e.net += onlineretail.Exact(m.Quantity) * onlineretail.Exact(sold-l.Price)
				e.sources = append(e.sources, l.SourceLine)
			}
		}
		if open > 0 {
			fees = append(fees, b.takenBack(&e, l, open))
		}
	}
	for i := range c.Fees {
		fees = append(fees, b.takenBack(&e, &c.Fees[i], c.Fees[i].Quantity))
	}
	fees = b.addMoney(&e, c.Invoice, fees)
	return b.complete(e, fees, nil)
}

// takenBack is a credit for units or a charge that no order of the books gives.
func (b *retail) takenBack(e *entry, l *onlineretail.CancelLine, quantity int64) order.Fee {
	e.net -= onlineretail.Exact(quantity) * onlineretail.Exact(l.Price)
	e.sources = append(e.sources, l.SourceLine)
	label := fmt.Sprintf("%d × %s taken back", quantity, plain(l.Description))
	if l.Reason != "" {
		label += ": " + l.Reason
	}
	return b.fee("adjustment", &l.Line, -quantity, l.Price, label)
}

// priceOf is at what price the matched units were sold.
func (b *retail) priceOf(m onlineretail.Match) money.Price { return b.sold[m.SourceLine] }

// complete gives an entry its fees. Those beyond what one order takes go to
// orders of fees alone, with the invoice's number and a number of their own.
func (b *retail) complete(e entry, fees []order.Fee, more func(*entry)) []entry {
	if len(fees) == 0 && !e.goods() {
		return nil
	}
	rest := fees[min(len(fees), order.MaxFees):]
	e.request.Fees = fees[:len(fees)-len(rest)]
	b.settleMoney(&e, rest)
	if more != nil && e.err == nil {
		more(&e)
	}
	out := []entry{e}
	for n := 2; len(rest) > 0; n++ {
		part := rest[:min(len(rest), order.MaxFees)]
		rest = rest[len(part):]
		next := entry{request: e.request}
		next.request.ExternalID = fmt.Sprintf("%s/%d", e.request.ExternalID, n)
		next.request.Lines, next.request.Payments, next.request.Fees, next.request.Custom = nil, nil, part, nil
		b.settleMoney(&next, nil)
		out = append(out, next)
	}
	return out
}

// settleMoney sums what an entry costs and has its channel pay that. What the
// fees that follow in orders of their own are worth is theirs.
func (b *retail) settleMoney(e *entry, rest []order.Fee) {
	for i := range e.request.Lines {
		l := &e.request.Lines[i]
		item := b.shelf.BySKU(l.SKU)
		if item == nil {
			continue // the desk says so
		}
		if item.Kind == "bundle" {
			e.err = fault.New(fault.Conflict, "is_a_bundle", "%q is a bundle here, and goods of its own in the file; rename one of them", l.SKU)
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
	for _, f := range rest {
		e.net -= onlineretail.Exact(f.Amount) * exactPenny
	}
	if e.net == 0 && !e.goods() && len(e.sources) == 0 {
		for _, f := range e.request.Fees {
			e.net += onlineretail.Exact(f.Amount) * exactPenny
		}
	}
}

const exactPenny = 10_000 // a penny in millionths of a pound
