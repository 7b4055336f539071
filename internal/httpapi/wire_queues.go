package httpapi

import (
	"maps"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
)

// Queues is what waits for a person.
type Queues struct {
	Next *QueueAdvice `json:"next,omitempty" doc:"Absent when nothing waits that your key may work."`
	Data []QueueCount `json:"data"`
}

// QueueCount is how much stands in one queue, at one location where it has one.
type QueueCount struct {
	Queue        string `json:"queue" example:"to_release"`
	Group        string `json:"group" enum:"clock,orders,floor,returns,exceptions,stock"`
	Kind         string `json:"kind" enum:"ord,ful,trb,job,lvl,ret,cas,tlk,bln,whe,dif" doc:"Of what stands in it."`
	Fix          string `json:"fix,omitempty" doc:"What may safely be done to all of it at once."`
	Location     string `json:"location,omitempty"`
	LocationCode string `json:"location_code,omitempty"`
	Count        int64  `json:"count"`
	More         bool   `json:"more,omitempty" doc:"There are more than were counted."`
	OldestAt     string `json:"oldest_at,omitempty" format:"date-time"`
	ClockAt      string `json:"clock_at,omitempty" format:"date-time" doc:"The first that is due, or when the carrier leaves."`
}

// QueueAdvice is where to turn to first.
type QueueAdvice struct {
	QueueCount
	Why string `json:"why" enum:"leaves,late,due,people,oldest,fix,waiting"`
}

// QueueRow is one thing that waits.
type QueueRow struct {
	ID           string      `json:"id" example:"ful_0pmnqh2000400"`
	Kind         string      `json:"kind" enum:"ord,ful,trb,job,lvl,ret,cas,tlk,bln,whe,dif"`
	Status       string      `json:"status"`
	Order        string      `json:"order,omitempty"`
	Number       int64       `json:"number,omitempty" doc:"Of the order."`
	Name         string      `json:"name,omitempty" doc:"Of the customer."`
	Location     string      `json:"location,omitempty"`
	LocationCode string      `json:"location_code,omitempty"`
	SKU          string      `json:"sku,omitempty"`
	Units        int64       `json:"units" doc:"Of a stock difference: what is proposed to book, below zero where the partner has less."`
	Reasons      []string    `json:"reasons,omitempty"`
	Text         string      `json:"text,omitempty" doc:"The customer's own words, what a bank says, or why a job failed."`
	Since        string      `json:"since,omitempty" format:"date-time"`
	DueAt        string      `json:"due_at,omitempty" format:"date-time"`
	Assignment   *Assignment `json:"assignment,omitempty" doc:"Who has taken it."`
}

// Assignment is one piece of work in somebody's hands.
type Assignment struct {
	Subject string `json:"subject" example:"ord_0pmnqh2000400"`
	User    string `json:"user" doc:"Who has it; empty when nobody does." example:"user:usr_0pmnqh2000400"`
	At      string `json:"at,omitempty" format:"date-time"`
	By      string `json:"by,omitempty" doc:"Who said so."`
	Note    string `json:"note,omitempty"`
	Version int64  `json:"version,omitempty" doc:"Send it to move work of another."`
}

// MoveWork is what any of the four acts on work may say.
type MoveWork struct {
	User    string `json:"user,omitempty" maxLength:"100" doc:"Who gets it, for assign and hand-over: a kind and an id." example:"user:usr_0pmnqh2000400"`
	Note    string `json:"note,omitempty" doc:"For who gets it; at most 500 characters."`
	Version int64  `json:"version,omitempty" minimum:"0" doc:"Of the assignment that you saw, when another has it."`
}

// SourcedOrder is what looking for stock again brought.
type SourcedOrder struct {
	ID          string `json:"id" example:"ord_0pmnqh2000400"`
	DryRun      bool   `json:"dry_run,omitempty" doc:"true when nothing was changed."`
	Allocated   int64  `json:"allocated" doc:"Units that have a place now."`
	Backordered int64  `json:"backordered" doc:"Units that wait for stock now and did not before."`
}

// FixQueue names what to fix.
type FixQueue struct {
	IDs     []string `json:"ids,omitempty" maxItems:"200"`
	Amounts []int64  `json:"amounts,omitempty" maxItems:"200" doc:"Of orders to approve: what each of ids came to when it was looked at, in minor units. One that comes to something else by now is refused."`
}

// FixedQueue is what a fix did, or would do.
type FixedQueue struct {
	Outcomes[FixedThing]
	Fix     string    `json:"fix" enum:"source,lift,release,retry,settle,approve"`
	LeftOut []LeftOut `json:"left_out,omitempty" doc:"What of the queue a dry run without ids found unfit."`
}

// FixedThing is one thing that was fixed.
type FixedThing struct {
	ID     string `json:"id"`
	Did    string `json:"did,omitempty" enum:"done,unchanged"`
	Amount *int64 `json:"amount,omitempty" doc:"What an order that is approved comes to, in minor units."`
}

// LeftOut is how many of a queue are not in a fix, and why.
type LeftOut struct {
	Why   string `json:"why" enum:"held,unpaid,later,stands,too_many"`
	Count int    `json:"count"`
}

// TrackingLink is the customer's link to an order.
type TrackingLink struct {
	Path string `json:"path" doc:"Below the address of the shop's pages." example:"/t/1_3kd5w78sb5drg6rsbmehjq4ws1"`
}

// RenewLink asks for a new link.
type RenewLink struct {
	Renew bool `json:"renew,omitempty"`
}

// Trouble is what went wrong and wants a person.
type Trouble struct {
	ID        string `json:"id" example:"trb_0pmnqh2000400"`
	Kind      string `json:"kind" enum:"report,return,lost,displaced,short_pick,below_cost,payment,task,rule,uncollected"`
	Order     string `json:"order,omitempty"`
	Location  string `json:"location,omitempty"`
	Item      string `json:"item,omitempty"`
	Quantity  int64  `json:"quantity,omitempty" doc:"Units; below cost, minor units that are lost."`
	Reason    string `json:"reason,omitempty" doc:"Of a report, a payment or a rule: what is the matter."`
	Text      string `json:"text,omitempty" doc:"The customer's own words; of a task, what is to be done; of a rule, its name."`
	At        string `json:"at" format:"date-time"`
	Actor     string `json:"actor"`
	SettledAt string `json:"settled_at,omitempty" format:"date-time"`
	SettledBy string `json:"settled_by,omitempty"`
}

func (c *call) renderFact(f queue.Fact) QueueCount {
	q := queue.Named(f.Queue)
	out := QueueCount{Queue: q.ID, Group: q.Group, Kind: q.Kind, Fix: q.Fix, Count: f.Count, More: f.More, OldestAt: instant(f.Oldest), ClockAt: instant(f.Clock)}
	if f.Location != 0 {
		out.Location, out.LocationCode = ident.Text("loc", f.Location), c.code(stock.LocationID(f.Location))
	}
	return out
}

func (c *call) renderQueueRow(w *queues.Row, whose map[int64]assignments.Assignment) QueueRow {
	out := QueueRow{
		ID: w.IDText(), Kind: w.Kind, Status: w.Status, Number: w.Number, Name: w.Name, SKU: w.SKU, Units: w.Units, Reasons: w.Reasons, Text: w.Text,
		Since: instant(w.Since), DueAt: instant(w.Due),
	}
	if w.Order != 0 {
		out.Order = order.ID(w.Order).String()
	}
	if w.Location != 0 {
		out.Location, out.LocationCode = w.Location.String(), c.code(w.Location)
	}
	if a, ok := whose[w.ID]; ok {
		out.Assignment = renderAssignment(w.Kind, w.ID, a)
	}
	return out
}

func renderAssignment(kind string, id int64, a assignments.Assignment) *Assignment {
	return &Assignment{Subject: ident.Text(kind, id), User: a.User, At: instant(a.At), By: a.By, Note: a.Note, Version: a.Version}
}

func renderLeftOut(by map[string]int) []LeftOut {
	var out []LeftOut
	for _, why := range slices.Sorted(maps.Keys(by)) {
		out = append(out, LeftOut{why, by[why]})
	}
	return out
}
