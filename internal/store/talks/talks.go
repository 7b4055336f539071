// Package talks keeps what we and suppliers and partners say to each other.
//
// Who is to answer and to which conversation a mail belongs is decided above
// (talk). The files of messages are kept with those of cases.
package talks

import (
	"database/sql"
	"errors"

	"orderly/internal/store"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// Job is the kind of the job by which a message leaves by mail; its data is the
// message's id.
const Job = "talk_mail"

const columns = "id, about, subject, supplier, location, order_id, token, awaits, since, at, updated_at, version"

var save = store.Upsert("talk", 2, "m", "id", "about", "subject", "supplier", "location", "order_id", "token", "awaits", "since", "at", "updated_at", "version")

// Save keeps a conversation as it is now.
func Save(tx *store.Tx, t *talk.Talk) error {
	return save.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(t.ID), t.About, t.Subject, t.Supplier, t.Location, t.Order, t.Token, t.Awaits, t.Since, t.At, t.UpdatedAt, t.Version)
	})
}

func collect(out *[]*talk.Talk) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		t := &talk.Talk{}
		err := scan(&t.ID, &t.About, &t.Subject, &t.Supplier, &t.Location, &t.Order, &t.Token, &t.Awaits, &t.Since, &t.At, &t.UpdatedAt, &t.Version)
		*out = append(*out, t)
		return err
	}
}

func one(r *store.Reader, where string, args ...any) (*talk.Talk, error) {
	var out []*talk.Talk
	err := r.Each("SELECT "+columns+" FROM talk WHERE m = $1 AND "+where, append([]any{r.M}, args...), collect(&out))
	if len(out) == 0 {
		return nil, err
	}
	return out[0], err
}

// Get reads a conversation; nil when there is none.
func Get(r *store.Reader, id talk.ID) (*talk.Talk, error) { return one(r, "id = $2", int64(id)) }

// About reads the conversation about a purchase order or a request; nil while
// there is none.
func About(r *store.Reader, about string, subject int64) (*talk.Talk, error) {
	return one(r, "about = $2 AND subject = $3", about, subject)
}

// ByToken finds a conversation by its token; nil when there is none.
func ByToken(r *store.Reader, token string) (*talk.Talk, error) {
	return one(r, "token = $2", token)
}

// AboutAll reads the conversations about several things of one kind, by what
// they are about.
func AboutAll(r *store.Reader, about string, subjects []int64) (map[int64]*talk.Talk, error) {
	var list []*talk.Talk
	err := store.In(r, "SELECT "+columns+" FROM talk WHERE m = $1 AND about = $2 AND subject IN ($IN)", []any{r.M, about}, subjects, collect(&list))
	out := map[int64]*talk.Talk{}
	for _, t := range list {
		out[t.Subject] = t
	}
	return out, err
}

// Awaiting reads conversations in which a side is to answer, above an id, the
// oldest first, of those that the scope sees.
func Awaiting(r *store.Reader, side string, after talk.ID, limit int) (out []*talk.Talk, err error) {
	seen, args := mine(r, []any{r.M, side, int64(after), int64(limit)})
	err = r.Each("SELECT "+columns+" FROM talk WHERE m = $1 AND awaits = $2 AND awaits <> '' AND id > $3"+seen+" ORDER BY id LIMIT $4", args, collect(&out))
	return out, err
}

// CountAwaiting tells in how many conversations that the scope sees a side is to
// answer, up to a limit, and since when the longest.
func CountAwaiting(r *store.Reader, side string, most int64) (n, since int64, err error) {
	seen, args := mine(r, []any{r.M, side, most})
	err = r.Row("SELECT count(*), coalesce(min(since), 0) FROM (SELECT since FROM talk WHERE m = $1 AND awaits = $2 AND awaits <> ''"+seen+" ORDER BY id LIMIT $3) AS t", args...).Scan(&n, &since)
	return n, since, err
}

// mine narrows conversations to places of the scope: those about a request by
// where it is sent from, those about a purchase order by where it comes to.
func mine(r *store.Reader, args []any) (string, []any) {
	asked, args := r.Seen("location", args)
	if asked == "" {
		return "", args
	}
	bought, args := r.Seen("p.location", args)
	return " AND (about = '" + talk.Request + "'" + asked + " OR about = '" + talk.Purchase + "' AND EXISTS (SELECT 1 FROM purchase AS p WHERE p.m = $1 AND p.id = subject" + bought + "))", args
}

const messageColumns = "id, talk, way, source, event, actor, from_name, from_address, to_address, text, rfc_id, refs, auto, state, attempts, why, at, updated_at"

var insertMessage = store.NewInsert("talk_message", "", "m", "id", "talk", "way", "source", "event", "actor", "from_name", "from_address", "to_address", "text", "rfc_id", "refs", "auto", "state", "attempts",
	"why", "at", "updated_at")

// Add keeps a message.
func Add(tx *store.Tx, x *talk.Message) error {
	return insertMessage.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(x.ID), int64(x.Talk), x.Way, x.Source, x.Event, x.Actor, x.FromName, x.From, x.To, x.Text, x.RFC, store.PackWords(x.Refs), x.Auto, x.State, x.Attempts, x.Why, x.At, x.UpdatedAt)
	})
}

// SaveMessage keeps how far a message has come that leaves by mail.
func SaveMessage(tx *store.Tx, x *talk.Message) error {
	_, err := tx.Exec("UPDATE talk_message SET state = $1, attempts = $2, why = $3, updated_at = $4 WHERE m = $5 AND id = $6", x.State, x.Attempts, x.Why, x.UpdatedAt, tx.M, int64(x.ID))
	return err
}

func scanMessage(scan func(...any) error) (talk.Message, error) {
	var x talk.Message
	var refs string
	err := scan(&x.ID, &x.Talk, &x.Way, &x.Source, &x.Event, &x.Actor, &x.FromName, &x.From, &x.To, &x.Text, &x.RFC, &refs, &x.Auto, &x.State, &x.Attempts, &x.Why, &x.At, &x.UpdatedAt)
	x.Refs = store.UnpackWords(refs)
	return x, err
}

// Message reads one message; nil when there is none.
func Message(r *store.Reader, id talk.MessageID) (*talk.Message, error) {
	x, err := scanMessage(r.Row("SELECT "+messageColumns+" FROM talk_message WHERE m = $1 AND id = $2", r.M, int64(id)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &x, err
}

// Thread reads what was said in a conversation, the oldest first.
func Thread(r *store.Reader, id talk.ID) (out []talk.Message, err error) {
	err = r.Each("SELECT "+messageColumns+" FROM talk_message WHERE m = $1 AND talk = $2 ORDER BY id LIMIT $3", []any{r.M, int64(id), int64(talk.MaxMessages + 100)}, func(scan func(...any) error) error {
		x, err := scanMessage(scan)
		out = append(out, x)
		return err
	})
	return out, err
}

// Told reports whether what happened was told in a conversation.
func Told(r *store.Reader, id talk.ID, event string) (is bool, err error) {
	err = r.Each("SELECT id FROM talk_message WHERE m = $1 AND talk = $2 AND event <> '' AND event = $3", []any{r.M, int64(id), event}, func(func(...any) error) error {
		is = true
		return nil
	})
	return is, err
}

// OfMail finds the conversation of the newest of the mails of these Message-IDs
// that is there; 0 when none is.
func OfMail(r *store.Reader, rfc []string) (out talk.ID, err error) {
	newest := int64(0)
	err = store.In(r, "SELECT talk, id FROM talk_message WHERE m = $1 AND rfc_id <> '' AND rfc_id IN ($IN)", []any{r.M}, rfc, func(scan func(...any) error) error {
		var of talk.ID
		var id int64
		err := scan(&of, &id)
		if id > newest {
			out, newest = of, id
		}
		return err
	})
	return out, err
}

// CountFiles is how many files a conversation has.
func CountFiles(r *store.Reader, id talk.ID) (n int, err error) {
	err = r.Row("SELECT count(*) FROM talk_message AS x JOIN case_file AS f ON f.m = x.m AND f.message = x.id WHERE x.m = $1 AND f.m = $1 AND x.talk = $2", r.M, int64(id)).Scan(&n)
	return n, err
}

// FileOf reads a file of a conversation with its data, and of the message that it
// came with who may see it; nil when there is none.
func FileOf(r *store.Reader, in talk.ID, id int64) (f *support.File, of talk.Message, err error) {
	f = &support.File{}
	err = r.Row("SELECT f.id, f.message, f.name, f.kind, f.size, f.data, x.way, x.auto FROM case_file AS f JOIN talk_message AS x ON x.m = f.m AND x.id = f.message WHERE f.m = $1 AND f.id = $2 AND x.talk = $3", r.M, id, int64(in)).
		Scan(&f.ID, &f.Message, &f.Name, &f.Kind, &f.Size, &f.Data, &of.Way, &of.Auto)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, of, nil
	}
	return f, of, err
}

// Attached reads the files of one message with their data.
func Attached(r *store.Reader, id talk.MessageID) (out []support.File, err error) {
	err = r.Each("SELECT id, message, name, kind, size, data FROM case_file WHERE m = $1 AND message = $2 ORDER BY id", []any{r.M, int64(id)}, func(scan func(...any) error) error {
		var f support.File
		err := scan(&f.ID, &f.Message, &f.Name, &f.Kind, &f.Size, &f.Data)
		out = append(out, f)
		return err
	})
	return out, err
}
