package orders

import (
	"orderly/internal/money"
	"orderly/internal/web/shell"
)

// worth is the order's total in the merchant's currency, at the rate of its
// day; false when it is in that currency, or no rate is known.
func (x *view) worth(v *shell.Visit) (int64, bool) {
	to, err := money.ParseCurrency(v.Merchant.Currency)
	if err != nil || x.Exchange == 0 {
		return 0, false
	}
	return x.Exchange.Convert(x.Totals.Total, x.Currency, to), true
}
