package admin

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store/customers"
)

// LocationCommand makes a location, or changes the one with the same code.
type LocationCommand struct {
	Location stock.Location
	Pickups  *[]stock.Pickup // nil leaves them as they are
	Only     string          // "create", "update" or ""
	Version  *int64
}

// SaveLocation keeps locations. The result's Value is the location.
var SaveLocation = step.Act[LocationCommand]{
	Name: "locations.save", Permission: access.CatalogWrite,
	Check: func(c *LocationCommand) error {
		if c.Location.Kind == "" {
			c.Location.Kind = "warehouse"
		}
		c.Location.Pickups = nil
		if c.Pickups != nil {
			c.Location.Pickups = *c.Pickups
		}
		var l fault.List
		c.Location.Check("", &l)
		if c.Location.Zone != "" {
			checkZone("/zone", c.Location.Zone, &l)
		}
		return l.Err()
	},
	Load:   func(*step.Batch, []desk.Asked[LocationCommand]) error { return nil },
	Decide: decideLocation,
}.Operation()

func decideLocation(b *step.Batch, a desk.Asked[LocationCommand]) (desk.Result, error) {
	c := a.Command
	made := c.Location
	old := b.SavedLocation(made.Code)
	switch {
	case old != nil && c.Only == "create":
		return desk.Result{}, fault.New(fault.Conflict, "code_taken", "the code %q belongs to location %s", made.Code, old.ID)
	case old == nil && c.Only == "update":
		return desk.Result{}, fault.New(fault.NotFound, "no_such_location", "no location has the code %q", made.Code)
	case old != nil && c.Version != nil && *c.Version != old.EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "location %q was edited meanwhile; read it again", old.Code)
	case old == nil && b.LocationCount() >= stock.MaxLocations:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d locations", stock.MaxLocations)
	}
	status := "created"
	made.ID, made.CreatedAt, made.EditVersion, made.UpdatedAt = stock.LocationID(b.NewID()), b.At, 0, b.At
	if old != nil {
		made.ID, made.CreatedAt, made.EditVersion, status = old.ID, old.CreatedAt, old.EditVersion+1, "done"
		if c.Pickups == nil {
			made.Pickups = old.Pickups
		}
	}
	data, err := json.Marshal(map[string]any{"code": made.Code, "kind": made.Kind, "priority": made.Priority, "active": made.Active})
	if err != nil {
		return desk.Result{}, err
	}
	b.SaveLocation(&made)
	b.Tell(a.Scope, journal.Location, int64(made.ID), made.EditVersion+1, journal.LocationSaved, data)
	return desk.Result{Kind: journal.Location, ID: int64(made.ID), Seq: made.EditVersion + 1, Status: status, Value: &made}, nil
}

// CustomerCommand makes a customer, or changes one: the one with the id, or
// the one with the external id.
type CustomerCommand struct {
	Customer party.Customer
	Only     string // "create", "update" or ""
	Version  *int64
}

// SaveCustomer keeps customers. The journal names the fields, not what is in
// them. The result's Value is the customer.
var SaveCustomer = step.Act[CustomerCommand]{
	Name: "customers.save", Permission: access.CustomersWrite,
	Check: func(c *CustomerCommand) error {
		var l fault.List
		c.Customer.Check("", &l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[CustomerCommand]) error {
		var ids []party.ID
		var external []string
		for i := range asked {
			x := &asked[i].Command.Customer
			if x.ID != 0 {
				ids = append(ids, x.ID)
			}
			if x.ExternalID != "" {
				external = append(external, x.ExternalID)
			}
		}
		found, err := customers.ByID(b.R, ids)
		if err != nil {
			return err
		}
		more, err := customers.ByExternalID(b.R, external)
		for _, c := range append(found, more...) {
			b.KnowCustomer(c)
		}
		return err
	},
	Decide: decideCustomer,
}.Operation()

func decideCustomer(b *step.Batch, a desk.Asked[CustomerCommand]) (desk.Result, error) {
	c := a.Command
	made := c.Customer
	old := b.Customer(made.ID)
	byExternal := b.CustomerByExternal(made.ExternalID)
	if old == nil && made.ID == 0 {
		old = byExternal
	}
	switch {
	case made.ID != 0 && old == nil, old == nil && c.Only == "update":
		return desk.Result{}, fault.New(fault.NotFound, "no_such_customer", "there is no such customer")
	case old != nil && c.Only == "create", old != nil && byExternal != nil && byExternal.ID != old.ID:
		return desk.Result{}, fault.New(fault.Conflict, "external_id_taken", "the external_id %q belongs to customer %s", made.ExternalID, byExternal.ID)
	case old != nil && old.Contact == (party.Contact{}) && old.ExternalID == "": // everybody else has one of these
		return desk.Result{}, fault.New(fault.Conflict, "customer_erased", "the customer was erased; make a new one")
	case old != nil && c.Version != nil && *c.Version != old.EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the customer was edited meanwhile; read it again")
	}
	status := "created"
	if old == nil {
		made.ID, made.CreatedAt, made.EditVersion = party.ID(b.NewID()), b.At, 0
	} else {
		made.ID, made.CreatedAt, made.EditVersion, status = old.ID, old.CreatedAt, old.EditVersion+1, "done"
	}
	made.UpdatedAt = b.At
	b.SaveCustomer(&made)
	b.Tell(a.Scope, journal.Customer, int64(made.ID), made.EditVersion+1, journal.CustomerSaved, []byte(`{"fields":["contact","address","custom"]}`))
	return desk.Result{Kind: journal.Customer, ID: int64(made.ID), Seq: made.EditVersion + 1, Status: status, Value: &made}, nil
}
