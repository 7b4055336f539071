package items

import (
	"database/sql"
	"errors"

	"orderly/internal/catalog"
	"orderly/internal/store"
)

// Picture is the picture of an item as it is served.
type Picture struct {
	Item catalog.ID
	Hash string // of the data: it stands in the address
	Kind string // media type
	Data []byte
}

// PictureOf reads the picture of an item; ok is false when there is none.
func PictureOf(r *store.Reader, id catalog.ID) (p Picture, ok bool, err error) {
	p.Item = id
	err = r.Row("SELECT hash, kind, data FROM item_picture WHERE m = $1 AND item = $2", r.M, id).Scan(&p.Hash, &p.Kind, &p.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

var savePicture = store.Upsert("item_picture", 2, "m", "item", "hash", "kind", "data", "at")

// SavePicture keeps the picture of an item in place of the one before.
func SavePicture(tx *store.Tx, p Picture) error {
	return savePicture.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, p.Item, p.Hash, p.Kind, p.Data, tx.At)
	})
}

// DropPicture forgets the picture of an item.
func DropPicture(tx *store.Tx, id catalog.ID) error {
	_, err := tx.Exec("DELETE FROM item_picture WHERE m = $1 AND item = $2", tx.M, id)
	return err
}
