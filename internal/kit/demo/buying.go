package demo

import (
	"context"
	"fmt"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/desk/buy"
	"orderly/internal/kit/demo/world"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
)

// Odds of what is wrong with a line that comes, or with an invoice, in a thousand.
const (
	shortOdds   = 30
	brokenOdds  = 20
	overAskOdds = 200
)

// costs is what an item costs to buy; half of its price where nobody said.
func costs(w *world.Item) (money.Price, error) {
	if w.Cost != "" {
		return money.ParsePrice(w.Cost)
	}
	p, err := money.ParsePrice(w.Price)
	return p / 2, err
}

// buy sends purchase orders for what is wanted, one a place, and has them confirmed.
func (m *Demo) buy(ctx context.Context, lines []stock.Line) error {
	for _, code := range []string{world.Leicester, world.Leeds} {
		c := buy.DraftCommand{Supplier: m.seller, Location: m.place(code), Reference: "Replenishment"}
		for _, l := range lines {
			if l.Location == c.Location && len(c.Lines) < purchase.MaxLines {
				c.Lines = append(c.Lines, buy.DraftLine{SKU: l.SKU, Quantity: l.Quantity})
			}
		}
		if len(c.Lines) == 0 {
			continue
		}
		made, err := do(ctx, m, buy.CreatePurchase, buyer, []buy.DraftCommand{c})
		if err != nil || made[0].Err != nil {
			return err
		}
		id := purchase.ID(made[0].ID)
		if _, err := do(ctx, m, buy.SendPurchase, buyer, []buy.SendCommand{{Purchase: id}}); err != nil {
			return err
		}
		if _, err := do(ctx, m, buy.AcknowledgePurchase, buyer, []buy.AckCommand{{Purchase: id, Reference: fmt.Sprintf("KW-%05d", m.random.IntN(100_000)), All: true}}); err != nil {
			return err
		}
		m.bought = append(m.bought, id)
	}
	return nil
}

// takeIn receives what was bought, checks it, and takes in what the supplier asks
// for it.
func (m *Demo) takeIn(ctx context.Context) error {
	bought := m.bought
	m.bought = nil
	for _, id := range bought {
		p, err := m.purchase(ctx, id)
		if err != nil {
			return err
		}
		c := buy.ReceiveCommand{Purchase: id, Reference: fmt.Sprintf("Delivery note %05d", m.random.IntN(100_000))}
		for i := range p.Lines {
			c.Lines = append(c.Lines, m.comes(&p.Lines[i]))
		}
		c.Lines = slices.DeleteFunc(c.Lines, func(l buy.ComeLine) bool { return l.Good+l.Damaged == 0 })
		if len(c.Lines) == 0 {
			continue
		}
		if _, err := do(ctx, m, buy.ReceivePurchase, warehouse, []buy.ReceiveCommand{c}); err != nil {
			return err
		}
		if err := m.invoiced(ctx, id, c.Lines); err != nil {
			return err
		}
	}
	return nil
}

// comes is what comes of a line: mostly all of it and whole.
func (m *Demo) comes(l *purchase.Line) buy.ComeLine {
	x := buy.ComeLine{N: l.N, Good: l.Open()}
	step := m.step(l.Item)
	switch {
	case m.chance(shortOdds):
		x.Good = max(0, x.Good-step)
	case m.chance(brokenOdds) && x.Good > step:
		x.Good, x.Damaged = x.Good-step, step
	}
	if w := m.goods[catalog.ID(l.Item)]; w != nil && w.LotTracked {
		x.Lot = m.lot()
	}
	return x
}

// invoiced takes in the supplier's invoice; now and then it asks for too much, and
// somebody has to look.
func (m *Demo) invoiced(ctx context.Context, id purchase.ID, came []buy.ComeLine) error {
	p, err := m.purchase(ctx, id)
	if err != nil {
		return err
	}
	currency, err := money.ParseCurrency(p.Currency)
	if err != nil {
		return err
	}
	v := purchase.Invoice{Number: fmt.Sprintf("KWI-%d", p.Number), At: m.db.Now()}
	dear := m.chance(overAskOdds)
	for i, x := range came {
		l := p.Line(x.N)
		y := purchase.InvoiceLine{Line: x.N, Quantity: x.Good + x.Damaged, Cost: l.Cost}
		if dear && i == 0 {
			y.Cost += y.Cost / 10
		}
		sum, _, err := money.LineTotal(y.Quantity, l.Scale, y.Cost, currency, money.HalfAwayFromZero)
		if err != nil {
			return err
		}
		v.Total += sum
		v.Lines = append(v.Lines, y)
	}
	_, err = do(ctx, m, buy.TakeInvoice, buyer, []buy.InvoiceCommand{{Purchase: id, Invoice: v}})
	return err
}

func (m *Demo) purchase(ctx context.Context, id purchase.ID) (p *purchase.Purchase, err error) {
	err = m.db.Read(ctx, m.as(buyer), func(r *store.Reader) error {
		p, err = purchases.Get(r, id)
		return err
	})
	return p, err
}
