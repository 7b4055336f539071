package purchases

import (
	"orderly/internal/purchase"
	"orderly/internal/store"
)

const invoiceColumns = "id, purchase, supplier, number, at, due_at, state, note, total, charges, tax, made_at, actor, version"

// InvoicesOf reads what was asked for a purchase order, first to last.
func InvoicesOf(r *store.Reader, id purchase.ID) ([]purchase.Invoice, error) {
	return invoices(r, "purchase = $2 ORDER BY id LIMIT $3", int64(id), int64(purchase.MaxReceipts))
}

// Invoice reads one; nil when there is none.
func Invoice(r *store.Reader, id purchase.InvoiceID) (*purchase.Invoice, error) {
	list, err := invoices(r, "id = $2 LIMIT $3", int64(id), int64(1))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// InvoiceByNumber reads a supplier's invoice by its number; nil when there is none.
func InvoiceByNumber(r *store.Reader, supplier int64, number string) (*purchase.Invoice, error) {
	list, err := invoices(r, "supplier = $2 AND number = $3", supplier, number)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// InvoicesIn lists invoices in a state, newest first.
func InvoicesIn(r *store.Reader, state purchase.Matching, before purchase.InvoiceID, limit int) ([]purchase.Invoice, error) {
	return invoices(r, "state = $2 AND id < $3 ORDER BY id DESC LIMIT $4", string(state), int64(before), int64(limit))
}

func invoices(r *store.Reader, where string, args ...any) (out []purchase.Invoice, err error) {
	err = r.Each("SELECT "+invoiceColumns+" FROM purchase_invoice WHERE m = $1 AND "+where, append([]any{r.M}, args...), func(scan func(...any) error) error {
		var x purchase.Invoice
		err := scan(&x.ID, &x.Purchase, &x.Supplier, &x.Number, &x.At, &x.DueAt, &x.State, &x.Note, &x.Total, &x.Charges, &x.Tax, &x.MadeAt, &x.Actor, &x.Version)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	at, ids := map[purchase.InvoiceID]int{}, make([]purchase.InvoiceID, len(out))
	for i := range out {
		at[out[i].ID], ids[i] = i, out[i].ID
	}
	err = store.In(r, "SELECT invoice, line, quantity, cost FROM purchase_invoice_line WHERE m = $1 AND invoice IN ($IN) ORDER BY invoice, line", []any{r.M}, ids, func(scan func(...any) error) error {
		var id purchase.InvoiceID
		var x purchase.InvoiceLine
		err := scan(&id, &x.Line, &x.Quantity, &x.Cost)
		if i, ok := at[id]; ok {
			out[i].Lines = append(out[i].Lines, x)
		}
		return err
	})
	return out, err
}

var (
	saveInvoice     = store.Upsert("purchase_invoice", 2, "m", "id", "purchase", "supplier", "number", "at", "due_at", "state", "note", "total", "charges", "tax", "made_at", "actor", "version")
	saveInvoiceLine = store.Upsert("purchase_invoice_line", 3, "m", "invoice", "line", "quantity", "cost")
)

// SaveInvoice keeps an invoice as it is now.
func SaveInvoice(tx *store.Tx, x *purchase.Invoice) error {
	err := saveInvoice.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), int64(x.Purchase), x.Supplier, x.Number, x.At, x.DueAt, string(x.State), x.Note, x.Total, x.Charges, x.Tax, x.MadeAt, x.Actor, x.Version)
	})
	if err != nil {
		return err
	}
	return saveInvoiceLine.Run(tx, len(x.Lines), func(a []any, n int) []any {
		l := &x.Lines[n]
		return append(a, tx.M, int64(x.ID), int64(l.Line), l.Quantity, int64(l.Cost))
	})
}
