package onlineretail

// Rule names why a line or an invoice became what it became. The number may
// change from build to build; the name is stable.
type Rule uint8

const (
	unruled Rule = iota

	// Lines of a sale.
	SaleLine
	SaleFree
	SaleService
	FeePostage
	FeeCarriage
	FeeManual
	FeeDiscount
	FeeBankCharge

	// Lines of a cancellation.
	CancelMatched
	CancelPartly
	CancelUnmatched
	CancelNoCustomer
	CreditDiscount

	// Lines that change stock.
	StockDown
	StockUp
	StockNotKept

	// Lines that change money only.
	MoneyMarketplaceFee
	MoneyBankCharge
	MoneySamples
	MoneyCommission
	MoneyBadDebt
	MoneyNegativePrice

	// Invoices.
	InvoiceSale
	InvoiceLumpSum
	InvoiceFree
	InvoiceCharges
	InvoiceCancellation

	ruleCount
)

// RuleDoc is a row of the rule table.
type RuleDoc struct {
	Rule    Rule
	Name    string
	When    string
	Becomes string
}

var ruleDocs = [ruleCount]RuleDoc{
	unruled: {Name: "none"},

	SaleLine:      {Name: "sale_line", When: "an article above price 0 and quantity 0, on an invoice without a letter", Becomes: "Sale.Lines"},
	SaleFree:      {Name: "sale_free", When: "an article at price 0 that is not taken for a change of stock: it has a customer, or is one of several lines with a description, or the only line with a name that the article sells under", Becomes: "Sale.Lines at price 0"},
	SaleService:   {Name: "sale_service", When: "code gift_0001_10 and the like, or a code that sells under the name of a gift voucher: sold, never stocked", Becomes: "Sale.Lines of kind service"},
	FeePostage:    {Name: "fee_postage", When: "code POST or DOT", Becomes: "Sale.Fees of kind shipping"},
	FeeCarriage:   {Name: "fee_carriage", When: "code C2, or 23444, which is next day carriage under the number of an article", Becomes: "Sale.Fees of kind shipping"},
	FeeManual:     {Name: "fee_manual", When: "code M or m: an amount keyed in by hand", Becomes: "Sale.Fees of kind manual"},
	FeeDiscount:   {Name: "fee_discount", When: "code D on an invoice without a letter", Becomes: "Sale.Fees of kind discount"},
	FeeBankCharge: {Name: "fee_bank_charge", When: "code BANK CHARGES with a customer, who is charged it", Becomes: "Sale.Fees of kind bank_charge"},

	CancelMatched:    {Name: "cancel_matched", When: "on a C invoice; earlier sales of the same code to the same customer in this file cover the whole quantity, newest first", Becomes: "Cancellation line with Matches"},
	CancelPartly:     {Name: "cancel_partly", When: "on a C invoice; such sales cover some of the quantity", Becomes: "Cancellation line with Matches and Unmatched, which is a return without sale"},
	CancelUnmatched:  {Name: "cancel_unmatched", When: "on a C invoice; there is no such sale, or all are consumed", Becomes: "Cancellation line, all Unmatched: a return without sale"},
	CancelNoCustomer: {Name: "cancel_no_customer", When: "on a C invoice without a customer, so no sale can be looked for", Becomes: "Cancellation line, all Unmatched: a return without sale"},

	CreditDiscount: {Name: "credit_discount", When: "code D on a C invoice: a discount given after the sale, matched or not", Becomes: "Cancellation fee of kind discount"},

	StockDown:    {Name: "stock_down", When: "quantity below 0 at price 0, no letter: damages, thrown away, counted less", Becomes: "Adjustment"},
	StockUp:      {Name: "stock_up", When: "quantity above 0 at price 0, no letter, no customer, and either no description or the invoice's only line under something else than a name that the article sells under: found, amazon, adjustment", Becomes: "Adjustment"},
	StockNotKept: {Name: "stock_not_kept", When: "the same for a code of a charge or a service, of which no stock is kept", Becomes: "Adjustment that moves nothing"},

	MoneyMarketplaceFee: {Name: "money_marketplace_fee", When: "code AMAZONFEE: what the marketplace keeps, or gives back", Becomes: "MoneyAdjustment"},
	MoneyBankCharge:     {Name: "money_bank_charge", When: "code BANK CHARGES without a customer: the merchant's own cost", Becomes: "MoneyAdjustment"},
	MoneySamples:        {Name: "money_samples", When: "code S: samples at cost", Becomes: "MoneyAdjustment"},
	MoneyCommission:     {Name: "money_commission", When: "code CRUK: a charity's commission", Becomes: "MoneyAdjustment"},
	MoneyBadDebt:        {Name: "money_bad_debt", When: "an A invoice, or code B", Becomes: "MoneyAdjustment"},
	MoneyNegativePrice:  {Name: "money_negative_price", When: "a price below 0 that no rule above explains", Becomes: "MoneyAdjustment"},

	InvoiceSale:         {Name: "invoice_sale", When: "has lines, and at least one above price 0", Becomes: "Sale"},
	InvoiceLumpSum:      {Name: "invoice_lump_sum", When: "all lines at price 0, and a manual fee that charges for them together", Becomes: "Sale whose money is in its fees"},
	InvoiceFree:         {Name: "invoice_free", When: "all lines at price 0, and no manual fee", Becomes: "Sale free of charge"},
	InvoiceCharges:      {Name: "invoice_charges", When: "no lines, only fees", Becomes: "Sale without lines: a charge to the customer"},
	InvoiceCancellation: {Name: "invoice_cancellation", When: "a C invoice with at least one cancellation line", Becomes: "Cancellation"},
}

// Rules is the table of all rules. Each line of a file is under exactly one of
// the first group or is a reject; each Sale and Cancellation is under one of
// the rules named invoice_ besides.
func Rules() []RuleDoc {
	docs := make([]RuleDoc, 0, ruleCount-1)
	for r := unruled + 1; r < ruleCount; r++ {
		d := ruleDocs[r]
		d.Rule = r
		docs = append(docs, d)
	}
	return docs
}

func (r Rule) String() string {
	if r < ruleCount {
		return ruleDocs[r].Name
	}
	return ruleDocs[unruled].Name
}

// ofInvoice is whether the rule is about an invoice and not a line.
func (r Rule) ofInvoice() bool { return r >= InvoiceSale }

// role is where a line goes.
type role uint8

const (
	asLine   role = iota // of a sale or a cancellation
	asFee                // of a sale or a cancellation
	asStock              // an Adjustment
	asMoney              // a MoneyAdjustment
	asReject             // nowhere
)
