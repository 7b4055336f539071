package queues

import (
	"cmp"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
)

// sentBack are the queues of returns, by the states that stand in them.
var sentBack = map[string][]string{
	queue.ReturnsToApprove: {returns.Requested},
	queue.ReturnsToReceive: {returns.Approved, returns.InTransit},
	queue.ReturnsToInspect: {returns.Received},
	queue.ReturnsToRefund:  {returns.Inspected},
}

// returnFact counts the returns of a queue.
func returnFact(r *store.Reader, id string) (f queue.Fact, err error) {
	f.Queue = id
	for _, state := range sentBack[id] {
		n, oldest, err := returned.Count(r, state, most)
		if err != nil {
			return f, err
		}
		f.Count += n
		if oldest != 0 {
			f.Oldest = earlier(f.Oldest, ident.Time(int64(oldest)).UnixMicro())
		}
	}
	f.Count = min(f.Count, most)
	return f, nil
}

// returnRows reads returns of a queue, the oldest first.
func returnRows(r *store.Reader, states []string, after int64, limit int) ([]Row, error) {
	var out []Row
	for _, state := range states {
		list, err := returned.Waiting(r, state, returns.ID(after), limit)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			s := x.Sums()
			w := Row{Kind: queue.Return, ID: int64(x.ID), Order: int64(x.Order), Location: x.Location, Status: x.State, Since: x.At, Units: s.Requested + s.Came, Text: x.Comment, Subject: x.Number}
			for i := range x.Lines {
				if l := &x.Lines[i]; l.Reason != "" && !slices.Contains(w.Reasons, l.Reason) {
					w.Reasons = append(w.Reasons, l.Reason)
				}
			}
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b Row) int { return cmp.Compare(a.ID, b.ID) })
	return out[:min(len(out), limit)], nil
}

// fillReturns adds what returns say.
func fillReturns(r *store.Reader, ids []int64, at map[int64]*Row) error {
	list := make([]returns.ID, len(ids))
	for i, id := range ids {
		list[i] = returns.ID(id)
	}
	found, err := returned.Load(r, list)
	for id, x := range found {
		w := at[int64(id)]
		w.Order, w.Location, w.Status, w.Subject = int64(x.Order), x.Location, x.State, x.Number
	}
	return err
}
