package purchases

import (
	"orderly/internal/purchase"
	"orderly/internal/store"
)

const returnColumns = "id, number, purchase, supplier, location, step, rma, note, why, carrier, tracking, credit_note, credit, created_at, asked_at, approved_at, shipped_at, again_at, ended_at, updated_at, version"

// ReturnsOf reads what goes back of a purchase order, first to last.
func ReturnsOf(r *store.Reader, id purchase.ID) ([]purchase.Return, error) {
	return returns(r, "purchase = $2 ORDER BY id LIMIT $3", int64(id), int64(purchase.MaxReturns))
}

// Return reads one return to a supplier; nil when there is none.
func Return(r *store.Reader, id purchase.ReturnID) (*purchase.Return, error) {
	return oneReturn(returns(r, "id = $2", int64(id)))
}

// ReturnByCredit finds a return by the supplier's credit note; nil when there is
// none.
func ReturnByCredit(r *store.Reader, supplier int64, note string) (*purchase.Return, error) {
	return oneReturn(returns(r, "supplier = $2 AND credit_note = $3 AND credit_note <> ''", supplier, note))
}

func oneReturn(list []purchase.Return, err error) (*purchase.Return, error) {
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// ReturnFilter narrows a list of returns; what is zero does not.
type ReturnFilter struct {
	Steps    []purchase.Step
	Supplier int64
	Before   purchase.ReturnID // newest first, below an id
}

// Returns lists returns to suppliers that leave from places of the scope, newest
// first.
func Returns(r *store.Reader, f ReturnFilter, limit int) ([]purchase.Return, error) {
	text, args := "id < $2", []any{r.M, int64(f.Before)}
	if n := len(f.Steps); n > 0 {
		text += " AND step IN (" + store.Params(len(args)+1, n) + ")"
		for _, s := range f.Steps {
			args = append(args, string(s))
		}
	}
	if f.Supplier != 0 {
		args = append(args, f.Supplier)
		text += " AND supplier = " + store.Params(len(args), 1)
	}
	seen, args := r.Seen("location", args)
	args = append(args, int64(limit))
	return returns(r, text+seen+" ORDER BY id DESC LIMIT "+store.Params(len(args), 1), args[1:]...)
}

// ReturnsAsked reads what a supplier is to answer, newest first: wherever it leaves
// from, the supplier sees it.
func ReturnsAsked(r *store.Reader, supplier int64, limit int) ([]purchase.Return, error) {
	return returns(r, "step = 'asked' AND supplier = $2 ORDER BY id DESC LIMIT $3", supplier, int64(limit))
}

// LastReturn is the highest number that a return to a supplier has.
func LastReturn(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT coalesce(max(number), 0) FROM purchase_return WHERE m = $1", r.M).Scan(&n)
	return n, err
}

func returns(r *store.Reader, where string, args ...any) (out []purchase.Return, err error) {
	err = r.Each("SELECT "+returnColumns+" FROM purchase_return WHERE m = $1 AND "+where, append([]any{r.M}, args...), func(scan func(...any) error) error {
		var x purchase.Return
		err := scan(&x.ID, &x.Number, &x.Purchase, &x.Supplier, &x.Location, &x.Step, &x.RMA, &x.Note, &x.Why, &x.Carrier, &x.Tracking, &x.CreditNote, &x.Credit,
			&x.CreatedAt, &x.AskedAt, &x.ApprovedAt, &x.ShippedAt, &x.AgainAt, &x.EndedAt, &x.UpdatedAt, &x.Version)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	at, ids := map[purchase.ReturnID]int{}, make([]purchase.ReturnID, len(out))
	for i := range out {
		at[out[i].ID], ids[i] = i, out[i].ID
	}
	err = store.In(r, "SELECT purchase_return, n, line, item, state, quantity, reason, movement, again FROM purchase_return_line WHERE m = $1 AND purchase_return IN ($IN) ORDER BY purchase_return, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id purchase.ReturnID
		var x purchase.ReturnLine
		err := scan(&id, &x.N, &x.Line, &x.Item, &x.State, &x.Quantity, &x.Reason, &x.Movement, &x.Again)
		if i, ok := at[id]; ok {
			out[i].Lines = append(out[i].Lines, x)
		}
		return err
	})
	return out, err
}

var (
	saveReturn     = store.Upsert("purchase_return", 2, "m", "id", "number", "purchase", "supplier", "location", "step", "rma", "note", "why", "carrier", "tracking", "credit_note", "credit", "created_at", "asked_at", "approved_at", "shipped_at", "again_at", "ended_at", "updated_at", "version")
	saveReturnLine = store.Upsert("purchase_return_line", 3, "m", "purchase_return", "n", "line", "item", "state", "quantity", "reason", "movement", "again")
)

// SaveReturn keeps a return to a supplier as it is now.
func SaveReturn(tx *store.Tx, x *purchase.Return) error {
	err := saveReturn.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), x.Number, int64(x.Purchase), x.Supplier, x.Location, string(x.Step), x.RMA, x.Note, x.Why, x.Carrier, x.Tracking, x.CreditNote, x.Credit,
			x.CreatedAt, x.AskedAt, x.ApprovedAt, x.ShippedAt, x.AgainAt, x.EndedAt, x.UpdatedAt, x.Version)
	})
	if err != nil {
		return err
	}
	return saveReturnLine.Run(tx, len(x.Lines), func(a []any, n int) []any {
		l := &x.Lines[n]
		return append(a, tx.M, int64(x.ID), int64(l.N), int64(l.Line), l.Item, l.State, l.Quantity, l.Reason, l.Movement, l.Again)
	})
}
