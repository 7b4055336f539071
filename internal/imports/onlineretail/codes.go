package onlineretail

import "strings"

// Kind says what a line is about.
type Kind string

const (
	Goods      Kind = "goods"       // an article that is kept in stock
	Service    Kind = "service"     // sold, never stocked
	Shipping   Kind = "shipping"    // postage and carriage
	Manual     Kind = "manual"      // an amount keyed in by hand
	Discount   Kind = "discount"    // given after the sale
	BankCharge Kind = "bank_charge" // a bank's, passed on or borne

	MarketplaceFee Kind = "marketplace_fee"
	Samples        Kind = "samples"
	Commission     Kind = "commission"
	BadDebt        Kind = "bad_debt"
	Correction     Kind = "correction" // a negative price on something else
)

// meaning is what a stock code stands for: the rule of its line on a sale, and
// whether a line of it concerns the merchant's own money wherever it stands.
type meaning struct {
	kind Kind
	rule Rule // on a sale; for own money everywhere
	role role
}

var article = meaning{Goods, SaleLine, asLine}

// meanings are the codes that stand for something else than an article, in
// upper case. Every other code is an article, PADS and the DCGS ones too.
var meanings = map[string]meaning{
	"POST":         {Shipping, FeePostage, asFee},
	"DOT":          {Shipping, FeePostage, asFee},
	"C2":           {Shipping, FeeCarriage, asFee},
	"23444":        {Shipping, FeeCarriage, asFee},
	"M":            {Manual, FeeManual, asFee},
	"D":            {Discount, FeeDiscount, asFee},
	"BANK CHARGES": {BankCharge, FeeBankCharge, asFee},
	"AMAZONFEE":    {MarketplaceFee, MoneyMarketplaceFee, asMoney},
	"S":            {Samples, MoneySamples, asMoney},
	"CRUK":         {Commission, MoneyCommission, asMoney},
	"B":            {BadDebt, MoneyBadDebt, asMoney},
}

const (
	voucherPrefix = "GIFT_"
	voucherName   = "dotcomgiftshop gift voucher"
)

// skuOf folds codes that differ only by case: wherever both spellings sold, in
// 88 pairs of the known months, they share a description, and 85123a is where
// somebody typed 85123A. The code as written is kept beside it.
func skuOf(code string) string { return strings.ToUpper(code) }

// meaningOf tells by the code, and for vouchers also by the name that the code
// mostly sells under, because one of them has the number of an article.
func meaningOf(sku, name string) meaning {
	if m, ok := meanings[sku]; ok {
		return m
	}
	if strings.HasPrefix(sku, voucherPrefix) || strings.HasPrefix(strings.ToLower(name), voucherName) {
		return meaning{Service, SaleService, asLine}
	}
	return article
}
