package purchases

import (
	"orderly/internal/purchase"
	"orderly/internal/store"
)

// ReceiptsOf reads what came of a purchase order, first to last.
func ReceiptsOf(r *store.Reader, id purchase.ID) ([]purchase.Receipt, error) {
	return receipts(r, "purchase = $2", int64(id))
}

// Receipt reads one receipt; nil when there is none.
func Receipt(r *store.Reader, id purchase.ReceiptID) (*purchase.Receipt, error) {
	list, err := receipts(r, "id = $2", int64(id))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Reversed reports whether a receipt was taken back.
func Reversed(r *store.Reader, id purchase.ReceiptID) (is bool, err error) {
	err = r.Each("SELECT id FROM purchase_receipt WHERE m = $1 AND of_id = $2 AND of_id > 0", []any{r.M, int64(id)}, func(func(...any) error) error {
		is = true
		return nil
	})
	return is, err
}

func receipts(r *store.Reader, where string, arg int64) (out []purchase.Receipt, err error) {
	err = r.Each("SELECT id, purchase, of_id, reference, at, actor, entry FROM purchase_receipt WHERE m = $1 AND "+where+" ORDER BY id LIMIT $3", []any{r.M, arg, int64(2 * purchase.MaxReceipts)}, func(scan func(...any) error) error {
		var x purchase.Receipt
		err := scan(&x.ID, &x.Purchase, &x.Of, &x.Reference, &x.At, &x.Actor, &x.Entry)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	at, ids := map[purchase.ReceiptID]int{}, make([]purchase.ReceiptID, len(out))
	for i := range out {
		at[out[i].ID], ids[i] = i, out[i].ID
	}
	err = store.In(r, "SELECT receipt, n, line, item, location, state, quantity, movement, bin, lot FROM purchase_receipt_line WHERE m = $1 AND receipt IN ($IN) ORDER BY receipt, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id purchase.ReceiptID
		var x purchase.ReceiptLine
		err := scan(&id, &x.N, &x.Line, &x.Item, &x.Location, &x.State, &x.Quantity, &x.Movement, &x.Bin, &x.Lot)
		if i, ok := at[id]; ok {
			out[i].Lines = append(out[i].Lines, x)
		}
		return err
	})
	return out, err
}

var (
	insertReceipt     = store.NewInsert("purchase_receipt", "", "m", "id", "purchase", "of_id", "reference", "at", "actor", "entry")
	insertReceiptLine = store.NewInsert("purchase_receipt_line", "", "m", "receipt", "n", "line", "item", "location", "state", "quantity", "movement", "bin", "lot")
)

// AddReceipt keeps what came, for ever.
func AddReceipt(tx *store.Tx, x *purchase.Receipt) error {
	err := insertReceipt.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), int64(x.Purchase), int64(x.Of), x.Reference, x.At, x.Actor, x.Entry)
	})
	if err != nil {
		return err
	}
	return insertReceiptLine.Run(tx, len(x.Lines), func(a []any, n int) []any {
		l := &x.Lines[n]
		return append(a, tx.M, int64(x.ID), int64(l.N), int64(l.Line), l.Item, l.Location, l.State, l.Quantity, l.Movement, l.Bin, l.Lot)
	})
}
