package returned

import (
	"database/sql"
	"errors"

	"orderly/internal/returns"
	"orderly/internal/store"
)

var insertFile = store.NewInsert("return_file", "", "m", "id", "return_id", "purpose", "kind", "size", "data", "at")

// AddFiles keeps files of returns.
func AddFiles(tx *store.Tx, list []returns.File) error {
	return insertFile.Run(tx, len(list), func(a []any, n int) []any {
		f := &list[n]
		return append(a, tx.M, f.ID, int64(f.Return), f.Purpose, f.Kind, f.Size, f.Data, f.At)
	})
}

// Files lists what came with returns, oldest first and without the data.
func Files(r *store.Reader, ids []returns.ID) (out []returns.File, err error) {
	err = store.In(r, "SELECT id, return_id, purpose, kind, size, at FROM return_file WHERE m = $1 AND return_id IN ($IN) ORDER BY return_id, id", []any{r.M}, ids, func(scan func(...any) error) error {
		var f returns.File
		err := scan(&f.ID, &f.Return, &f.Purpose, &f.Kind, &f.Size, &f.At)
		out = append(out, f)
		return err
	})
	return out, err
}

// FileOf reads one file of a return with its data, or with id zero its newest
// label; ok is false when there is none.
func FileOf(r *store.Reader, of returns.ID, id int64) (f returns.File, ok bool, err error) {
	which, args := "AND purpose = 'label' ORDER BY id DESC LIMIT 1", []any{r.M, int64(of)}
	if id != 0 {
		which, args = "AND id = $3", append(args, id)
	}
	err = r.Row("SELECT id, return_id, purpose, kind, size, at, data FROM return_file WHERE m = $1 AND return_id = $2 "+which, args...).
		Scan(&f.ID, &f.Return, &f.Purpose, &f.Kind, &f.Size, &f.At, &f.Data)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	return f, err == nil, err
}
