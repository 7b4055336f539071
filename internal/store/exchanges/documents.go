package exchanges

import (
	"orderly/internal/edi"
	"orderly/internal/store"
	"orderly/internal/trading"
)

const documentColumns = "file, n, partner, direction, type, message, control, grp, number, status, code, error, kind, subject, ack, key, created_at, done_at"

func collectDocuments(out *[]*trading.Document) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		d := &trading.Document{}
		var kind string
		err := scan(&d.File, &d.N, &d.Partner, &d.Direction, &kind, &d.Message, &d.Control, &d.Group, &d.Number, &d.Status, &d.Code, &d.Error, &d.Kind, &d.Subject, &d.Ack, &d.Key, &d.CreatedAt, &d.DoneAt)
		d.Type = edi.DocumentType(kind)
		*out = append(*out, d)
		return err
	}
}

// Documents reads the documents of files, in their order.
func Documents(r *store.Reader, files []trading.FileID) (out []*trading.Document, err error) {
	err = store.In(r, "SELECT "+documentColumns+" FROM edi_document WHERE m = $1 AND file IN ($IN) ORDER BY file, n", []any{r.M}, files, collectDocuments(&out))
	return out, err
}

// Open lists the documents that came in and are still to be worked.
func Open(r *store.Reader, limit int) (out []*trading.Document, err error) {
	err = r.Each("SELECT "+documentColumns+" FROM edi_document WHERE m = $1 AND direction = 'in' AND status = 'accepted' ORDER BY file, n LIMIT $2", []any{r.M, int64(limit)}, collectDocuments(&out))
	return out, err
}

// OfSubjects reads the documents that became things, or were made of them.
func OfSubjects(r *store.Reader, subjects []int64) (out []*trading.Document, err error) {
	err = store.In(r, "SELECT "+documentColumns+" FROM edi_document WHERE m = $1 AND subject > 0 AND subject IN ($IN) ORDER BY subject, file, n", []any{r.M}, subjects, collectDocuments(&out))
	return out, err
}

// Told says which of the keys a partner has been told of.
func Told(r *store.Reader, partner trading.ID, keys []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := store.In(r, "SELECT key FROM edi_document WHERE m = $1 AND partner = $2 AND key <> '' AND key IN ($IN)", []any{r.M, int64(partner)}, keys, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		out[key] = true
		return err
	})
	return out, err
}

// InGroup reads what went to a partner in a group of a control number.
func InGroup(r *store.Reader, partner trading.ID, group string) (out []*trading.Document, err error) {
	err = r.Each("SELECT "+documentColumns+" FROM edi_document WHERE m = $1 AND partner = $2 AND direction = 'out' AND grp = $3 ORDER BY file, n", []any{r.M, int64(partner), group}, collectDocuments(&out))
	return out, err
}

var saveDocument = store.Upsert("edi_document", 3, "m", "file", "n", "partner", "direction", "type", "message", "control", "grp", "number", "status", "code", "error", "kind", "subject", "ack", "key", "created_at", "done_at")

// SaveDocuments keeps documents as they are now.
func SaveDocuments(tx *store.Tx, list []*trading.Document) error {
	return saveDocument.Run(tx, len(list), func(a []any, n int) []any {
		d := list[n]
		return append(a, tx.M, int64(d.File), d.N, int64(d.Partner), d.Direction, string(d.Type), d.Message, d.Control, d.Group, d.Number, d.Status, d.Code, d.Error, d.Kind, d.Subject, d.Ack, d.Key, d.CreatedAt, d.DoneAt)
	})
}
