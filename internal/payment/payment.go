// Package payment is the double-entry ledger of an order's money.
//
// What belongs here: accounts, entries and that debits equal credits. What
// does not: prices and totals (order) and talking to providers (connect).
//
// There is one tender, "paid at the channel": the channel has taken the money
// and owes it to the merchant.
package payment

import "fmt"

// The accounts. A positive amount is a debit, a negative one a credit.
const (
	ChannelClearing = "channel_clearing" // what channels have collected and owe us
	Receivable      = "receivable"       // what customers owe us
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

// PaidAtChannel books money that the channel took from the customer.
// A negative amount books money that the channel gave back.
func PaidAtChannel(ids [2]int64, order int64, currency string, amount int64, ref string, at int64) []Entry {
	return []Entry{
		{ID: ids[0], Order: order, Account: ChannelClearing, Currency: currency, Amount: amount, Ref: ref, At: at},
		{ID: ids[1], Order: order, Account: Receivable, Currency: currency, Amount: -amount, Ref: ref, At: at},
	}
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
