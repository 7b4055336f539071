// Package figures is what the overview counts: the exact definition of each
// figure, and how it follows from what the journal tells of orders.
//
// What belongs here: the measures that are added up by day, the fold of an
// order's entries into what is counted of it, histograms of durations, and how
// a figure is made of measures. What does not: when the journal is read
// (project) and where the sums are kept (store/figures).
//
// Everything is a sum over orders: what one order adds to the days is a
// function of its entries alone (Order, Tally), so that a change is what it
// adds now less what it added before, and the sums can be made anew at any time.
package figures

// Version is that of the definitions: sums that were made under another one
// are made anew.
const Version = 2

// Measure is one number that is added up by day, channel, location and
// currency. Those up to FirstOrders belong to the day on which the order was
// placed, the others to the day on which it happened.
type Measure int

// The measures, in the order of their columns.
const (
	Orders Measure = iota
	Units
	Lines
	Gross
	Discount
	Tax
	Fees
	Total
	CanceledValue
	CanceledOrders
	CanceledUnits
	CanceledByPerson
	CanceledByKey
	CanceledByUs
	AskedOrders // of live orders, which these books had to find stock for
	AskedLines
	AskedUnits
	FirstOrders
	FirstLines
	FirstUnits
	BackorderedOrders

	ShippedOrders
	SplitOrders
	TouchlessOrders
	ShippedUnits
	DeliveredOrders
	PromisedOrders
	OnTimeOrders
	InFullOrders
	PerfectOrders
	ReturnedUnits
	Refunded

	measureCount
)

// Columns are the names of the measures, in their order.
var Columns = [measureCount]string{
	"orders", "units", "line_count", "gross", "discount", "tax", "fees", "total", "canceled_value", "canceled_orders", "canceled_units",
	"canceled_by_person", "canceled_by_key", "canceled_by_us", "asked_orders", "asked_lines", "asked_units", "first_orders", "first_lines", "first_units", "backordered_orders",
	"shipped_orders", "split_orders", "touchless_orders", "shipped_units", "delivered_orders", "promised_orders", "on_time_orders", "in_full_orders", "perfect_orders",
	"returned_units", "refunded",
}

func (m Measure) String() string { return Columns[m] }

// Sums holds one number a measure.
type Sums [measureCount]int64

// Add adds n times b.
func (s *Sums) Add(b *Sums, n int64) {
	for i := range s {
		s[i] += n * b[i]
	}
}

// Zero reports whether nothing is in it.
func (s *Sums) Zero() bool { return *s == Sums{} }

// The stages of an order's time, each counted on the day on which it ended.
const (
	ToReleased  = iota // of a fulfillment, from the placing of its order
	ToPicked           // from release
	ToPacked           // from the last pick
	ToShipped          // from the last pack
	ToDelivered        // from when it left
	UntilShipped
	UntilDelivered // of an order, from its placing until its last unit arrived

	StageCount
)

// StageNames are the words of the stages.
var StageNames = [StageCount]string{"placed_released", "released_picked", "picked_packed", "packed_shipped", "shipped_delivered", "placed_shipped", "placed_delivered"}

// Backlog are the stages at which an order waits, in the order of its life.
var Backlog = []string{"on_hold", "unsourced", "backordered", "to_release", "to_pick", "to_pack", "to_ship"}

// Ages are the ends of the ages of the backlog, in hours; what is older is the
// last one's. Age is counted in clock hours: from the hour in which an order was
// placed to the present one.
var Ages = [...]int64{4, 24, 72, 168}

// AgeOf is the place of an age among Ages, len(Ages) for older ones.
func AgeOf(hours int64) int {
	for i, end := range Ages {
		if hours < end {
			return i
		}
	}
	return len(Ages)
}

// Hour is the clock hour of an instant.
func Hour(at int64) int64 {
	h := at / microsHour
	if at%microsHour < 0 {
		h--
	}
	return h
}

const microsHour = 3_600_000_000
