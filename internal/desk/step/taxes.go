package step

import (
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
)

// Taxes is how orders of a channel are taxed that go to an address and say
// nothing of taxes themselves.
func (b *Batch) Taxes(channel string, p *party.Parties) tax.Scheme {
	return tax.SchemeFor(&b.Catalog.taxes, channel, p)
}

// exchangeKey is a currency on a day, yyyymmdd.
type exchangeKey struct {
	currency string
	day      int64
}

// LoadExchange reads what a currency was worth on a day in the merchant's own.
func (b *Batch) LoadExchange(currency string, day int64) error {
	k := exchangeKey{currency, day}
	if _, known := b.exchanges[k]; known || currency == b.Catalog.Merchant.Currency {
		return nil
	}
	rate, err := taxes.ExchangeOn(b.R, currency, day)
	if b.exchanges == nil {
		b.exchanges = map[exchangeKey]money.Exchange{}
	}
	b.exchanges[k] = rate
	return err
}

// Exchange is what was loaded; zero when it is not known, or the same currency.
func (b *Batch) Exchange(currency string, day int64) money.Exchange {
	return b.exchanges[exchangeKey{currency, day}]
}
