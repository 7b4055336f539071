package httpapi

import (
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/listing"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
)

// CustomerID names a customer in a path.
type CustomerID struct {
	ID string `path:"id" example:"cus_0pmnqh2000400"`
}

type customerQuery struct {
	Paging
	Email string `query:"email" maxLength:"200" doc:"Only with this address."`
}

func (a *api) createCustomer(c *call, _ *none, in *NewCustomer) (Customer, error) {
	cmd := admin.CustomerCommand{Customer: in.customer(&c.faults), Only: "create"}
	c.checkCustom(in.Custom)
	r, err := one(c, admin.SaveCustomer, cmd)
	if err != nil {
		return Customer{}, err
	}
	saved, err := c.savedCustomer(r.Value, party.ID(r.ID))
	if err != nil {
		return Customer{}, err
	}
	c.created("/v1/customers/" + saved.ID.String())
	c.tag(saved.EditVersion)
	return renderCustomer(saved), nil
}

// checkCustom tells the faults of a customer's own fields.
func (c *call) checkCustom(custom Custom) { catalog.CheckCustom("/custom", []byte(custom), &c.faults) }

func (c *call) savedCustomer(value any, id party.ID) (*party.Customer, error) {
	if who, ok := value.(*party.Customer); ok {
		return who, nil
	}
	return c.customer(id.String())
}

func (c *call) customer(text string) (*party.Customer, error) {
	missing := fault.New(fault.NotFound, "no_such_customer", "there is no customer %.40q", text)
	id, bad := party.ParseID(text)
	if bad != nil {
		return nil, missing
	}
	var found []*party.Customer
	err := c.read(func(r *store.Reader) (err error) {
		found, err = customers.ByID(r, []party.ID{id})
		return err
	})
	if err == nil && len(found) == 0 {
		err = missing
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (a *api) getCustomer(c *call, p *CustomerID, _ *none) (Customer, error) {
	who, err := c.customer(p.ID)
	if err != nil {
		return Customer{}, err
	}
	c.tag(who.EditVersion)
	return renderCustomer(who), nil
}

func (a *api) listCustomers(c *call, p *customerQuery, _ *none) (Page[Customer], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Customer]{}, err
	}
	var list []*party.Customer
	err = c.read(func(r *store.Reader) (err error) {
		list, err = customers.Page(r, p.Email, party.ID(before[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderCustomer, func(c *party.Customer) string { return number(int64(c.ID)) }), err
}

func (a *api) editCustomer(c *call, p *CustomerID, in *CustomerFields) (Customer, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Customer{}, err
	}
	who, err := c.customer(p.ID)
	if err != nil {
		return Customer{}, err
	}
	changed := *who
	in.apply(&changed, &c.faults)
	c.checkCustom(in.Custom)
	r, err := one(c, admin.SaveCustomer, admin.CustomerCommand{Customer: changed, Only: "update", Version: version})
	if err != nil {
		return Customer{}, err
	}
	saved, err := c.savedCustomer(r.Value, who.ID)
	if err != nil {
		return Customer{}, err
	}
	c.tag(saved.EditVersion)
	return renderCustomer(saved), nil
}

type customerOrders struct {
	CustomerID
	Paging
}

func (a *api) listCustomerOrders(c *call, p *customerOrders, _ *none) (OrderPage, error) {
	cursor, err := p.text()
	if err != nil {
		return OrderPage{}, err
	}
	who, err := c.customer(p.ID)
	if err != nil {
		return OrderPage{}, err
	}
	return c.listed(listing.Question{Customer: int64(who.ID)}, cursor, p.Limit)
}
