// Package partners keeps the terms of partners and what is under way with them.
//
// What they are belongs to partner.
package partners

import (
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// Terms reads what is agreed with each partner, by location.
func Terms(r *store.Reader) (map[stock.LocationID]*partner.Terms, error) {
	out := map[stock.LocationID]*partner.Terms{}
	err := r.Each("SELECT location, respond_hours, chase_hours, chases, silent, ship_hours, stock_hours, stock_less, stock_word, email, trial_first, passed_at, stock_at, complete_at, edit_version, updated_at FROM partner WHERE m = $1 ORDER BY location",
		[]any{r.M}, func(scan func(...any) error) error {
			t := &partner.Terms{}
			var less, first int64
			err := scan(&t.Location, &t.RespondHours, &t.ChaseHours, &t.Chases, &t.Silent, &t.ShipHours, &t.StockHours, &less, &t.StockWord, &t.Email, &first, &t.PassedAt, &t.StockAt, &t.CompleteAt, &t.EditVersion, &t.UpdatedAt)
			t.StockLess, t.TrialFirst = less != 0, first != 0
			out[t.Location] = t
			return err
		})
	return out, err
}

var saveTerms = store.Upsert("partner", 2, "m", "location", "respond_hours", "chase_hours", "chases", "silent", "ship_hours", "stock_hours", "stock_less", "stock_word", "email", "trial_first", "passed_at", "stock_at", "complete_at", "edit_version", "updated_at")

// SaveTerms keeps terms as they are now.
func SaveTerms(tx *store.Tx, list []*partner.Terms) error {
	return saveTerms.Run(tx, len(list), func(a []any, n int) []any {
		t := list[n]
		return append(a, tx.M, int64(t.Location), t.RespondHours, t.ChaseHours, t.Chases, t.Silent, t.ShipHours, t.StockHours, store.Bool(t.StockLess), t.StockWord, t.Email, store.Bool(t.TrialFirst), t.PassedAt, t.StockAt, t.CompleteAt, t.EditVersion, t.UpdatedAt)
	})
}

const columns = "fulfillment, order_id, location, status, round, submitted_at, answered_at, due_at, next_at, chases, reference, reason, then_do, ended_at, version"

func collect(out *[]*partner.Request) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		var q partner.Request
		err := scan(&q.Fulfillment, &q.Order, &q.Location, &q.Status, &q.Round, &q.SubmittedAt, &q.AnsweredAt, &q.DueAt, &q.NextAt, &q.Chases, &q.Reference, &q.Reason, &q.Then, &q.EndedAt, &q.Version)
		*out = append(*out, &q)
		return err
	}
}

// Load reads requests by their fulfillments; unknown ones are left out.
func Load(r *store.Reader, ids []fulfillment.ID) (out []*partner.Request, err error) {
	err = store.In(r, "SELECT "+columns+" FROM request WHERE m = $1 AND fulfillment IN ($IN)", []any{r.M}, ids, collect(&out))
	return out, err
}

// OfOrders reads the requests about orders, the oldest first.
func OfOrders(r *store.Reader, ids []order.ID) (out []*partner.Request, err error) {
	err = store.In(r, "SELECT "+columns+" FROM request WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, fulfillment", []any{r.M}, ids, collect(&out))
	return out, err
}

// Due reads with which requests the clock has something to do, the longest due
// first.
func Due(r *store.Reader, now int64, limit int) (out []fulfillment.ID, err error) {
	err = r.Each("SELECT fulfillment FROM request WHERE m = $1 AND next_at > 0 AND next_at <= $2 ORDER BY next_at, fulfillment LIMIT $3", []any{r.M, now, int64(limit)}, func(scan func(...any) error) error {
		var id fulfillment.ID
		err := scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}

// After is where a list ended.
type After struct {
	At          int64
	Fulfillment fulfillment.ID
}

// Open reads what is under way at a place in a status, the oldest first.
func Open(r *store.Reader, at stock.LocationID, status string, after After, limit int) (out []*partner.Request, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	err = r.Each("SELECT "+columns+" FROM request WHERE m = $1 AND location = $2 AND status = $3 AND ended_at = 0 AND (submitted_at, fulfillment) > ($4, $5) ORDER BY submitted_at, fulfillment LIMIT $6",
		[]any{r.M, int64(at), status, after.At, int64(after.Fulfillment), int64(limit)}, collect(&out))
	return out, err
}

// Ended reads what is over at a place, the latest first. After.At of zero begins
// with the latest of all.
func Ended(r *store.Reader, at stock.LocationID, after After, limit int) (out []*partner.Request, err error) {
	if !r.Scope.Sees(int64(at)) {
		return nil, nil
	}
	if after.At == 0 {
		after = After{1<<63 - 1, 1<<63 - 1}
	}
	err = r.Each("SELECT "+columns+" FROM request WHERE m = $1 AND location = $2 AND ended_at > 0 AND (ended_at, fulfillment) < ($3, $4) ORDER BY ended_at DESC, fulfillment DESC LIMIT $5",
		[]any{r.M, int64(at), after.At, int64(after.Fulfillment), int64(limit)}, collect(&out))
	return out, err
}

var save = store.Upsert("request", 2, "m", "fulfillment", "order_id", "location", "status", "round", "submitted_at", "answered_at", "due_at", "next_at", "chases", "reference", "reason", "then_do", "ended_at", "version")

// Save keeps requests as they are now.
func Save(tx *store.Tx, list []*partner.Request) error {
	return save.Run(tx, len(list), func(a []any, n int) []any {
		q := list[n]
		return append(a, tx.M, int64(q.Fulfillment), int64(q.Order), int64(q.Location), q.Status, q.Round, q.SubmittedAt, q.AnsweredAt, q.DueAt, q.NextAt, q.Chases, q.Reference, q.Reason, q.Then, q.EndedAt, q.Version)
	})
}
