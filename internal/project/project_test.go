package project_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/pgtest"
	"orderly/internal/project"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/store/tokens"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func openShop(t *testing.T, db *store.DB) (*desktest.Shop, *project.Search) {
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 1000)
	s.Goods("TEA", catalog.Backorder, "A", 1000)
	return s, &project.Search{DB: db}
}

// named places an order of somebody.
func named(s *desktest.Shop, name string, of ...any) *intake.Placed {
	s.T.Helper()
	r := s.Request(of...)
	first, _, _ := strings.Cut(strings.ToLower(name), " ")
	r.Parties.Customer.Name, r.Parties.Customer.Email = name, first+"@example.com"
	return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
}

// manyNamed places orders of somebody in one turn.
func manyNamed(s *desktest.Shop, name string, n int) {
	s.T.Helper()
	cmds := make([]intake.PlaceCommand, n)
	for i := range cmds {
		r := s.Request("MUG", 1)
		r.Parties.Customer.Name, r.Parties.Customer.Email = name, "many@example.com"
		cmds[i].Request = r
	}
	results, err := desk.Do(context.Background(), s.Desk, intake.Place, s.Scope, cmds, desk.Options{})
	if err != nil || len(results) != n {
		s.T.Fatalf("%d of %d orders: %v", len(results), n, err)
	}
	for _, x := range results {
		if x.Err != nil {
			s.T.Fatal(x.Err)
		}
	}
}

// find asks as a list does and gives the orders' ids.
func find(t *testing.T, s *desktest.Shop, question string) (ids []order.ID) {
	t.Helper()
	words, err := search.Parse(question)
	if err != nil {
		t.Fatal(err)
	}
	err = s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := orders.List(r, orders.Filter{Words: words, Limit: 50})
		ids = ids[:0]
		for _, row := range found.Rows {
			ids = append(ids, row.Order.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func (w what) is(question string, want ...order.ID) {
	w.t.Helper()
	if got := find(w.t, w.s, question); !slices.Equal(got, want) {
		w.t.Errorf("%q finds %v, want %v", question, got, want)
	}
}

type what struct {
	t *testing.T
	s *desktest.Shop
}

func catchUp(t *testing.T, p *project.Search) {
	t.Helper()
	if err := p.CatchUp(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Behind(context.Background()); n != 0 || err != nil {
		t.Fatalf("%d entries behind, %v", n, err)
	}
}

// Kills: an act that is not projected, a word that stays or is doubled, and a
// SKU that is taken for a name.
func TestSearchFollowsTheJournal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := openShop(t, db)
		w := what{t, s}
		first := named(s, "Ada Byron", "MUG", 1)
		second := named(s, "Grace Mug", "TEA", 1, "MUG", 1)
		w.is("ada")
		if got := find(t, s, "1001"); !slices.Equal(got, []order.ID{first.Order.ID}) {
			t.Errorf("a number is found at once: %v", got)
		}
		catchUp(t, p)
		w.is("ada", first.Order.ID)
		w.is("mug", second.Order.ID, first.Order.ID)
		w.is("mug ada", first.Order.ID)
		w.is("tea mug grace", second.Order.ID)
		w.is(second.Order.ExternalID, second.Order.ID)
		w.is("Grace@example.com", second.Order.ID)
		w.is("ls1 1aa", second.Order.ID, first.Order.ID)
		w.is(first.Order.ID.String(), first.Order.ID)

		w.is("jd123")
		f := first.Fulfillments[0].ID
		s.Work(f, "release", "pick")
		desktest.Must(s, floor.Pack, floor.PackCommand{Fulfillment: f, Carrier: "dhl", Tracking: "JD123"})
		catchUp(t, p)
		w.is("jd123", first.Order.ID)

		storetest.Exec(t, db, "UPDATE order_party SET name = 'Countess Lovelace', email = 'al@example.com' WHERE m = $1 AND order_id = $2", s.Scope.Merchant, int64(first.Order.ID))
		reindex(t, s, first.Order.ID)
		w.is("ada")
		w.is("ada@example.com")
		w.is("lovel", first.Order.ID)
		whole(t, s)
	})
}

// Words of an order that has no list are a fault that verify tells; search goes
// on with that order all the same.
func TestWordsWithoutAList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := openShop(t, db)
		ada := named(s, "Ada Lovelace", "MUG", 1).Order.ID
		storetest.Exec(t, db, "INSERT INTO search_token (m, period, token, order_id) VALUES ($1, 0, 'ada', $2)", s.Scope.Merchant, int64(ada))
		catchUp(t, p)
		what{t, s}.is("ada", ada)
		whole(t, s)
	})
}

// reindex looks at an order again, as an edit of its people will.
func reindex(t *testing.T, s *desktest.Shop, ids ...order.ID) {
	t.Helper()
	err := s.DB.Transact(context.Background(), func(tx *store.Tx) error {
		tx.Beside(s.Scope.Merchant)
		if _, err := cursors.Lock(tx, project.Consumer); err != nil {
			return err
		}
		words, err := tokens.Read(&tx.Reader, ids)
		if err == nil {
			_, err = tokens.Reindex(tx, ids, words)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whole compares every word that is kept with what the orders say.
func whole(t *testing.T, s *desktest.Shop) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		found, err := orders.List(r, orders.Filter{Limit: 10_000})
		if err != nil {
			return err
		}
		var ids []order.ID
		for _, row := range found.Rows {
			ids = append(ids, row.Order.ID)
		}
		words, err := tokens.Read(r, ids)
		if err != nil {
			return err
		}
		var want, got []string
		for id, list := range words {
			for _, token := range list {
				want = append(want, token+" "+id.String())
			}
		}
		rows, err := tokens.Page(r, tokens.Row{}, 1_000_000)
		for _, x := range rows {
			got = append(got, x.Token+" "+x.Order.String())
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%d words are kept, the orders have %d", len(got), len(want))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Several processes project at once, and some of their transactions fail
// before the commit. Kills: a cursor that moves without its words.
func TestManyProjectAndSomeFail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := openShop(t, db)
		manyNamed(s, "Ada Byron", 300) // more than one step
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		torn, tear := context.WithCancel(ctx)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				for n, err := int64(1), error(nil); n > 0 && err == nil; {
					if i == 0 {
						n, err = p.Step(torn, s.Scope.Merchant)
						tear()
						continue
					}
					if _, err = p.Step(ctx, s.Scope.Merchant); err != nil {
						t.Error(err)
					}
					n, err = p.Behind(ctx)
				}
			})
		}
		all.Wait()
		tear()
		catchUp(t, p)
		if got := find(t, s, "ada byron mug"); len(got) != 50 {
			t.Errorf("found %d", len(got))
		}
		whole(t, s)
	})
}

// Run wakes by a commit: the poll alone would take longer than a test may.
func TestRunWakes(t *testing.T) {
	s, p := openShop(t, storetest.SQLite(t))
	wake, end := s.Desk.Watch(0)
	defer end()
	p.Wake = wake
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { p.Run(ctx); close(ended) }()
	defer func() { cancel(); <-ended }()
	placed := named(s, "Ada Byron", "MUG", 1)
	for deadline := time.Now().Add(10 * time.Second); !slices.Equal(find(t, s, "byron"), []order.ID{placed.Order.ID}); {
		if time.Now().After(deadline) {
			t.Fatal("the order is not found")
		}
	}
}

func TestAnOrderHasFewWords(t *testing.T) {
	s, p := openShop(t, storetest.SQLite(t))
	s.Goods("POT", catalog.Backorder)
	named(s, "Ada Byron", "MUG", 1, "TEA", 1, "POT", 1)
	catchUp(t, p)
	var n int
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		rows, err := tokens.Page(r, tokens.Row{}, 100)
		n = len(rows)
		for _, x := range rows {
			if strings.Contains(x.Token, "leeds") {
				t.Error("the city is a word")
			}
		}
		return err
	})
	if err != nil || n > 8 {
		t.Errorf("%d words of an order of three lines, %v", n, err)
	}
}

// Kills: words of an order as it was placed where it was changed since, in the
// same stretch or by another process; an order that keeps none because they were
// taken and not written.
func TestWordsOfFreshOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, p := openShop(t, db)
		w := what{t, s}
		placed, changed := named(s, "Ada Lovelace", "MUG", 1), named(s, "Grace Hopper", "MUG", 1)
		desktest.Must(s, intake.Change, intake.ChangeCommand{Order: changed.Order.ID, Change: order.Change{Customer: &party.Contact{Name: "Grace Murray", Email: "g@example.com"}}})
		if _, ok := tokens.FreshOf(db).Take(s.Scope.Merchant, placed.Order.ID); !ok {
			t.Error("an order that was just placed has to be read")
		}
		catchUp(t, p) // the words of the first were taken: it is read
		w.is("lovelace", placed.Order.ID)
		w.is("murray", changed.Order.ID)
		w.is("hopper")
		manyNamed(s, "Mary Somerville", 300)
		catchUp(t, p)
		whole(t, s)
	})
}
