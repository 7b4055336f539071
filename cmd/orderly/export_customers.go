package main

import (
	"math"
	"strings"

	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
)

var customerColumns = strings.Fields(`external_id name email phone company line1 line2 city region postal_code country
	orderly_id custom created_at updated_at`)

// exportCustomers gives customers newest first.
func exportCustomers(x *export) source {
	before := party.ID(math.MaxInt64)
	return source{columns: customerColumns, page: func(r *store.Reader) ([]record, bool, error) {
		list, err := customers.Page(r, "", before, exportPage)
		if err != nil || len(list) == 0 {
			return nil, false, err
		}
		before = list[len(list)-1].ID
		var out []record
		for _, c := range list {
			switch {
			case c.UpdatedAt < x.since:
			case x.csv:
				out = append(out, record{rows: [][]string{customerCells(c)}})
			default:
				out = append(out, record{object: func() any { return x.shape.Customer(c) }})
			}
		}
		return out, len(list) == exportPage, nil
	}}
}

func customerCells(c *party.Customer) []string {
	a := c.Address
	return []string{
		text(c.ExternalID), text(c.Contact.Name), text(c.Contact.Email), text(c.Contact.Phone), text(c.Contact.Company),
		text(a.Line1), text(a.Line2), text(a.City), text(a.Region), text(a.PostalCode), a.Country,
		c.ID.String(), text(string(c.Custom)), timestamp(c.CreatedAt), timestamp(c.UpdatedAt),
	}
}
