package fulfillment

import "orderly/internal/fault"

// MaxProof bounds the file of a proof in bytes.
const MaxProof = 2 << 20

// Proof is who took a parcel, when and where, with a photo or a signature. It is
// personal: it stands in its row alone, never in the journal.
type Proof struct {
	Parcel ParcelID
	Name   string
	Place  string
	At     int64
	Kind   string // media type of the file, by what is in it
	Size   int64
	Data   []byte
}

// Check lists the faults of what is told of a delivery.
func (p *Proof) Check(now int64, l *fault.List) {
	checkText("/received_by", p.Name, MaxScanText, l)
	checkText("/place", p.Place, MaxScanText, l)
	if p.At < 0 || now != 0 && p.At > now {
		l.Add("/at", "in_the_future", "it was delivered by now, not later")
	}
	if len(p.Data) > MaxProof {
		l.Add("/file", "too_large", "a photo or signature has at most %d MB", MaxProof>>20)
	}
}
