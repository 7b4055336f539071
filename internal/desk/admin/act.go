package admin

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/journal"
	"orderly/internal/store/entries"
	"orderly/internal/store/users"
)

// act makes an operation of what is done with one command: people and sessions
// are few, and no batch of them is worth a set-based statement. A fault that do
// gives is a refusal, so it looks before it writes.
func act[C any](name string, p access.Permission, check func(*C) error, do func(*desk.Turn, desk.Asked[C]) (desk.Result, error)) *desk.Operation[C] {
	return &desk.Operation[C]{
		Name: name, Permission: p, Check: check,
		Run: desk.OneByOne(do),
	}
}

// tell writes the next entry of a subject's history, and gives its number.
func tell(t *desk.Turn, by access.Scope, kind string, subject int64, typ string, data map[string]any) (int64, error) {
	last, err := entries.LastOf(&t.Reader, subject)
	if err != nil {
		return 0, err
	}
	return last + 1, entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, kind, subject, last+1, typ, by, mustJSON(data))})
}

func tellUser(t *desk.Turn, by access.Scope, id users.ID, typ string, data map[string]any) (int64, error) {
	return tell(t, by, journal.User, int64(id), typ, data)
}
