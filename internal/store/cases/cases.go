// Package cases keeps what customers want from people: cases, what was said in
// them, what came with it, answers that are written often, what was given, and
// from where mail is fetched.
//
// How far a case is and where a mail belongs is decided above (support).
package cases

import (
	"database/sql"
	"encoding/json"
	"errors"

	"orderly/internal/store"
	"orderly/internal/support"
)

const columns = "id, number, kind, about, cause, state, priority, source, subject, order_id, customer, name, email, phone, assignee, tags, lines, token, against, carrier, " +
	"claimed, granted, currency, candidates, first_due, resolve_due, answered_at, paused_at, resolved_at, escalated, next_due, at, updated_at, heard_at, version"

var save = store.Upsert("support_case", 2, "m", "id", "number", "kind", "about", "cause", "state", "priority", "source", "subject", "order_id", "customer", "name", "email", "phone",
	"assignee", "tags", "lines", "token", "against", "carrier", "claimed", "granted", "currency", "candidates", "first_due", "resolve_due", "answered_at", "paused_at", "resolved_at",
	"escalated", "next_due", "at", "updated_at", "heard_at", "version")

// Save keeps a case as it is now.
func Save(tx *store.Tx, c *support.Case) error {
	lines, err := json.Marshal(c.Lines)
	if err != nil {
		return err
	}
	candidates, err := json.Marshal(c.Candidates)
	if err != nil {
		return err
	}
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(c.ID), c.Number, c.Kind, c.About, c.Cause, c.State, c.Priority, c.Source, c.Subject, c.Order, c.Customer, c.Name, c.Email, c.Phone,
			c.Assignee, store.PackWords(c.Tags), string(lines), c.Token, c.Against, c.Carrier, c.Claimed, c.Granted, c.Currency, string(candidates), c.FirstDue, c.ResolveDue,
			c.AnsweredAt, c.PausedAt, c.ResolvedAt, c.Escalated, c.NextDue, c.At, c.UpdatedAt, c.HeardAt, c.Version)
	})
}

func scanned(scan func(...any) error) (*support.Case, error) {
	c := &support.Case{}
	var tags, lines, candidates string
	err := scan(&c.ID, &c.Number, &c.Kind, &c.About, &c.Cause, &c.State, &c.Priority, &c.Source, &c.Subject, &c.Order, &c.Customer, &c.Name, &c.Email, &c.Phone,
		&c.Assignee, &tags, &lines, &c.Token, &c.Against, &c.Carrier, &c.Claimed, &c.Granted, &c.Currency, &candidates, &c.FirstDue, &c.ResolveDue,
		&c.AnsweredAt, &c.PausedAt, &c.ResolvedAt, &c.Escalated, &c.NextDue, &c.At, &c.UpdatedAt, &c.HeardAt, &c.Version)
	if err != nil {
		return nil, err
	}
	c.Tags = store.UnpackWords(tags)
	if err := json.Unmarshal([]byte(lines), &c.Lines); err != nil {
		return nil, err
	}
	if candidates == "" { // its customer was erased
		return c, nil
	}
	return c, json.Unmarshal([]byte(candidates), &c.Candidates)
}

func collect(out *[]*support.Case) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		c, err := scanned(scan)
		*out = append(*out, c)
		return err
	}
}

// Range reads the cases above an id up to another one, by id.
func Range(r *store.Reader, after, upTo int64) ([]*support.Case, error) {
	var out []*support.Case
	err := r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id", []any{r.M, after, upTo}, collect(&out))
	return out, err
}

// Get reads a case; nil when there is none.
func Get(r *store.Reader, id support.ID) (*support.Case, error) {
	c, err := scanned(r.Row("SELECT "+columns+" FROM support_case WHERE m = $1 AND id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

// ByNumber finds a case by its number; nil when there is none.
func ByNumber(r *store.Reader, number int64) (*support.Case, error) {
	c, err := scanned(r.Row("SELECT "+columns+" FROM support_case WHERE m = $1 AND number = $2", r.M, number).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

// ByToken finds a case by the token of its thread; nil when there is none.
func ByToken(r *store.Reader, token string) (*support.Case, error) {
	c, err := scanned(r.Row("SELECT "+columns+" FROM support_case WHERE m = $1 AND token = $2", r.M, token).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return c, err
}

// LastNumber is the highest number that a case has; 1000 when there is none.
func LastNumber(r *store.Reader) (int64, error) {
	var n int64
	err := r.Row("SELECT number FROM support_case WHERE m = $1 ORDER BY number DESC LIMIT 1", r.M).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return 1000, nil
	}
	return n, err
}

// Filter narrows a list of cases to one of its fields. Zero fields do not narrow.
type Filter struct {
	State    string
	Order    int64
	Customer int64
	Email    string
	Assignee int64
	Below    support.ID // only older ones
	Limit    int
}

// List reads cases, the newest first: along the index of the one field that
// fits most narrowly; the others are asked of the candidates.
func List(r *store.Reader, f Filter) ([]*support.Case, error) {
	if f.Below == 0 {
		f.Below = 1<<63 - 1
	}
	var out []*support.Case
	keep := collect(&out)
	var err error
	switch {
	case f.Order != 0:
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND order_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, f.Order, int64(f.Below), int64(f.Limit)}, keep)
	case f.Customer != 0:
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND customer = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, f.Customer, int64(f.Below), int64(f.Limit)}, keep)
	case f.Email != "":
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND email = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, f.Email, int64(f.Below), int64(f.Limit)}, keep)
	case f.Assignee != 0 && f.State != "":
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND assignee = $2 AND state = $3 AND id < $4 ORDER BY id DESC LIMIT $5", []any{r.M, f.Assignee, f.State, int64(f.Below), int64(f.Limit)}, keep)
	case f.Assignee != 0:
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND assignee = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, f.Assignee, int64(f.Below), int64(f.Limit)}, keep)
	case f.State != "":
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4", []any{r.M, f.State, int64(f.Below), int64(f.Limit)}, keep)
	default:
		err = r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, int64(f.Below), int64(f.Limit)}, keep)
	}
	return out, err
}

// Asked lists the cases that began on the page of an order, the newest first.
func Asked(r *store.Reader, of int64, limit int) ([]*support.Case, error) {
	var out []*support.Case
	err := r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND order_id = $2 AND source = $3 ORDER BY id DESC LIMIT $4", []any{r.M, of, support.Portal, int64(limit)}, collect(&out))
	return out, err
}

// Due lists cases whose next clock runs out by a time, the first due first.
func Due(r *store.Reader, by int64, limit int) ([]*support.Case, error) {
	var out []*support.Case
	err := r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND next_due > 0 AND next_due <= $2 ORDER BY next_due, id LIMIT $3", []any{r.M, by, int64(limit)}, collect(&out))
	return out, err
}

// Missed reads the oldest cases above an id that missed a target and want
// something of us.
func Missed(r *store.Reader, after support.ID, limit int) ([]*support.Case, error) {
	var out []*support.Case
	err := r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND escalated > 0 AND resolved_at = 0 AND paused_at = 0 AND id > $2 ORDER BY id LIMIT $3", []any{r.M, int64(after), int64(limit)}, collect(&out))
	return out, err
}

// CountMissed tells how many cases missed a target, told or not, up to a limit,
// and since when the oldest of them is there.
func CountMissed(r *store.Reader, now, most int64) (n, since int64, err error) {
	var early, late, first, second int64
	err = r.Row("SELECT count(*), coalesce(min(at), 0) FROM (SELECT at FROM support_case WHERE m = $1 AND escalated > 0 AND resolved_at = 0 AND paused_at = 0 ORDER BY id LIMIT $2) AS t", r.M, most).Scan(&early, &first)
	if err != nil {
		return 0, 0, err
	}
	err = r.Row("SELECT count(*), coalesce(min(at), 0) FROM (SELECT at, escalated FROM support_case WHERE m = $1 AND next_due > 0 AND next_due <= $2 ORDER BY next_due LIMIT $3) AS t WHERE escalated = 0", r.M, now, most).Scan(&late, &second)
	if first == 0 || second != 0 && second < first {
		first = second
	}
	return min(early+late, most), first, err
}

// Waiting reads the oldest cases of a state above an id, for a queue.
func Waiting(r *store.Reader, state string, after support.ID, limit int) ([]*support.Case, error) {
	var out []*support.Case
	err := r.Each("SELECT "+columns+" FROM support_case WHERE m = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4", []any{r.M, state, int64(after), int64(limit)}, collect(&out))
	return out, err
}

// Count tells how many cases stand in a state, up to a limit, and the oldest.
func Count(r *store.Reader, state string, most int64) (n int64, oldest support.ID, err error) {
	err = r.Row("SELECT count(*), coalesce(min(id), 0) FROM (SELECT id FROM support_case WHERE m = $1 AND state = $2 ORDER BY id LIMIT $3) AS t", r.M, state, most).Scan(&n, &oldest)
	return n, oldest, err
}
