// Package endpoints keeps where entries are sent to, how far each endpoint has
// come, what is on its way there, and the log of the last attempts.
//
// What belongs here: the rows. What does not: when something is tried and what
// an answer means (outbound), and the call (connect).
//
// What people say of an endpoint is written under the merchant's lock. How far
// it is, its deliveries and the log are written by whoever holds the endpoint's
// job, beside the lock.
package endpoints

import (
	"database/sql"
	"errors"
	"strings"

	"orderly/internal/outbound"
	"orderly/internal/store"
)

// ErrUnknown says that there is no such endpoint.
var ErrUnknown = errors.New("no such endpoint")

const columns = "id, kind, name, address, types, location, state, why, secret, previous, previous_until, created_at, updated_at, ended_at, edit_version"

func scanEndpoint(scan func(...any) error) (outbound.Endpoint, error) {
	var e outbound.Endpoint
	var types string
	err := scan(&e.ID, &e.Kind, &e.Name, &e.Address, &types, &e.Location, &e.State, &e.Why, &e.Secret, &e.Previous, &e.PreviousUntil, &e.CreatedAt, &e.UpdatedAt, &e.EndedAt, &e.EditVersion)
	e.Types = strings.Fields(types)
	return e, err
}

// Get reads an endpoint.
func Get(r *store.Reader, id outbound.ID) (outbound.Endpoint, error) {
	e, err := scanEndpoint(r.Row("SELECT "+columns+" FROM endpoint WHERE m = $1 AND id = $2", r.M, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrUnknown
	}
	return e, err
}

// Before lists endpoints below an id, newest first.
func Before(r *store.Reader, below outbound.ID, limit int) ([]outbound.Endpoint, error) {
	var out []outbound.Endpoint
	err := r.Each("SELECT "+columns+" FROM endpoint WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, below, int64(limit)}, func(scan func(...any) error) error {
		e, err := scanEndpoint(scan)
		out = append(out, e)
		return err
	})
	return out, err
}

// AnyWants reports whether an endpoint that has not ended takes entries of a type.
func AnyWants(r *store.Reader, typ string) (wants bool, err error) {
	err = r.Each("SELECT "+columns+" FROM endpoint WHERE m = $1 AND ended_at = 0 ORDER BY id LIMIT $2", []any{r.M, int64(outbound.MaxEndpoints)}, func(scan func(...any) error) error {
		e, err := scanEndpoint(scan)
		wants = wants || err == nil && e.Wants(typ)
		return err
	})
	return wants, err
}

// CountOpen tells how many endpoints have not ended.
func CountOpen(r *store.Reader) (n int64, err error) {
	err = r.Row("SELECT count(*) FROM endpoint WHERE m = $1 AND ended_at = 0", r.M).Scan(&n)
	return n, err
}

// CountQuarantined tells how many endpoints want a person, and since when the
// first of them does.
func CountQuarantined(r *store.Reader) (n, since int64, err error) {
	err = r.Row("SELECT count(*), coalesce(min(updated_at), 0) FROM endpoint WHERE m = $1 AND state = $2", r.M, outbound.Quarantined).Scan(&n, &since)
	return n, since, err
}

// Quarantined lists them above an id; a merchant has few endpoints.
func Quarantined(r *store.Reader, after outbound.ID, limit int) ([]outbound.Endpoint, error) {
	var out []outbound.Endpoint
	err := r.Each("SELECT "+columns+" FROM endpoint WHERE m = $1 AND id > $2 AND state = $3 ORDER BY id LIMIT $4", []any{r.M, after, outbound.Quarantined, int64(limit)}, func(scan func(...any) error) error {
		e, err := scanEndpoint(scan)
		out = append(out, e)
		return err
	})
	return out, err
}

var save = store.Upsert("endpoint", 2, "m", "id", "kind", "name", "address", "types", "location", "state", "why", "secret", "previous", "previous_until", "created_at", "updated_at", "ended_at", "edit_version")

// Save keeps an endpoint as it is now.
func Save(tx *store.Tx, e outbound.Endpoint) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, e.ID, e.Kind, e.Name, e.Address, strings.Join(e.Types, " "), e.Location, e.State, e.Why, e.Secret, e.Previous, e.PreviousUntil,
			e.CreatedAt, e.UpdatedAt, e.EndedAt, e.EditVersion)
	})
}
