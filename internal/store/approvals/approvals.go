// Package approvals keeps when orders need approvals, what each was asked, and
// who gave it.
//
// No rule belongs here, only what its rows look like.
package approvals

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"orderly/internal/approval"
	"orderly/internal/order"
	"orderly/internal/store"
)

// Saved is a policy as it was saved. Version is 0 when nothing ever was.
type Saved struct {
	approval.Policy
	Version int64
	Since   int64 // the journal's last entry when it was saved: it holds for what is told after
	At      int64
	By      string
}

const policyColumns = "version, since, saved_at, saved_by, body"

func scanPolicy(scan func(...any) error) (s Saved, err error) {
	var body string
	if err = scan(&s.Version, &s.Since, &s.At, &s.By, &body); err != nil {
		return s, err
	}
	if err = json.Unmarshal([]byte(body), &s.Policy); err != nil {
		err = fmt.Errorf("approvals of version %d: %w", s.Version, err)
	}
	return s, err
}

// Policy reads the newest version.
func Policy(r *store.Reader) (Saved, error) {
	s, err := scanPolicy(r.Row("SELECT "+policyColumns+" FROM approval_policy WHERE m = $1 ORDER BY version DESC LIMIT 1", r.M).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return Saved{}, nil
	}
	return s, err
}

// Policies reads every version, the oldest first.
func Policies(r *store.Reader) (out []Saved, err error) {
	err = r.Each("SELECT "+policyColumns+" FROM approval_policy WHERE m = $1 ORDER BY version", []any{r.M}, func(scan func(...any) error) error {
		s, err := scanPolicy(scan)
		out = append(out, s)
		return err
	})
	return out, err
}

var insertPolicy = store.NewInsert("approval_policy", "", "m", "version", "since", "saved_at", "saved_by", "body")

// SavePolicy keeps another version; those before stay.
func SavePolicy(tx *store.Tx, s *Saved) error {
	body, err := json.Marshal(s.Policy)
	if err != nil {
		return err
	}
	return insertPolicy.Run(tx, 1, func(a []any, _ int) []any { return append(a, tx.M, s.Version, s.Since, s.At, s.By, string(body)) })
}

const askColumns = "order_id, n, hold, state, policy, reasons, role, steps, amount, currency, worth, worth_in, makers, at, decided_at, decided_by, why"

// ScanAsk reads the columns of an ask.
func ScanAsk(scan func(...any) error) (*approval.Ask, error) {
	a := &approval.Ask{}
	var reasons, makers string
	err := scan(&a.Order, &a.N, &a.Hold, &a.State, &a.Policy, &reasons, &a.Role, &a.Steps, &a.Amount, &a.Currency, &a.Worth, &a.In, &makers, &a.At, &a.DecidedAt, &a.DecidedBy, &a.Why)
	a.Reasons, a.Makers = store.UnpackWords(reasons), store.UnpackWords(makers)
	return a, err
}

func asks(r *store.Reader, text string, args ...any) (out []*approval.Ask, err error) {
	err = r.Each("SELECT "+askColumns+" FROM approval_ask WHERE m = $1 AND "+text, args, func(scan func(...any) error) error {
		a, err := ScanAsk(scan)
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, given(r, out)
}

// given reads who gave what was asked.
func given(r *store.Reader, list []*approval.Ask) error {
	type key struct {
		order int64
		n     int
	}
	of := map[key]*approval.Ask{}
	var ids []int64
	for _, a := range list {
		of[key{a.Order, a.N}] = a
		ids = append(ids, a.Order)
	}
	slices.Sort(ids)
	return store.In(r, "SELECT order_id, n, actor, holder, role, most, worth, worth_in, policy, at FROM approval_step WHERE m = $1 AND order_id IN ($IN) ORDER BY order_id, n, step", []any{r.M}, slices.Compact(ids), func(scan func(...any) error) error {
		var k key
		var s approval.Step
		err := scan(&k.order, &k.n, &s.Actor, &s.Holder, &s.Role, &s.Most, &s.Worth, &s.In, &s.Policy, &s.At)
		if a := of[k]; a != nil {
			a.Given = append(a.Given, s)
		}
		return err
	})
}

// maxAsks bounds how often one order is asked for.
const maxAsks = 200

// Of reads what an order was asked, the oldest first.
func Of(r *store.Reader, id order.ID) ([]*approval.Ask, error) {
	return asks(r, "order_id = $2 ORDER BY n LIMIT $3", r.M, int64(id), int64(maxAsks))
}

// Open reads asks that wait for somebody, after an order, the oldest order
// first.
func Open(r *store.Reader, after order.ID, limit int) ([]*approval.Ask, error) {
	return asks(r, "state = 'asked' AND order_id > $2 ORDER BY order_id LIMIT $3", r.M, int64(after), int64(limit))
}

// In reads the asks of a stretch of orders.
func In(r *store.Reader, after, upTo int64) ([]*approval.Ask, error) {
	return asks(r, "order_id > $2 AND order_id <= $3 ORDER BY order_id, n", r.M, after, upTo)
}

var (
	saveAsk  = store.Upsert("approval_ask", 3, "m", "order_id", "n", "hold", "state", "policy", "reasons", "role", "steps", "amount", "currency", "worth", "worth_in", "makers", "at", "decided_at", "decided_by", "why")
	saveStep = store.Upsert("approval_step", 4, "m", "order_id", "n", "step", "actor", "holder", "role", "most", "worth", "worth_in", "policy", "at")
)

// Save keeps asks as they are now.
func Save(tx *store.Tx, list []*approval.Ask) error {
	type one struct {
		of *approval.Ask
		n  int
	}
	var steps []one
	for _, a := range list {
		for n := range a.Given {
			steps = append(steps, one{a, n})
		}
	}
	err := saveAsk.Run(tx, len(list), func(to []any, n int) []any {
		a := list[n]
		return append(to, tx.M, a.Order, int64(a.N), a.Hold, a.State, a.Policy, store.PackWords(a.Reasons), string(a.Role), int64(a.Steps), a.Amount, a.Currency, a.Worth, a.In, store.PackWords(a.Makers), a.At, a.DecidedAt, a.DecidedBy, a.Why)
	})
	if err != nil {
		return err
	}
	return saveStep.Run(tx, len(steps), func(to []any, n int) []any {
		a, s := steps[n].of, steps[n].of.Given[steps[n].n]
		return append(to, tx.M, a.Order, int64(a.N), int64(steps[n].n+1), s.Actor, s.Holder, string(s.Role), s.Most, s.Worth, s.In, s.Policy, s.At)
	})
}

// Makers are who placed or changed an order, as the journal tells.
func Makers(r *store.Reader, id order.ID) (out []string, err error) {
	err = r.Each("SELECT DISTINCT actor FROM entry WHERE m = $1 AND subject = $2 AND type IN ('order.placed', 'order.changed') ORDER BY actor", []any{r.M, int64(id)}, func(scan func(...any) error) error {
		var who string
		err := scan(&who)
		out = append(out, who)
		return err
	})
	return out, err
}
