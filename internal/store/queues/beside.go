package queues

import (
	"cmp"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/outbound"
	"orderly/internal/queue"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/statements"
	"orderly/internal/support"
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
