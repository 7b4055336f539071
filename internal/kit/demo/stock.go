package demo

import (
	"context"
	"fmt"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/floor"
	"orderly/internal/kit/demo/world"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
)

// How often the stock is looked after.
const (
	firstBuying   = 20 * time.Hour // the buyer was away, and some wait for their goods
	deliveryEvery = 12 * time.Hour
	countEvery    = 3 * time.Hour
	damageEvery   = 5 * time.Hour
	transferEvery = 4 * time.Hour
)

const (
	countedAtOnce = 5
	transferLines = 5
	usualPar      = 24 // of an item that the opening stock had none of, in the smallest packs
	wrongOdds     = 150
)

// levels reads what lies where of some items.
func (m *Demo) levels(ctx context.Context, items []int64) (map[stock.Cell]*stock.Level, error) {
	out := map[stock.Cell]*stock.Level{}
	err := m.db.Read(ctx, m.as(buyer), func(r *store.Reader) error {
		return levels.OfItems(r, items, func(l *stock.Level) { out[l.Cell] = l })
	})
	return out, err
}

func (m *Demo) place(code string) stock.LocationID { return m.locations[code] }

func (m *Demo) sku(item int64) string { return m.goods[catalog.ID(item)].SKU }

// someItems draws n stocked items, perhaps one twice.
func (m *Demo) someItems(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = m.itemIDs[m.random.IntN(len(m.itemIDs))]
	}
	return out
}

// receive takes in what the buyer ordered last time, which serves those who
// wait, and orders what is running out by now.
func (m *Demo) receive(ctx context.Context, due []task) error {
	for range due {
		m.agenda.plan(actReceive, task{at: m.now + deliveryEvery})
		if err := m.takeIn(ctx); err != nil {
			return err
		}
		if err := m.reorder(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reorder fills up what has fallen below a third of what the opening stock had,
// and all that customers wait for.
func (m *Demo) reorder(ctx context.Context) error {
	have := map[int64]int64{}
	waited := map[int64]bool{}
	err := m.db.Read(ctx, m.as(buyer), func(r *store.Reader) error {
		err := levels.OfItems(r, m.itemIDs, func(l *stock.Level) { have[l.Item] += l.Sellable() })
		if err != nil {
			return err
		}
		ids, err := orders.ItemsWaitedFor(r, m.itemIDs)
		for _, id := range ids {
			waited[id] = true
		}
		return err
	})
	if err != nil {
		return err
	}
	var lines []stock.Line
	for _, id := range m.itemIDs {
		par := max(m.par[id], usualPar*m.step(id))
		if have[id] < par/3 || waited[id] {
			lines = append(lines, m.orderLine(id, max(par-have[id], m.step(id))))
		}
	}
	return m.buy(ctx, lines)
}

// orderLine is what is bought of an item, and to where: whole cases where there is
// a barcode for them.
func (m *Demo) orderLine(item, quantity int64) stock.Line {
	x := m.goods[catalog.ID(item)]
	l := stock.Line{SKU: x.SKU, Location: m.place(world.Leicester), Quantity: quantity}
	if m.chance(300) {
		l.Location = m.place(world.Leeds)
	}
	if n := len(x.Barcodes); n > 0 {
		pack := x.Barcodes[n-1].Quantity
		l.Quantity = (quantity + pack - 1) / pack * pack
	}
	return l
}

// lot is the lot of what comes now.
func (m *Demo) lot() string {
	return "L" + time.UnixMicro(m.db.Now()).UTC().AddDate(0, 0, -14).Format("060102") + "R"
}

// count has people count shelves. Mostly the books are right.
func (m *Demo) count(ctx context.Context, due []task) error {
	for _, t := range due {
		cells := []stock.Cell{t.cell}
		if t.cell.Item == 0 { // the regular round
			m.agenda.plan(actCount, task{at: t.at + countEvery})
			cells = m.round()
		}
		if err := m.countCells(ctx, cells); err != nil {
			return err
		}
	}
	return nil
}

// round draws a few shelves of one location.
func (m *Demo) round() []stock.Cell {
	at := m.place([]string{world.Leicester, world.Leeds, world.Bristol}[m.random.IntN(3)])
	var cells []stock.Cell
	seen := map[int64]bool{}
	for _, id := range m.someItems(countedAtOnce) {
		if !seen[id] {
			seen[id] = true
			cells = append(cells, stock.Cell{Item: id, Location: at})
		}
	}
	return cells
}

func (m *Demo) countCells(ctx context.Context, cells []stock.Cell) error {
	var items []int64
	for _, c := range cells {
		items = append(items, c.Item)
	}
	have, err := m.levels(ctx, items)
	if err != nil {
		return err
	}
	cmd := floor.CountCommand{Reference: "Cycle count"}
	for _, c := range cells {
		n := int64(0)
		if l := have[c]; l != nil {
			n = l.OnHand
		}
		if step := m.step(c.Item); m.chance(wrongOdds) {
			n = max(0, n+step*(2*m.random.Int64N(2)-1))
		}
		cmd.Lines = append(cmd.Lines, stock.Line{SKU: m.sku(c.Item), Location: c.Location, Quantity: n})
	}
	_, err = do(ctx, m, floor.Count, warehouse, []floor.CountCommand{cmd})
	return err
}

// damage has something fall off a shelf.
func (m *Demo) damage(ctx context.Context, due []task) error {
	for _, t := range due {
		m.agenda.plan(actDamage, task{at: t.at + damageEvery})
		item := m.someItems(1)[0]
		have, err := m.levels(ctx, []int64{item})
		if err != nil {
			return err
		}
		c := stock.Cell{Item: item, Location: m.place(world.Leicester)}
		n := m.step(item)
		if l := have[c]; l == nil || l.Sellable() < n {
			continue
		}
		_, err = do(ctx, m, floor.Adjust, warehouse, []floor.AdjustCommand{{Reference: "Breakage report", Lines: []stock.Line{
			{SKU: m.sku(item), Location: c.Location, Quantity: -n, Reason: "damaged", Note: "fell off the shelf"},
			{SKU: m.sku(item), Location: c.Location, Quantity: n, State: stock.Damaged, Reason: "damaged", Note: "fell off the shelf"},
		}}})
		if err != nil {
			return err
		}
	}
	return nil
}

// transfer fills up the shop from the warehouse.
func (m *Demo) transfer(ctx context.Context, due []task) error {
	for _, t := range due {
		m.agenda.plan(actTransfer, task{at: t.at + transferEvery})
		items := m.someItems(10 * transferLines)
		have, err := m.levels(ctx, items)
		if err != nil {
			return err
		}
		cmd := floor.TransferCommand{To: m.place(world.Bristol), Reference: fmt.Sprintf("Shop van %d", t.at/transferEvery)}
		seen := map[int64]bool{}
		for _, id := range items {
			step := m.step(id)
			from, to := have[stock.Cell{Item: id, Location: m.place(world.Leicester)}], have[stock.Cell{Item: id, Location: cmd.To}]
			if from == nil || from.Sellable() < 12*step || to != nil && to.Sellable() >= 3*step || seen[id] || len(cmd.Lines) == transferLines {
				continue
			}
			seen[id] = true
			cmd.Lines = append(cmd.Lines, stock.Line{SKU: m.sku(id), Location: m.place(world.Leicester), Quantity: 4 * step})
		}
		if len(cmd.Lines) == 0 {
			continue
		}
		if _, err := do(ctx, m, floor.Transfer, warehouse, []floor.TransferCommand{cmd}); err != nil {
			return err
		}
	}
	return nil
}
