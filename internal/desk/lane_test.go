package desk_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestReceiptAnswersTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Refuse, "A", 10)
		hash := sha256.Sum256([]byte("body"))
		r := s.Request("X", 1)
		r.ExternalID = "" // the key alone must keep it single
		place := func(hash []byte) (desk.Result, bool, error) {
			replayed := false
			got, err := desk.One(context.Background(), s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: r},
				desk.Options{Key: "k1", Route: "/v1/orders", Hash: hash, Replayed: &replayed})
			return got, replayed, err
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		ids, fresh := map[int64]int{}, 0
		for range 30 {
			wg.Go(func() {
				got, replayed, err := place(hash[:])
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Errorf("place: %v", err)
				}
				ids[got.ID]++
				if !replayed {
					fresh++
				}
			})
		}
		wg.Wait()
		if len(ids) != 1 || fresh != 1 {
			t.Errorf("30 requests with one key: orders %v, %d not from the receipt", ids, fresh)
		}
		other := sha256.Sum256([]byte("another body"))
		if _, _, err := place(other[:]); fault.CodeOf(err) != "key_reused" {
			t.Errorf("another body: %v", err)
		}
	})
}

func TestRefusalIsReplayedToo(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("X", catalog.Refuse)
	hash := sha256.Sum256([]byte("b"))
	o := desk.Options{Key: "k", Route: "r", Hash: hash[:]}
	_, first := desk.One(context.Background(), s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: s.Request("X", 1)}, o)
	s.Receive("X", "A", 5)
	_, second := desk.One(context.Background(), s.Desk, intake.Place, s.Scope, intake.PlaceCommand{Request: s.Request("X", 1)}, o)
	if fault.CodeOf(first) != "out_of_stock" || first.Error() != second.Error() {
		t.Errorf("first %v, then %v", first, second)
	}
}

// A command that panics takes nobody with it who happened to share its turn.
func TestPanicHurtsOnlyItself(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("X", catalog.Backorder, "A", 1000)
	bomb := &desk.Operation[int]{
		Name: "bomb", Permission: access.OrdersWrite,
		Run: func(*desk.Turn, []desk.Asked[int]) ([]desk.Result, error) { panic("planted") },
	}
	var wg sync.WaitGroup
	for i := range 40 {
		r := s.Request("X", 1)
		wg.Go(func() {
			if i%10 == 0 {
				if _, err := desktest.Try(s, bomb, 1); fault.KindOf(err) != fault.Internal {
					t.Errorf("the bomb answered %v", err)
				}
				return
			}
			if _, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r}); err != nil {
				t.Errorf("a neighbor failed: %v", err)
			}
		})
	}
	wg.Wait()
}

// Beyond the queue's bound callers are sent away at once, and what was
// accepted is done.
func TestFullQueueSendsAway(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("X", catalog.Backorder, "A", 10_000)
	gate, stalled := make(chan struct{}), make(chan struct{})
	stall := &desk.Operation[int]{
		Name: "stall", Permission: access.OrdersWrite,
		Run: func(*desk.Turn, []desk.Asked[int]) ([]desk.Result, error) {
			close(stalled)
			<-gate
			return make([]desk.Result, 1), nil
		},
	}
	var wg sync.WaitGroup
	wg.Go(func() { desktest.Try(s, stall, 1) })
	<-stalled // alone in its turn, so that what comes now must wait or go
	var mu sync.Mutex
	busy, done := 0, 0
	n := desk.MaxQueue + 200
	var ready sync.WaitGroup
	ready.Add(200) // at least these many must be sent away while the lane stalls
	for range n {
		r := s.Request("X", 1)
		wg.Go(func() {
			_, err := desktest.Try(s, intake.Place, intake.PlaceCommand{Request: r})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				done++
			case fault.CodeOf(err) == "busy":
				busy++
				if busy <= 200 {
					ready.Done()
				}
			default:
				t.Errorf("%v", err)
			}
		})
	}
	ready.Wait()
	close(gate)
	wg.Wait()
	if busy+done != n || done != desk.MaxQueue {
		t.Errorf("%d busy, %d done of %d", busy, done, n)
	}
}

// A preview decides what applying decides, and changes nothing.
func TestPreviewEqualsApply(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("X", catalog.Backorder, "A", 5, "B", 4)
		s.Goods("Y", catalog.Backorder, "C", 2)
		for i := range 6 {
			cmd := intake.PlaceCommand{Request: s.Request("X", 2+i%3, "Y", 1)}
			plan, err := desk.Preview(context.Background(), s.Desk, intake.Place, s.Scope, []intake.PlaceCommand{cmd})
			if err != nil || plan[0].Err != nil {
				t.Fatal(err, plan[0].Err)
			}
			done := desktest.Must(s, intake.Place, cmd)
			if diff := cmp.Diff(shape(plan[0].Value.(*intake.Placed)), shape(done.Value.(*intake.Placed))); diff != "" {
				t.Errorf("order %d: preview and apply differ:\n%s", i, diff)
			}
			if i%2 == 1 {
				cancel := intake.CancelCommand{Order: order.ID(done.ID), Parts: []order.Part{{Line: 1, Quantity: 1}}}
				plan, err := desk.Preview(context.Background(), s.Desk, intake.Cancel, s.Scope, []intake.CancelCommand{cancel})
				if err != nil || plan[0].Err != nil {
					t.Fatal(err, plan[0].Err)
				}
				real := desktest.Must(s, intake.Cancel, cancel).Value.(*intake.Canceled)
				was := plan[0].Value.(*intake.Canceled)
				if diff := cmp.Diff(was.Moves, real.Moves); diff != "" || was.Freed != real.Freed {
					t.Errorf("cancel %d: preview and apply differ:\n%s", i, diff)
				}
			}
		}
	})
}

// shape is a placed order without what is new each time: ids and the number.
func shape(p *intake.Placed) any {
	type line struct {
		Q     order.Buckets
		Total int64
	}
	type claim struct {
		Location int64
		Lines    string
	}
	var lines []line
	for _, l := range p.Order.Lines {
		lines = append(lines, line{l.Q, l.Total})
	}
	var claims []claim
	for _, f := range p.Fulfillments {
		claims = append(claims, claim{int64(f.Location), fmt.Sprint(f.Lines)})
	}
	return []any{p.Order.Statuses, p.Order.Totals, lines, claims}
}

func TestPermissionAndMerchant(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("X", catalog.Backorder, "A", 5)
	weak := s.Scope
	weak.Permissions = []access.Permission{access.OrdersRead}
	_, err := desk.One(context.Background(), s.Desk, intake.Place, weak, intake.PlaceCommand{Request: s.Request("X", 1)}, desk.Options{})
	if fault.KindOf(err) != fault.Denied {
		t.Errorf("without the permission: %v", err)
	}
	_, err = desk.One(context.Background(), s.Desk, intake.Place, access.Scope{}, intake.PlaceCommand{Request: s.Request("X", 1)}, desk.Options{})
	if fault.KindOf(err) != fault.Unknown {
		t.Errorf("with no scope: %v", err)
	}
	_, err = desk.One(context.Background(), s.Desk, intake.Place, access.System(77, "command", "x"), intake.PlaceCommand{Request: s.Request("X", 1)}, desk.Options{})
	if err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("another merchant: %v", err)
	}
}
