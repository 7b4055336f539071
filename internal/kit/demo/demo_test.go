package demo_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/kit/demo"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/keys"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// opened is a furnished demo and its desk.
func opened(t *testing.T, db *store.DB, o demo.Options) (*demo.Demo, *desk.Desk) {
	t.Helper()
	d := desk.New(db, nil)
	t.Cleanup(d.Close)
	m, err := demo.Open(context.Background(), db, d, o)
	if err == nil {
		err = m.Furnish(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return m, d
}

// steps goes n steps and gives what they brought about, one event a line.
func steps(t *testing.T, m *demo.Demo, n int) string {
	t.Helper()
	var b strings.Builder
	for i := range n {
		events, err := m.Step(context.Background())
		if err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		for _, e := range events {
			fmt.Fprintf(&b, "%d %s %d %s\n", e.Seq, e.Type, e.Order, e.Stage)
		}
	}
	return b.String()
}

// The whole life of orders happens, the books are right after it, and both
// engines go through the very same events.
func TestOrdersLiveTheirWholeLife(t *testing.T) {
	told := map[string]string{}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		m, _ := opened(t, db, demo.Options{Seed: 1})
		told[t.Name()] = steps(t, m, 1500)
		tally := m.Tally()
		for _, typ := range []string{
			"order.placed", "order.held", "order.hold_lifted", "order.edited", "order.paid", "order.refunded", "order.canceled", "order.backorder_served",
			"fulfillment.released", "fulfillment.picked", "fulfillment.short_picked", "fulfillment.packed", "parcel.shipped", "parcel.delivered",
			"order.returned", "trouble.reported", "trouble.settled", "work.claimed", "purchase.sent", "purchase.received", "purchase.invoiced", "fulfillment.submitted", "fulfillment.accepted", "fulfillment.rejected", "stock.counted", "stock.adjusted", "stock.transferred",
		} {
			if tally.Entries[typ] == 0 {
				t.Errorf("in 1,500 steps there was no %s", typ)
			}
		}
		normal := map[string]bool{
			"orders.place out_of_stock": true, "orders.cancel nothing_to_cancel": true, "stock.count not_enough": true,
			"fulfillments.release wrong_state": true, "fulfillments.pick wrong_state": true,
		}
		for what := range tally.Refusals {
			if !normal[what] {
				t.Errorf("the demo asked for what nobody could want: %s", what)
			}
		}
		r, err := verify.Run(context.Background(), db, verify.Options{Level: verify.Deep})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range r.Violations {
			t.Errorf("%+v", v)
		}
		if int(r.Orders) != tally.Count[demo.Placed] || r.Orders < 500 {
			t.Errorf("verify looked at %d orders of %d", r.Orders, tally.Count[demo.Placed])
		}
	})
	var first string
	for name, events := range told {
		if first == "" {
			first = events
		}
		if diff := cmp.Diff(first, events); diff != "" {
			t.Errorf("%s went another way:\n%s", name, diff)
		}
	}
}

// The sequence follows from the seed: not from the clock, nor from how fast it
// is gone through.
func TestTheSeedDecides(t *testing.T) {
	standing := func() time.Time { return time.Date(2031, time.May, 4, 3, 2, 1, 0, time.UTC) }
	play := func(o demo.Options, now func() time.Time) string {
		db, err := store.Open(context.Background(), store.Options{Dir: t.TempDir(), Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		m, _ := opened(t, db, o)
		return steps(t, m, 400)
	}
	first := play(demo.Options{Seed: 7}, standing)
	for name, again := range map[string]string{
		"the same clock": play(demo.Options{Seed: 7}, standing),
		"another clock":  play(demo.Options{Seed: 7}, time.Now),
		"another speed":  play(demo.Options{Seed: 7, Speed: 600}, standing),
	} {
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("with %s the same seed went another way:\n%s", name, diff)
		}
	}
	if play(demo.Options{Seed: 8}, standing) == first {
		t.Error("another seed went the same way")
	}
	if !strings.Contains(first, " parcel.delivered 10") || strings.Count(first, "order.placed") < 350 {
		t.Errorf("too little happened in 400 steps:\n%.2000s", first)
	}
}

// What visitors place is theirs to work, and the demo goes on beside it.
func TestVisitorsAreLeftAlone(t *testing.T) {
	ctx := context.Background()
	db := storetest.SQLite(t)
	m, d := opened(t, db, demo.Options{Seed: 1})
	visitor := access.System(admin.Main, "key", "visitor")
	steps(t, m, 50)
	sku := inStock(t, db)
	r, err := desk.One(ctx, d, intake.Place, visitor, intake.PlaceCommand{Request: order.Request{
		Channel: "web", ExternalID: "VISIT-1", Currency: "GBP", Lines: []order.RequestLine{{SKU: sku, Quantity: 1, Price: 1_000_000}},
	}}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	events := steps(t, m, 500)
	if n := r.Value.(*intake.Placed).Order.Number; strings.Count(events, fmt.Sprintf(" %d ", n)) != 1 {
		t.Errorf("not only its placement was told of the visitor's order %d", n)
	}
	err = db.Read(ctx, visitor, func(rd *store.Reader) error {
		o, err := orders.Get(rd, order.ID(r.ID))
		if err != nil || o.Version != 1 {
			t.Errorf("the demo changed the visitor's order: %+v, %v", o, err)
		}
		fuls, err := fulfillments.OfSources(rd, []int64{r.ID})
		if len(fuls) != 1 || fuls[0].WorkStatus != "pending" {
			t.Errorf("the demo worked the visitor's order: %+v", fuls)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inStock is the SKU of something that can be had.
func inStock(t *testing.T, db *store.DB) (sku string) {
	t.Helper()
	err := db.Read(context.Background(), access.System(admin.Main, "command", "test"), func(r *store.Reader) error {
		page, err := items.Page(r, "MUG-", "", 1)
		if err == nil {
			sku = page[0].SKU
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sku
}

// A demo opens with a key to everything, and never in somebody's books.
func TestADemoNeedsAnEmptyDatabase(t *testing.T) {
	ctx := context.Background()
	db := storetest.SQLite(t)
	m, d := opened(t, db, demo.Options{})
	if !strings.HasPrefix(m.Key(), admin.KeyPrefix) || m.Name() == "" {
		t.Errorf("the key is %q, the name %q", m.Key(), m.Name())
	}
	_, err := demo.Open(ctx, db, d, demo.Options{})
	if fault.CodeOf(err) != "database_in_use" {
		t.Errorf("a second demo in the database: %v", err)
	}
	err = db.Read(ctx, access.System(admin.Main, "command", "test"), func(r *store.Reader) error {
		list, err := keys.List(r)
		if len(list) != 1 || list[0].Hash != admin.Hash(m.Key()) || len(list[0].Scopes) != len(access.All) || !strings.HasPrefix(m.Key(), list[0].Hint) {
			t.Errorf("the keys are %+v", list)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOptionsAreBounded(t *testing.T) {
	for _, o := range []demo.Options{{Speed: -1}, {Speed: demo.MaxSpeed + 1}, {OrdersPerMinute: -1}, {OrdersPerMinute: demo.MaxOrdersPerMinute + 1}} {
		if fault.KindOf(o.Check()) != fault.Invalid {
			t.Errorf("%+v was allowed", o)
		}
	}
	for _, o := range []demo.Options{{}, {Seed: 1 << 63, Speed: 1, OrdersPerMinute: 1}, {Speed: demo.MaxSpeed, OrdersPerMinute: demo.MaxOrdersPerMinute}} {
		if err := o.Check(); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
}
