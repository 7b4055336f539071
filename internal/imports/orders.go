package imports

// OrderRow is one line of an order. Rows that stand together with the same
// channel and external id are one order; what belongs to the whole order may
// be left out on all rows but the first; reading fills it in.
type OrderRow struct {
	Channel    string
	ExternalID string
	PlacedAt   string // see ParseTime
	Currency   string
	Paid       bool
	CustomerID string
	Name       string // of the customer
	Email      string
	Phone      string
	Company    string
	ShipTo     Address

	SKU       string
	Title     string
	Quantity  string // decimal above zero
	UnitPrice string // decimal
	Shipping  string // decimal; what its rows say is one fee of the order
	Custom    map[string]string
}

const (
	orderChannel = iota
	orderExternalID
	orderPlacedAt
	orderCurrency
	orderPaid
	orderCustomerID
	orderName
	orderEmail
	orderPhone
	orderCompany
	shipToName
	shipToCompany
	shipToLine1
	shipToLine2
	shipToCity
	shipToRegion
	shipToPostalCode
	shipToCountry
	shipToPhone
	orderSKU // from here on each row speaks for itself
	orderTitle
	orderQuantity
	orderUnitPrice
	orderShipping
	orderColumns // how many there are
)

var orders = &table{name: "orders", columns: []column{
	orderChannel:     {name: "channel", aliases: "sales_channel source marketplace shop", max: maxCode},
	orderExternalID:  {name: "external_id", aliases: "order order_id order_no order_number order_ref order_reference reference invoice invoice_no invoiceno", needed: true, max: maxName},
	orderPlacedAt:    {name: "placed_at", aliases: "date order_date ordered_at created_at purchase_date invoice_date invoicedate", max: maxNumber, check: moment},
	orderCurrency:    {name: "currency", aliases: "currency_code", max: maxNumber, check: currency},
	orderPaid:        {name: "paid", aliases: "is_paid financial_status payment_status", max: maxNumber, check: truth},
	orderCustomerID:  {name: "customer_id", aliases: "customer customer_no customer_number customerid account", max: maxName},
	orderName:        {name: "customer_name", aliases: "name buyer buyer_name", max: maxName},
	orderEmail:       {name: "email", aliases: "customer_email buyer_email e_mail", max: maxName, check: email},
	orderPhone:       {name: "phone", aliases: "customer_phone telephone", max: maxName},
	orderCompany:     {name: "company", aliases: "customer_company", max: maxName},
	shipToName:       {name: "ship_to_name", aliases: "shipping_name recipient recipient_name", max: maxName},
	shipToCompany:    {name: "ship_to_company", aliases: "shipping_company", max: maxName},
	shipToLine1:      {name: "ship_to_line1", aliases: "ship_to_address ship_to_address1 shipping_address1 shipping_address_1 shipping_street address line1", max: maxName},
	shipToLine2:      {name: "ship_to_line2", aliases: "ship_to_address2 shipping_address2 shipping_address_2 line2", max: maxName},
	shipToCity:       {name: "ship_to_city", aliases: "shipping_city city", max: maxName},
	shipToRegion:     {name: "ship_to_region", aliases: "ship_to_state shipping_province shipping_state region state", max: maxName},
	shipToPostalCode: {name: "ship_to_postal_code", aliases: "ship_to_zip shipping_zip shipping_postcode postal_code postcode zip", max: maxName},
	shipToCountry:    {name: "ship_to_country", aliases: "shipping_country country country_code", max: maxName, check: country},
	shipToPhone:      {name: "ship_to_phone", aliases: "shipping_phone", max: maxName},
	orderSKU:         {name: "sku", aliases: "item item_no article product_code stock_code stockcode lineitem_sku item_sku", needed: true, max: maxSKU},
	orderTitle:       {name: "title", aliases: "description item_name product_name lineitem_name", max: maxTitle},
	orderQuantity:    {name: "quantity", aliases: "qty lineitem_quantity item_quantity units", needed: true, max: maxNumber, check: positive},
	orderUnitPrice:   {name: "unit_price", aliases: "unitprice price item_price lineitem_price", needed: true, max: maxNumber, check: price},
	orderShipping:    {name: "shipping", aliases: "freight freight_value shipping_price shipping_cost lineitem_shipping postage", max: maxNumber, check: price},
}}
