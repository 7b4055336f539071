package desk_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/levels"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

var anyID = regexp.MustCompile(`\d{12,}`)

// story is what the books hold of an order, ids by when they first appear.
func story(t *testing.T, s *desktest.Shop, id order.ID, items ...catalog.ID) string {
	t.Helper()
	var out strings.Builder
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		out.Reset()
		o, err := orders.Get(r, id)
		if err != nil {
			return err
		}
		fmt.Fprintln(&out, o.Statuses, o.Sums, o.Totals, o.Paid, o.Version)
		for _, l := range o.Lines {
			fmt.Fprintln(&out, l.N, l.SKU, l.Q)
		}
		told, err := entries.OfSubject(r, int64(id), 0, 1000, 100)
		if err != nil {
			return err
		}
		for _, e := range told {
			fmt.Fprintln(&out, e.SubjectSeq, e.Type, string(e.Data))
		}
		fuls, err := fulfillments.OfSources(r, []int64{int64(id)})
		if err != nil {
			return err
		}
		for _, f := range fuls {
			fmt.Fprintln(&out, int64(f.ID), int64(f.Location), f.WorkStatus, f.Version, f.Lines)
			for _, item := range items {
				moved, err := levels.OfRef(r, []int64{int64(item)}, "ful", int64(f.ID))
				if err != nil {
					return err
				}
				for _, m := range moved {
					fmt.Fprintln(&out, m.Cell, m.State, m.Quantity, m.Reason)
				}
			}
		}
		parcels, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
		for _, p := range parcels {
			fmt.Fprintln(&out, p.Status, p.Version, p.Lines, p.ShippedAt > 0, p.DeliveredAt > 0)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	for _, l := range s.Locations { // these are the same in both
		names[fmt.Sprint(int64(l))] = l.String()
	}
	for _, i := range items {
		names[fmt.Sprint(int64(i))] = i.String()
	}
	return anyID.ReplaceAllStringFunc(out.String(), func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("<%d>", len(names))
		}
		return names[id]
	})
}

// Kills: a sale that differs in any row from its acts one by one; half a sale;
// one that takes what lies elsewhere; a second one of a double submit.
func TestSell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		tea, pot := s.Goods("TEA", catalog.Backorder, "A", 50, "B", 9), s.Goods("POT", catalog.Refuse, "A", 50, "B", 4)
		ask := func(of ...any) intake.SellCommand {
			r := s.Request(of...)
			r.Channel, r.Payments, r.Note, r.ExternalID = "counter", []order.Payment{{Amount: 1000, Reference: "cash"}}, "in a bag", ""
			return intake.SellCommand{Request: r, Location: s.Locations["A"]}
		}
		c := ask("TEA", 2, "POT", 1)
		placed := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: c.Request}).Value.(*intake.Placed)
		s.Work(placed.Fulfillments[0].ID, "release", "pick", "pack", "ship", "deliver")
		sold := desktest.Must(s, intake.Sell, c).Value.(*intake.Sold)
		one, all := story(t, s, placed.Order.ID, tea, pot), story(t, s, sold.Order.ID, tea, pot)
		all = strings.ReplaceAll(all, fmt.Sprintf(`"number":%d`, sold.Order.Number), fmt.Sprintf(`"number":%d`, placed.Order.Number))
		if one != all {
			t.Errorf("one by one:\n%s\nat once:\n%s", one, all)
		}
		if sold.Order.Statuses.Status != "completed" && sold.Order.Statuses.Fulfillment != "delivered" {
			t.Errorf("sold is %v", sold.Order.Statuses)
		}

		c = ask("TEA", 1, "POT", 5)
		c.Location = s.Locations["B"] // only four pots are there, fifty elsewhere
		if _, err := desktest.Try(s, intake.Sell, c); fault.CodeOf(err) != "out_of_stock" {
			t.Errorf("what lies elsewhere was sold: %v", err)
		}
		c = ask("TEA", 1)
		c.Request.Holds = []order.Hold{{Reason: "address"}}
		if _, err := desktest.Try(s, intake.Sell, c); fault.KindOf(err) != fault.Invalid {
			t.Errorf("what is held was sold: %v", err)
		}
		c = ask("TEA", 1)
		c.Location = stock.LocationID(1)
		if _, err := desktest.Try(s, intake.Sell, c); fault.KindOf(err) != fault.NotFound {
			t.Errorf("sold at no location: %v", err)
		}
		c = ask("TEA", 1)
		if got, err := desk.Preview(context.Background(), s.Desk, intake.Sell, s.Scope, []intake.SellCommand{c}); err != nil || got[0].Err != nil {
			t.Errorf("a preview: %v %v", err, got)
		}
		twice := desk.Options{Key: "k", Route: "sell", Hash: []byte("h")}
		first, err1 := desk.One(context.Background(), s.Desk, intake.Sell, s.Scope, c, twice)
		again, err2 := desk.One(context.Background(), s.Desk, intake.Sell, s.Scope, c, twice)
		if err1 != nil || err2 != nil || first.ID != again.ID {
			t.Errorf("a double submit: %v %v, %d and %d", err1, err2, first.ID, again.ID)
		}
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			l, err := levels.Get(r, stock.Cell{Item: int64(tea), Location: s.Locations["A"]})
			if l.OnHand != 45 || l.Reserved != 0 {
				t.Errorf("level of TEA at A: %+v", l)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		report, err := verify.Run(context.Background(), db, verify.Options{Level: verify.Deep})
		if err != nil || !report.Clean() {
			t.Errorf("verify: %v %+v", err, report)
		}
	})
}
