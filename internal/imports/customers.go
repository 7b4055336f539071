package imports

// Address is where a customer lives or a parcel goes.
type Address struct {
	Name       string
	Company    string
	Line1      string
	Line2      string
	City       string
	Region     string
	PostalCode string
	Country    string // ISO 3166 alpha-2
	Phone      string
}

// CustomerRow is one customer of a file.
type CustomerRow struct {
	ExternalID string
	Name       string
	Email      string
	Phone      string
	Company    string
	Address    Address // without name, company and phone of its own
	Custom     map[string]string
}

const (
	customerID = iota
	customerName
	customerEmail
	customerPhone
	customerCompany
	customerLine1
	customerLine2
	customerCity
	customerRegion
	customerPostalCode
	customerCountry
)

var customers = &table{name: "customers", columns: []column{
	customerID:         {name: "external_id", aliases: "id customer_id customer customer_no customer_number account account_number customerid", max: maxName},
	customerName:       {name: "name", aliases: "customer_name full_name contact contact_name", max: maxName},
	customerEmail:      {name: "email", aliases: "e_mail email_address mail customer_email", max: maxName, check: email},
	customerPhone:      {name: "phone", aliases: "telephone phone_number tel mobile", max: maxName},
	customerCompany:    {name: "company", aliases: "company_name organization organisation", max: maxName},
	customerLine1:      {name: "line1", aliases: "address address1 address_1 address_line1 address_line_1 street", max: maxName},
	customerLine2:      {name: "line2", aliases: "address2 address_2 address_line2 address_line_2", max: maxName},
	customerCity:       {name: "city", aliases: "town address_city", max: maxName},
	customerRegion:     {name: "region", aliases: "state province county address_region", max: maxName},
	customerPostalCode: {name: "postal_code", aliases: "zip zip_code postcode post_code zipcode address_postal_code", max: maxName},
	customerCountry:    {name: "country", aliases: "country_code address_country", max: maxName, check: country},
}}

// ReadCustomers reads a file of customers.
func ReadCustomers(from Source, m Mapping) (*Rows[CustomerRow], error) {
	return newRows(from, customers, m, func(c *cells) CustomerRow {
		row := CustomerRow{
			ExternalID: c.texts[customerID], Name: c.texts[customerName], Email: c.texts[customerEmail],
			Phone: c.texts[customerPhone], Company: c.texts[customerCompany], Custom: c.custom,
			Address: Address{
				Line1: c.texts[customerLine1], Line2: c.texts[customerLine2], City: c.texts[customerCity],
				Region: c.texts[customerRegion], PostalCode: c.texts[customerPostalCode], Country: c.texts[customerCountry],
			},
		}
		if row.ExternalID == "" && row.Name == "" && row.Email == "" && row.Company == "" {
			c.faults.Add("", "empty_customer", "give at least a name, a company, an e-mail address or an external_id")
		}
		return row
	})
}
