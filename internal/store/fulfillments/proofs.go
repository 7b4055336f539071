package fulfillments

import (
	"database/sql"
	"errors"

	"orderly/internal/fulfillment"
	"orderly/internal/store"
)

var saveProof = store.Upsert("parcel_proof", 2, "m", "parcel", "name", "place", "kind", "size", "data", "at", "told_at")

// SaveProofs keeps what proves deliveries; a later one of a parcel stands in its place.
func SaveProofs(tx *store.Tx, list []fulfillment.Proof) error {
	return saveProof.Run(tx, len(list), func(a []any, n int) []any {
		p := &list[n]
		data := p.Data
		if data == nil {
			data = []byte{}
		}
		return append(a, tx.M, int64(p.Parcel), p.Name, p.Place, p.Kind, p.Size, data, p.At, tx.At)
	})
}

// ProofOf reads what proves a parcel's delivery; ok is false when nothing does.
func ProofOf(r *store.Reader, id fulfillment.ParcelID) (p fulfillment.Proof, ok bool, err error) {
	err = r.Row("SELECT parcel, name, place, kind, size, data, at FROM parcel_proof WHERE m = $1 AND parcel = $2", r.M, int64(id)).
		Scan(&p.Parcel, &p.Name, &p.Place, &p.Kind, &p.Size, &p.Data, &p.At)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}
