package messages

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/message"
	"orderly/internal/store"
)

// SenderOf reads a merchant's mail server; the zero Sender when it has none.
func SenderOf(r *store.Reader) (message.Sender, error) {
	var s message.Sender
	var kinds string
	err := r.Row("SELECT host, port, security, username, password, from_name, from_address, reply_to, shop_address, kinds, enabled_at, updated_at, edit_version FROM mail_sender WHERE m = $1", r.M).
		Scan(&s.Host, &s.Port, &s.Security, &s.Username, &s.Password, &s.FromName, &s.FromAddress, &s.ReplyTo, &s.ShopAddress, &kinds, &s.EnabledAt, &s.UpdatedAt, &s.EditVersion)
	if errors.Is(err, sql.ErrNoRows) {
		return message.Sender{}, nil
	}
	for _, k := range store.UnpackWords(kinds) {
		s.Kinds = append(s.Kinds, message.Kind(k))
	}
	return s, err
}

var saveSender = store.Upsert("mail_sender", 1, "m", "host", "port", "security", "username", "password", "from_name", "from_address", "reply_to", "shop_address",
	"kinds", "enabled_at", "updated_at", "edit_version")

// SaveSender keeps a merchant's mail server.
func SaveSender(tx *store.Tx, s message.Sender) error {
	kinds := make([]string, len(s.Kinds))
	for i, k := range s.Kinds {
		kinds[i] = string(k)
	}
	return saveSender.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, s.Host, s.Port, s.Security, s.Username, s.Password, s.FromName, s.FromAddress, s.ReplyTo, s.ShopAddress,
			store.PackWords(kinds), s.EnabledAt, s.UpdatedAt, s.EditVersion)
	})
}

// Tellers lists the merchants whose messages leave by themselves.
func Tellers(ctx context.Context, db *store.DB) ([]int64, error) {
	var out []int64
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		return r.Each("SELECT m FROM mail_sender WHERE enabled_at > 0 ORDER BY m", nil, func(scan func(...any) error) error {
			var m int64
			err := scan(&m)
			out = append(out, m)
			return err
		})
	})
	return out, err
}
