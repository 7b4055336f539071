package cases

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
	"orderly/internal/support"
)

// Job is the kind of the job that sends an answer.
const Job = "case_reply"

const messageColumns = "id, case_id, way, source, actor, from_name, from_address, to_address, subject, text, rfc_id, refs, auto, state, attempts, why, at, updated_at"

var insertMessage = store.NewInsert("case_message", "", "m", "id", "case_id", "way", "source", "actor", "from_name", "from_address", "to_address", "subject", "text", "rfc_id", "refs", "auto",
	"state", "attempts", "why", "at", "updated_at")

// Add keeps a message of a case.
func Add(tx *store.Tx, x support.Message) error {
	return insertMessage.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), int64(x.Case), x.Way, x.Source, x.Actor, x.FromName, x.From, x.To, x.Subject, x.Text, x.RFC, store.PackWords(x.Refs), x.Auto,
			x.State, x.Attempts, x.Why, x.At, x.UpdatedAt)
	})
}

// SaveMessage keeps how far an answer has come.
func SaveMessage(tx *store.Tx, x support.Message) error {
	_, err := tx.Exec("UPDATE case_message SET state = $1, attempts = $2, why = $3, updated_at = $4 WHERE m = $5 AND id = $6", x.State, x.Attempts, x.Why, x.UpdatedAt, tx.M, int64(x.ID))
	return err
}

func scanMessage(scan func(...any) error) (support.Message, error) {
	var x support.Message
	var refs string
	err := scan(&x.ID, &x.Case, &x.Way, &x.Source, &x.Actor, &x.FromName, &x.From, &x.To, &x.Subject, &x.Text, &x.RFC, &refs, &x.Auto, &x.State, &x.Attempts, &x.Why, &x.At, &x.UpdatedAt)
	x.Refs = store.UnpackWords(refs)
	return x, err
}

// Message reads one message; ok is false when there is none.
func Message(r *store.Reader, id support.MessageID) (x support.Message, ok bool, err error) {
	x, err = scanMessage(r.Row("SELECT "+messageColumns+" FROM case_message WHERE m = $1 AND id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return x, false, nil
	}
	return x, err == nil, err
}

// Thread reads what was said in a case, the oldest first.
func Thread(r *store.Reader, id support.ID) ([]support.Message, error) {
	var out []support.Message
	err := r.Each("SELECT "+messageColumns+" FROM case_message WHERE m = $1 AND case_id = $2 ORDER BY id LIMIT $3", []any{r.M, int64(id), int64(support.MaxMessages + 50)}, func(scan func(...any) error) error {
		x, err := scanMessage(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

// CountMessages is how many messages a case has.
func CountMessages(r *store.Reader, id support.ID) (n int, err error) {
	err = r.Row("SELECT count(*) FROM case_message WHERE m = $1 AND case_id = $2", r.M, int64(id)).Scan(&n)
	return n, err
}

// OfMail finds the case of the newest of the mails of these Message-IDs that is
// there; 0 when none is.
func OfMail(r *store.Reader, rfc []string) (support.ID, error) {
	var out, newest int64
	err := store.In(r, "SELECT case_id, id FROM case_message WHERE m = $1 AND rfc_id <> '' AND rfc_id IN ($IN)", []any{r.M}, rfc, func(scan func(...any) error) error {
		var of, id int64
		err := scan(&of, &id)
		if id > newest {
			out, newest = of, id
		}
		return err
	})
	return support.ID(out), err
}

var insertFile = store.NewInsert("case_file", "", "m", "id", "message", "name", "kind", "size", "data")

// AddFiles keeps what came with a message.
func AddFiles(tx *store.Tx, list []support.File) error {
	return insertFile.Run(tx, len(list), func(a []any, n int) []any {
		f := &list[n]
		return append(a, tx.M, f.ID, int64(f.Message), f.Name, f.Kind, f.Size, f.Data)
	})
}

// Files lists what came with messages, without its data.
func Files(r *store.Reader, of []support.MessageID) ([]support.File, error) {
	var out []support.File
	err := store.In(r, "SELECT id, message, name, kind, size FROM case_file WHERE m = $1 AND message IN ($IN) ORDER BY id", []any{r.M}, of, func(scan func(...any) error) error {
		var f support.File
		err := scan(&f.ID, &f.Message, &f.Name, &f.Kind, &f.Size)
		out = append(out, f)
		return err
	})
	return out, err
}

// CountFiles is how many files a case has.
func CountFiles(r *store.Reader, id support.ID) (n int, err error) {
	err = r.Row("SELECT count(*) FROM case_message AS x JOIN case_file AS f ON f.m = x.m AND f.message = x.id WHERE x.m = $1 AND f.m = $1 AND x.case_id = $2", r.M, int64(id)).Scan(&n)
	return n, err
}

// FileOf reads one file of a case with its data; ok is false when there is none.
func FileOf(r *store.Reader, of support.ID, id int64) (f support.File, ok bool, err error) {
	err = r.Row("SELECT f.id, f.message, f.name, f.kind, f.size, f.data FROM case_file AS f JOIN case_message AS x ON x.m = f.m AND x.id = f.message WHERE f.m = $1 AND f.id = $2 AND x.case_id = $3", r.M, id, int64(of)).
		Scan(&f.ID, &f.Message, &f.Name, &f.Kind, &f.Size, &f.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	return f, err == nil, err
}
