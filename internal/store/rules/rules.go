// Package rules keeps rules with all their versions, and what became of each at
// the entries that set it off.
//
// No condition and no act belongs here, only what the rows look like.
package rules

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/rule"
	"orderly/internal/store"
)

const columns = "r.id, r.state, r.version, r.since, r.created_at, r.edit_version, v.body, v.may, v.saved_at, v.saved_by"

const current = "SELECT " + columns + " FROM rule AS r JOIN rule_version AS v ON v.m = $1 AND v.rule = r.id AND v.version = r.version WHERE r.m = $1"

func scanRule(scan func(...any) error) (*rule.Rule, error) {
	x := &rule.Rule{}
	var body, may string
	if err := scan(&x.ID, &x.State, &x.Version, &x.Since, &x.CreatedAt, &x.EditVersion, &body, &may, &x.SavedAt, &x.SavedBy); err != nil {
		return nil, err
	}
	for _, p := range strings.Fields(may) {
		x.May = append(x.May, access.Permission(p))
	}
	if err := json.Unmarshal([]byte(body), &x.Body); err != nil {
		return nil, fmt.Errorf("version %d of rule %s: %w", x.Version, x.ID, err)
	}
	return x, nil
}

func list(r *store.Reader, text string, args ...any) (out []*rule.Rule, err error) {
	err = r.Each(text, args, func(scan func(...any) error) error {
		x, err := scanRule(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

// All reads the rules as they are now, the oldest first.
func All(r *store.Reader) ([]*rule.Rule, error) {
	return list(r, current+" ORDER BY r.id LIMIT $2", r.M, int64(rule.MaxRules))
}

// Live reads those that are not off.
func Live(r *store.Reader) ([]*rule.Rule, error) {
	return list(r, current+" AND r.state <> $3 ORDER BY r.id LIMIT $2", r.M, int64(rule.MaxRules), string(rule.Off))
}

// Get reads one rule as it is now.
func Get(r *store.Reader, id rule.ID) (*rule.Rule, error) {
	x, err := scanRule(r.Row(current+" AND r.id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "no_such_rule", "there is no rule %s", id)
	}
	return x, err
}

// Versions reads all that a rule said, the newest first. State and times of
// change are those of now.
func Versions(r *store.Reader, id rule.ID) ([]*rule.Rule, error) {
	return list(r, "SELECT r.id, r.state, v.version, r.since, r.created_at, r.edit_version, v.body, v.may, v.saved_at, v.saved_by"+
		" FROM rule_version AS v JOIN rule AS r ON r.m = $1 AND r.id = v.rule WHERE v.m = $1 AND v.rule = $2 ORDER BY v.version DESC LIMIT $3", r.M, int64(id), int64(rule.MaxVersions))
}

// Standing is what a rule is used for now, and by which version; off when it is
// not there.
func Standing(r *store.Reader, id rule.ID) (state rule.State, version int64, err error) {
	err = r.Row("SELECT state, version FROM rule WHERE m = $1 AND id = $2", r.M, int64(id)).Scan(&state, &version)
	if errors.Is(err, sql.ErrNoRows) {
		return rule.Off, 0, nil
	}
	return state, version, err
}

var (
	saveRule    = store.Upsert("rule", 2, "m", "id", "state", "version", "since", "created_at", "edit_version")
	saveVersion = store.NewInsert("rule_version", "", "m", "rule", "version", "body", "may", "saved_at", "saved_by")
)

// Save keeps what a rule is used for and by which version.
func Save(tx *store.Tx, x *rule.Rule) error {
	return saveRule.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), string(x.State), x.Version, x.Since, x.CreatedAt, x.EditVersion)
	})
}

// SaveVersion keeps what a rule says from now on.
func SaveVersion(tx *store.Tx, x *rule.Rule) error {
	body, err := json.Marshal(x.Body)
	if err != nil {
		return err
	}
	may := make([]string, len(x.May))
	for i, p := range x.May {
		may[i] = string(p)
	}
	return saveVersion.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), x.Version, string(body), strings.Join(may, " "), x.SavedAt, x.SavedBy)
	})
}
