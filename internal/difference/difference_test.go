package difference_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/difference"
	"orderly/internal/stock"
)

func TestCompare(t *testing.T) {
	for _, x := range []struct {
		name                      string
		said, books, held, coming int64
		proposed                  int64
		same                      bool
	}{
		{name: "both say the same", said: 10, books: 10, held: 3, coming: 4, same: true},
		{name: "three are gone", said: 7, books: 10, proposed: -3},
		{name: "three have left untold", said: 7, books: 10, held: 3},
		{name: "one more than has left is gone", said: 6, books: 10, held: 3, proposed: -1},
		{name: "five were found", said: 15, books: 10, proposed: 5},
		{name: "five came untold", said: 15, books: 10, coming: 8},
		{name: "two more than were on their way", said: 15, books: 10, coming: 3, proposed: 2},
		{name: "what is to leave explains nothing that is more", said: 15, books: 10, held: 9, proposed: 5},
		{name: "what comes explains nothing that is less", said: 4, books: 10, coming: 9, proposed: -6},
	} {
		d := difference.Compare(stock.Cell{}, x.said, x.books, x.held, x.coming)
		if (d == nil) != x.same || d != nil && d.Proposed != x.proposed {
			t.Errorf("%s: %+v, want %d", x.name, d, x.proposed)
		}
	}
}

// What is proposed is a part of the difference, and once it is booked and what is
// under way has been told, nothing is left of it; nothing but a part of it can be
// booked, and only once.
//
// Kills: a proposal on the wrong side; under-way units counted twice; a quantity
// beyond the difference; a second booking.
func TestBook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := func(name string) int64 { return rapid.Int64Range(0, 30).Draw(t, name) }
		said, books, held, coming := n("said"), n("books"), n("held"), n("coming")
		d := difference.Compare(stock.Cell{}, said, books, min(held, books), coming)
		if d == nil {
			return
		}
		left := d.Off() - d.Proposed
		if left < -d.Held || left > d.Coming || d.Proposed != 0 && (d.Proposed < 0) != (d.Off() < 0) {
			t.Fatalf("%+v leaves %d", d, left)
		}
		if d.Proposed != 0 && left != -d.Held && left != d.Coming {
			t.Fatalf("%+v proposes more than is unexplained", d)
		}
		asked := rapid.Int64Range(-40, 40).Draw(t, "asked")
		q, err := d.Book(&asked, 0)
		if ok := asked != 0 && (asked > 0 && asked <= d.Off() || asked < 0 && asked >= d.Off()); ok != (err == nil) || err == nil && q != asked {
			t.Fatalf("of %d %d were booked as %d: %v", d.Off(), asked, q, err)
		}
		if _, err := d.End(difference.Applied, q, 1, "", 1).Book(&asked, 0); err == nil {
			t.Fatal("it was booked twice")
		}
	})
}

// Kills: a correction that is booked a second time; one that leaves more to book than
// there was; a proposal of what is under way once a part was corrected.
func TestLeft(t *testing.T) {
	for _, x := range []struct {
		name                                 string
		said, books, held, coming, corrected int64
		off, proposed                        int64
		ok                                   bool
	}{
		{name: "nothing was corrected", said: 33, books: 40, off: -7, proposed: -7, ok: true},
		{name: "somebody counted what the partner said", said: 33, books: 40, corrected: -7},
		{name: "a part was corrected", said: 33, books: 40, corrected: -4, off: -3, proposed: -3, ok: true},
		{name: "what is left is under way", said: 33, books: 40, held: 3, corrected: -4, off: -3, ok: true},
		{name: "less was counted than the partner said", said: 33, books: 40, corrected: -9},
		{name: "more was counted than before", said: 33, books: 40, corrected: 2},
		{name: "a part of what was found", said: 45, books: 40, coming: 1, corrected: 2, off: 3, proposed: 2, ok: true},
	} {
		d := difference.Compare(stock.Cell{}, x.said, x.books, x.held, x.coming)
		if off, proposed, ok := d.Left(x.corrected); off != x.off || proposed != x.proposed || ok != x.ok {
			t.Errorf("%s: %d off, %d proposed, %v", x.name, off, proposed, ok)
		}
	}
}
