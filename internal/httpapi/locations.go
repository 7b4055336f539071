package httpapi

import (
	"slices"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
)

type locationID struct {
	ID string `path:"id" doc:"The location's id, or its code as code:LEEDS." example:"loc_0pmnqh2000400"`
}

func (a *api) createLocation(c *call, _ *none, in *NewLocation) (Location, error) {
	l := stock.Location{Code: in.Code, Name: in.Name, Active: true}
	in.apply(&l, &c.faults)
	r, err := one(c, admin.SaveLocation, admin.LocationCommand{Location: l, Pickups: in.pickups(&c.faults), Only: "create"})
	if err != nil {
		return Location{}, err
	}
	saved, err := c.savedLocation(r.Value, stock.LocationID(r.ID))
	if err != nil {
		return Location{}, err
	}
	c.created("/v1/locations/" + saved.ID.String())
	c.tag(saved.EditVersion)
	return renderLocation(saved), nil
}

func (c *call) savedLocation(value any, id stock.LocationID) (*stock.Location, error) {
	if l, ok := value.(*stock.Location); ok {
		return l, nil
	}
	return c.locationRow(id.String())
}

// locations are those that the caller sees, by priority.
func (c *call) locations() ([]*stock.Location, error) {
	var all []*stock.Location
	err := c.read(func(r *store.Reader) (err error) {
		all, err = locations.All(r)
		return err
	})
	return slices.DeleteFunc(all, func(l *stock.Location) bool { return !c.scope.Sees(int64(l.ID)) }), err
}

// locationRow reads a location by its id or by code: and its code.
func (c *call) locationRow(text string) (*stock.Location, error) {
	all, err := c.locations()
	if err != nil {
		return nil, err
	}
	code, byCode := strings.CutPrefix(text, "code:")
	for _, l := range all {
		if byCode && l.Code == code || !byCode && l.ID.String() == text {
			return l, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no_such_location", "there is no location %.60q", text)
}

func (a *api) getLocation(c *call, p *locationID, _ *none) (Location, error) {
	l, err := c.locationRow(p.ID)
	if err != nil {
		return Location{}, err
	}
	c.tag(l.EditVersion)
	return renderLocation(l), nil
}

func (a *api) listLocations(c *call, p *Paging, _ *none) (Page[Location], error) {
	after, err := p.numbers(2, -1)
	if err != nil {
		return Page[Location]{}, err
	}
	all, err := c.locations()
	all = slices.DeleteFunc(all, func(l *stock.Location) bool {
		return l.Priority < after[0] || l.Priority == after[0] && int64(l.ID) <= after[1]
	})
	return page(p.Limit, all, renderLocation, func(l *stock.Location) string { return number(l.Priority) + "." + number(int64(l.ID)) }), err
}

func (a *api) editLocation(c *call, p *locationID, in *LocationFields) (Location, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Location{}, err
	}
	l, err := c.locationRow(p.ID)
	if err != nil {
		return Location{}, err
	}
	changed := *l
	in.apply(&changed, &c.faults)
	r, err := one(c, admin.SaveLocation, admin.LocationCommand{Location: changed, Pickups: in.pickups(&c.faults), Only: "update", Version: version})
	if err != nil {
		return Location{}, err
	}
	saved, err := c.savedLocation(r.Value, l.ID)
	if err != nil {
		return Location{}, err
	}
	c.tag(saved.EditVersion)
	return renderLocation(saved), nil
}
