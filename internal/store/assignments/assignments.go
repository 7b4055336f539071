// Package assignments keeps who has taken which piece of work.
//
// A row ends when the work is given back or somebody else takes it. Whether the
// work still waits is not known here: who lists a queue reads it along.
package assignments

import (
	"orderly/internal/queue"
	"orderly/internal/store"
)

// Assignment is one piece of work in somebody's hands.
type Assignment struct {
	Kind    string // of the thing: ord, ful, trb, job
	Subject int64
	ID      int64  // of the assignment, the subject of its journal
	User    string // who has it, as an actor: "user:usr_…"
	At      int64
	By      string // who said so: the same when it was claimed
	Note    string // from whoever handed it over
	Version int64
}

const columns = "kind, subject, id, assignee, at, by_actor, note, version"

func scanRow(scan func(...any) error) (Assignment, error) {
	var a Assignment
	err := scan(&a.Kind, &a.Subject, &a.ID, &a.User, &a.At, &a.By, &a.Note, &a.Version)
	return a, err
}

// Of reads who has these things of one kind, by their ids. One that nobody has
// is left out, and so is one that was taken before the last shift.
func Of(r *store.Reader, kind string, ids []int64, now int64) (map[int64]Assignment, error) {
	out, err := Rows(r, kind, ids)
	for id, a := range out {
		if queue.Expired(a.At, now) {
			delete(out, id)
		}
	}
	return out, err
}

// Rows is Of with what has expired.
func Rows(r *store.Reader, kind string, ids []int64) (map[int64]Assignment, error) {
	out := map[int64]Assignment{}
	err := store.In(r, "SELECT "+columns+" FROM work_assignment WHERE m = $1 AND kind = $2 AND subject IN ($IN)", []any{r.M, kind}, ids, func(scan func(...any) error) error {
		a, err := scanRow(scan)
		out[a.Subject] = a
		return err
	})
	return out, err
}

// Mine reads what somebody has, of one kind, the latest first.
func Mine(r *store.Reader, user, kind string, since int64, limit int) ([]Assignment, error) {
	var out []Assignment
	err := r.Each("SELECT "+columns+" FROM work_assignment WHERE m = $1 AND assignee = $2 AND kind = $3 AND at > $4 ORDER BY at DESC LIMIT $5",
		[]any{r.M, user, kind, since, int64(limit)}, func(scan func(...any) error) error {
			a, err := scanRow(scan)
			out = append(out, a)
			return err
		})
	return out, err
}

var save = store.Upsert("work_assignment", 3, "m", "kind", "subject", "id", "assignee", "at", "by_actor", "note", "version")

// Save keeps assignments as they are now.
func Save(tx *store.Tx, list []Assignment) error {
	return save.Run(tx, len(list), func(args []any, n int) []any {
		a := list[n]
		return append(args, tx.M, a.Kind, a.Subject, a.ID, a.User, a.At, a.By, a.Note, a.Version)
	})
}

// Drop ends an assignment.
func Drop(tx *store.Tx, kind string, subject int64) error {
	_, err := tx.Exec("DELETE FROM work_assignment WHERE m = $1 AND kind = $2 AND subject = $3", tx.M, kind, subject)
	return err
}
