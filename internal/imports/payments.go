package imports

// PaymentRow is one payment that a channel took for an order, as it tells.
type PaymentRow struct {
	Channel     string
	ExternalID  string // of the order
	Sequence    string // its number among the order's payments; one of an order counts once
	Means       string // card, voucher …, in the channel's words
	Instalments string
	Amount      string // decimal
	Reference   string
}

const (
	paymentChannel = iota
	paymentExternalID
	paymentSequence
	paymentMeans
	paymentInstalments
	paymentAmount
	paymentReference
)

var payments = &table{name: "payments", columns: []column{
	paymentChannel:     {name: "channel", aliases: "sales_channel source marketplace shop", max: maxCode},
	paymentExternalID:  {name: "external_id", aliases: "order order_id order_no order_number order_ref order_reference invoice invoice_no", needed: true, max: maxName},
	paymentSequence:    {name: "sequence", aliases: "payment_sequential payment_no payment_number n", needed: true, max: maxNumber, check: between(1, 50)},
	paymentMeans:       {name: "means", aliases: "payment_type payment_method method type gateway tender", max: maxCode},
	paymentInstalments: {name: "instalments", aliases: "payment_installments installments", max: maxNumber, check: between(0, 120)},
	paymentAmount:      {name: "amount", aliases: "payment_value value paid total", needed: true, max: maxNumber, check: price},
	paymentReference:   {name: "reference", aliases: "transaction transaction_id payment_id authorization", max: maxName},
}}

// ReadPayments reads a file of what a channel was paid.
func ReadPayments(from Source, m Mapping) (*Rows[PaymentRow], error) {
	return newRows(from, payments, m, func(c *cells) PaymentRow {
		return PaymentRow{
			Channel: c.texts[paymentChannel], ExternalID: c.texts[paymentExternalID], Sequence: c.texts[paymentSequence], Means: c.texts[paymentMeans],
			Instalments: c.texts[paymentInstalments], Amount: c.texts[paymentAmount], Reference: c.texts[paymentReference],
		}
	})
}
