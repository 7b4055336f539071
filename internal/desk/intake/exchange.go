package intake

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/store/customers"
	"orderly/internal/tax"
)

// ExchangeLine is units that go out in exchange.
type ExchangeLine struct {
	SKU      string
	Quantity int64
	Price    *money.Price // nil: what the returned line of that item cost, or else the item's price
}

// ExchangeCommand sends something else for what comes back.
type ExchangeCommand struct {
	Return  returns.ID
	Lines   []ExchangeLine
	Advance bool // before anything has come
}

// Exchanged is the Value of an Exchange result.
type Exchanged struct {
	Return *returns.Return
	Order  *order.Order // the replacement
	Credit int64        // what of the returned units' worth pays for it
	Rest   int64        // what of that is left to give back
}

// Exchange places a replacement for what a return brings back, or is to bring
// when it is sent in advance. What the returned units are worth pays for it as
// far as it goes: the replacement has that as a deduction. What it costs beyond
// is owed, and holds it until it is paid; what is left is given back by the
// return's refund.
var Exchange = step.Act[ExchangeCommand]{
	Name: "returns.exchange", Permission: access.OrdersWrite,
	Check: func(c *ExchangeCommand) error {
		var l fault.List
		if len(c.Lines) == 0 || len(c.Lines) > returns.MaxLines {
			l.Add("/lines", "missing", "say what goes out: 1 to %d lines", returns.MaxLines)
		}
		for i, x := range c.Lines {
			at := fmt.Sprintf("/lines/%d", i)
			if x.SKU == "" || len(x.SKU) > catalog.MaxSKU {
				l.Add(at+"/sku", "missing", "name an item by its SKU")
			}
			if x.Quantity < 1 || x.Quantity > order.MaxQuantity {
				l.Add(at+"/quantity", "not_positive", "say how many go out")
			}
			if x.Price != nil && *x.Price < 0 {
				l.Add(at+"/unit_price", "negative", "a unit price is not negative")
			}
		}
		return l.Err()
	},
	Weight: func(c *ExchangeCommand) int { return len(c.Lines) },
	Load:   loadExchange,
	Decide: decideExchange,
}.Operation()

func loadExchange(b *step.Batch, asked []desk.Asked[ExchangeCommand]) error {
	var of []returns.ID
	var skus []string
	for i := range asked {
		of = append(of, asked[i].Command.Return)
		for _, l := range asked[i].Command.Lines {
			skus = append(skus, l.SKU)
		}
	}
	if err := b.LoadReturns(of); err != nil {
		return err
	}
	var orders []order.ID
	var known []party.ID
	for _, id := range of {
		if x := b.Return(id); x != nil {
			orders = append(orders, x.Order)
			if c := b.Order(x.Order).Customer; c != 0 {
				known = append(known, party.ID(c))
			}
		}
	}
	if err := b.LoadParties(orders); err != nil {
		return err
	}
	found, err := customers.ByID(b.R, known)
	if err != nil {
		return err
	}
	for _, c := range found {
		b.KnowCustomer(c)
	}
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	return b.LoadLevels(stockedItems(b, skus))
}

func decideExchange(b *step.Batch, a desk.Asked[ExchangeCommand]) (desk.Result, error) {
	c := a.Command
	x := b.Return(c.Return)
	if x == nil || x.Location != 0 && !a.Scope.Sees(int64(x.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_return", "there is no return %s", c.Return)
	}
	if err := x.May("exchange"); err != nil {
		return desk.Result{}, err
	}
	if !c.Advance && x.Sums().Came == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "not_received", "nothing of return %s has come; receive it first, or send the exchange in advance", x.Name())
	}
	o := b.Order(x.Order)
	worth, err := worthOf(x, o, b.At)
	if err != nil {
		return desk.Result{}, err
	}
	place, credit, err := replacement(b, x, o, c, worth)
	if err != nil {
		return desk.Result{}, err
	}
	r, err := decidePlace(b, desk.Asked[PlaceCommand]{Scope: a.Scope, Command: place})
	if err != nil || r.Err != nil {
		return r, err
	}
	made := r.Value.(*Placed).Order
	x = x.Clone()
	x.Replacement, x.Money.Credit = made.ID, credit
	if err := b.SaveReturn(a.Scope, journal.ReturnExchanged, x, map[string]any{"replacement": made.ID.String(), "credit": credit, "currency": o.Currency.Code()}); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Return, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: &Exchanged{x, made, credit, worth - credit}}, nil
}

// worthOf is what the units of a return that were not refunded are worth, those
// that are still to come as if they had.
func worthOf(x *returns.Return, o *order.Order, at int64) (int64, error) {
	then := o.Clone()
	var d order.Delta
	var parts []order.Part
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.Line == 0 {
			continue
		}
		if l.Requested > 0 {
			d.Asked = append(d.Asked, order.Asked{Line: l.Line, Quantity: -l.Requested})
			d.Returned = append(d.Returned, order.Return{Line: l.Line, Quantity: l.Requested})
		}
		if n := l.Requested + l.Quantity - l.Refunded; n > 0 {
			parts = append(parts, order.Part{Line: l.Line, Quantity: n})
		}
	}
	if err := then.Apply(&d, at, 1); err != nil {
		return 0, err
	}
	r, err := then.RefundFor(parts, nil)
	return r.Amount, err
}

// replacement is the order that goes out, and what of the worth pays for it.
func replacement(b *step.Batch, x *returns.Return, o *order.Order, c ExchangeCommand, worth int64) (PlaceCommand, int64, error) {
	custom, err := json.Marshal(map[string]string{"exchange_of": x.Name()})
	if err != nil {
		return PlaceCommand{}, 0, err
	}
	r := order.Request{
		Channel: o.Channel, Currency: o.Currency.Code(), CustomerID: party.ID(o.Customer), Parties: o.Party, Tags: []string{"exchange"}, Custom: custom,
	}
	var faults fault.List
	for i, l := range c.Lines {
		line, ok := pricedAs(b, x, o, &l)
		if !ok {
			faults.Add(fmt.Sprintf("/lines/%d/unit_price", i), "missing", "%q has no price in %s; give one", l.SKU, o.Currency)
		}
		r.Lines = append(r.Lines, line)
	}
	if err := faults.Err(); err != nil {
		return PlaceCommand{}, 0, err
	}
	h := order.Header{Now: b.At, Mode: order.Live, Rounding: b.Catalog.Merchant.Rounding, Taxes: b.Taxes(r.Channel, &r.Parties)}
	seen, err := order.New(h, &r, b.Catalog)
	if err != nil {
		return PlaceCommand{}, 0, err
	}
	credit := min(worth, seen.Totals.Total)
	if credit > 0 {
		r.Fees = []order.Fee{{Kind: "adjustment", Code: "exchange", Label: x.Name(), Amount: -credit, Taxed: order.GrossFee}}
	}
	if seen.Totals.Total > credit {
		r.Holds = []order.Hold{{Reason: "payment", Blocks: []string{"ship"}}}
	}
	if err := r.Check(); err != nil {
		return PlaceCommand{}, 0, err
	}
	return PlaceCommand{Request: r, hash: r.Hash(), trusted: true}, credit, nil
}

// taxedAs is how a line said that it is taxed; nil when it did not.
func taxedAs(l *order.Line) *tax.Basis {
	if l.Taxed == (tax.Basis{}) {
		return nil
	}
	return &l.Taxed
}

// pricedAs is a line that goes out, priced as was said, as what came back was,
// discount and tax with it, or as the item is.
func pricedAs(b *step.Batch, x *returns.Return, o *order.Order, l *ExchangeLine) (order.RequestLine, bool) {
	line := order.RequestLine{SKU: l.SKU, Quantity: l.Quantity}
	if l.Price != nil {
		line.Price = *l.Price
		return line, true
	}
	item := b.Catalog.BySKU(l.SKU)
	if item == nil {
		return line, true // the order says that it is unknown
	}
	for i := range x.Lines {
		of := o.Line(x.Lines[i].Line)
		if of == nil || of.Item != int64(item.ID) || of.Parent != 0 {
			continue
		}
		if line.Price = of.Price; l.Quantity <= of.Quantity {
			part := []int64{l.Quantity, of.Quantity - l.Quantity}
			line.Discount = money.Split(of.Discount, part)[0]
			if table := b.Taxes(o.Channel, &o.Party); table.Table == nil {
				line.Tax, line.Taxed = money.Split(of.Tax, part)[0], taxedAs(of)
			}
		}
		return line, true
	}
	line.Price = item.Price
	return line, item.Price > 0 && b.Catalog.Merchant.Currency == o.Currency.Code()
}
