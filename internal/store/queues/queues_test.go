package queues_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/queues"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const hour = int64(3_600_000_000)

// busy is a shop in which something stands in most queues.
func busy(t *testing.T, db *store.DB) *desktest.Shop {
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 30, "B", 30)
	s.Goods("TEA", catalog.Backorder, "A", 1)
	due := func(at int64, of ...any) *intake.Placed {
		r := s.Request(of...)
		r.DueAt = at
		return desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
	}
	now := db.Now()
	late := due(now+1, "MUG", 1)
	due(now+200*hour, "MUG", 1)
	due(0, "MUG", 2)
	s.Place("TEA", 4)
	held := s.Request("MUG", 1)
	held.Holds = []order.Hold{{Reason: "payment_review"}}
	desktest.Must(s, intake.Place, intake.PlaceCommand{Request: held})
	s.Work(late.Fulfillments[0].ID, "release")
	sent := due(now+1, "MUG", 3)
	s.Work(sent.Fulfillments[0].ID, "release", "pick", "pack", "ship")
	desktest.Must(s, floor.Parcel, floor.ParcelCommand{Fulfillment: sent.Fulfillments[0].ID, Act: "lose"})
	packed := s.Place("MUG", 1)
	s.Work(packed.Fulfillments[0].ID, "release", "pick", "pack")
	storetest.Exec(t, db, "INSERT INTO job (m, id, kind, dedupe, due_at, data, lease_owner, lease_until, attempts, last_error, created_at, dead_at) VALUES (1, 5, 'mail', 'a', 0, '', '', 0, 12, 'no route', 0, 9), (2, 6, 'mail', 'a', 0, '', '', 0, 12, 'x', 0, 9)")
	storetest.Exec(t, db, "INSERT INTO location_pickup (m, location, carrier, leaves_at, days) VALUES (1, $1, 'dpd', 960, 127), (1, $2, 'dpd', 60, 127)", int64(s.Locations["A"]), int64(s.Locations["A"]))
	return s
}

func look(t *testing.T, s *desktest.Shop, scope access.Scope, f func(r *store.Reader, b *queues.Board)) {
	t.Helper()
	err := s.DB.Read(context.Background(), scope, func(r *store.Reader) error {
		b, err := queues.Read(r, s.DB.Now())
		if err == nil {
			f(r, &b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func sum(b *queues.Board, id string) queue.Fact {
	var of []queue.Fact
	for _, f := range b.Facts {
		if f.Queue == id {
			of = append(of, f)
		}
	}
	return queue.Sum(of)
}

func TestBoard(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
			for id, want := range map[string]int64{
				queue.OnHold: 1, queue.Unsourced: 0, queue.Backorder: 1, queue.ToRelease: 4, queue.ToPick: 1, queue.ToPack: 0, queue.ToShip: 1, queue.Leaves: 2,
				queue.Late: 1, queue.Today: 0, queue.Lost: 1, queue.DeadJobs: 1, queue.Reports: 0, queue.Displaced: 0, queue.ShortPicks: 0,
			} {
				f := sum(b, id)
				if f.Count != want {
					t.Errorf("%s: %d stand in it, want %d", id, f.Count, want)
				}
				if f.Count > 0 && f.Oldest == 0 {
					t.Errorf("%s: nobody knows since when", id)
				}
				page := rows(t, r, b, id, "", 50)
				if int64(len(page.Rows)) != want || page.Next != "" {
					t.Errorf("%s: %d rows, want %d; next %q", id, len(page.Rows), want, page.Next)
				}
			}
			if c := sum(b, queue.Leaves).Clock; c <= b.Now || c > b.Now+24*hour {
				t.Errorf("the carrier comes in %d hours", (c-b.Now)/hour)
			}
			if w := rows(t, r, b, queue.Backorder, "", 5).Rows[0]; w.SKU != "TEA" || w.Units != 3 || w.Name != "Ada Byron" || w.Number == 0 {
				t.Errorf("%+v", w)
			}
			if w := rows(t, r, b, queue.OnHold, "", 5).Rows[0]; !slices.Equal(w.Reasons, []string{"payment_review"}) || w.Payment != "unpaid" {
				t.Errorf("%+v", w)
			}
			if w := rows(t, r, b, queue.Late, "", 5).Rows[0]; w.Status != fulfillment.Released || w.Units != 1 || w.Due == 0 || w.Location != s.Locations["A"] {
				t.Errorf("%+v", w)
			}
			if w := rows(t, r, b, queue.DeadJobs, "", 5).Rows[0]; w.ID != 5 || w.Text != "no route" {
				t.Errorf("%+v", w)
			}
		})
	})
}

func rows(t *testing.T, r *store.Reader, b *queues.Board, id, after string, limit int) queues.Page {
	t.Helper()
	page, err := queues.Rows(r, b, queues.Ask{Queue: queue.Named(id), After: after, Limit: limit})
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// Pages of one row each, one after the other, give what one page gives: what is
// due first, then what has no date.
func TestPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
			for _, q := range queue.All {
				all := rows(t, r, b, q.ID, "", 100).Rows
				var one []queues.Row
				for next := ""; ; {
					page := rows(t, r, b, q.ID, next, 1)
					one = append(one, page.Rows...)
					if next = page.Next; next == "" {
						break
					}
				}
				if len(one) != len(all) {
					t.Fatalf("%s: %d rows one by one, %d together", q.ID, len(one), len(all))
				}
				for i := range all {
					if all[i].ID != one[i].ID {
						t.Errorf("%s: row %d is %s, and one by one %s", q.ID, i, all[i].IDText(), one[i].IDText())
					}
				}
			}
			if due := rows(t, r, b, queue.ToRelease, "", 100).Rows; due[0].Due == 0 || due[len(due)-1].Due != 0 {
				t.Errorf("what is due does not come first: %+v", due)
			}
			if p := rows(t, r, b, queue.ToRelease, "nonsense.x", 100); len(p.Rows) != 4 {
				t.Errorf("a cursor that is none: %d rows", len(p.Rows))
			}
		})
	})
}

// Who sees one location sees its work alone.
func TestBoardOfOneLocation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		scope := s.Scope
		scope.Locations = []int64{int64(s.Locations["B"])}
		look(t, s, scope, func(r *store.Reader, b *queues.Board) {
			for _, id := range []string{queue.ToRelease, queue.ToPick, queue.ToShip, queue.Leaves, queue.Late, queue.Lost} {
				if f := sum(b, id); f.Count != 0 || len(rows(t, r, b, id, "", 10).Rows) != 0 {
					t.Errorf("%s at another location: %+v", id, f)
				}
			}
		})
		scope.Locations, scope.Permissions = nil, []access.Permission{access.FulfillmentRead}
		look(t, s, scope, func(r *store.Reader, b *queues.Board) {
			for _, f := range b.Facts {
				if queue.Named(f.Queue).Sees != access.FulfillmentRead {
					t.Errorf("%s is told to who may not see it", f.Queue)
				}
			}
			if w := rows(t, r, b, queue.Late, "", 5).Rows[0]; w.Name != "" {
				t.Errorf("the customer's name is told to who may not see orders: %q", w.Name)
			}
		})
	})
}

// Kills: a partner's floor whose work waits for the merchant's people, or is kept
// from the partner's own; and one that is late and that nobody sees.
func TestWorkAtPartner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		storetest.Exec(t, db, "UPDATE location SET kind = '3pl' WHERE m = 1 AND id = $1", int64(s.Locations["A"]))
		theirs := s.Scope
		theirs.Locations = []int64{int64(s.Locations["A"])}
		for _, who := range []struct {
			scope access.Scope
			sees  bool
		}{{s.Scope, false}, {theirs, true}} {
			look(t, s, who.scope, func(r *store.Reader, b *queues.Board) {
				for _, id := range []string{queue.ToPick, queue.ToShip, queue.Leaves} {
					if f, n := sum(b, id), len(rows(t, r, b, id, "", 10).Rows); (f.Count > 0) != who.sees || (n > 0) != who.sees {
						t.Errorf("%s at a partner's: %d, %d rows; is it for who looks: %t", id, f.Count, n, who.sees)
					}
				}
				for _, id := range []string{queue.ToRelease, queue.Late} {
					if f, n := sum(b, id), len(rows(t, r, b, id, "", 10).Rows); f.Count == 0 || n == 0 {
						t.Errorf("%s at a partner's is not told", id)
					}
				}
			})
		}
	})
}

func TestForFix(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := busy(t, db)
		fix := func(id string) (c queues.Candidates) {
			look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
				var err error
				if c, err = queues.ForFix(r, b, queue.Named(id)); err != nil {
					t.Fatal(err)
				}
			})
			return c
		}
		if c := fix(queue.ToRelease); len(c.IDs) != 0 || c.LeftOut[queues.OutHeld] != 1 || c.LeftOut[queues.OutUnpaid] != 3 {
			t.Errorf("release: %+v", c)
		}
		if c := fix(queue.OnHold); len(c.IDs) != 0 || c.LeftOut[queues.OutStands] != 1 {
			t.Errorf("lift: %+v", c)
		}
		storetest.Exec(t, db, "UPDATE orders SET paid = total WHERE m = 1")
		s.Restart()
		if c := fix(queue.ToRelease); len(c.IDs) != 2 || c.LeftOut[queues.OutHeld] != 1 || c.LeftOut[queues.OutLater] != 1 {
			t.Errorf("release what is paid: %+v", c)
		}
		if c := fix(queue.OnHold); len(c.IDs) != 1 {
			t.Errorf("lift what is paid: %+v", c)
		}
		if c := fix(queue.Backorder); len(c.IDs) != 1 {
			t.Errorf("source: %+v", c)
		}
		if c := fix(queue.DeadJobs); !slices.Equal(c.IDs, []int64{5}) {
			t.Errorf("retry: %+v", c)
		}
		desktest.Must(s, floor.Count, floor.CountCommand{Lines: []stock.Line{{SKU: "TEA", Location: s.Locations["A"], Quantity: 0}}})
		if c := fix(queue.Displaced); len(c.IDs) != 0 || c.LeftOut[queues.OutStands] != 1 {
			t.Errorf("what is still short is settled: %+v", c)
		}
		s.Receive("TEA", "A", 9)
		if c := fix(queue.Displaced); len(c.IDs) != 1 {
			t.Errorf("settle: %+v", c)
		}
	})
}

// What runs low is told with how much is left, at locations that are seen.
func TestLowStock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 3, "B", 30)
		storetest.Exec(t, db, "UPDATE level SET low = 1, low_at = 5 WHERE m = 1 AND location = $1", int64(s.Locations["A"]))
		look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
			if f := sum(b, queue.LowStock); f.Count != 1 {
				t.Errorf("%+v", f)
			}
			page := rows(t, r, b, queue.LowStock, "", 10)
			if len(page.Rows) != 1 || page.Rows[0].SKU != "MUG" || page.Rows[0].Units != 3 || b.Places[page.Rows[0].Location].Code != "A" {
				t.Errorf("%+v", page.Rows)
			}
		})
		scope := s.Scope
		scope.Locations = []int64{int64(s.Locations["B"])}
		look(t, s, scope, func(r *store.Reader, b *queues.Board) {
			if f := sum(b, queue.LowStock); f.Count != 0 {
				t.Errorf("at another location: %+v", f)
			}
		})
	})
}
