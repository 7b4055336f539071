package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/store/orders"
)

// RecordCommand keeps an order from before these books began: what was sent
// was sent, and stock is not touched. It may have fees and no lines.
type RecordCommand struct {
	Request  order.Request
	Canceled []order.Part // units that were canceled before they were sent
	Returned []RecordedReturn
	Refunded int64 // minor units that the channel gave back, those of returns aside
	hash     []byte
}

// RecordedReturn is what came back of a recorded order, and what the channel
// gave back for it, at its own time.
type RecordedReturn struct {
	At     int64
	Reason string
	Parts  []order.Part
	Refund int64
}

// Record keeps past orders with their own dates, each with its whole life in
// one entry. The same external id with an equal command is left as it is.
var Record = step.Act[RecordCommand]{
	Name: "orders.record", Permission: access.OrdersWrite,
	Check: func(c *RecordCommand) error {
		if len(c.Request.Lines) == 0 && len(c.Request.Fees) > 0 {
			line := []order.RequestLine{{SKU: "-", Quantity: 1}} // fees alone are a record too
			withLine := c.Request
			withLine.Lines = line
			if err := withLine.Check(); err != nil {
				return err
			}
		} else if err := c.Request.Check(); err != nil {
			return err
		}
		if c.Request.PlacedAt == 0 {
			return fault.New(fault.Invalid, "missing", "say when the order was placed")
		}
		c.hash = c.contentHash()
		return nil
	},
	Weight:  func(c *RecordCommand) int { return max(1, len(c.Request.Lines)) },
	Channel: func(c *RecordCommand) string { return c.Request.Channel },
	Load: func(b *step.Batch, asked []desk.Asked[RecordCommand]) error {
		external := map[string][]string{}
		var skus []string
		for i := range asked {
			r := &asked[i].Command.Request
			if r.ExternalID != "" {
				external[r.Channel] = append(external[r.Channel], r.ExternalID)
			}
			for j := range r.Lines {
				skus = append(skus, r.Lines[j].SKU)
			}
		}
		for channel, ids := range external {
			if err := b.LoadExternal(channel, ids); err != nil {
				return err
			}
		}
		for i := range asked {
			if r := &asked[i].Command.Request; r.Exchange == 0 {
				if err := b.LoadExchange(r.Currency, localDate(b, r.PlacedAt)); err != nil {
					return err
				}
			}
		}
		return b.LoadItems(skus)
	},
	Decide: decideRecord,
}.Operation()

// contentHash is that of the request, and of what became of the order when the
// command tells more than the request.
func (c *RecordCommand) contentHash() []byte {
	request := c.Request.Hash()
	if len(c.Canceled) == 0 && len(c.Returned) == 0 && c.Refunded == 0 {
		return request
	}
	life, err := json.Marshal(struct {
		Canceled []order.Part
		Returned []RecordedReturn
		Refunded int64
	}{c.Canceled, c.Returned, c.Refunded})
	if err != nil {
		panic(err) // numbers and texts always marshal
	}
	sum := sha256.Sum256(append(request, life...))
	return sum[:]
}

func decideRecord(b *step.Batch, a desk.Asked[RecordCommand]) (desk.Result, error) {
	c := a.Command
	r := &c.Request
	if known, ok := b.External(r.Channel, r.ExternalID); ok && r.ExternalID != "" {
		if bytes.Equal(known.Hash, c.hash) {
			return desk.Result{Kind: journal.Order, ID: int64(known.ID), Status: "unchanged"}, nil
		}
		return again(known, PlaceCommand{Request: c.Request, hash: c.hash})
	}
	h := order.Header{ID: order.ID(b.NewID()), Now: b.At, PlacedOn: localDate(b, r.PlacedAt), Hash: c.hash, Mode: order.History, Rounding: b.Catalog.Merchant.Rounding}
	h.Exchange = b.Exchange(r.Currency, h.PlacedOn)
	o, err := order.New(h, r, b.Catalog)
	if err != nil {
		return desk.Result{}, err
	}
	d, back, err := recorded(b, o, &c)
	if err != nil {
		return desk.Result{}, err
	}
	if !b.Previewing() {
		o.Number = b.NextOrderNumber()
	}
	d.Placed = &order.Placed{Number: o.Number, Channel: o.Channel, Mode: order.History, Currency: r.Currency, Total: o.Totals.Total, Lines: len(o.Lines)}
	bookRecorded(b, o, &c)
	b.Place(o)
	if err := b.Apply(a.Scope, journal.OrderRecorded, o.ID, &d); err != nil {
		return desk.Result{}, err
	}
	for _, x := range back {
		b.AddReturn(x)
	}
	if r.Note != "" {
		b.AddNote(orders.Note{ID: b.NewID(), Order: o.ID, Text: r.Note, At: b.At, Actor: a.Scope.Actor.String()})
	}
	return desk.Result{Kind: journal.Order, ID: int64(o.ID), Seq: o.Version, Status: "created"}, nil
}

// recorded decides the whole life of a past order in one delta.
func recorded(b *step.Batch, o *order.Order, c *RecordCommand) (order.Delta, []*returns.Return, error) {
	var d order.Delta
	canceled := map[int]int64{}
	for _, p := range c.Canceled {
		canceled[p.Line] += p.Quantity
	}
	for i := range o.Lines {
		l := &o.Lines[i]
		if !l.Leaf() {
			continue
		}
		n := canceled[l.N]
		if n < 0 || n > l.Q[order.Ordered] {
			return d, nil, fault.New(fault.Invalid, "too_many_canceled", "line %d: %d canceled of %d", l.N, n, l.Q[order.Ordered])
		}
		if n > 0 {
			d.Moves = append(d.Moves, order.Move{Line: l.N, From: order.Unsourced, To: order.Canceled, Quantity: n})
		}
		if sent := l.Q[order.Ordered] - n; sent > 0 {
			d.Moves = append(d.Moves, order.Move{Line: l.N, From: order.Unsourced, To: order.Delivered, Quantity: sent})
		}
	}
	came := map[int]int64{}
	var back []*returns.Return
	for _, x := range c.Returned {
		row := returns.AtOnce(returns.ID(b.NewID()), o.ID, 0, x.Reason, x.At)
		for _, p := range x.Parts {
			l := o.Line(p.Line)
			if l == nil || !l.Leaf() || p.Quantity < 1 || came[p.Line]+p.Quantity > l.Q[order.Ordered]-canceled[p.Line] {
				return d, nil, fault.New(fault.Invalid, "too_many_returned", "line %d: more came back than was sent", p.Line)
			}
			if slices.ContainsFunc(row.Lines, func(l returns.Line) bool { return l.Line == p.Line }) {
				return d, nil, fault.New(fault.Invalid, "repeated", "line %d is named twice in one return; name it once with all its units", p.Line)
			}
			came[p.Line] += p.Quantity
			row.Take(p.Line, l.Item, p.Quantity, 0)
			d.Returned = append(d.Returned, order.Return{Line: p.Line, Quantity: p.Quantity})
		}
		if x.Refund < 0 || x.Refund > money.MaxTotal || d.Refunded > money.MaxTotal {
			return d, nil, fault.New(fault.Invalid, "out_of_range", "a refund of %d for a return", x.Refund)
		}
		d.Refunded += x.Refund
		back = append(back, row)
	}
	for _, p := range c.Request.Payments {
		d.Paid += p.Amount
	}
	d.Refunded += c.Refunded
	if c.Refunded < 0 || c.Refunded > money.MaxTotal || d.Refunded > d.Paid || d.Paid > money.MaxTotal {
		return d, nil, fault.New(fault.Invalid, "more_than_paid", "%d was given back of %d paid", d.Refunded, d.Paid)
	}
	return d, back, nil
}

func bookRecorded(b *step.Batch, o *order.Order, c *RecordCommand) {
	book := func(amount int64, ref string, at int64) {
		b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), amount, ref, at))
	}
	for i, p := range c.Request.Payments {
		sayChannel(b, o.ID, i+1, p, o.PlacedAt)
		book(p.Amount, p.Reference, o.PlacedAt)
	}
	if c.Refunded > 0 {
		book(-c.Refunded, "refund", o.PlacedAt)
	}
	for _, x := range c.Returned {
		if x.Refund > 0 {
			book(-x.Refund, "return", x.At)
		}
	}
}
