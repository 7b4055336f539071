package tariffs

import (
	"fmt"

	"orderly/internal/store"
	"orderly/internal/tariff"
)

const invoiceColumns = "id, location, number, from_day, to_day, currency, total, tolerance, note, created_at, created_by, version"

func collectInvoices(out *[]*tariff.Invoice) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		v := &tariff.Invoice{}
		err := scan(&v.ID, &v.Location, &v.Number, &v.From, &v.To, &v.Currency, &v.Total, &v.Tolerance, &v.Note, &v.CreatedAt, &v.CreatedBy, &v.Version)
		*out = append(*out, v)
		return err
	}
}

// Invoice reads a partner's invoice with its lines and what they are for; nil when
// there is none.
func Invoice(r *store.Reader, id tariff.InvoiceID) (*tariff.Invoice, error) {
	var list []*tariff.Invoice
	err := r.Each("SELECT "+invoiceColumns+" FROM partner_invoice WHERE m = $1 AND id = $2", []any{r.M, int64(id)}, collectInvoices(&list))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	v := list[0]
	if err := fillLines(r, list); err != nil {
		return nil, err
	}
	return v, r.Each("SELECT line, fact FROM partner_invoice_fact WHERE m = $1 AND invoice = $2 ORDER BY line, fact", []any{r.M, int64(id)}, func(scan func(...any) error) error {
		var n int
		var fact string
		err := scan(&n, &fact)
		if err == nil && n >= 1 && n <= len(v.Lines) {
			v.Lines[n-1].Keys = append(v.Lines[n-1].Keys, fact)
		}
		return err
	})
}

// InvoiceByNumber finds a place's invoice by the partner's number; 0 for none.
func InvoiceByNumber(r *store.Reader, location int64, number string) (id tariff.InvoiceID, err error) {
	err = r.Each("SELECT id FROM partner_invoice WHERE m = $1 AND location = $2 AND number = $3", []any{r.M, location, number}, func(scan func(...any) error) error { return scan(&id) })
	return id, err
}

// Invoices lists the invoices of a place, or of all (0), in a state or in any, with
// their lines, newest first below an id.
func Invoices(r *store.Reader, location int64, state string, before tariff.InvoiceID, limit int) (list []*tariff.Invoice, err error) {
	text, args := "SELECT "+invoiceColumns+" FROM partner_invoice WHERE m = $1 AND id < $2", []any{r.M, int64(before)}
	if state != "" {
		args = append(args, state)
		text += " AND state = " + store.Params(len(args), 1)
	}
	if location != 0 {
		args = append(args, location)
		text += " AND location = " + store.Params(len(args), 1)
	}
	seen, args := r.Seen("location", args)
	args = append(args, int64(limit))
	if err := r.Each(text+seen+" ORDER BY id DESC LIMIT "+store.Params(len(args), 1), args, collectInvoices(&list)); err != nil {
		return nil, err
	}
	return list, fillLines(r, list)
}

func fillLines(r *store.Reader, list []*tariff.Invoice) error {
	of, ids := map[tariff.InvoiceID]*tariff.Invoice{}, make([]tariff.InvoiceID, len(list))
	for i, v := range list {
		ids[i], of[v.ID] = v.ID, v
	}
	return store.In(r, "SELECT invoice, n, kind, reference, quantity, amount, outcome, expected, units, other, state, note, decided_at, decided_by FROM partner_invoice_line WHERE m = $1 AND invoice IN ($IN) ORDER BY invoice, n", []any{r.M}, ids, func(scan func(...any) error) error {
		var id tariff.InvoiceID
		var x tariff.InvoiceLine
		err := scan(&id, &x.N, &x.Kind, &x.Reference, &x.Quantity, &x.Amount, &x.Outcome, &x.Expected, &x.Units, &x.Other, &x.State, &x.Note, &x.DecidedAt, &x.DecidedBy)
		if v := of[id]; v != nil {
			v.Lines = append(v.Lines, x)
		}
		return err
	})
}

// TakenOf says which line of which invoice but one asks for something at a place
// and is in one of the states. One that asks for it again counts once it is
// accepted, in place of the first.
func TakenOf(r *store.Reader, location int64, keys []string, but tariff.InvoiceID, states ...string) (tariff.Taken, error) {
	out := tariff.Taken{}
	args := []any{r.M, location, int64(but)}
	for _, s := range states {
		args = append(args, s)
	}
	err := store.In(r, "SELECT f.fact, v.number, f.line FROM partner_invoice_fact AS f JOIN partner_invoice AS v ON v.m = f.m AND v.id = f.invoice "+
		"JOIN partner_invoice_line AS l ON l.m = f.m AND l.invoice = f.invoice AND l.n = f.line WHERE (l.outcome <> '"+tariff.Twice+"' OR f.state = '"+tariff.Accepted+"') AND f.m = $1 AND f.location = $2 AND f.invoice <> $3 AND f.state IN ("+store.Params(4, len(states))+") AND f.fact IN ($IN)",
		args, keys, func(scan func(...any) error) error {
			var fact, number string
			var line int64
			err := scan(&fact, &number, &line)
			out[fact] = fmt.Sprintf("%s, line %d", number, line)
			return err
		})
	return out, err
}

var (
	saveInvoice = store.Upsert("partner_invoice", 2, "m", "id", "location", "number", "from_day", "to_day", "currency", "total", "tolerance", "note", "state", "created_at", "created_by", "version")
	saveLine    = store.Upsert("partner_invoice_line", 3, "m", "invoice", "n", "kind", "reference", "quantity", "amount", "outcome", "expected", "units", "other", "state", "note", "decided_at", "decided_by")
	saveFact    = store.Upsert("partner_invoice_fact", 5, "m", "location", "fact", "invoice", "line", "state")
)

// SaveInvoice keeps an invoice as it is now, with some of its lines and what they are
// for.
func SaveInvoice(tx *store.Tx, v *tariff.Invoice, lines []tariff.InvoiceLine) error {
	err := saveInvoice.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(v.ID), v.Location, v.Number, v.From, v.To, v.Currency, v.Total, v.Tolerance, v.Note, v.State(), v.CreatedAt, v.CreatedBy, v.Version)
	})
	if err != nil {
		return err
	}
	type fact struct {
		*tariff.InvoiceLine
		key string
	}
	var facts []fact
	err = saveLine.Run(tx, len(lines), func(a []any, n int) []any {
		x := &lines[n]
		for _, k := range x.Keys {
			facts = append(facts, fact{x, k})
		}
		return append(a, tx.M, int64(v.ID), int64(x.N), x.Kind, x.Reference, x.Quantity, x.Amount, x.Outcome, x.Expected, x.Units, x.Other, x.State, x.Note, x.DecidedAt, x.DecidedBy)
	})
	if err != nil {
		return err
	}
	return saveFact.Run(tx, len(facts), func(a []any, n int) []any {
		return append(a, tx.M, v.Location, facts[n].key, int64(v.ID), int64(facts[n].N), facts[n].State)
	})
}

// Referenced finds the orders that references of an invoice name: by id or number
// of the order, by fulfillment, parcel or return, or by tracking number.
func Referenced(r *store.Reader, ids map[string][]int64, texts []string) (out []int64, err error) {
	seen := map[int64]bool{}
	collect := func(scan func(...any) error) error {
		var id int64
		err := scan(&id)
		if err == nil && !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
		return err
	}
	for _, q := range []struct{ kind, text string }{
		{"ord", "SELECT id FROM orders WHERE m = $1 AND id IN ($IN)"}, {"number", "SELECT id FROM orders WHERE m = $1 AND number IN ($IN)"},
		{"ful", "SELECT source_id FROM fulfillment WHERE m = $1 AND id IN ($IN)"}, {"par", "SELECT order_id FROM parcel WHERE m = $1 AND id IN ($IN)"},
		{"ret", "SELECT order_id FROM order_return WHERE m = $1 AND id IN ($IN)"},
	} {
		if err := store.In(r, q.text, []any{r.M}, ids[q.kind], collect); err != nil {
			return nil, err
		}
	}
	err = store.In(r, "SELECT order_id FROM parcel WHERE m = $1 AND tracking <> '' AND tracking IN ($IN)", []any{r.M}, texts, collect)
	return out, err
}
