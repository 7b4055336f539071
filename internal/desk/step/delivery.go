package step

import (
	"time"

	"orderly/internal/delivery"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/methods"
)

// loadDelivery reads the methods, and when each location works.
func (c *Catalog) loadDelivery(r *store.Reader) (err error) {
	if c.Methods, err = methods.All(r); err != nil {
		return err
	}
	said, err := methods.Calendars(r)
	if err != nil {
		return err
	}
	c.Calendars = make(map[stock.LocationID]*delivery.Calendar, len(c.Locations))
	c.zones = map[stock.LocationID]*time.Location{}
	named := map[string]*time.Location{}
	for _, l := range c.Locations {
		c.Calendars[l.ID] = methods.With(said, l)
		if l.Zone == "" {
			continue
		}
		if named[l.Zone] == nil {
			if named[l.Zone], err = time.LoadLocation(l.Zone); err != nil {
				named[l.Zone] = c.zoned // a zone that this machine does not know
			}
		}
		c.zones[l.ID] = named[l.Zone]
	}
	return nil
}

// ZoneOf is the time zone of a location.
func (c *Catalog) ZoneOf(at stock.LocationID) *time.Location {
	if zone := c.zones[at]; zone != nil {
		return zone
	}
	return c.zoned
}

// Method finds a delivery method by its code; nil when there is none.
func (c *Catalog) Method(code string) *delivery.Method {
	for _, m := range c.Methods {
		if m.Code == code {
			return m
		}
	}
	return nil
}
