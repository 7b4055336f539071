package exchanges

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"orderly/internal/edi"
	"orderly/internal/store"
	"orderly/internal/trading"
)

const fileColumns = "id, partner, direction, name, hash, bytes, standard, control, test, status, answer, ack, ack_due, ack_at, answers, error, faults, repeats, created_at, sent_at, version"

func collectFiles(out *[]*trading.File) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		f := &trading.File{}
		var standard, answer, faults string
		var test int64
		err := scan(&f.ID, &f.Partner, &f.Direction, &f.Name, &f.Hash, &f.Bytes, &standard, &f.Control, &test, &f.Status, &answer, &f.Ack, &f.AckDue, &f.AckAt, &f.Answers, &f.Error, &faults, &f.Repeats, &f.CreatedAt, &f.SentAt, &f.Version)
		if err != nil {
			return err
		}
		f.Standard, f.Answer, f.Test = edi.Standard(standard), edi.Status(answer), test != 0
		if faults != "" {
			if err := json.Unmarshal([]byte(faults), &f.Faults); err != nil {
				return fmt.Errorf("faults of %s: %w", f.ID, err)
			}
		}
		*out = append(*out, f)
		return nil
	}
}

// File reads one file; nil when there is none.
func File(r *store.Reader, id trading.FileID) (*trading.File, error) {
	return oneFile(r, "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND id = $2", r.M, int64(id))
}

// FileOfHash reads the file of a text that went in a direction.
func FileOfHash(r *store.Reader, direction, hash string) (*trading.File, error) {
	return oneFile(r, "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND direction = $2 AND hash = $3", r.M, direction, hash)
}

// FileOfControl reads the first file of a partner with a control number.
func FileOfControl(r *store.Reader, partner trading.ID, direction, control string) (*trading.File, error) {
	return oneFile(r, "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND partner = $2 AND direction = $3 AND control = $4 ORDER BY id LIMIT 1", r.M, int64(partner), direction, control)
}

// AnswerTo reads the acknowledgment that answers a file; nil when there is none.
func AnswerTo(r *store.Reader, id trading.FileID) (*trading.File, error) {
	return oneFile(r, "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND answers = $2 AND answers > 0 ORDER BY id LIMIT 1", r.M, int64(id))
}

func oneFile(r *store.Reader, text string, args ...any) (*trading.File, error) {
	var list []*trading.File
	if err := r.Each(text, args, collectFiles(&list)); err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// Filter says which files are listed; empty fields are no condition.
type Filter struct {
	Partner   trading.ID
	Direction string
	Status    string
	Before    trading.FileID
	Limit     int
}

// maxLook bounds the candidates that are looked at for one page.
const maxLook = 2000

// Files lists files, the newest first. next is where the following page
// begins; zero when there is none.
func Files(r *store.Reader, f Filter) (out []*trading.File, next trading.FileID, err error) {
	before := int64(f.Before)
	if before == 0 {
		before = 1<<63 - 1
	}
	text, args := "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND id < $2 ORDER BY id DESC LIMIT $3", []any{r.M, before, int64(maxLook)}
	if f.Partner != 0 {
		text, args = "SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND partner = $4 AND id < $2 ORDER BY id DESC LIMIT $3", append(args, int64(f.Partner))
	}
	var looked []*trading.File
	if err := r.Each(text, args, collectFiles(&looked)); err != nil {
		return nil, 0, err
	}
	for _, x := range looked {
		if f.Direction != "" && x.Direction != f.Direction || f.Status != "" && x.Status != f.Status {
			continue
		}
		if len(out) == f.Limit {
			return out, out[len(out)-1].ID, nil
		}
		out = append(out, x)
	}
	if len(looked) == maxLook {
		next = looked[maxLook-1].ID
	}
	return out, next, nil
}

// Outbound lists the files that wait to be put into the folder of a partner,
// the oldest first.
func Outbound(r *store.Reader, limit int) (out []*trading.File, err error) {
	err = r.Each("SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND direction = 'out' AND status = 'waiting' ORDER BY id LIMIT $2", []any{r.M, int64(limit)}, collectFiles(&out))
	return out, err
}

// Late lists files whose acknowledgment was due before a time.
func Late(r *store.Reader, at int64, limit int) (out []*trading.File, err error) {
	err = r.Each("SELECT "+fileColumns+" FROM edi_file WHERE m = $1 AND ack = 'pending' AND ack_due > 0 AND ack_due < $2 ORDER BY ack_due, id LIMIT $3", []any{r.M, at, int64(limit)}, collectFiles(&out))
	return out, err
}

var saveFile = store.Upsert("edi_file", 2, "m", "id", "partner", "direction", "name", "hash", "bytes", "standard", "control", "test", "status", "answer", "ack", "ack_due", "ack_at", "answers", "error", "faults", "repeats", "created_at", "sent_at", "version")

// SaveFiles keeps files as they are now.
func SaveFiles(tx *store.Tx, list []*trading.File) error {
	texts := make([]string, len(list))
	for i, f := range list {
		if len(f.Faults) == 0 {
			continue
		}
		raw, err := json.Marshal(f.Faults[:min(len(f.Faults), trading.MaxKept)])
		if err != nil {
			return err
		}
		texts[i] = string(raw)
	}
	return saveFile.Run(tx, len(list), func(a []any, n int) []any {
		f := list[n]
		return append(a, tx.M, int64(f.ID), int64(f.Partner), f.Direction, f.Name, f.Hash, f.Bytes, string(f.Standard), f.Control, store.Bool(f.Test), f.Status, string(f.Answer), f.Ack, f.AckDue, f.AckAt, int64(f.Answers), f.Error, texts[n], f.Repeats, f.CreatedAt, f.SentAt, f.Version)
	})
}

// partBytes is how much of a text stands in one row.
const partBytes = 64 << 10

var addText = store.NewInsert("edi_text", "", "m", "file", "n", "body")

// AddText keeps the text of a file, whole runes in each part.
func AddText(tx *store.Tx, id trading.FileID, text string) error {
	var parts []string
	for len(text) > partBytes {
		cut := partBytes
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		parts, text = append(parts, text[:cut]), text[cut:]
	}
	parts = append(parts, text)
	return addText.Run(tx, len(parts), func(a []any, n int) []any { return append(a, tx.M, int64(id), int64(n), parts[n]) })
}

// Text reads the text of a file.
func Text(r *store.Reader, id trading.FileID) (string, error) {
	var b strings.Builder
	err := r.Each("SELECT body FROM edi_text WHERE m = $1 AND file = $2 ORDER BY n", []any{r.M, int64(id)}, func(scan func(...any) error) error {
		var body string
		err := scan(&body)
		b.WriteString(body)
		return err
	})
	return b.String(), err
}
