// Package customers is the room of customers: who they are, and all that they
// ordered.
//
// What belongs here: finding them, their page, and editing their record. What
// does not: their orders' pages (orders) and keying in a new one (counter).
package customers

import (
	"maps"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/checks"
	"orderly/internal/store/credits"
	"orderly/internal/store/customers"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

// pageSize is how many rows a page shows.
const pageSize = 50

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.CustomersRead, access.CustomersWrite
	return append(privacyRoutes(), []shell.Route{
		{Method: "GET", Path: "/customers", Needs: read, Do: list},
		{Method: "GET", Path: "/customers/new", Needs: write, Do: begin},
		{Method: "POST", Path: "/customers/new", Needs: write, Do: save},
		{Method: "GET", Path: "/customers/{id}", Needs: read, Do: show},
		{Method: "GET", Path: "/customers/{id}/story", Needs: read, Do: story},
		{Method: "GET", Path: "/customers/{id}/terms", Needs: admin.SaveTerms.Permission, Do: terms},
		{Method: "POST", Path: "/customers/{id}/block", Needs: admin.BlockCustomer.Permission, Do: saveBlock},
		{Method: "POST", Path: "/customers/{id}/terms", Needs: admin.SaveTerms.Permission, Do: saveTerms},
		{Method: "GET", Path: "/customers/{id}/edit", Needs: write, Do: edit},
		{Method: "POST", Path: "/customers/{id}/edit", Needs: write, Do: save},
	}...)
}

// listing is a page of the list.
type listing struct {
	Q    string
	Rows []*party.Customer
	Next string
}

// list shows those who were found, or the newest.
func list(v *shell.Visit) error {
	l := listing{Q: v.Query("q")}
	before := party.ID(1<<63 - 1)
	if text := v.Query("before"); text != "" {
		id, err := party.ParseID(text)
		if err != nil {
			return noSuchCustomer()
		}
		before = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Q != "" {
			l.Rows, err = customers.Find(r, l.Q, pageSize)
			return err
		}
		l.Rows, err = customers.Page(r, "", before, pageSize+1)
		return err
	})
	if err != nil && fault.KindOf(err) != fault.Invalid { // half a word finds nobody yet
		return err
	}
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = "/customers?before=" + l.Rows[pageSize-1].ID.String()
	}
	return v.Page(v.T("customers.title"), listPage(v, l))
}

func noSuchCustomer() error {
	return fault.New(fault.NotFound, "no_such_customer", "there is no such customer")
}

// view is a customer with what they ordered.
type view struct {
	*party.Customer
	Standing  orders.Standing
	Orders    []orders.Row
	Addresses []party.Address
	Credits   []*credit.Account
	Terms     []agreed
	Next      order.ID
	Block     checks.Block
}

// find reads the customer of the address.
func find(v *shell.Visit, more func(*store.Reader, *party.Customer) error) (*party.Customer, error) {
	id, err := party.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchCustomer()
	}
	var c *party.Customer
	err = v.Read(func(r *store.Reader) error {
		got, err := customers.ByID(r, []party.ID{id})
		if err == nil && len(got) == 0 {
			err = noSuchCustomer()
		}
		if err != nil {
			return err
		}
		c = got[0]
		return more(r, c)
	})
	return c, err
}

func show(v *shell.Visit) error {
	f := orders.Filter{Limit: pageSize}
	if text := v.Query("before"); text != "" {
		id, err := order.ParseID(text)
		if err != nil {
			return noSuchCustomer()
		}
		f.Before = id
	}
	x := &view{}
	c, err := find(v, func(r *store.Reader, c *party.Customer) (err error) {
		*x = view{}
		if !v.May(access.OrdersRead) {
			return nil
		}
		f.Customer = int64(c.ID)
		found, err := orders.List(r, f)
		if err != nil {
			return err
		}
		x.Orders, x.Next = found.Rows, found.Next
		if x.Standing, err = orders.StandingOf(r, c.ID); err != nil {
			return err
		}
		if x.Credits, err = credits.OfCustomers(r, []int64{int64(c.ID)}); err != nil {
			return err
		}
		if x.Terms, err = termsOf(r, int64(c.ID)); err != nil {
			return err
		}
		blocks, err := checks.Blocks(r, []party.ID{c.ID})
		if err != nil {
			return err
		}
		x.Block = blocks[c.ID]
		x.Addresses, err = orders.Addresses(r, c.ID)
		return err
	})
	if err != nil {
		return err
	}
	x.Customer = c
	return v.Page(c.Called(), customerPage(v, x))
}

// next is the address of the orders after these, "" at the end.
func (x *view) next() string {
	if x.Next == 0 {
		return ""
	}
	return "/customers/" + x.ID.String() + "?before=" + x.Next.String()
}

// revenue is what the orders come to, in each currency.
func (x *view) revenue(v *shell.Visit) string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(x.Standing.Revenue)) {
		out = append(out, v.Money(x.Standing.Revenue[code], code))
	}
	return strings.Join(out, " · ")
}

func begin(v *shell.Visit) error {
	return v.Page(v.T("customers.new"), editPage(v, &party.Customer{}, nil, false))
}

func edit(v *shell.Visit) error {
	c, err := find(v, func(*store.Reader, *party.Customer) error { return nil })
	if err != nil {
		return err
	}
	return v.Page(c.Called(), editPage(v, c, nil, false))
}

// save keeps what was typed. What the form has no field for stays as it is.
func save(v *shell.Visit) error {
	c := &party.Customer{}
	command := admin.CustomerCommand{Only: "create"}
	if v.Path("id") != "" {
		old, err := find(v, func(*store.Reader, *party.Customer) error { return nil })
		if err != nil {
			return err
		}
		c, command = old, admin.CustomerCommand{Only: "update", Version: v.EditVersion()}
	}
	c.Contact = party.Contact{Name: v.Form("name"), Email: v.Form("email"), Phone: v.Form("phone"), Company: v.Form("company")}
	c.ExternalID = v.Form("external_id")
	c.Address.Line1, c.Address.Line2, c.Address.City, c.Address.Region = v.Form("line1"), v.Form("line2"), v.Form("city"), v.Form("region")
	c.Address.PostalCode, c.Address.Country = v.Form("postal_code"), strings.ToUpper(v.Form("country"))
	command.Customer = *c
	got, err := shell.Do(v, admin.SaveCustomer, command)
	if err == nil {
		v.Toast(v.T("customers.saved"))
		return v.Go("/customers/" + party.ID(got.ID).String())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	title := v.T("customers.new")
	if c.ID != 0 {
		title = c.Called()
	}
	return v.Again(title, editPage(v, c, faults, shell.Stale(err)))
}
