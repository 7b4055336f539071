package queues

import (
	"cmp"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/outbound"
	"orderly/internal/purchase"
	"orderly/internal/queue"
	"orderly/internal/statement"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/purchases"
	"orderly/internal/store/statements"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/talks"
	"orderly/internal/supplier"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// caseRows reads cases that missed a target, the oldest first: those of which
// it was told, and those whose clock has run out since somebody last looked.
func caseRows(r *store.Reader, now, after int64, limit int) ([]Row, error) {
	list, err := cases.Missed(r, support.ID(after), limit)
	if err != nil {
		return nil, err
	}
	due, err := cases.Due(r, now, most)
	for _, c := range due {
		if c.Escalated == 0 && int64(c.ID) > after {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *support.Case) int { return cmp.Compare(a.ID, b.ID) })
	out := make([]Row, min(len(list), limit))
	for i := range out {
		c := list[i]
		out[i] = Row{Kind: queue.Case, ID: int64(c.ID), Order: c.Order, Name: c.Name, Status: c.State, Since: c.At, Due: c.Since(now), Text: c.Subject, Subject: c.Number, Reasons: []string{c.Priority}}
	}
	return out, err
}

// bankRows reads lines of bank statements that wait for a person.
func bankRows(r *store.Reader, after int64, limit int) ([]Row, error) {
	list, err := statements.Open(r, statement.LineID(after), limit)
	out := make([]Row, len(list))
	for i, x := range list {
		out[i] = Row{Kind: queue.BankLine, ID: int64(x.ID), Name: x.Name, Status: x.State, Since: ident.Time(int64(x.ID)).UnixMicro(), Total: x.Amount, Currency: x.Currency, Text: x.Text}
	}
	return out, err
}

// endpointRows reads endpoints that failed for so long that nothing is sent.
func endpointRows(r *store.Reader, after int64, limit int) ([]Row, error) {
	list, err := endpoints.Quarantined(r, outbound.ID(after), limit)
	out := make([]Row, len(list))
	for i, e := range list {
		out[i] = Row{Kind: queue.Endpoint, ID: int64(e.ID), Title: e.Name, Status: e.State, Since: e.UpdatedAt, Text: e.Why}
	}
	return out, err
}

// talkRows reads conversations in which somebody waits for our answer. Number is
// the one of the purchase order or of the order; Subject is what it is about.
func talkRows(r *store.Reader, after int64, limit int) ([]Row, error) {
	list, err := talks.Awaiting(r, talk.Us, talk.ID(after), limit)
	if err != nil {
		return nil, err
	}
	var bought []purchase.ID
	var by []supplier.ID
	for _, t := range list {
		if t.About == talk.Purchase {
			bought, by = append(bought, purchase.ID(t.Subject)), append(by, supplier.ID(t.Supplier))
		}
	}
	orders, err := purchases.Load(r, bought)
	if err != nil {
		return nil, err
	}
	names, err := suppliers.ByID(r, by)
	out := make([]Row, len(list))
	for i, t := range list {
		out[i] = Row{Kind: queue.Talk, ID: int64(t.ID), Order: t.Order, Status: t.About, Since: t.Since, Subject: t.Subject, Location: stock.LocationID(t.Location)}
		if p := orders[purchase.ID(t.Subject)]; p != nil && t.About == talk.Purchase {
			out[i].Number = p.Number
		}
		if s := names[supplier.ID(t.Supplier)]; s != nil {
			out[i].Name = s.Name
		}
	}
	return out, err
}
