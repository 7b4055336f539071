package fulfillment

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// Limits of one parcel.
const (
	MaxScans       = 200
	MaxTracking    = 80
	MaxScanText    = 200
	MaxParcelGrams = 100_000_000
)

// ParcelID names a parcel for ever.
type ParcelID int64

func (id ParcelID) String() string { return ident.Text("par", int64(id)) }

// ParseParcelID reads the text form, "par_…".
func ParseParcelID(s string) (ParcelID, error) {
	id, err := ident.Parse("par", s)
	return ParcelID(id), err
}

// Parcel is a box with units of one fulfillment. Its units always stand all in
// the same bucket: a parcel goes as a whole.
type Parcel struct {
	ID          ParcelID
	Fulfillment ID
	Order       order.ID
	Location    stock.LocationID
	Status      string // packed, shipped, delivered, lost, unpacked
	Carrier     string
	Tracking    string
	WeightGrams int64
	PackedAt    int64
	ShippedAt   int64
	DeliveredAt int64
	Version     int64
	Lines       []ParcelLine
}

// ParcelLine is units of an order line in the parcel.
type ParcelLine struct {
	Line     int
	Quantity int64
}

// Scan is one report about a parcel on its way.
type Scan struct {
	At    int64
	Code  string // label_created, picked_up, in_transit, out_for_delivery, delivery_failed, delivered, returned
	Text  string
	Place string
}

// ScanCodes are the known codes of a scan.
var ScanCodes = []string{"label_created", "picked_up", "in_transit", "out_for_delivery", "delivery_failed", "delivered", "returned", "exception"}

// parcelSteps is the one table of what may happen to a parcel: act to
// (status before, status after, bucket before, bucket after).
var parcelSteps = map[string]struct {
	from, to string
	take     order.Bucket
	put      order.Bucket
	told     string
}{
	"unpack":    {"packed", "unpacked", order.Packed, order.Picked, "unpacked"},
	"ship":      {"packed", "shipped", order.Packed, order.Shipped, "shipped"},
	"unship":    {"shipped", "packed", order.Shipped, order.Packed, "unshipped"},
	"deliver":   {"shipped", "delivered", order.Shipped, order.Delivered, "delivered"},
	"undeliver": {"delivered", "shipped", order.Delivered, order.Shipped, "undelivered"},
	"lose":      {"shipped", "lost", order.Shipped, order.Lost, "lost"},
	"find":      {"lost", "shipped", order.Lost, order.Shipped, "found"},
}

// Step decides one act on the parcel.
func (p *Parcel) Step(act string) (order.Delta, error) {
	s, ok := parcelSteps[act]
	if !ok {
		return order.Delta{}, fault.New(fault.Invalid, "unknown_act", "a parcel cannot %s", act)
	}
	if p.Status != s.from {
		may := strings.Join(p.Actions(), ", ")
		if may == "" {
			may = "nothing more"
		}
		return order.Delta{}, fault.New(fault.Conflict, "wrong_state", "cannot %s parcel %s: it is %s; it can %s", act, p.ID, p.Status, may)
	}
	d := order.Delta{Parcels: []order.ParcelStep{{ID: int64(p.ID), Step: s.told}}}
	for _, l := range p.Lines {
		d.Moves = append(d.Moves, order.Move{Line: l.Line, From: s.take, To: s.put, Quantity: l.Quantity, Fulfillment: int64(p.Fulfillment)})
	}
	return d, nil
}

// Apply sets the parcel's own row after a decided act.
func (p *Parcel) Apply(act string, at int64) {
	p.Status = parcelSteps[act].to
	p.Version++
	switch act {
	case "ship":
		p.ShippedAt = at
	case "unship":
		p.ShippedAt = 0
	case "deliver":
		p.DeliveredAt = at
	case "undeliver":
		p.DeliveredAt = 0
	}
}

// Actions are what may be done next with the parcel.
func (p *Parcel) Actions() []string {
	out := []string{}
	for act, s := range parcelSteps {
		if s.from == p.Status {
			out = append(out, act)
		}
	}
	slices.Sort(out)
	return out
}

// CheckLabel lists the faults of carrier, tracking number and weight.
func CheckLabel(at, carrier, tracking string, grams int64, l *fault.List) {
	checkText(at+"/carrier", carrier, MaxTracking, l)
	checkText(at+"/tracking", tracking, MaxTracking, l)
	if tracking != "" && carrier == "" {
		l.Add(at+"/carrier", "missing", "name the carrier that the tracking number belongs to")
	}
	if grams < 0 || grams > MaxParcelGrams {
		l.Add(at+"/weight_grams", "out_of_range", "a parcel weighs 0 to %d grams", MaxParcelGrams)
	}
}

// Check lists the faults of a scan.
func (s *Scan) Check(at string, l *fault.List) {
	if !slices.Contains(ScanCodes, s.Code) {
		l.Add(at+"/code", "unknown_code", "code is one of %s", strings.Join(ScanCodes, ", "))
	}
	checkText(at+"/text", s.Text, MaxScanText, l)
	checkText(at+"/place", s.Place, MaxScanText, l)
	if s.At <= 0 {
		l.Add(at+"/at", "missing", "say when, as an RFC 3339 instant")
	}
}

func checkText(at, s string, most int, l *fault.List) {
	switch {
	case len(s) > most:
		l.Add(at, "too_long", "at most %d bytes", most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}

func (p *Parcel) String() string { return fmt.Sprintf("%s (%s)", p.ID, p.Status) }
