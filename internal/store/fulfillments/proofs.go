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

// proofs are read only of the delivery that they were told with: one that was
// taken back, or done again without a word, has none.
const proofs = " FROM parcel_proof AS f JOIN parcel AS p ON p.m = f.m AND p.id = f.parcel AND p.delivered_at = f.told_at WHERE f.m = $1 AND f.parcel "

// ProofOf reads what proves a parcel's delivery; ok is false when nothing does.
func ProofOf(r *store.Reader, id fulfillment.ParcelID) (p fulfillment.Proof, ok bool, err error) {
	err = r.Row("SELECT f.parcel, f.name, f.place, f.kind, f.size, f.data, f.at"+proofs+"= $2", r.M, int64(id)).
		Scan(&p.Parcel, &p.Name, &p.Place, &p.Kind, &p.Size, &p.Data, &p.At)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	return p, err == nil, err
}

// Proofs reads what proves the deliveries of parcels, without the files.
func Proofs(r *store.Reader, ids []fulfillment.ParcelID) (map[fulfillment.ParcelID]fulfillment.Proof, error) {
	out := map[fulfillment.ParcelID]fulfillment.Proof{}
	err := store.In(r, "SELECT f.parcel, f.name, f.place, f.kind, f.size, f.at"+proofs+"IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var p fulfillment.Proof
		err := scan(&p.Parcel, &p.Name, &p.Place, &p.Kind, &p.Size, &p.At)
		out[p.Parcel] = p
		return err
	})
	return out, err
}
