package httpapi

import (
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/sourcing"
)

// Fulfillment is the work at one location for one order.
type Fulfillment struct {
	ID            string            `json:"id" example:"ful_0pmnqh2000400"`
	Order         string            `json:"order"`
	Purpose       string            `json:"purpose"`
	Location      string            `json:"location"`
	LocationCode  string            `json:"location_code"`
	WorkStatus    string            `json:"work_status" enum:"pending,released,picking,picked,packed,ready,shipped,delivered,canceled"`
	RequestStatus string            `json:"request_status"`
	Method        string            `json:"method"`
	Priority      int64             `json:"priority"`
	ReleasedAt    string            `json:"released_at,omitempty" format:"date-time"`
	DueAt         string            `json:"due_at,omitempty" format:"date-time"`
	Decision      *Decision         `json:"decision,omitempty" doc:"Why here."`
	Lines         []FulfillmentLine `json:"lines"`
	Actions       []string          `json:"actions" doc:"What may be done next."`
	CreatedAt     string            `json:"created_at" format:"date-time"`
	UpdatedAt     string            `json:"updated_at" format:"date-time"`
}

// FulfillmentLine is what the fulfillment holds of an order line.
type FulfillmentLine struct {
	Line      int    `json:"line" doc:"The order's line."`
	SKU       string `json:"sku"`
	Quantity  int64  `json:"quantity" doc:"Ever claimed here."`
	Open      int64  `json:"open" doc:"Claimed now: allocated, picked and packed."`
	Allocated int64  `json:"allocated"`
	Picked    int64  `json:"picked"`
	Packed    int64  `json:"packed"`
	Shipped   int64  `json:"shipped" doc:"Left, those that arrived included."`
	Arrived   int64  `json:"arrived" doc:"Delivered or lost."`
}

// renderFulfillment renders a fulfillment; sku tells the SKU of an order line,
// blocked the acts that holds of the order stop.
func (c *call) renderFulfillment(f *fulfillment.Fulfillment, sku func(line int) string, blocked []string) Fulfillment {
	out := Fulfillment{
		ID: f.ID.String(), Order: order.ID(f.Source).String(), Purpose: f.Purpose, Location: f.Location.String(), LocationCode: c.code(f.Location),
		WorkStatus: f.WorkStatus, RequestStatus: f.RequestStatus, Method: f.Method, Priority: f.Priority, ReleasedAt: instant(f.ReleasedAt),
		DueAt: instant(f.DueAt), Decision: c.renderDecision(f.Decision), Lines: make([]FulfillmentLine, len(f.Lines)), Actions: f.ActionsUnder(blocked),
		CreatedAt: instant(f.CreatedAt), UpdatedAt: instant(f.UpdatedAt),
	}
	for i := range f.Lines {
		l := &f.Lines[i]
		out.Lines[i] = FulfillmentLine{
			Line: l.Order, SKU: sku(l.Order), Quantity: l.Quantity, Open: l.Open, Allocated: l.Allocated(), Picked: l.Picked, Packed: l.Packed,
			Shipped: l.Shipped, Arrived: l.Arrived,
		}
	}
	return out
}

// renderDecision gives nil when none was kept.
func (c *call) renderDecision(data []byte) *Decision {
	r, ok := sourcing.DecodeReason(data)
	if !ok {
		return nil
	}
	return c.decision(&r)
}

// Parcel is a box with units of one fulfillment. It goes as a whole.
type Parcel struct {
	ID          string       `json:"id" example:"par_0pmnqh2000400"`
	Fulfillment string       `json:"fulfillment"`
	Order       string       `json:"order"`
	Location    string       `json:"location"`
	Status      string       `json:"status" enum:"packed,shipped,delivered,lost,unpacked"`
	Carrier     string       `json:"carrier,omitempty"`
	Tracking    string       `json:"tracking,omitempty"`
	WeightGrams int64        `json:"weight_grams,omitempty"`
	PackedAt    string       `json:"packed_at" format:"date-time"`
	ShippedAt   string       `json:"shipped_at,omitempty" format:"date-time"`
	DeliveredAt string       `json:"delivered_at,omitempty" format:"date-time"`
	Lines       []ParcelLine `json:"lines"`
	Actions     []string     `json:"actions"`
	Scans       *[]Scan      `json:"scans,omitempty" doc:"Of a single parcel, or when expanded."`
}

// ParcelLine is units of an order line in the parcel.
type ParcelLine struct {
	Line     int   `json:"line"`
	Quantity int64 `json:"quantity"`
}

// Scan is one report about a parcel on its way.
type Scan struct {
	At    string `json:"at" format:"date-time" doc:"RFC 3339."`
	Code  string `json:"code" enum:"label_created,picked_up,in_transit,out_for_delivery,delivery_failed,delivered,returned,exception"`
	Text  string `json:"text,omitempty" maxLength:"200"`
	Place string `json:"place,omitempty" maxLength:"200"`
}

func renderParcel(p *fulfillment.Parcel) Parcel {
	out := Parcel{
		ID: p.ID.String(), Fulfillment: p.Fulfillment.String(), Order: p.Order.String(), Location: p.Location.String(), Status: p.Status,
		Carrier: p.Carrier, Tracking: p.Tracking, WeightGrams: p.WeightGrams, PackedAt: instant(p.PackedAt), ShippedAt: instant(p.ShippedAt),
		DeliveredAt: instant(p.DeliveredAt), Lines: make([]ParcelLine, len(p.Lines)), Actions: p.Actions(),
	}
	for i, l := range p.Lines {
		out.Lines[i] = ParcelLine{l.Line, l.Quantity}
	}
	return out
}

func renderScans(list []fulfillment.Scan) *[]Scan {
	out := make([]Scan, len(list))
	for i, s := range list {
		out[i] = Scan{instant(s.At), s.Code, s.Text, s.Place}
	}
	return &out
}
