// Package queue is what waits for a person: which queues there are, who sees
// and who works each of them, what may safely be done to all of one at once,
// and which of them to turn to next.
//
// What belongs here: the list as data, what is known of a queue at an instant
// (Fact), and the choice of the next best action (Next), all pure. What does
// not: reading what stands in a queue (store/queues), the acts themselves
// (desk), and the words of titles and playbooks, which stand in the catalog of
// texts under the queue's id.
package queue

import (
	"slices"

	"orderly/internal/access"
)

// The ids of the queues. They stand in addresses and in the catalog of texts.
const (
	Leaves     = "leaves"
	Late       = "late"
	Today      = "today"
	OnHold     = "on_hold"
	Approvals  = "approvals" // orders that the viewer may approve
	Unsourced  = "unsourced"
	Backorder  = "backordered"
	ToRelease  = "to_release"
	ToPick     = "to_pick"
	ToPack     = "to_pack"
	ToShip     = "to_ship"
	Reports    = "reports"
	Returns    = "returns"
	Lost       = "lost"
	Displaced  = "displaced"
	ShortPicks = "short_picks"
	BelowCost  = "below_cost"
	Payments   = "payments"
	Tasks      = "tasks" // that rules give to people
	Rules      = "rules" // that were stopped, or cannot be worked out
	DeadJobs   = "dead_jobs"

	Uncollected = "uncollected" // pickups past their date
	Silent      = "silent"      // partners who do not answer, or do not send

	ReturnsToApprove = "returns_to_approve"
	ReturnsToReceive = "returns_to_receive"
	ReturnsToInspect = "returns_to_inspect"
	ReturnsToRefund  = "returns_to_refund"

	LowStock    = "low_stock"
	Differences = "stock_differences" // between partners' words and the books, with something to book

	Talks = "conversations" // in which suppliers or partners wait for our answer

	Cases     = "cases"      // that missed a target
	BankLines = "bank_lines" // of which nobody has said what they pay
	Webhooks  = "webhooks"   // endpoints that nothing is sent to any more
)

// The kinds of thing that stand in queues, which are the prefixes of their ids.
const (
	Order       = "ord"
	Fulfillment = "ful"
	Trouble     = "trb"
	Job         = "job"
	Return      = "ret"
	Level       = "lvl" // an item at a location, named by the item
	Case        = "cas"
	BankLine    = "bln"
	Endpoint    = "whe"
	Talk        = "tlk"
	Difference  = "dif"
)

// The safe fixes: acts that are done to many at once after a look at what they
// would do. Each is an operation of the desk of which every item has a result.
const (
	FixSource  = "source"  // look for stock again
	FixLift    = "lift"    // lift holds whose reason is gone
	FixRelease = "release" // release what is due and paid
	FixRetry   = "retry"   // try jobs again
	FixSettle  = "settle"  // close what is over by itself
	FixApprove = "approve" // approve orders
)

// Queue is one kind of waiting work.
type Queue struct {
	ID    string
	Group string // clock, orders, floor, returns, exceptions, stock: how a board lays them out
	Kind  string // of what stands in it
	Sees  access.Permission
	Works access.Permission
	Roles []string // whose daily work it is; everybody who may see it sees it still
	Fix   string   // "" when only a person can help

	// Claimable things can be taken, assigned and handed over.
	Claimable bool

	// Local queues stand at locations: a scope that sees some sees only those.
	Local bool

	// urgency is what one thing in it is worth before its clock is looked at.
	urgency int64
}

// The groups, in the order in which a board shows them.
var Groups = []string{"clock", "orders", "floor", "returns", "exceptions", "stock"}

// All lists the queues in the order in which a board shows them.
var All = []Queue{
	{ID: Leaves, Group: "clock", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"warehouse", "operations"}, Claimable: true, Local: true, urgency: 300},
	{ID: Late, Group: "clock", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"operations", "warehouse"}, Claimable: true, Local: true, urgency: 700},
	{ID: Today, Group: "clock", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"operations", "warehouse"}, Claimable: true, Local: true, urgency: 350},

	{ID: OnHold, Group: "orders", Kind: Order, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"operations", "sales", "finance", "support"}, Fix: FixLift, Claimable: true, urgency: 320},
	{ID: Approvals, Group: "orders", Kind: Order, Sees: access.OrdersApprove, Works: access.OrdersApprove, Roles: []string{"finance", "operations", "sales", "support"}, Fix: FixApprove, Claimable: true, urgency: 345},
	{ID: Unsourced, Group: "orders", Kind: Order, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"operations"}, Fix: FixSource, Claimable: true, urgency: 400},
	{ID: Backorder, Group: "orders", Kind: Order, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"buyer", "operations"}, Fix: FixSource, Claimable: true, urgency: 150},

	{ID: ToRelease, Group: "floor", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"operations", "warehouse"}, Fix: FixRelease, Claimable: true, Local: true, urgency: 260},
	{ID: ToPick, Group: "floor", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"warehouse"}, Claimable: true, Local: true, urgency: 240},
	{ID: ToPack, Group: "floor", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"warehouse"}, Claimable: true, Local: true, urgency: 250},
	{ID: ToShip, Group: "floor", Kind: Fulfillment, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"warehouse"}, Claimable: true, Local: true, urgency: 255},

	{ID: ReturnsToApprove, Group: "returns", Kind: Return, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"support"}, urgency: 335},
	{ID: ReturnsToReceive, Group: "returns", Kind: Return, Sees: access.OrdersRead, Works: access.StockWrite, Roles: []string{"warehouse"}, urgency: 60},
	{ID: ReturnsToInspect, Group: "returns", Kind: Return, Sees: access.OrdersRead, Works: access.StockWrite, Roles: []string{"warehouse"}, urgency: 245},
	{ID: ReturnsToRefund, Group: "returns", Kind: Return, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"support", "finance"}, urgency: 336},

	{ID: Reports, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"support", "operations"}, Claimable: true, urgency: 500},
	{ID: Returns, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"support"}, Claimable: true, urgency: 330},
	{ID: Lost, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"support", "operations"}, Claimable: true, Local: true, urgency: 450},
	{ID: Displaced, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"operations", "support", "buyer"}, Fix: FixSettle, Claimable: true, Local: true, urgency: 380},
	{ID: ShortPicks, Group: "exceptions", Kind: Trouble, Sees: access.StockRead, Works: access.StockWrite, Roles: []string{"warehouse"}, Claimable: true, Local: true, urgency: 340},
	{ID: BelowCost, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"sales", "operations", "finance"}, Claimable: true, urgency: 330},
	{ID: Payments, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"finance", "support", "operations"}, Claimable: true, urgency: 470},
	{ID: Tasks, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"operations", "sales", "support"}, Claimable: true, urgency: 360},
	{ID: Uncollected, Group: "exceptions", Kind: Trouble, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"warehouse", "support"}, Claimable: true, Local: true, urgency: 305},
	{ID: Silent, Group: "exceptions", Kind: Trouble, Sees: access.FulfillmentRead, Works: access.FulfillmentWrite, Roles: []string{"operations", "buyer"}, Claimable: true, Local: true, urgency: 390},
	{ID: Rules, Group: "exceptions", Kind: Trouble, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"operations"}, Claimable: true, urgency: 425},
	{ID: Cases, Group: "exceptions", Kind: Case, Sees: access.CustomersRead, Works: access.CustomersWrite, Roles: []string{"support"}, urgency: 480},
	{ID: Talks, Group: "exceptions", Kind: Talk, Sees: access.PurchasesRead, Works: access.RequestsWork, Roles: []string{"buyer", "operations"}, urgency: 410},
	{ID: BankLines, Group: "exceptions", Kind: BankLine, Sees: access.OrdersRead, Works: access.OrdersWrite, Roles: []string{"finance"}, urgency: 310},
	{ID: Webhooks, Group: "exceptions", Kind: Endpoint, Sees: access.SettingsWrite, Works: access.SettingsWrite, Roles: []string{"admin"}, urgency: 430},
	{ID: DeadJobs, Group: "exceptions", Kind: Job, Sees: access.KeysWrite, Works: access.KeysWrite, Roles: []string{"admin"}, Fix: FixRetry, Claimable: true, urgency: 420},

	{ID: Differences, Group: "stock", Kind: Difference, Sees: access.StockRead, Works: access.StockWrite, Roles: []string{"operations", "warehouse"}, Local: true, urgency: 315},
	{ID: LowStock, Group: "stock", Kind: Level, Sees: access.StockRead, Works: access.StockWrite, Roles: []string{"buyer", "warehouse"}, Local: true, urgency: 140},
}

// Named finds a queue by its id; nil when there is none.
func Named(id string) *Queue {
	if i := slices.IndexFunc(All, func(q Queue) bool { return q.ID == id }); i >= 0 {
		return &All[i]
	}
	return nil
}

// For are the queues that a scope may see, in the order of the board: those of
// which things of every location stand are not for who sees only some.
func For(s access.Scope) []*Queue {
	var out []*Queue
	for i := range All {
		if s.May(All[i].Sees) {
			out = append(out, &All[i])
		}
	}
	return out
}

// Is reports whether the queue is some role's daily work.
func (q *Queue) Is(roles []string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return r == "admin" || slices.Contains(q.Roles, r) })
}

// Fact is what is known of one queue at an instant, at one location when the
// queue is local.
type Fact struct {
	Queue    string
	Location int64 // zero when the queue is not local
	Count    int64
	More     bool  // there are more than were counted
	Oldest   int64 // since when the oldest stands, zero when unknown
	Clock    int64 // the instant that counts down: the first that is due, or when the carrier leaves; zero for none
}

// Sum is a queue's facts of all its locations as one.
func Sum(facts []Fact) Fact {
	var out Fact
	for _, f := range facts {
		out.Queue = f.Queue
		out.Count += f.Count
		out.More = out.More || f.More
		out.Oldest = first(out.Oldest, f.Oldest)
		if f.Count > 0 {
			out.Clock = first(out.Clock, f.Clock)
		}
	}
	return out
}

// first is the earlier of two instants of which zero says nothing.
func first(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// Shift is how long a claim lasts: what was taken yesterday is free today.
const Shift = 12 * hour

// Expired reports whether a claim of that instant is no longer one.
func Expired(at, now int64) bool { return at+Shift <= now }
