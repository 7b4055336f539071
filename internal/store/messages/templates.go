package messages

import (
	"orderly/internal/message"
	"orderly/internal/store"
)

// Templates reads what the shop has worded itself; at most
// message.MaxTemplates.
func Templates(r *store.Reader) ([]message.Template, error) {
	var out []message.Template
	err := r.Each("SELECT kind, channel, language, subject, body, updated_at, edit_version FROM message_template WHERE m = $1 ORDER BY kind, channel, language LIMIT $2",
		[]any{r.M, int64(message.MaxTemplates)}, func(scan func(...any) error) error {
			var t message.Template
			err := scan(&t.Kind, &t.Channel, &t.Language, &t.Subject, &t.Body, &t.UpdatedAt, &t.EditVersion)
			out = append(out, t)
			return err
		})
	return out, err
}

var saveTemplate = store.Upsert("message_template", 4, "m", "kind", "channel", "language", "subject", "body", "updated_at", "edit_version")

// SaveTemplate keeps a wording.
func SaveTemplate(tx *store.Tx, t message.Template) error {
	return saveTemplate.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, string(t.Kind), t.Channel, t.Language, t.Subject, t.Body, t.UpdatedAt, t.EditVersion)
	})
}

// DropTemplate gives a wording up: what fits next best is used again.
func DropTemplate(tx *store.Tx, t message.Template) (bool, error) {
	n, err := tx.Exec("DELETE FROM message_template WHERE m = $1 AND kind = $2 AND channel = $3 AND language = $4", tx.M, string(t.Kind), t.Channel, t.Language)
	return n == 1, err
}
