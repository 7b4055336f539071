package run

import (
	"context"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
)

// customers makes the file's customers, and changes those whose external id
// is there: by what the file says, and in nothing that it leaves out. A row
// without an external id is a new customer.
func (x *importer) customers(ctx context.Context) error {
	return rowPhase(ctx, x, imports.ReadCustomers, func(c *chunk, rows []imports.Row[imports.CustomerRow]) error {
		use(x, c, admin.SaveCustomer, func(r *store.Reader) ([]asked[admin.CustomerCommand], error) { return customerCommands(r, rows) })
		c.after = func(got []desk.Result) error {
			for _, r := range got {
				if r.Err == nil {
					x.sum.Customers++
				}
			}
			return nil
		}
		return nil
	})
}

func customerCommands(r *store.Reader, rows []imports.Row[imports.CustomerRow]) ([]asked[admin.CustomerCommand], error) {
	var external []string
	for i := range rows {
		if id := rows[i].Value.ExternalID; id != "" {
			external = append(external, id)
		}
	}
	there, err := customers.ByExternalID(r, external)
	if err != nil {
		return nil, err
	}
	known := make(map[string]party.Customer, len(rows))
	for _, c := range there {
		known[c.ExternalID] = *c
	}
	out := make([]asked[admin.CustomerCommand], len(rows))
	for i := range rows {
		row := &rows[i].Value
		old, found := known[row.ExternalID]
		made := old
		if row.ExternalID == "" {
			made, found = party.Customer{}, false
		}
		if out[i].err = layCustomer(&made, row); out[i].err != nil {
			continue
		}
		out[i] = ask(admin.SaveCustomer, admin.CustomerCommand{Customer: made})
		out[i].skip = found && sameCustomer(&old, &made)
		if out[i].err == nil && row.ExternalID != "" {
			known[row.ExternalID] = made
		}
	}
	return out, nil
}

func sameCustomer(a, b *party.Customer) bool {
	return a.Contact == b.Contact && a.Address == b.Address && string(a.Custom) == string(b.Custom)
}

func layCustomer(c *party.Customer, row *imports.CustomerRow) (err error) {
	set := func(to *string, text string) {
		if text != "" {
			*to = text
		}
	}
	c.ExternalID = row.ExternalID
	set(&c.Contact.Name, row.Name)
	set(&c.Contact.Email, row.Email)
	set(&c.Contact.Phone, row.Phone)
	set(&c.Contact.Company, row.Company)
	a := &row.Address
	set(&c.Address.Line1, a.Line1)
	set(&c.Address.Line2, a.Line2)
	set(&c.Address.City, a.City)
	set(&c.Address.Region, a.Region)
	set(&c.Address.PostalCode, a.PostalCode)
	set(&c.Address.Country, a.Country)
	c.Custom, err = mergeCustom(c.Custom, row.Custom)
	return err
}
