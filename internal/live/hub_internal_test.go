package live

import (
	"testing"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
)

func changes(from, to int64) (out []entries.Change) {
	for n := from; n <= to; n++ {
		out = append(out, entries.Change{Seq: n})
	}
	return out
}

// What a viewer at a place is told of a journal that goes to 5000, of which
// the last 1000 are at hand.
func TestTail(t *testing.T) {
	tail := &tail{changed: make(chan struct{})}
	if n := tail.after(0, 10); n.reset || n.list != nil || n.more == nil {
		t.Errorf("before the head is known: %+v", n)
	}
	tail.advance(4000, nil)
	tail.advance(5000, changes(4001, 5000))
	for place, want := range map[int64]struct {
		first, last  int64
		reset, older bool
	}{
		5000: {}, 4999: {first: 5000, last: 5000}, 4995: {first: 4996, last: 5000}, 4980: {first: 4981, last: 4990}, 4000: {first: 4001, last: 4010},
		3999: {older: true}, 3000: {older: true}, 2999: {reset: true}, 0: {reset: true}, 5001: {reset: true}, -1: {},
	} {
		n := tail.after(place, 10)
		var first, last int64
		if len(n.list) > 0 {
			first, last = n.list[0].Seq, n.list[len(n.list)-1].Seq
		}
		if n.reset != want.reset || n.older != want.older || first != want.first || last != want.last || n.head != 5000 {
			t.Errorf("at %d: %+v", place, n)
		}
		if idle := first == 0 && !n.reset && !n.older; idle != (n.more != nil) && !n.reset {
			t.Errorf("at %d it waits: %t", place, n.more != nil)
		}
	}
	more := tail.after(5000, 10).more
	tail.advance(7000, changes(5001, 7000))
	select {
	case <-more:
	default:
		t.Error("who waits is not woken")
	}
	if len(tail.recent) != liveKept || cap(tail.recent) > 2*liveKept {
		t.Errorf("%d changes are kept, in room for %d", len(tail.recent), cap(tail.recent))
	}
	tail.advance(6000, nil) // a journal from a backup
	if n := tail.after(7000, 10); !n.reset || n.head != 6000 {
		t.Errorf("the journal went back: %+v", n)
	}
}

// Viewers are bounded; their reader begins with the first and ends with the
// last, and without viewers there is none.
func TestHub(t *testing.T) {
	db := storetest.SQLite(t)
	if _, err := admin.Setup(t.Context(), db, "Test shop", "UTC", "GBP"); err != nil {
		t.Fatal(err)
	}
	d := desk.New(db, nil)
	defer d.Close()
	h := &Hub{desk: d}
	one, leaveOne, err := h.view(admin.Main)
	if err != nil {
		t.Fatal(err)
	}
	two, leaveTwo, err := h.view(admin.Main)
	if err != nil || one != two {
		t.Fatalf("two viewers of one merchant have two readers: %v", err)
	}
	h.viewers.Store(maxViewers)
	if _, _, err := h.view(admin.Main); fault.CodeOf(err) != "too_many_viewers" || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one too many: %v", err)
	}
	h.viewers.Store(2)
	leaveOne()
	select {
	case <-one.done:
		t.Error("the reader ended while there is a viewer")
	default:
	}
	leaveTwo()
	select {
	case <-one.done:
	case <-time.After(10 * time.Second):
		t.Error("the reader goes on without viewers")
	}
	if len(h.by) != 0 || h.viewers.Load() != 0 {
		t.Errorf("%d readers and %d viewers are left", len(h.by), h.viewers.Load())
	}
}
