package step

import "orderly/internal/fulfillment"

// Prove keeps what proves a parcel's delivery.
func (b *Batch) Prove(of *fulfillment.Parcel, p fulfillment.Proof) {
	if p.Parcel = of.ID; p.At == 0 {
		p.At = b.At
	}
	for i := range b.proofs { // delivered, undelivered and delivered again in one turn
		if b.proofs[i].Parcel == p.Parcel {
			b.proofs[i] = p
			return
		}
	}
	b.proofs = append(b.proofs, p)
}
