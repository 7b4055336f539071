package order

import "slices"

// Statuses are five small dimensions, never one chain. They are a pure
// function of the bucket sums, the money sums and the open holds, and are
// stored with the order so that lists can filter by them.
type Statuses struct {
	Status      string // open, completed, canceled
	Payment     string // none, unpaid, partially_paid, paid, overpaid, partially_refunded, refunded
	Fulfillment string // see fulfillmentStatus
	Return      string // none, requested, partially_returned, returned
	Hold        string // none, held
	Stage       string // the one queue word of the order, see stage
}

// The words of Statuses.Stage, in the order of an order's life.
const (
	StageOnHold      = "on_hold"
	StageUnsourced   = "unsourced"
	StageBackordered = "backordered"
	StageInWork      = "in_work"
	StageShipped     = "shipped"
	StageDelivered   = "delivered"
	StageLost        = "lost"
	StageCanceled    = "canceled"
)

// Stages lists every stage.
var Stages = []string{StageOnHold, StageUnsourced, StageBackordered, StageInWork, StageShipped, StageDelivered, StageLost, StageCanceled}

// derive sets the statuses anew from what they follow from.
func (o *Order) derive() {
	o.Statuses = Statuses{
		Status:      lifecycle(o.Sums),
		Payment:     paymentStatus(o.Totals.Payable(), o.Paid, o.Refunded),
		Fulfillment: fulfillmentStatus(o.Sums),
		Return:      returnStatus(o.Sums),
		Hold:        "none",
	}
	if o.held() {
		o.Statuses.Hold = "held"
	}
	o.Statuses.Stage = stage(o.Sums, o.held())
}

func (o *Order) held() bool {
	for _, h := range o.Holds {
		if h.LiftedAt == 0 {
			return true
		}
	}
	return false
}

func lifecycle(q Buckets) string {
	switch {
	case q[Ordered] == 0: // fees or a credit alone: nothing to send
		return "completed"
	case q[Canceled] == q[Ordered]:
		return "canceled"
	case q[Delivered]+q[Lost]+q[Canceled] == q[Ordered]:
		return "completed"
	}
	return "open"
}

func paymentStatus(payable, paid, refunded int64) string {
	kept := paid - refunded
	switch {
	case paid == 0 && payable <= 0:
		return "none"
	case paid == 0:
		return "unpaid"
	case kept <= 0 && refunded > 0:
		return "refunded"
	case kept < payable && refunded > 0:
		return "partially_refunded"
	case kept < payable:
		return "partially_paid"
	case kept > payable:
		return "overpaid"
	case refunded > 0:
		return "partially_refunded"
	}
	return "paid"
}

func fulfillmentStatus(q Buckets) string {
	live := q.Live()
	switch {
	case live == 0:
		return "none"
	case q[Lost] == live:
		return "lost"
	case q[Delivered]+q[Lost] == live:
		return "delivered"
	case q[Delivered] > 0:
		return "partially_delivered"
	case q[Shipped]+q[Lost] == live:
		return "shipped"
	case q[Shipped]+q[Lost] > 0:
		return "partially_shipped"
	case q[Picked]+q[Packed] > 0:
		return "in_progress"
	case q[Backordered] == live:
		return "backordered"
	case q[Backordered] > 0:
		return "partially_backordered"
	}
	return "unfulfilled"
}

func returnStatus(q Buckets) string {
	switch {
	case q[Returned] > 0 && q[Returned] == q.Left():
		return "returned"
	case q[Returned] > 0:
		return "partially_returned"
	case q[ReturnRequested] > 0:
		return "requested"
	}
	return "none"
}

func stage(q Buckets, held bool) string {
	switch {
	case q[Ordered] == 0:
		return StageDelivered
	case q[Canceled] == q[Ordered]:
		return StageCanceled
	case q.Open() > 0 && held:
		return StageOnHold
	case q[Unsourced] > 0:
		return StageUnsourced
	case q[Backordered] > 0:
		return StageBackordered
	case q.Open() > 0:
		return StageInWork
	case q[Shipped] > 0:
		return StageShipped
	case q[Delivered] == 0:
		return StageLost
	}
	return StageDelivered
}

// Queues are the counters that this order is counted in: work that waits for
// a person or for stock. An order may stand in several.
func (o *Order) Queues() []string {
	if o.Sums.Open() == 0 {
		return nil
	}
	var in []string
	if o.held() {
		in = append(in, "orders/on_hold")
	}
	if o.Sums[Backordered] > 0 {
		in = append(in, "orders/backordered")
	}
	if o.Sums[Unsourced] > 0 {
		in = append(in, "orders/unsourced")
	}
	return in
}

// stagesOf tells at which stages orders of a status can stand, so that a list
// by status can be read along the stages.
var stagesOf = map[string][]string{
	"open":      {StageOnHold, StageUnsourced, StageBackordered, StageInWork, StageShipped},
	"completed": {StageDelivered, StageLost},
	"canceled":  {StageCanceled},
}

// stagesOfFulfillment does so for the fulfillment status.
var stagesOfFulfillment = map[string][]string{
	"none":                  {StageDelivered, StageCanceled},
	"unfulfilled":           {StageOnHold, StageUnsourced, StageInWork},
	"backordered":           {StageOnHold, StageBackordered},
	"partially_backordered": {StageOnHold, StageUnsourced, StageBackordered},
	"in_progress":           {StageOnHold, StageUnsourced, StageBackordered, StageInWork},
	"partially_shipped":     {StageOnHold, StageUnsourced, StageBackordered, StageInWork},
	"shipped":               {StageShipped},
	"partially_delivered":   {StageOnHold, StageUnsourced, StageBackordered, StageInWork, StageShipped},
	"delivered":             {StageDelivered},
	"lost":                  {StageLost},
}

// StagesFor are the stages at which an order of these statuses can stand,
// among some or, when none are given, all. An empty status says nothing.
func StagesFor(status, fulfillment string, among []string) []string {
	if len(among) == 0 {
		among = Stages
	}
	var out []string
	for _, s := range Stages {
		if slices.Contains(among, s) && may(stagesOf, status, s) && may(stagesOfFulfillment, fulfillment, s) {
			out = append(out, s)
		}
	}
	return out
}

func may(stages map[string][]string, status, stage string) bool {
	return status == "" || slices.Contains(stages[status], stage)
}
