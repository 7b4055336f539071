package linear

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// node is one desk with its own handle on the database.
type node struct {
	db   *store.DB
	desk *desk.Desk
}

// item is one article and what the model knows of it at the last barrier.
type item struct {
	sku   string
	id    int64
	rules rules
	state itemState
}

// shop is the scratch database that clients act on.
type shop struct {
	nodes   []*node
	at      [places]stock.LocationID
	items   []item // the exact ones first
	exact   int    // how many those are
	byID    map[int64]int
	bySKU   map[string]int
	bundles [][]catalog.Component
}

const opening = 4 // units of each item at each location in the beginning

func openShop(ctx context.Context, o store.Options, nodes, items int) (*shop, error) {
	s := &shop{byID: map[int64]int{}, bySKU: map[string]int{}}
	for range nodes {
		db, err := store.Open(ctx, o)
		if err != nil {
			return nil, errors.Join(err, s.close())
		}
		s.nodes = append(s.nodes, &node{db, desk.New(db, nil)})
	}
	_, err := admin.Setup(ctx, s.nodes[0].db, "Torture", "UTC", "GBP")
	if err == nil {
		err = s.fill(ctx, items)
	}
	if err == nil {
		err = s.nodes[0].db.Analyze(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *shop) close() (err error) {
	for _, n := range s.nodes {
		n.desk.Close()
		err = errors.Join(err, n.db.Close())
	}
	return err
}

func (s *shop) fill(ctx context.Context, n int) error {
	for i := range places {
		r, err := desk.One(ctx, s.nodes[0].desk, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
			Code: fmt.Sprintf("L%d", i), Name: "Location", Kind: "warehouse", Priority: int64(i), Active: true, Address: party.Address{Country: "GB"}}}, desk.Options{})
		if err != nil {
			return err
		}
		s.at[i] = stock.LocationID(r.ID)
	}
	var cmds []admin.ItemCommand
	for i := range n {
		r := rules{Exact: i < n*2/3, Refuse: i < n*2/3 || i%4 != 0}
		policy := catalog.Backorder
		if r.Refuse {
			policy = catalog.Refuse
		}
		x := item{sku: fmt.Sprintf("I%d", i), rules: r}
		s.items = append(s.items, x)
		if r.Exact {
			s.exact++
		}
		cmds = append(cmds, admin.ItemCommand{Item: catalog.Item{SKU: x.sku, Name: "Article", WhenShort: policy}})
	}
	ids, err := s.save(ctx, cmds)
	if err != nil {
		return err
	}
	for i, id := range ids {
		s.items[i].id = id
		s.byID[id], s.bySKU[s.items[i].sku] = i, i
	}
	if err := s.bundle(ctx); err != nil {
		return err
	}
	return s.open(ctx)
}

func (s *shop) save(ctx context.Context, cmds []admin.ItemCommand) ([]int64, error) {
	var ids []int64
	for part := range slices.Chunk(cmds, 200) {
		got, err := desk.Do(ctx, s.nodes[0].desk, admin.SaveItem, scope, part, desk.Options{})
		if err != nil {
			return nil, err
		}
		for _, r := range got {
			if r.Err != nil {
				return nil, r.Err
			}
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

// bundle makes bundles of which each shares a component with the next, and
// one component is an item that is counted.
func (s *shop) bundle(ctx context.Context) error {
	var cmds []admin.ItemCommand
	for i := range max(2, s.exact/10) {
		parts := []catalog.Component{{SKU: s.items[i%s.exact].sku, Quantity: 1}, {SKU: s.items[(i+1)%s.exact].sku, Quantity: 2}}
		if i%3 == 0 {
			parts = append(parts, catalog.Component{SKU: s.items[s.exact+i%(len(s.items)-s.exact)].sku, Quantity: 1})
		}
		s.bundles = append(s.bundles, parts)
		cmds = append(cmds, admin.ItemCommand{Item: catalog.Item{SKU: fmt.Sprintf("SET%d", i), Name: "Set", Kind: catalog.Bundle, WhenShort: catalog.Backorder, Components: parts}})
	}
	_, err := s.save(ctx, cmds)
	return err
}

// open puts the first stock on the shelves.
func (s *shop) open(ctx context.Context) error {
	var lines []stock.Line
	for i := range s.items {
		for _, at := range s.at {
			lines = append(lines, stock.Line{SKU: s.items[i].sku, Location: at, Quantity: opening})
		}
		s.items[i].state.OnHand = row{opening, opening, opening}
	}
	for part := range slices.Chunk(lines, 900) {
		if _, err := desk.One(ctx, s.nodes[0].desk, floor.Receive, scope, floor.ReceiveCommand{Lines: part}, desk.Options{}); err != nil {
			return err
		}
	}
	return nil
}

// place is the number of a location.
func (s *shop) place(id stock.LocationID) int { return slices.Index(s.at[:], id) }
