package orders_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/project"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

// crowd places orders that differ in all that lists filter by.
func crowd(t *testing.T, db *store.DB, rng *rand.Rand, n int) (s *desktest.Shop, items, customers []int64) {
	s = desktest.Open(t, db)
	skus := []string{"MUG", "TEA", "POT"}
	for i, sku := range skus {
		items = append(items, int64(s.Goods(sku, catalog.Backorder, "A", 1+10*i)))
	}
	for i := range 2 {
		r := desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: fmt.Sprint("C", i)}})
		customers = append(customers, r.ID)
	}
	for i := range n {
		r := s.Request(skus[rng.IntN(3)], 1)
		r.Parties.Customer.Name = []string{"Ada Smith", "Ada Smithers", "Grace Jones"}[rng.IntN(3)]
		r.Parties.Customer.Email = fmt.Sprintf("buyer%d@example.com", i%40) // more beginnings than are looked at
		r.Channel = []string{"web", "shop", "phone"}[rng.IntN(3)]
		r.CustomerID = party.ID(customers[rng.IntN(2)])
		if rng.IntN(2) == 0 {
			r.Tags = []string{"vip"}
		}
		if rng.IntN(3) == 0 {
			r.Payments = []order.Payment{{Amount: 1295}}
		}
		if rng.IntN(4) == 0 {
			r.Holds = []order.Hold{{Reason: "address"}}
		}
		p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		switch rng.IntN(5) {
		case 0:
			desktest.Must(s, intake.Cancel, intake.CancelCommand{Order: p.Order.ID})
		case 1:
			if len(r.Holds) == 0 {
				s.Ship(p)
			}
		}
	}
	if err := (&project.Search{DB: db}).CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s, items, customers
}

// TestListsAgainstAll pages through every filter with a small window and
// compares with all orders looked at one by one. Kills: an index that does not
// hold all that fits, a page that leaves out or repeats, an end that is none.
func TestListsAgainstAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rng := rand.New(rand.NewPCG(7, 7))
		s, items, customers := crowd(t, db, rng, 90)
		defer orders.LowerWindow(11)()
		all := pageThrough(t, s, orders.Filter{Limit: 90})
		split(t, s, all, 13)
		if len(all) != 90 {
			t.Fatalf("%d orders", len(all))
		}
		loaded := load(t, s, all)
		for range 400 {
			f := drawn(rng, items, customers, loaded[all[rng.IntN(90)]])
			var want []order.ID
			for _, id := range all {
				if fits(loaded[id], f) {
					want = append(want, id)
				}
			}
			if got := pageThrough(t, s, f); !slices.Equal(got, want) {
				t.Fatalf("%+v\nlists %d: %v\nwant  %d: %v", f, len(got), got, len(want), want)
			}
		}
	})
}

// split puts words into periods of n orders, as many more orders would.
func split(t *testing.T, s *desktest.Shop, all []order.ID, n int) {
	t.Helper()
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		tx.Beside(s.Scope.Merchant)
		for end := len(all) - n; end > 0; end -= n { // the newest come first
			start := int64(all[end-1])
			_, err := tx.Exec("UPDATE search_token SET period = $1 WHERE m = $2 AND order_id >= $1", start, tx.M)
			if err == nil {
				_, err = tx.Exec("INSERT INTO search_period (m, period, n, last) VALUES ($1, $2, $3, $4)", tx.M, start, int64(n), int64(all[max(0, end-n)]))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func pageThrough(t *testing.T, s *desktest.Shop, f orders.Filter) (ids []order.ID) {
	t.Helper()
	for pages := 0; ; pages++ {
		var found orders.Found
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) { found, err = orders.List(r, f); return err })
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		for _, row := range found.Rows {
			ids = append(ids, row.Order.ID)
		}
		if len(found.Rows) > f.Limit || pages > 200 {
			t.Fatalf("%+v: a page of %d, %d pages", f, len(found.Rows), pages)
		}
		if f.Before = found.Next; found.Next == 0 {
			return ids
		}
	}
}

func load(t *testing.T, s *desktest.Shop, ids []order.ID) (out map[order.ID]*order.Order) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		out, err = orders.Load(r, ids, orders.Parts{Party: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drawn is a filter of one to three conditions; like is an order that some of
// them are taken from.
func drawn(rng *rand.Rand, items, customers []int64, like *order.Order) orders.Filter {
	f := orders.Filter{Limit: 1 + rng.IntN(9)}
	for range 1 + rng.IntN(3) {
		switch rng.IntN(14) {
		case 0:
			f.Status = like.Statuses.Status
		case 1:
			f.Payment = like.Statuses.Payment
		case 2:
			f.Fulfillment = like.Statuses.Fulfillment
		case 3:
			f.Hold = like.Statuses.Hold
		case 4:
			f.Stages = []string{like.Statuses.Stage, "in_work"}
		case 5:
			f.Channel = like.Channel
		case 6:
			f.ExternalID = like.ExternalID
		case 7:
			f.Number = like.Number
		case 8:
			f.Customer = customers[rng.IntN(2)]
		case 9:
			f.Tag = "vip"
		case 10:
			f.From = like.ID
		case 11:
			f.To = like.ID
		case 12:
			f.Item = items[rng.IntN(3)]
		default:
			text := []string{"ada", "smith", "smi", "grace jones", "ada mug", "tea smith", "smith ada", "buyer ada", "ada smith mug", "po", "grace pot jones", fmt.Sprint(like.Number), like.ExternalID,
				like.Party.Customer.Email, like.Party.Customer.Email + " ada", "nobody"}[rng.IntN(16)]
			f.Words, _ = search.Parse(text)
		}
	}
	return f
}

func fits(o *order.Order, f orders.Filter) bool {
	st := o.Statuses
	for _, c := range [][2]string{{f.Status, st.Status}, {f.Payment, st.Payment}, {f.Fulfillment, st.Fulfillment}, {f.Hold, st.Hold}, {f.Channel, o.Channel}, {f.ExternalID, o.ExternalID}} {
		if c[0] != "" && c[0] != c[1] {
			return false
		}
	}
	switch {
	case len(f.Stages) > 0 && !slices.Contains(f.Stages, st.Stage), f.Number != 0 && f.Number != o.Number, f.Customer != 0 && f.Customer != o.Customer,
		f.Tag != "" && !slices.Contains(o.Tags, f.Tag), f.From != 0 && o.ID < f.From, f.To != 0 && o.ID >= f.To:
		return false
	case f.Item != 0 && !slices.ContainsFunc(o.Lines, func(l order.Line) bool { return l.Item == f.Item }):
		return false
	}
	for _, w := range f.Words {
		if !hasWord(o, w) {
			return false
		}
	}
	return true
}

// hasWord looks at the order itself, in another way than tokens do.
func hasWord(o *order.Order, w search.Word) bool {
	have := append(strings.Fields(strings.ToLower(o.Party.Customer.Name)), strings.ToLower(o.ExternalID), o.Party.Customer.Email)
	for _, l := range o.Lines {
		have = append(have, strings.ToLower(l.SKU))
	}
	for _, h := range have {
		if h == w.Tokens[0] || w.Prefix && strings.HasPrefix(h, w.Tokens[0]) {
			return true
		}
	}
	return w.Number == o.Number
}

// More SKUs begin so than are looked at: the answer says so. Words are all
// looked at, however many begin so.
func TestPartial(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _, _ := crowd(t, db, rand.New(rand.NewPCG(1, 1)), 60)
		for i := range 30 {
			s.Goods(fmt.Sprintf("MANY-%02d", i), catalog.Backorder)
		}
		for text, partial := range map[string]bool{"many": true, "many-0": false, "buyer": false, "buyer1@example.com": false, "smi": false, "buyer smith": false, "smith buyer": false} {
			words, err := search.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			err = s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
				found, err := orders.List(r, orders.Filter{Words: words, Limit: 5})
				if found.Partial != partial {
					t.Errorf("%q: partial is %t", text, found.Partial)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
