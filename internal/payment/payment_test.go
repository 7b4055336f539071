package payment_test

import (
	"testing"

	"orderly/internal/payment"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever is booked, debits equal credits, by order and by currency.
//
// Kills: two entries of one sign; a half in another currency or of another
// order.
func TestBookingsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []payment.Entry
		for n := range rapid.IntRange(1, 6).Draw(t, "bookings") {
			order := rapid.Int64Range(1, 2).Draw(t, "order")
			currency := rapid.SampledFrom([]string{"GBP", "JPY"}).Draw(t, "currency")
			amount := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "amount")
			made := payment.PaidAtChannel([2]int64{int64(2*n + 1), int64(2*n + 2)}, order, currency, amount, "P", 5)
			if err := payment.Balanced(made); err != nil {
				t.Fatal(err)
			}
			all = append(all, made...)
		}
		of := map[int64][]payment.Entry{}
		for _, e := range all {
			of[e.Order] = append(of[e.Order], e)
		}
		for order, entries := range of {
			if err := payment.Balanced(entries); err != nil {
				t.Fatalf("order %d: %v", order, err)
			}
		}
		broken := append([]payment.Entry{}, all...)
		broken[rapid.IntRange(0, len(broken)-1).Draw(t, "entry")].Amount++
		if payment.Balanced(broken) == nil {
			t.Fatal("a cent too many is balanced")
		}
	})
}

// Kills: a debit and a credit exchanged; a currency that makes up for another.
func TestPaidAtChannel(t *testing.T) {
	want := []payment.Entry{
		{ID: 1, Order: 9, Account: payment.ChannelTender.Account(), Currency: "GBP", Amount: 1295, Ref: "P-1", At: 5},
		{ID: 2, Order: 9, Account: payment.Receivable, Currency: "GBP", Amount: -1295, Ref: "P-1", At: 5},
	}
	if diff := cmp.Diff(want, payment.PaidAtChannel([2]int64{1, 2}, 9, "GBP", 1295, "P-1", 5)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	two := []payment.Entry{{Currency: "GBP", Amount: 5}, {Currency: "EUR", Amount: -5}}
	if payment.Balanced(two) == nil {
		t.Error("pounds were balanced by euros")
	}
	if err := payment.Balanced(nil); err != nil {
		t.Error(err)
	}
}
