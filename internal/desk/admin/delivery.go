package admin

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store/locations"
	"orderly/internal/store/methods"
)

// MethodCommand makes a delivery method, or changes the one with the same code.
type MethodCommand struct {
	Method  delivery.Method
	Only    string // "create", "update" or ""
	Version *int64 // that the caller saw
}

// SaveMethod keeps a delivery method: it holds for what is promised and placed
// from now on. The result's Value is it, as saved.
var SaveMethod = act("delivery_methods.save", access.SettingsWrite, func(c *MethodCommand) error {
	c.Method.Tidy()
	var l fault.List
	c.Method.Check("", &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[MethodCommand]) (desk.Result, error) {
	c := a.Command
	all, err := methods.All(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	places, err := locations.All(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if err := unknownPlaces(&c.Method, places); err != nil {
		return desk.Result{}, err
	}
	made, status := c.Method, "created"
	i := slices.IndexFunc(all, func(m *delivery.Method) bool { return m.Code == made.Code })
	switch {
	case i >= 0 && c.Only == "create":
		return desk.Result{}, fault.New(fault.Conflict, "code_taken", "the code %q belongs to the delivery method %s", made.Code, all[i].ID)
	case i < 0 && c.Only == "update":
		return desk.Result{}, fault.New(fault.NotFound, "no_such_method", "no delivery method has the code %q", made.Code)
	case i < 0 && len(all) >= delivery.MaxMethods:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d delivery methods; change one that is not used any more", delivery.MaxMethods)
	case i >= 0 && c.Version != nil && *c.Version != all[i].EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the delivery method %q was edited meanwhile; read it again", made.Code)
	}
	made.ID, made.EditVersion, made.UpdatedAt = delivery.ID(t.IDs().Next()), 1, t.At
	if i >= 0 {
		made.ID, made.EditVersion, status = all[i].ID, all[i].EditVersion+1, "done"
	}
	if err := methods.Save(t.Tx, &made); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember methods with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.MethodSaved, map[string]any{"code": made.Code, "kind": made.Kind, "active": made.Active, "version": made.EditVersion})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: status, Value: &made}, err
})

// unknownPlaces lists the locations that a method names and that do not exist.
func unknownPlaces(m *delivery.Method, places []*stock.Location) error {
	known := map[stock.LocationID]bool{}
	for _, l := range places {
		known[l.ID] = true
	}
	var l fault.List
	told := func(at string, list []stock.LocationID) {
		for _, id := range list {
			if !known[id] {
				l.Add(at, "no_such_location", "there is no location %s", id)
			}
		}
	}
	told("/from", m.From)
	for i := range m.Zones {
		told(fmt.Sprintf("/zones/%d/from", i), m.Zones[i].From)
	}
	return l.Err()
}

// CalendarCommand says when a location works.
type CalendarCommand struct {
	Calendar delivery.Calendar
	Version  *int64 // that the caller saw; 0 before anything was said
}

// SaveCalendar keeps when a location works: it holds for what is promised from
// now on. The result's Value is the calendar, as saved.
var SaveCalendar = act("calendars.save", access.CatalogWrite, func(c *CalendarCommand) error {
	slices.Sort(c.Calendar.Closed)
	var l fault.List
	c.Calendar.Check("", &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[CalendarCommand]) (desk.Result, error) {
	made := a.Command.Calendar
	places, err := locations.All(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	i := slices.IndexFunc(places, func(l *stock.Location) bool { return l.ID == made.Location })
	if i < 0 || !a.Scope.Sees(int64(made.Location)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_location", "there is no location %s", made.Location)
	}
	old, err := methods.CalendarOf(&t.Reader, places[i])
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the calendar of %s meanwhile; look at it again", places[i].Code)
	}
	made.EditVersion, made.UpdatedAt, made.Pickups = old.EditVersion+1, t.At, places[i].Pickups
	if err := methods.SaveCalendar(t.Tx, &made); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember calendars with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.CalendarSaved, map[string]any{"location": made.Location.String(), "version": made.EditVersion})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: &made}, err
})
