package audit

import (
	"orderly/internal/credit"
	"orderly/internal/store"
	"orderly/internal/store/credits"
)

// CreditPages walk gift cards and store credit with their movements.
var CreditPages = []Walk{{"credit", "id", "id", 1}, {"credit_movement", "credit", "credit, id", 4}}

// StoredPages walk the payments that were made by one.
var StoredPages = []Walk{{"payment", "id", "id", 1}}

// CreditFile is everything that rows say about one account.
type CreditFile struct {
	*credit.Account
	Sum, Least int64             // of the movements, and the lowest balance after any
	Broken     []credit.Movement // movements that do not say where they come from
	Last       int64             // the balance after the newest
}

// CreditFiles reads a page of accounts, each with all its movements.
func CreditFiles(r *store.Reader, in Range) ([]*CreditFile, error) {
	list, err := ids(r, "SELECT id FROM credit WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id", r.M, in.After, in.UpTo)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	keys := make([]credit.ID, len(list))
	for i, id := range list {
		keys[i] = credit.ID(id)
	}
	found, err := credits.ByID(r, keys)
	if err != nil {
		return nil, err
	}
	at := map[credit.ID]*CreditFile{}
	var out []*CreditFile
	for _, a := range found {
		f := &CreditFile{Account: a}
		at[a.ID], out = f, append(out, f)
	}
	err = store.In(r, "SELECT credit, id, kind, amount, balance, payment, order_id, line, reason FROM credit_movement WHERE m = $1 AND credit IN ($IN) ORDER BY credit, id", []any{r.M}, keys, func(scan func(...any) error) error {
		var x credit.Movement
		err := scan(&x.Credit, &x.ID, &x.Kind, &x.Amount, &x.Balance, &x.Payment, &x.Order, &x.Line, &x.Reason)
		if f := at[x.Credit]; f != nil {
			f.Sum += x.Amount
			f.Least, f.Last = min(f.Least, x.Balance), x.Balance
			if !x.Explained() || x.Balance != f.Sum {
				f.Broken = append(f.Broken, x)
			}
		}
		return err
	})
	return out, err
}

// Stored is a payment by gift card or store credit, and what moved for it.
type Stored struct {
	Payment, Should, Moved, Others int64
	Reference                      string
}

// StoredIn compares the payments of a page with the movements that name them.
func StoredIn(r *store.Reader, in Range) ([]Stored, error) {
	at := map[int64]*Stored{}
	var list []*Stored
	var keys []int64
	err := r.Each("SELECT id, reference, refunded + credited - captured FROM payment WHERE m = $1 AND id > $2 AND id <= $3 AND tender IN ('gift_card', 'store_credit') ORDER BY id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			x := &Stored{}
			err := scan(&x.Payment, &x.Reference, &x.Should)
			at[x.Payment] = x
			list, keys = append(list, x), append(keys, x.Payment)
			return err
		})
	if err != nil {
		return nil, err
	}
	err = store.In(r, "SELECT payment, credit, amount FROM credit_movement WHERE m = $1 AND payment <> 0 AND payment IN ($IN) ORDER BY payment, id", []any{r.M}, keys, func(scan func(...any) error) error {
		var id, amount int64
		var of credit.ID
		err := scan(&id, &of, &amount)
		if x := at[id]; x != nil {
			x.Moved += amount
			if of.String() != x.Reference {
				x.Others++
			}
		}
		return err
	})
	out := make([]Stored, len(list))
	for i, x := range list {
		out[i] = *x
	}
	return out, err
}

// Oversold is a line for which more cards were issued than it has units.
type Oversold struct{ Order, Line, Cards int64 }

// OversoldIn looks at the orders of a page.
func OversoldIn(r *store.Reader, in Range) ([]Oversold, error) {
	var out []Oversold
	err := r.Each("SELECT x.order_id, x.line, count(*) FROM credit_movement AS x WHERE x.m = $1 AND x.kind = 'sell' AND x.credit > $2 AND x.credit <= $3 "+
		"GROUP BY x.order_id, x.line HAVING count(*) > (SELECT coalesce(max(l.quantity), 0) FROM order_line AS l WHERE l.m = $4 AND l.order_id = x.order_id AND l.n = x.line) ORDER BY x.order_id, x.line",
		[]any{r.M, in.After, in.UpTo, r.M}, func(scan func(...any) error) error {
			var x Oversold
			err := scan(&x.Order, &x.Line, &x.Cards)
			out = append(out, x)
			return err
		})
	return out, err
}
