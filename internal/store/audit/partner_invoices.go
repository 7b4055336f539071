package audit

import (
	"orderly/internal/store"
	"orderly/internal/tariff"
)

// PartnerInvoicePages walk what partners ask for.
var PartnerInvoicePages = []Walk{{"partner_invoice", "id", "id", 1}}

// AskedFor is a partner's invoice, and how many of its lines and of what they are
// for are not as they should be.
type AskedFor struct {
	ID                                tariff.InvoiceID
	State                             string
	Open, Accepted, Disputed          int64 // lines
	Undecided, Loose, Bare, Otherwise int64 // decided by nobody or too early; for nothing; facts in another state or place
	Twice                             int64 // facts for which another line was accepted too
}

const invoiceLine = "(SELECT count(*) FROM partner_invoice_line AS l WHERE l.m = $1 AND l.invoice = v.id AND "

// PartnerInvoicesIn reads a page of them.
func PartnerInvoicesIn(r *store.Reader, in Range) ([]AskedFor, error) {
	var out []AskedFor
	facts := "(SELECT count(*) FROM partner_invoice_fact AS f LEFT JOIN partner_invoice_line AS l ON l.m = f.m AND l.invoice = f.invoice AND l.n = f.line WHERE f.m = $1 AND f.invoice = v.id AND "
	err := r.Each("SELECT v.id, v.state, "+invoiceLine+"l.state = 'open'), "+invoiceLine+"l.state = 'accepted'), "+invoiceLine+"l.state = 'disputed'), "+
		invoiceLine+"((l.state = 'open' AND l.decided_at <> 0) OR (l.state <> 'open' AND (l.decided_at < v.created_at OR l.decided_by = '')))), "+
		facts+"l.n IS NULL), "+
		invoiceLine+"l.units > 0 AND NOT EXISTS (SELECT 1 FROM partner_invoice_fact AS f WHERE f.m = $1 AND f.invoice = v.id AND f.line = l.n)), "+
		facts+"l.n IS NOT NULL AND (f.state <> l.state OR f.location <> v.location)), "+
		"(SELECT count(*) FROM partner_invoice_fact AS f JOIN partner_invoice_line AS l ON l.m = f.m AND l.invoice = f.invoice AND l.n = f.line "+
		"JOIN partner_invoice_fact AS g ON g.m = f.m AND g.location = f.location AND g.fact = f.fact JOIN partner_invoice_line AS k ON k.m = g.m AND k.invoice = g.invoice AND k.n = g.line "+
		"WHERE f.m = $1 AND f.invoice = v.id AND l.state = 'accepted' AND k.state = 'accepted' AND (g.invoice <> f.invoice OR g.line <> f.line)) "+
		"FROM partner_invoice AS v WHERE v.m = $1 AND v.id > $2 AND v.id <= $3 ORDER BY v.id",
		[]any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
			var x AskedFor
			err := scan(&x.ID, &x.State, &x.Open, &x.Accepted, &x.Disputed, &x.Undecided, &x.Loose, &x.Bare, &x.Otherwise, &x.Twice)
			out = append(out, x)
			return err
		})
	return out, err
}
