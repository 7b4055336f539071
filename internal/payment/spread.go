package payment

import (
	"slices"

	"orderly/internal/fault"
)

// Purse is what one tender of an order can give back: a payment, or with none
// the channel.
type Purse struct {
	Tender  Tender
	Payment *Payment
	Left    int64
}

// Share is what one purse gives.
type Share struct {
	Purse
	Amount int64
}

// Purses are where an order's money can be given back from. paid and refunded
// are the order's; what no payment has is the channel's.
func Purses(payments []*Payment, paid, refunded int64) []Purse {
	channel, all := paid-refunded, Returnable(payments, paid, refunded)
	var out []Purse
	for _, p := range payments {
		channel -= p.Captured - p.Refunded - p.Credited
		out = append(out, Purse{p.Tender, p, min(p.Refundable(), all)})
	}
	return append(out, Purse{Tender: ChannelTender, Left: min(max(0, channel), all)})
}

// Returnable is what of an order's money may yet be given back, by whatever
// tender: not what is being given back. For what was turned into store credit a
// tender still holds money, which is not the customer's any more.
func Returnable(payments []*Payment, paid, refunded int64) int64 {
	left := paid - refunded
	for _, p := range payments {
		left -= p.pending(Refund)
	}
	return max(0, left)
}

// Spread gives an amount back out of purses, tender by tender in an order, each
// tender's payments oldest first: each gives what it can and the rest moves on
// to the next. The shares sum to the amount. Without an order it is that of
// Tenders; tenders that an order leaves out give nothing.
func Spread(amount int64, purses []Purse, order []Tender) ([]Share, error) {
	if len(order) == 0 {
		for _, k := range Tenders {
			order = append(order, k.Tender)
		}
	}
	rest := amount
	var out []Share
	for i, t := range order {
		if slices.Contains(order[:i], t) {
			continue
		}
		for _, p := range purses {
			if part := min(rest, p.Left); p.Tender == t && part > 0 {
				out = append(out, Share{p, part})
				rest -= part
			}
		}
	}
	if rest > 0 {
		return nil, fault.New(fault.Conflict, "more_than_paid", "%d minor units can be given back, not %d", amount-rest, amount)
	}
	return out, nil
}
