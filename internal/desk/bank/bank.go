// Package bank is the room for what banks say: taking statements in, proposing
// what lines pay, and booking, splitting or ignoring them.
//
// What belongs here: the acts, one file each. What does not: reading files
// (imports/bank) and what matches (statement).
package bank

import (
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/invoices"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
	"orderly/internal/store/statements"
)

// maxUnpaid is how many of the newest unpaid orders are looked through for an
// amount. A line that names its order is found however old that is.
const maxUnpaid = 500

// Propose says what each of some lines may pay. What earlier lines of a file
// would pay is not counted: booking looks again.
func Propose(r *store.Reader, lines []*statement.Line) ([][]statement.Proposal, error) {
	named, err := namedBy(r, lines)
	if err != nil {
		return nil, err
	}
	unpaid, err := unpaid(r)
	if err != nil {
		return nil, err
	}
	all := append(named, unpaid...)
	slices.Sort(all)
	list, err := candidates(r, slices.Compact(all))
	if err != nil {
		return nil, err
	}
	out := make([][]statement.Proposal, len(lines))
	for i, x := range lines {
		out[i] = statement.Match(x, list)
	}
	return out, nil
}

// namedBy are the orders that the texts of lines may name.
func namedBy(r *store.Reader, lines []*statement.Line) ([]order.ID, error) {
	var numbers []int64
	var words []string
	for _, x := range lines {
		for _, w := range x.Words() {
			if n := statement.Number(w); n != 0 {
				numbers = append(numbers, n)
			}
			words = append(words, w)
		}
		for _, w := range strings.Fields(x.Text + " " + x.EndToEnd) { // as invoices and channels write them
			words = append(words, strings.Trim(w, ",;:()[]\"'."))
		}
	}
	slices.Sort(numbers)
	slices.Sort(words)
	words = slices.Compact(words)
	var out []order.ID
	add := func(list []int64, err error) error {
		for _, id := range list {
			out = append(out, order.ID(id))
		}
		return err
	}
	if err := add(statements.ByNumber(r, slices.Compact(numbers))); err != nil {
		return nil, err
	}
	if err := add(statements.ByInvoice(r, words)); err != nil {
		return nil, err
	}
	all, err := channels.All(r)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		known, err := orders.ByExternal(r, c.Code, words)
		if err != nil {
			return nil, err
		}
		for _, k := range known {
			out = append(out, k.ID)
		}
	}
	return out, nil
}

func unpaid(r *store.Reader) ([]order.ID, error) {
	var out []order.ID
	for _, status := range []string{"unpaid", "partially_paid"} {
		f := orders.Filter{Payment: status, Limit: 250}
		for range maxUnpaid / 250 {
			found, err := orders.List(r, f)
			if err != nil {
				return nil, err
			}
			for i := range found.Rows {
				out = append(out, found.Rows[i].Order.ID)
			}
			if f.Before = found.Next; f.Before == 0 {
				break
			}
		}
	}
	return out, nil
}

// candidates reads what of each order is due, and by which names it is known.
func candidates(r *store.Reader, ids []order.ID) ([]statement.Candidate, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	heads, err := orders.Load(r, ids, orders.Parts{Party: true})
	if err != nil {
		return nil, err
	}
	plain := make([]int64, len(ids))
	for i, id := range ids {
		plain[i] = int64(id)
	}
	paid, err := payments.OfOrders(r, plain)
	if err != nil {
		return nil, err
	}
	of := map[int64][]*payment.Payment{}
	for _, p := range paid {
		of[p.Order] = append(of[p.Order], p)
	}
	documents, err := invoices.OfOrders(r, ids)
	if err != nil {
		return nil, err
	}
	var out []statement.Candidate
	for _, id := range ids {
		o := heads[id]
		if o == nil {
			continue
		}
		c := statement.Candidate{
			Order: int64(id), Number: o.Number, Currency: o.Currency.Code(), Canceled: o.Statuses.Status == "canceled",
			Due:      payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, of[int64(id)]),
			Customer: []string{o.Party.Customer.Name, o.Party.Customer.Company, o.Party.BillTo.Name, o.Party.BillTo.Company},
		}
		if o.ExternalID != "" {
			c.Names = append(c.Names, o.ExternalID)
		}
		for _, d := range documents[id] {
			c.Names = append(c.Names, d.Code)
		}
		out = append(out, c)
	}
	return out, nil
}

// Waiting are the lines that wait for a person, the oldest first.
func Waiting(r *store.Reader, limit int) ([]*statement.Line, error) {
	return statements.Open(r, 0, limit)
}
