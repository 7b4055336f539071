package audit

import (
	"orderly/internal/journal"
	"orderly/internal/preorder"
	"orderly/internal/store"
)

// PreorderPages walk offers of what is not there yet.
var PreorderPages = []Walk{{"preorder", "id", "id", 1}}

// Drawn is an offer beside what lines of orders say of it.
type Drawn struct {
	preorder.Offer
	IsDone         bool
	Sold, Awaited  int64 // by the lines that name it
	Wrong          int64 // lines that name it and cannot
	Entries, First int64 // of its history
}

// DrawnIn reads a page of offers.
func DrawnIn(r *store.Reader, in Range) ([]Drawn, error) {
	const of = " FROM order_line AS l WHERE l.m = $1 AND l.preorder = p.id AND l.preorder > 0"
	var out []Drawn
	err := r.Each("SELECT p.id, p.item, p.cap, p.taken, p.waiting, p.available_at, p.ends_at, p.ended_at, p.ended, p.done, p.version, "+
		"coalesce((SELECT sum(l.preordered)"+of+"), 0), "+
		"coalesce((SELECT sum(CASE WHEN l.preordered < l.backordered THEN l.preordered ELSE l.backordered END)"+of+"), 0), "+
		"(SELECT count(*)"+of+" AND (l.item <> p.item OR l.preordered < 0 OR l.preordered > l.ordered)), "+
		"(SELECT count(*) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = p.id), coalesce((SELECT min(e.at) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = p.id AND e.subject_seq = 1), 0) "+
		"FROM preorder AS p WHERE p.m = $1 AND p.id > $2 AND p.id <= $3 ORDER BY p.id", []any{r.M, in.After, in.UpTo, journal.Preorder}, func(scan func(...any) error) error {
		var x Drawn
		var done int64
		err := scan(&x.ID, &x.Item, &x.Cap, &x.Taken, &x.Waiting, &x.AvailableAt, &x.EndsAt, &x.EndedAt, &x.Ended, &done, &x.Version, &x.Sold, &x.Awaited, &x.Wrong, &x.Entries, &x.First)
		x.IsDone = done != 0
		out = append(out, x)
		return err
	})
	return out, err
}
