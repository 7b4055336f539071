// Package payment is an order's money: by which tenders it was paid, what each
// payment holds, what is under way outside, and the double-entry ledger.
//
// What belongs here: tenders and their accounts, a payment and the state that
// follows from its amounts, intents and their states, how reports of a provider
// are joined, how a refund is spread, and that debits equal credits. What does
// not: prices and totals (order), talking to providers (connect/payments) and
// who waits for what (desk/pay, teller).
//
// What a channel was paid when an order was placed has no payment of its own:
// it is the part of the order's paid that no payment captured.
package payment

import "fmt"

// Receivable is what customers owe us, and Disputes what they took back over
// their bank and we may yet win. What each tender holds is its clearing
// account. A positive amount is a debit, a negative one a credit.
const (
	Receivable = "receivable"
	Disputes   = "disputes"
)

// Entry is one half of a booking, in minor units of the order's currency.
type Entry struct {
	ID       int64
	Order    int64
	Account  string
	Currency string
	Amount   int64
	Ref      string // the channel's reference
	At       int64
	Seq      int64 // sequence of the journal entry that tells of it
}

// book is one booking of an amount from one account to another.
func book(ids [2]int64, order int64, debit, credit, currency string, amount int64, ref string, at int64) []Entry {
	return []Entry{
		{ID: ids[0], Order: order, Account: debit, Currency: currency, Amount: amount, Ref: ref, At: at},
		{ID: ids[1], Order: order, Account: credit, Currency: currency, Amount: -amount, Ref: ref, At: at},
	}
}

// PaidAtChannel books money that the channel took from the customer.
// A negative amount books money that the channel gave back.
func PaidAtChannel(ids [2]int64, order int64, currency string, amount int64, ref string, at int64) []Entry {
	return book(ids, order, ChannelTender.Account(), Receivable, currency, amount, ref, at)
}

// Balanced is nil when debits equal credits in every currency.
func Balanced(entries []Entry) error {
	sums := map[string]int64{}
	for _, e := range entries {
		sums[e.Currency] += e.Amount
	}
	for c, s := range sums {
		if s != 0 {
			return fmt.Errorf("debits and credits differ by %d %s", s, c)
		}
	}
	return nil
}
