// Package buy is the room of the buyers: suppliers and their offers, and orders
// placed with them from the draft to the invoice that was matched.
//
// One file an act. What is received becomes movements like any other receipt,
// in the transaction of the act; stock that nobody ordered is received in the
// room floor.
package buy

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// SupplierCommand makes a supplier when its ID is zero, and changes the one of
// that ID otherwise; code and currency stay.
type SupplierCommand struct {
	Supplier supplier.Supplier
	Version  *int64 // that the caller saw; nil changes whatever it is
}

// SaveSupplier keeps a supplier. Processes that remember the configuration are
// told. The Value of the result is the supplier.
var SaveSupplier = step.Act[SupplierCommand]{
	Name: "suppliers.save", Permission: access.PurchasesWrite,
	Check: func(c *SupplierCommand) error {
		var l fault.List
		if c.Supplier.ID == 0 {
			c.Supplier.Check(&l)
		}
		return l.Err()
	},
	Load: func(*step.Batch, []desk.Asked[SupplierCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[SupplierCommand]) (desk.Result, error) {
		s, old, err := edited(b, a.Command)
		if err != nil {
			return desk.Result{}, err
		}
		if err := placed(b, a.Scope, s); err != nil {
			return desk.Result{}, err
		}
		if old == nil {
			return saved(b, a.Scope, s, "created", nil)
		}
		names := old.Edited(s)
		if len(names) == 0 {
			return desk.Result{Kind: journal.Supplier, ID: int64(s.ID), Seq: s.Version, Status: "unchanged", Value: s}, nil
		}
		return saved(b, a.Scope, s, "done", names)
	},
}.Operation()

// edited is the supplier as the command leaves it, and as it was.
func edited(b *step.Batch, c SupplierCommand) (s, old *supplier.Supplier, err error) {
	made := c.Supplier
	if made.ID == 0 {
		taken, err := suppliers.ByCode(b.R, []string{made.Code})
		if err == nil && taken[made.Code] != nil {
			err = fault.New(fault.Conflict, "code_taken", "the code %q belongs to supplier %s", made.Code, taken[made.Code].ID)
		}
		made.CreatedAt, made.Version = b.At, 0
		return &made, nil, err
	}
	old, err = supplierOf(b, made.ID)
	if err != nil {
		return nil, nil, err
	}
	if c.Version != nil && *c.Version != old.Version {
		return nil, nil, fault.New(fault.Conflict, "edited_meanwhile", "supplier %q was changed meanwhile: you saw version %d, it is %d now; read it again", old.Code, *c.Version, old.Version)
	}
	made = old.With(made)
	var l fault.List
	made.Check(&l)
	return &made, old, l.Err()
}

// placed refuses a location that is not a supplier's, or another one's.
func placed(b *step.Batch, by access.Scope, s *supplier.Supplier) error {
	if s.Location == 0 {
		return nil
	}
	at := stock.LocationID(s.Location)
	var l fault.List
	place := b.Catalog.Location(at)
	switch {
	case place == nil || !by.Sees(s.Location):
		l.Add("/location", "unknown_location", "there is no such location")
	case place.Kind != "supplier":
		l.Add("/location", "not_a_supplier", "%q is a %s; a supplier's stock is counted at a location of the kind supplier", place.Code, place.Kind)
	default:
		others, err := suppliers.AtLocations(b.R, []stock.LocationID{at})
		if err != nil {
			return err
		}
		if x := others[at]; x != nil && x.ID != s.ID {
			l.Add("/location", "location_taken", "at %q the stock of supplier %q is counted", place.Code, x.Code)
		}
	}
	return l.Err()
}

func saved(b *step.Batch, by access.Scope, s *supplier.Supplier, status string, names []string) (desk.Result, error) {
	if s.ID == 0 {
		s.ID = supplier.ID(b.NewID())
	}
	s.UpdatedAt, s.Version = b.At, s.Version+1
	told := map[string]any{"code": s.Code, "active": s.Active}
	if len(names) > 0 {
		told["edited"] = names
	}
	data, err := json.Marshal(told)
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(by, journal.Supplier, int64(s.ID), s.Version, journal.SupplierSaved, data)
	err = b.Keep(func(tx *store.Tx) error {
		tx.Seq.Epoch++
		return suppliers.Save(tx, s)
	})
	return desk.Result{Kind: journal.Supplier, ID: int64(s.ID), Seq: s.Version, Status: status, Value: s}, err
}

// supplierOf reads a supplier under the lock.
func supplierOf(b *step.Batch, id supplier.ID) (*supplier.Supplier, error) {
	s, err := suppliers.Get(b.R, id)
	if err == nil && s == nil {
		err = fault.New(fault.NotFound, "no_such_supplier", "there is no supplier %s", id)
	}
	return s, err
}

// SupplierStateCommand says whether anything is bought from a supplier.
type SupplierStateCommand struct {
	Supplier supplier.ID
	Active   bool
}

// SetSupplierState deactivates a supplier, or takes it up again. Purchase orders
// that are under way stand; no new ones are made.
var SetSupplierState = step.Act[SupplierStateCommand]{
	Name: "suppliers.state", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[SupplierStateCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[SupplierStateCommand]) (desk.Result, error) {
		s, err := supplierOf(b, a.Command.Supplier)
		if err != nil {
			return desk.Result{}, err
		}
		if s.Active == a.Command.Active {
			return desk.Result{Kind: journal.Supplier, ID: int64(s.ID), Seq: s.Version, Status: "unchanged", Value: s}, nil
		}
		s.Active = a.Command.Active
		return saved(b, a.Scope, s, "done", []string{"active"})
	},
}.Operation()
