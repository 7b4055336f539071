package tariff_test

import (
	"testing"

	"orderly/internal/tariff"
)

// Kills: minor units that are hundredths in every currency; an amount that is rounded
// on its way, here a month that is rounded before the part of it.
func TestCurrencies(t *testing.T) {
	for currency, want := range map[string][3]int64{"JPY": {2, 500, 1}, "EUR": {165, 50025, 55}, "KWD": {1649, 500250, 550}} {
		c := card(1, 20260101,
			tariff.Rate{Kind: tariff.PerStored, Price: price("0.549667")}, tariff.Rate{Kind: tariff.PerMonth, Price: price("1000.5")}, tariff.Rate{Kind: tariff.PerReceived, Price: price("0.549667")})
		c.Currency = currency
		var facts []tariff.Fact
		for day := int64(20261101); day <= 20261103; day++ {
			facts = append(facts, tariff.Fact{Kind: tariff.PerStored, Day: day, Subject: "day", ID: day, Quantity: 1})
		}
		facts = append(facts, tariff.Fact{Kind: tariff.PerReceived, Day: 20261101, Subject: "stk", ID: 1, Quantity: 1})
		costs, err := tariff.Book{c}.Charge(facts)
		if err == nil {
			err = tariff.Book{c}.Months(&costs, 20261101, 20261115)
		}
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int64{}
		for _, x := range costs.Charges {
			got[x.Kind] = x.Amount
		}
		if got[tariff.PerStored] != want[0] || got[tariff.PerMonth] != want[1] || got[tariff.PerReceived] != want[2] {
			t.Errorf("%s: %v, want storage, month and receiving of %v", currency, got, want)
		}
	}
}
