package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/duty"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/queues"
)

// workThing is a kind of thing that can be taken.
type workThing struct {
	path, name string
	needs      access.Permission
	queue      *queue.Queue // one of those that such things stand in
}

// workThings lists them. Which permission a trouble takes follows from its kind.
var workThings = []workThing{
	{"orders", "Order", access.OrdersWrite, queue.Named(queue.OnHold)},
	{"fulfillments", "Fulfillment", access.FulfillmentWrite, queue.Named(queue.ToPick)},
	{"troubles", "Trouble", access.OrdersRead, queue.Named(queue.Reports)},
}

// workAct is one of the four acts on what can be taken.
type workAct struct {
	path, id, summary, text string
	of                      func(*duty.Acts) *desk.Operation[duty.WorkCommand]
}

var workActsOf = []workAct{
	{"claim", "claim", "Take it", claimText, func(a *duty.Acts) *desk.Operation[duty.WorkCommand] { return a.Claim }},
	{"assign", "assign", "Give it to somebody", moveText, func(a *duty.Acts) *desk.Operation[duty.WorkCommand] { return a.Assign }},
	{"hand-over", "handOver", "Hand over what you have", "", func(a *duty.Acts) *desk.Operation[duty.WorkCommand] { return a.HandOver }},
	{"give-back", "giveBack", "Free it", moveText, func(a *duty.Acts) *desk.Operation[duty.WorkCommand] { return a.GiveBack }},
}

type workID struct {
	ID string `path:"id" maxLength:"40"`
}

func (a *api) assignment(thing workThing, act workAct) func(*call, *workID, *MoveWork) (Assignment, error) {
	return func(c *call, p *workID, in *MoveWork) (Assignment, error) {
		kind := thing.queue.Kind
		id, err := ident.Parse(kind, p.ID)
		if err != nil {
			return Assignment{}, fault.New(fault.NotFound, "nothing_waits", "there is no %.40q that waits", p.ID)
		}
		q := thing.queue
		if kind == queue.Trouble {
			t, err := c.trouble(p.ID)
			if err != nil {
				return Assignment{}, err
			}
			q = queues.QueueOf(t.Kind)
		}
		if in.Version < 0 {
			c.faults.Add("/version", "out_of_range", "a version is not negative")
		}
		if _, err := one(c, act.of(duty.Of(q)), duty.WorkCommand{Subject: id, To: in.User, Note: in.Note, Version: in.Version}); err != nil {
			return Assignment{}, err
		}
		var now map[int64]assignments.Assignment
		err = c.read(func(r *store.Reader) (err error) {
			now, err = assignments.Of(r, kind, []int64{id}, a.desk.DB.Now())
			return err
		})
		return *renderAssignment(kind, id, now[id]), err
	}
}
