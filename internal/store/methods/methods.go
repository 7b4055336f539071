// Package methods keeps how orders are delivered and when locations work.
//
// What a method costs and when something arrives belongs to delivery.
package methods

import (
	"encoding/json"
	"fmt"

	"orderly/internal/delivery"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// All reads every method, by code. There are at most delivery.MaxMethods.
func All(r *store.Reader) ([]*delivery.Method, error) {
	var out []*delivery.Method
	err := r.Each("SELECT id, code, body, updated_at, edit_version FROM delivery_method WHERE m = $1 ORDER BY code", []any{r.M}, func(scan func(...any) error) error {
		var m delivery.Method
		var id, updated, version int64
		var code, body string
		if err := scan(&id, &code, &body, &updated, &version); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &m); err != nil {
			return fmt.Errorf("delivery method %s: %w", delivery.ID(id), err)
		}
		m.ID, m.Code, m.UpdatedAt, m.EditVersion = delivery.ID(id), code, updated, version
		out = append(out, &m)
		return nil
	})
	return out, err
}

var saveMethod = store.Upsert("delivery_method", 2, "m", "id", "code", "body", "updated_at", "edit_version")

// Save keeps a method as it is now.
func Save(tx *store.Tx, m *delivery.Method) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return saveMethod.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(m.ID), m.Code, string(body), m.UpdatedAt, m.EditVersion)
	})
}

// Calendars reads those of locations of which something was said.
func Calendars(r *store.Reader) (map[stock.LocationID]*delivery.Calendar, error) {
	out := map[stock.LocationID]*delivery.Calendar{}
	err := r.Each("SELECT location, body, updated_at, edit_version FROM location_calendar WHERE m = $1", []any{r.M}, func(scan func(...any) error) error {
		var c delivery.Calendar
		var at, updated, version int64
		var body string
		if err := scan(&at, &body, &updated, &version); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(body), &c); err != nil {
			return fmt.Errorf("calendar of %s: %w", stock.LocationID(at), err)
		}
		c.Location, c.UpdatedAt, c.EditVersion = stock.LocationID(at), updated, version
		out[c.Location] = &c
		return nil
	})
	return out, err
}

// CalendarOf reads the calendar of a location with its carriers: what was said
// of it, or the default, of version 0.
func CalendarOf(r *store.Reader, l *stock.Location) (*delivery.Calendar, error) {
	all, err := Calendars(r)
	return With(all, l), err
}

// With is the calendar of a location among all, its carriers lent to it.
func With(all map[stock.LocationID]*delivery.Calendar, l *stock.Location) *delivery.Calendar {
	if c := all[l.ID]; c != nil {
		lent := *c
		lent.Pickups = l.Pickups
		return &lent
	}
	return delivery.Default(l.ID, l.Pickups)
}

var saveCalendar = store.Upsert("location_calendar", 2, "m", "location", "body", "updated_at", "edit_version")

// SaveCalendar keeps a calendar as it is now.
func SaveCalendar(tx *store.Tx, c *delivery.Calendar) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return saveCalendar.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(c.Location), string(body), c.UpdatedAt, c.EditVersion)
	})
}
