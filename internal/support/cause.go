package support

// Causes are what made customers turn to the shop. They are few and fixed, so
// that they can be counted.
var Causes = []string{
	"late_promise", "backorder", "short_pick", "damaged_in_transit", "damaged_at_inspection", "wrong_item_packed", "lost_parcel", "refused_parcel",
	"wrong_address", "late_carrier", "refund_pending", "return_refused", "payment_failed", "canceled_by_shop", "product_defect", "not_as_described", "no_fault", "other",
}

// History is what an order's own record says about what may have gone wrong.
type History struct {
	Now         int64
	DueAt       int64
	Open        bool // something has not left
	LateLeft    bool // something left after its day
	Backordered bool
	ShortPicked bool
	Lost        bool
	CameBack    bool // a parcel came back by itself
	Damaged     bool // a return was inspected and units were damaged
	Refused     bool // a return was refused
	Owed        bool // a return has come and nothing went back for it
	Canceled    bool
	Payment     bool // money came or went otherwise than meant
	Overdue     bool // a parcel left long ago and has not arrived
}

// longOnTheWay is when a parcel that has not arrived is called late.
const longOnTheWay = 7 * day

// Overdue reports whether what left then should have arrived.
func Overdue(leftAt, now int64) bool { return leftAt != 0 && leftAt+longOnTheWay < now }

// Propose lists what an order's history makes likely, the likeliest first.
func Propose(h History) []string {
	var out []string
	for _, x := range []struct {
		cause string
		holds bool
	}{
		{"lost_parcel", h.Lost},
		{"refused_parcel", h.CameBack},
		{"damaged_at_inspection", h.Damaged},
		{"return_refused", h.Refused},
		{"refund_pending", h.Owed},
		{"short_pick", h.ShortPicked},
		{"backorder", h.Backordered},
		{"late_promise", h.LateLeft || h.Open && h.DueAt != 0 && h.DueAt < h.Now},
		{"late_carrier", h.Overdue},
		{"payment_failed", h.Payment},
		{"canceled_by_shop", h.Canceled},
	} {
		if x.holds {
			out = append(out, x.cause)
		}
	}
	return out
}
