package runs

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"

	"orderly/internal/access"
	"orderly/internal/bulk"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/bulks"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

type shop struct {
	*desktest.Shop
	t      *testing.T
	runner *jobs.Runner
}

func open(t *testing.T, db *store.DB) *shop {
	s := &shop{Shop: desktest.Open(t, db), t: t}
	s.runner = jobs.New(db, Kinds(s.Desk, slog.New(slog.DiscardHandler)), jobs.Options{})
	s.Goods("TEA", catalog.Backorder, "A", 1000)
	return s
}

// many places n orders on the channel.
func (s *shop) many(n int) []order.ID {
	var out []order.ID
	for range n {
		out = append(out, s.Place("TEA", 1).Order.ID)
	}
	return out
}

func (s *shop) begin(c admin.RunCommand) bulk.ID {
	s.t.Helper()
	return bulk.ID(desktest.Must(s.Shop, admin.BeginRun, c).ID)
}

func (s *shop) work() {
	s.t.Helper()
	if _, err := s.runner.Round(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	s.runner.Wait()
}

func (s *shop) read(id bulk.ID) (x bulks.Run, rows []bulk.Row) {
	s.t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		rows = nil
		if x, err = bulks.Get(r, id); err != nil {
			return err
		}
		list, err := bulks.Chunks(r, id, 0, 1000)
		for _, c := range list {
			rows = append(rows, c.Rows...)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return x, rows
}

func (s *shop) notes(id order.ID) (n int) {
	s.t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		list, err := orders.Notes(r, id)
		n = len(list)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func text(s string) *string { return &s }

// Kills: a walk that loses its place when the act takes orders out of the
// filter; an act on what was placed after the run began; a refusal that ends
// the run.
func TestFilter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		ids := s.many(260) // more than a chunk
		desktest.Must(s.Shop, intake.Cancel, intake.CancelCommand{Order: ids[3]})
		run := s.begin(admin.RunCommand{Act: bulk.Act{Kind: bulk.Hold, Reason: "address"}, Filter: text("hold_status=none")})
		later := s.many(1)
		s.work()
		x, rows := s.read(run)
		if x.State != bulks.Ended || x.Counts.Done != 259 || x.Counts.Refused != 1 || len(rows) != 260 {
			t.Fatalf("%+v of %d rows", x, len(rows))
		}
		for _, row := range rows {
			if row.Order == later[0] || (row.Status == bulk.Refused) != (row.Order == ids[3]) {
				t.Errorf("%+v", row)
			}
		}
		lift := s.begin(admin.RunCommand{Act: bulk.Act{Kind: bulk.Lift, Reason: "address"}, Orders: append(later, ids[:5]...)})
		s.work()
		if x, _ := s.read(lift); x.Counts.Done != 4 || x.Counts.Unchanged != 2 {
			t.Errorf("lifting: %+v", x.Counts)
		}
	})
}

// Kills: a run that is taken over by another node and does again what was
// done before the first one died.
func TestTakenOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		ids := s.many(30)
		run := s.begin(admin.RunCommand{Act: bulk.Act{Kind: bulk.Note, Note: "once"}, Filter: text("")})
		died := errors.New("the node died")
		first := jobs.New(db, []jobs.Kind{{Name: admin.RunJob, Run: func(ctx context.Context, c *jobs.Claim) error {
			w := &work{desk: s.Desk, claim: c, run: bulks.Run{ID: run}}
			if _, err := w.step(ctx); err != nil { // planned
				return err
			}
			err := db.Read(ctx, s.Scope, func(r *store.Reader) (err error) {
				w.chunk, _, err = bulks.Open(r, run, 1)
				return err
			})
			if err != nil {
				return err
			}
			w.scope.Cause = run.String()
			if err := do(ctx, s.Desk, w.scope, w.act, w.chunk.Rows, run.String()+"/1"); err != nil {
				return err
			}
			return died // after the commit, before it is settled
		}}}, jobs.Options{})
		if _, err := first.Round(context.Background()); err != nil {
			t.Fatal(err)
		}
		first.Wait()
		if x, _ := s.read(run); x.Settled() != 0 || s.notes(ids[0]) != 1 {
			t.Fatalf("the first node settled %+v and wrote %d notes", x, s.notes(ids[0]))
		}
		storetest.Exec(t, db, "UPDATE job SET due_at = 0, lease_until = 0 WHERE m = $1", s.Scope.Merchant)
		s.work()
		if x, _ := s.read(run); x.State != bulks.Ended || x.Counts.Done != 30 {
			t.Errorf("%+v", x)
		}
		for _, id := range ids {
			if n := s.notes(id); n != 1 {
				t.Errorf("order %s has %d notes", id, n)
			}
		}
	})
}

// Kills: a run that goes on after it was stopped, or after who began it lost
// the permission.
func TestStopped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		ids := s.many(2)
		run := s.begin(admin.RunCommand{Act: bulk.Act{Kind: bulk.Cancel}, Filter: text("")})
		desktest.Must(s.Shop, admin.StopRun, admin.StopCommand{ID: run})
		s.work()
		if x, rows := s.read(run); x.State != bulks.Stopped || len(rows) != 0 {
			t.Errorf("%+v", x)
		}
		who := s.Scope
		who.Actor = access.Actor{Kind: "key", ID: "key_0pmnqh2000400"}
		s.Scope = who
		run = s.begin(admin.RunCommand{Act: bulk.Act{Kind: bulk.Cancel}, Orders: ids})
		s.work()
		if x, _ := s.read(run); x.State != bulks.Failed || x.Why != Denied || x.Counts.Done != 0 {
			t.Errorf("%+v", x)
		}
	})
}

// Kills: a preview that changes something, or that tells other than what the
// run then does.
func TestForesee(t *testing.T) {
	s := open(t, storetest.SQLite(t))
	s.many(3)
	c := admin.RunCommand{Act: bulk.Act{Kind: bulk.Cancel}, Filter: text("channel=none")}
	f, err := Foresee(context.Background(), s.Desk, s.Scope, c)
	if err != nil || len(f.Rows) != 0 || f.More {
		t.Fatalf("%+v, %v", f, err)
	}
	c.Filter = text("status=open")
	for range 2 {
		f, err = Foresee(context.Background(), s.Desk, s.Scope, c)
		if err != nil || f.Counts.Done != 3 || f.Units != 3 || f.Freed["GBP"]+f.Freed["EUR"] != 3*1295 {
			t.Fatalf("%+v, %v", f, err)
		}
	}
	for _, bad := range []admin.RunCommand{
		{Act: bulk.Act{Kind: "burn"}, Filter: text("")}, {Act: bulk.Act{Kind: bulk.Hold}, Filter: text("")}, {Act: bulk.Act{Kind: bulk.Cancel}},
		{Act: bulk.Act{Kind: bulk.Cancel}, Filter: text("colour=red")}, {Act: bulk.Act{Kind: bulk.Cancel}, Filter: text("sku=NONE")},
	} {
		if _, err := Foresee(context.Background(), s.Desk, s.Scope, bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}
